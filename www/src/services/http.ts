/** As much of HTTP/1.1 (RFC 9112) as services of the lab need: whole messages, one after another on a connection. */

import type { Received, Socket } from '../client/bridge-end';
import { concat } from '../client/resp';

/** Bytes of a head, and of a body; more is refused. */
const MAX_HEAD = 16 * 1024;
const MAX_BODY = 1024 * 1024;

const END_OF_HEAD = '\r\n\r\n';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export interface Response {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  /** When it was sent, or had come; milliseconds since 1970 by the lab's clock. */
  readonly at?: number;
}

/** A message that is not as it must be, with the status that answers it. */
class BadMessage extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};

interface Message {
  readonly start: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly at: number;
}

/** Takes messages from a connection. */
class Messages {
  private buffer: Uint8Array<ArrayBuffer> = new Uint8Array();
  private ended = false;
  private at = 0;

  constructor(private readonly socket: Socket) {}

  /** What came back with something that was sent. */
  feed({ bytes, closed, at }: Received): void {
    this.buffer = concat([this.buffer, bytes]);
    this.ended ||= closed;
    this.at = at;
  }

  private async more(): Promise<void> {
    this.feed(await this.socket.read());
  }

  /** The next message; undefined when the connection ends before one begins. */
  async next(): Promise<Message | undefined> {
    let end: number;
    while ((end = endOfHead(this.buffer)) < 0) {
      if (this.buffer.length > MAX_HEAD) throw new BadMessage(431, 'The head is too long');
      if (this.ended) {
        if (this.buffer.length === 0) return undefined;
        throw new BadMessage(400, 'The head is not complete');
      }
      await this.more();
    }
    const [start = '', ...lines] = decoder.decode(this.buffer.subarray(0, end)).split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new BadMessage(400, `Not a header: ${line.slice(0, 80)}`);
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    if (headers.has('transfer-encoding')) throw new BadMessage(501, 'Only whole bodies are read');
    const length = headers.get('content-length') ?? '0';
    if (!/^\d+$/.test(length)) throw new BadMessage(400, `Not a length: ${length.slice(0, 80)}`);
    if (Number(length) > MAX_BODY) throw new BadMessage(413, 'The body is too long');
    const bodyStart = end + END_OF_HEAD.length;
    const whole = bodyStart + Number(length);
    while (this.buffer.length < whole) {
      if (this.ended) throw new BadMessage(400, 'The body is not complete');
      await this.more();
    }
    const body = decoder.decode(this.buffer.subarray(bodyStart, whole));
    this.buffer = this.buffer.slice(whole);
    return { start, headers, body, at: this.at };
  }
}

/** Where a head ends; -1 when there is more of it to come. */
function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

function toRequest({ start, headers, body }: Message): Request {
  const [method = '', target = '', version = ''] = start.split(' ');
  if (!/^HTTP\/1\.[01]$/.test(version)) {
    throw new BadMessage(version === '' ? 400 : 505, `Not a request: ${start.slice(0, 80)}`);
  }
  const host = headers.get('host') ?? 'localhost';
  if (!URL.canParse(target, `http://${host}`)) {
    throw new BadMessage(400, `Not an address: ${target.slice(0, 80)}`);
  }
  return { method, url: new URL(target, `http://${host}`), body };
}

function toBytes(
  start: string,
  headers: Record<string, string>,
  body: string,
): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(body);
  const all = { ...headers, 'Content-Length': String(bytes.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return concat([encoder.encode([start, ...lines].join('\r\n') + END_OF_HEAD), bytes]);
}

const keepsAlive = ({ start, headers }: Message): boolean =>
  headers.get('connection')?.toLowerCase() !== 'close' && !start.endsWith('HTTP/1.0');

/** Answers the requests that come on a connection, one after another, until it ends. */
export async function serveHttp(
  socket: Socket,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const messages = new Messages(socket);
  const answer = async (response: Response, alive: boolean, head = false): Promise<void> => {
    const { status, body, type = 'text/plain; charset=utf-8' } = response;
    const bytes = toBytes(
      `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
      { 'Content-Type': type, Connection: alive ? 'keep-alive' : 'close' },
      head ? '' : body,
    );
    messages.feed(await socket.send(bytes));
  };
  try {
    for (;;) {
      const message = await messages.next();
      if (message === undefined) break;
      const alive = keepsAlive(message);
      const request = toRequest(message);
      await answer(await handle(request), alive, request.method === 'HEAD');
      if (!alive) break;
    }
  } catch (error) {
    const status = error instanceof BadMessage ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    await answer({ status, body: `${message}\n` }, false);
  }
  socket.close();
}

/** A client's end of a connection. */
export class HttpClient {
  private readonly messages: Messages;

  constructor(private readonly socket: Socket) {
    this.messages = new Messages(socket);
  }

  /** Asks, and waits for the answer. Rejects when the connection ends before it. */
  async ask(method: string, target: string): Promise<Response> {
    const head = { Host: 'localhost', Connection: 'keep-alive' };
    this.messages.feed(await this.socket.send(toBytes(`${method} ${target} HTTP/1.1`, head, '')));
    const message = await this.messages.next();
    if (message === undefined) throw new BadMessage(503, 'The connection was closed');
    const status = Number(message.start.split(' ')[1]);
    return { status, body: message.body, at: message.at };
  }

  close(): void {
    this.socket.close();
  }
}
