/** A console's connection: bytes sent, and replies taken one by one. */

import type { Reply } from '../client/api';
import { ReplyReader } from '../client/resp';
import { RemoteError } from './problem';
import { ReplySplitter } from './reply-splitter';
import { Wire, type MakeSocket } from './wire';

export interface RawReply {
  readonly reply: Reply;
  readonly bytes: Uint8Array;
}

/** Replies that nobody has taken yet; who gets so far behind is hung up on. */
const MOST_WAITING = 100_000;

export class ConsoleWire {
  private wire: Wire | undefined;
  private readonly splitter = new ReplySplitter();
  private readonly replies: RawReply[] = [];
  private problem: RemoteError | undefined;
  private wake: (() => void) | undefined;

  static async open(url: string, make?: MakeSocket): Promise<ConsoleWire> {
    const opened = new ConsoleWire();
    opened.wire = await Wire.open(
      url,
      {
        bytes: (bytes) => opened.receive(bytes),
        closed: (problem) => opened.end(problem),
      },
      make,
    );
    return opened;
  }

  get isOpen(): boolean {
    return this.problem === undefined;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.wire?.send(bytes);
  }

  /** Whether all that has come was taken. */
  get isDrained(): boolean {
    return this.replies.length === 0;
  }

  /** The next reply, as soon as it is there. Rejects with `RemoteError` when nothing more comes. */
  async next(): Promise<RawReply> {
    for (;;) {
      const reply = this.replies.shift();
      if (reply) return reply;
      if (this.problem) throw this.problem;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  close(): void {
    this.end(new RemoteError('lost'));
  }

  private receive(bytes: Uint8Array): void {
    try {
      for (const whole of this.splitter.feed(bytes)) {
        const reader = new ReplyReader();
        reader.feed(whole);
        const reply = reader.next();
        if (reply) this.replies.push({ reply, bytes: whole });
      }
      if (this.replies.length > MOST_WAITING) throw new RemoteError('tooBig');
    } catch (error) {
      this.end(error instanceof RemoteError ? error : new RemoteError('foreign', String(error)));
    }
    this.wake?.();
  }

  private end(problem: RemoteError): void {
    if (this.problem) return;
    this.problem = problem;
    this.wire?.close();
    this.wake?.();
  }
}
