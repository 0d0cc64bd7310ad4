/** A client of a server of the lab, as any program is one: it must log in where that is asked. */

import type { Argument, Lab, Reply } from '../../client/api';
import type { BridgeAnswer, BridgeRequest } from '../../client/bridge';
import { ReplyReader, encodeCommand } from '../../client/resp';

/** The way into the lab's network; one for all connections of a program. */
export class Link {
  private readonly bridge: { readonly port: MessagePort; close(): void };
  private readonly waiting = new Map<number, (answer: BridgeAnswer) => void>();
  private last = 0;

  constructor(lab: Lab) {
    this.bridge = lab.openBridge();
    this.bridge.port.onmessage = ({ data }: MessageEvent<BridgeAnswer>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    };
  }

  ask(request: BridgeRequest): Promise<BridgeAnswer> {
    const id = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.bridge.port.postMessage({ ...request, id });
    });
  }

  tell(request: BridgeRequest): void {
    this.bridge.port.postMessage({ ...request, id: ++this.last });
  }

  /** A connection; undefined when nothing listens there. */
  async connect(host: string, port: number): Promise<Client | undefined> {
    const { connection = -1 } = await this.ask({ op: 'open', host, port });
    return connection < 0 ? undefined : new Client(this, connection);
  }

  close(): void {
    this.bridge.close();
    // Whoever still waits hears that the other end has closed.
    for (const [id, answer] of this.waiting) answer({ id, closed: true, now: 0, speed: 0 });
    this.waiting.clear();
  }
}

export class ServerClosed extends Error {
  constructor() {
    super('Server closed the connection');
  }
}

/** An error that a server replies with. */
export class ServerError extends Error {}

export class Client {
  private readonly reader = new ReplyReader();
  private closed = false;

  constructor(
    private readonly link: Link,
    private readonly connection: number,
  ) {}

  /** Sends bytes, and answers what came back with them. */
  async send(bytes: Uint8Array): Promise<Uint8Array> {
    return this.taken(await this.link.ask({ op: 'send', connection: this.connection, bytes }));
  }

  /** What comes next, as soon as there is anything. Throws `ServerClosed`. */
  async read(): Promise<Uint8Array> {
    if (this.closed) throw new ServerClosed();
    const answer = await this.link.ask({ op: 'read', connection: this.connection, timeout: -1 });
    const bytes = this.taken(answer);
    if (bytes.length === 0 && answer.closed === true) throw new ServerClosed();
    return bytes;
  }

  private taken({ bytes, closed }: BridgeAnswer): Uint8Array {
    if (closed === true) this.closed = true;
    return bytes ?? new Uint8Array();
  }

  /** Sends bytes that hold so many commands, and answers as many replies. */
  async exchange(bytes: Uint8Array, count: number): Promise<Reply[]> {
    this.reader.feed(await this.send(bytes));
    const replies: Reply[] = [];
    while (replies.length < count) {
      const reply = this.reader.next();
      if (reply) replies.push(reply);
      else this.reader.feed(await this.read());
    }
    return replies;
  }

  /** One command. Throws `ServerError` for an error reply. */
  async call(...args: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.exchange(encodeCommand(args), 1);
    if (!reply) throw new ServerClosed();
    if (reply.kind === 'error') throw new ServerError(reply.text);
    return reply;
  }

  close(): void {
    this.link.tell({ op: 'close', connection: this.connection });
  }
}

/** The text of a reply that is one. */
export const textOf = (reply: Reply | undefined): string => {
  if (!reply) return '';
  if (reply.kind === 'string' || reply.kind === 'verbatim') return reply.value.text;
  if (reply.kind === 'status' || reply.kind === 'error') return reply.text;
  return reply.kind === 'integer' ? String(reply.value) : '';
};

export const itemsOf = (reply: Reply | undefined): readonly Reply[] =>
  reply && 'items' in reply ? reply.items : [];
