/** A client connection of the page's own code. */

import type { Argument, Connection, Process, Reply, Unsubscribe } from './api';
import { LabError, ReplyError } from './errors';
import type { Written } from './protocol';
import { concat, encodeCommand, ReplyReader } from './resp';

/** How a connection reaches its server. */
export interface ConnectionWire {
  send(bytes: Uint8Array): Promise<Written>;
  close(): void;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export class RemoteConnection implements Connection {
  readonly port: Process;
  private readonly wire: ConnectionWire;
  private readonly reader = new ReplyReader();
  private readonly waiting: Waiting[] = [];
  private readonly closeListeners = new Set<() => void>();
  private closed = false;

  constructor(port: Process, wire: ConnectionWire) {
    this.port = port;
    this.wire = wire;
  }

  async send(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.closed) throw new LabError('closed', 'The connection is closed');
    // The copy is the worker's from here on.
    const written = await this.wire.send(bytes.slice());
    if (written.closed) this.lost();
    return written.bytes;
  }

  async call(...args: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.pipeline([args]);
    if (reply === undefined) throw new LabError('closed', 'There was no reply');
    if (reply.kind === 'error') throw new ReplyError(reply.text);
    return reply;
  }

  pipeline(commands: readonly (readonly Argument[])[]): Promise<Reply[]> {
    if (this.closed) return Promise.reject(new LabError('closed', 'The connection is closed'));
    const replies = commands.map(
      () => new Promise<Reply>((resolve, reject) => this.waiting.push({ resolve, reject })),
    );
    this.wire.send(concat(commands.map(encodeCommand))).then(
      (written) => this.receive(written),
      () => this.lost(),
    );
    return Promise.all(replies);
  }

  onClose(listener: () => void): Unsubscribe {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.wire.close();
    this.rejectAll();
  }

  /** The server wrote something. */
  receive(written: Written): void {
    this.reader.feed(written.bytes);
    try {
      for (let reply = this.reader.next(); reply !== undefined; reply = this.reader.next()) {
        if (reply.kind !== 'push') this.waiting.shift()?.resolve(reply);
      }
    } catch {
      this.lost();
    }
    if (written.closed) this.lost();
  }

  /** The connection is gone. */
  lost(): void {
    if (this.closed) return;
    this.close();
    for (const listener of this.closeListeners) listener();
  }

  private rejectAll(): void {
    for (const { reject } of this.waiting.splice(0))
      reject(new LabError('closed', 'The connection is closed'));
  }
}
