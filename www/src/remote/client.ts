/** A client of a real server: commands in, replies out, in order. */

import type { Argument, Reply, Unsubscribe } from '../client/api';
import { ReplyError } from '../client/errors';
import { ReplyReader, encodeCommands } from '../client/resp';
import { RemoteError, refusal } from './problem';
import { ReplySplitter } from './reply-splitter';
import { Wire, type MakeSocket } from './wire';

/** As long may a reply take, in milliseconds. */
const REPLY_TIME = 10_000;

/** Who one is at the server. It is kept in memory alone. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The words of AUTH; none where there is nothing to say. */
export function authCommand({ user, password }: Credentials): string[] | undefined {
  if (user === '' && password === '') return undefined;
  return user === '' ? ['AUTH', password] : ['AUTH', user, password];
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(problem: RemoteError): void;
}

export class RemoteClient {
  private wire: Wire | undefined;
  private readonly splitter = new ReplySplitter();
  private readonly waiting: Waiting[] = [];
  private readonly closeListeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private answered = false;
  /** Why it is closed. */
  private problem: RemoteError | undefined;

  /** Connects, and logs in. Rejects with `RemoteError`. */
  static async open(
    url: string,
    credentials: Credentials,
    make?: MakeSocket,
  ): Promise<RemoteClient> {
    const client = new RemoteClient();
    client.wire = await Wire.open(
      url,
      {
        bytes: (bytes) => client.receive(bytes),
        closed: (problem) => client.end(problem),
      },
      make,
    );
    if (client.problem) throw client.problem;
    try {
      await client.greet(credentials);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  private async greet(credentials: Credentials): Promise<void> {
    const auth = authCommand(credentials);
    const commands = [...(auth ? [auth] : []), ['PING'], ['CLIENT', 'SETNAME', 'resplay']];
    const replies = await this.pipeline(commands);
    const [first, second] = replies;
    if (auth && first?.kind === 'error') throw refusal(first.text);
    const pong = auth ? second : first;
    // Whoever may not PING, or finds the server loading, has reached it all the same.
    if (pong?.kind === 'error' && /^(?:NOAUTH|DENIED|-DENIED)/.test(pong.text))
      throw refusal(pong.text);
    // Looking must not make keys seem used. Servers before 7.2 do not know it, and nothing is lost.
    await this.pipeline([['CLIENT', 'NO-TOUCH', 'ON']]);
  }

  get isOpen(): boolean {
    return this.problem === undefined;
  }

  /** Commands in one round trip; error replies stand in their places. Rejects with `RemoteError`. */
  async pipeline(commands: readonly (readonly Argument[])[]): Promise<Reply[]> {
    if (this.problem) throw this.problem;
    if (commands.length === 0) return [];
    const replies = commands.map(
      () => new Promise<Reply>((resolve, reject) => this.waiting.push({ resolve, reject })),
    );
    this.wire?.send(encodeCommands(commands));
    this.watchTime();
    return Promise.all(replies);
  }

  /** One command. Rejects with `ReplyError` for an error reply. */
  async call(...args: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.pipeline([args]);
    if (!reply) throw new RemoteError('lost');
    if (reply.kind === 'error') throw new ReplyError(reply.text);
    return reply;
  }

  onClose(listener: () => void): Unsubscribe {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  close(): void {
    this.end(new RemoteError('lost'));
  }

  private receive(bytes: Uint8Array): void {
    try {
      for (const reply of this.splitter.feed(bytes)) {
        const reader = new ReplyReader();
        reader.feed(reply);
        const read = reader.next();
        this.answered = true;
        if (read && read.kind !== 'push') this.waiting.shift()?.resolve(read);
      }
    } catch (error) {
      this.end(error instanceof RemoteError ? error : new RemoteError('foreign', String(error)));
      return;
    }
    this.watchTime();
  }

  /** Waits for the oldest reply from now on. */
  private watchTime(): void {
    clearTimeout(this.timer);
    if (this.waiting.length > 0)
      this.timer = setTimeout(() => this.end(new RemoteError('timeout')), REPLY_TIME);
  }

  private end(problem: RemoteError): void {
    if (this.problem) return;
    // A bridge that hangs up before anything came has not reached the server.
    const isRefused = problem.code === 'lost' && !this.answered;
    this.problem = isRefused ? new RemoteError('refused', problem.detail) : problem;
    clearTimeout(this.timer);
    this.wire?.close();
    for (const { reject } of this.waiting.splice(0)) reject(this.problem);
    for (const listener of this.closeListeners) listener();
  }
}
