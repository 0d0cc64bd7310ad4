import { afterEach, describe, expect, it, vi } from 'vitest';
import { RemoteClient } from './client';
import { RemoteError } from './problem';
import type { MakeSocket } from './wire';

type Said = Uint8Array | string;

/** A bridge, and what stands behind it. */
class FakeSocket {
  binaryType = '';
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onclose: ((event: { reason: string }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: string[] = [];
  isClosed = false;

  constructor(private readonly answer: (sent: string) => Said | undefined) {}

  send(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    this.sent.push(text);
    const said = this.answer(text);
    if (said !== undefined) queueMicrotask(() => this.say(said));
  }

  say(said: Said): void {
    const bytes = typeof said === 'string' ? new TextEncoder().encode(said) : said;
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  hangUp(reason = ''): void {
    this.onclose?.({ reason });
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Makes sockets that open, or do not where only another sub-protocol will do. */
function bridge(
  answer: (sent: string) => Said | undefined,
  knowsBinary = true,
): { make: MakeSocket; sockets: FakeSocket[] } {
  const sockets: FakeSocket[] = [];
  const make: MakeSocket = (_url, protocols) => {
    const socket = new FakeSocket(answer);
    sockets.push(socket);
    const opens = knowsBinary || protocols.length === 0;
    queueMicrotask(() => (opens ? socket.onopen?.() : socket.hangUp()));
    return socket as unknown as WebSocket;
  };
  return { make, sockets };
}

/** As many replies as commands were sent. */
const replies = (sent: string, reply: string): string =>
  reply.repeat(sent.match(/\*\d+\r\n/g)?.length ?? 0);

const NOBODY = { user: '', password: '' };

async function problemOf(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.then(
    () => 'none',
    (reason: unknown) => reason,
  );
  return error instanceof RemoteError ? error.code : String(error);
}

describe('RemoteClient', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('logs in first, and gives replies in order', async () => {
    const { make, sockets } = bridge((sent) =>
      sent.includes('AUTH') ? '+OK\r\n+PONG\r\n+OK\r\n' : replies(sent, ':7\r\n'),
    );
    const client = await RemoteClient.open('ws://b', { user: 'me', password: 'x' }, make);
    expect(sockets[0]?.sent[0]).toContain('AUTH\r\n$2\r\nme\r\n$1\r\nx\r\n');
    expect(await client.call('DBSIZE')).toEqual({ kind: 'integer', value: 7 });
    expect(await client.pipeline([])).toEqual([]);
  });

  it('asks again without a sub-protocol where the bridge knows none', async () => {
    const { make, sockets } = bridge((sent) => replies(sent, '+OK\r\n'), false);
    await RemoteClient.open('ws://b', NOBODY, make);
    expect(sockets).toHaveLength(2);
  });

  it('says what is wrong', async () => {
    const answering = (said: string | undefined): Promise<string> =>
      problemOf(
        RemoteClient.open('ws://b', NOBODY, bridge((sent) => said && replies(sent, said)).make),
      );
    expect(await answering('-NOAUTH Authentication required.\r\n')).toBe('noauth');
    expect(await answering('-DENIED Redis is running in protected mode\r\n')).toBe('protected');
    expect(await answering('HTTP/1.1 400 Bad Request\r\n')).toBe('foreign');
    expect(await answering(`*1\r\n`.repeat(100))).toBe('tooBig');
    expect(await answering('-LOADING Redis is loading the dataset\r\n')).toBe('none');
    const wrong = bridge((sent) => replies(sent, '-WRONGPASS invalid\r\n'));
    const credentials = { user: '', password: 'x' };
    expect(await problemOf(RemoteClient.open('ws://b', credentials, wrong.make))).toBe('wrongpass');
    expect(wrong.sockets[0]?.isClosed).toBe(true);
    const silent = bridge(() => undefined);
    const opening = problemOf(RemoteClient.open('ws://b', NOBODY, silent.make));
    await vi.waitFor(() => expect(silent.sockets[0]?.sent).toHaveLength(1));
    silent.sockets[0]?.hangUp('Failed to connect to downstream server');
    expect(await opening).toBe('refused');
  });

  it('gives a server up that does not answer', async () => {
    vi.useFakeTimers();
    const silent = bridge(() => undefined);
    const opening = problemOf(RemoteClient.open('ws://b', NOBODY, silent.make));
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await opening).toBe('timeout');
    expect(silent.sockets[0]?.isClosed).toBe(true);
  });

  it('tells all who wait when the connection goes', async () => {
    let answers = true;
    const { make, sockets } = bridge((sent) => (answers ? replies(sent, '+OK\r\n') : undefined));
    const client = await RemoteClient.open('ws://b', NOBODY, make);
    const closed = vi.fn();
    client.onClose(closed);
    answers = false;
    const waiting = [problemOf(client.call('GET', 'a')), problemOf(client.call('GET', 'b'))];
    sockets[0]?.hangUp();
    expect(await Promise.all(waiting)).toEqual(['lost', 'lost']);
    expect(closed).toHaveBeenCalledOnce();
    expect(await problemOf(client.call('PING'))).toBe('lost');
  });
});
