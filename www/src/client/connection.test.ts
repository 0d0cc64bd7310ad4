import { describe, expect, it, vi } from 'vitest';
import { RemoteConnection } from './connection';
import { LabError, ReplyError } from './errors';
import type { Written } from './protocol';

const written = (text: string, closed = false): Written => ({
  bytes: new TextEncoder().encode(text),
  closed,
});

function connection(...answers: Written[]) {
  const close = vi.fn();
  const send = vi.fn(() => Promise.resolve(answers.shift() ?? written('')));
  return { send, close, connection: new RemoteConnection(6379, { send, close }) };
}

describe('RemoteConnection', () => {
  it('answers a command, and rejects for an error reply', async () => {
    const { connection: it } = connection(written('+PONG\r\n'), written('-ERR no\r\n'));
    expect(await it.call('PING')).toEqual({ kind: 'status', text: 'PONG' });
    await expect(it.call('X')).rejects.toThrow(new ReplyError('ERR no'));
  });

  it('sends a pipeline at once and leaves errors in their places', async () => {
    const { connection: it, send } = connection(written(':1\r\n-ERR no\r\n:2\r\n'));
    const replies = await it.pipeline([['A'], ['B'], ['C']]);
    expect(replies.map((reply) => reply.kind)).toEqual(['integer', 'error', 'integer']);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('waits for a reply that comes later', async () => {
    const { connection: it } = connection(written('+P'));
    const reply = it.call('PING');
    await Promise.resolve();
    queueMicrotask(() => it.receive(written('ONG\r\n')));
    expect(await reply).toEqual({ kind: 'status', text: 'PONG' });
  });

  it('tells when the server hangs up, and not when it is closed by its owner', async () => {
    const listener = vi.fn();
    const { connection: it } = connection(written('+OK\r\n', true));
    it.onClose(listener);
    expect(await it.call('QUIT')).toEqual({ kind: 'status', text: 'OK' });
    expect(listener).toHaveBeenCalledTimes(1);
    await expect(it.call('PING')).rejects.toThrow(LabError);

    const other = connection();
    other.connection.onClose(listener);
    const pending = other.connection.call('PING');
    other.connection.close();
    await expect(pending).rejects.toThrow(LabError);
    expect(other.close).toHaveBeenCalledTimes(1);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
