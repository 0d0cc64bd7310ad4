/** A client of one process: commands in, JavaScript values out. */

import { bytesOf } from '../../www/src/client/bytes';
import { LabError, ReplyError } from '../../www/src/client/errors';
import { encodeCommand, encodeCommands, ReplyReader } from '../../www/src/client/resp';
import type {
  Argument,
  BytesOption,
  Client,
  Command,
  ConnectOptions,
  Listener,
  Subscription,
  Value,
  Wire,
} from './api';
import { isConfirmation, Subscriptions, type Kind } from './subscriptions';
import { asBytes, asText, Push, type Received } from './values';

interface Waiting {
  readonly bytes: boolean;
  resolve(value: Value): void;
  reject(error: Error): void;
  /** How often the server still confirms that a subscription has begun or ended: that is no reply. */
  confirmations?: number;
}

/** Commands that are not answered by one reply each, and what to do instead. */
const UNANSWERED: Readonly<Record<string, string>> = {
  SUBSCRIBE: 'use subscribe()',
  PSUBSCRIBE: 'use psubscribe()',
  SSUBSCRIBE: 'use ssubscribe()',
  UNSUBSCRIBE: 'close the subscription',
  PUNSUBSCRIBE: 'close the subscription',
  SUNSUBSCRIBE: 'close the subscription',
  MONITOR: 'use a stream',
  SYNC: 'use a stream',
  PSYNC: 'use a stream',
};

export class LabClient implements Client {
  private readonly wire: Wire;
  private readonly reader = new ReplyReader();
  private readonly waiting: Waiting[] = [];
  private readonly subscriptions: Subscriptions;
  private readonly pushListeners = new Set<(push: readonly Value[]) => void>();
  private readonly closeListeners = new Set<() => void>();
  private protocol: 2 | 3 = 2;
  /** Why there is no connection any more. */
  private over: Error | undefined;

  constructor(wire: Wire) {
    this.wire = wire;
    wire.onData = (bytes) => this.receive(bytes);
    wire.onClose = (why) =>
      this.lost(why ?? new LabError('closed', 'The server has closed the connection'));
    this.subscriptions = new Subscriptions((command, confirmations) =>
      this.confirmed(command, confirmations),
    );
  }

  /** Says which protocol, who, and which database. */
  async begin({ resp = 3, username, password, db }: ConnectOptions): Promise<void> {
    const auth: string[] = password === undefined ? [] : [username ?? 'default', password];
    const isThree = resp === 3;
    const hello: Command = isThree
      ? ['HELLO', '3', ...(auth.length > 0 ? ['AUTH', ...auth] : [])]
      : ['AUTH', ...auth];
    const commands: Command[] = isThree || auth.length > 0 ? [hello] : [];
    if (db !== undefined && db !== 0) commands.push(['SELECT', db]);
    if (commands.length === 0) return;
    const replies = await this.pipeline(commands);
    for (const reply of replies) {
      // Who gives no password where one is needed is told so by each command, as by any client.
      if (reply instanceof ReplyError && !reply.message.startsWith('NOAUTH')) throw reply;
    }
  }

  async call<Reply extends Value = Value>(...command: Command): Promise<Reply> {
    return (await this.run(command, false)) as Reply;
  }

  async callBytes<Reply extends Value = Value>(...command: Command): Promise<Reply> {
    return (await this.run(command, true)) as Reply;
  }

  pipeline(commands: readonly Command[], { bytes = false }: BytesOption = {}): Promise<Value[]> {
    if (commands.length === 0) return Promise.resolve([]);
    const refused = commands.map(unanswered).find((error) => error !== undefined);
    if (refused !== undefined) return Promise.reject(refused);
    return this.send(commands, bytes);
  }

  async multi(
    commands: readonly Command[],
    { bytes = false }: BytesOption = {},
  ): Promise<Value[] | null> {
    const replies = await this.pipeline([['MULTI'], ...commands, ['EXEC']], { bytes });
    const executed = replies.at(-1);
    const refused = replies.find((reply) => reply instanceof ReplyError);
    // What was refused when it was queued says more than EXECABORT.
    if (executed instanceof ReplyError) throw refused ?? executed;
    return executed as Value[] | null;
  }

  subscribe(channels: string | readonly string[], listener?: Listener): Promise<Subscription> {
    return this.listen('subscribe', channels, listener);
  }

  psubscribe(patterns: string | readonly string[], listener?: Listener): Promise<Subscription> {
    return this.listen('psubscribe', patterns, listener);
  }

  ssubscribe(channels: string | readonly string[], listener?: Listener): Promise<Subscription> {
    return this.listen('ssubscribe', channels, listener);
  }

  onPush(listener: (push: readonly Value[]) => void): () => void {
    this.pushListeners.add(listener);
    return () => this.pushListeners.delete(listener);
  }

  onClose(listener: () => void): () => void {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  get isClosed(): boolean {
    return this.over !== undefined;
  }

  close(): Promise<void> {
    if (this.over === undefined) {
      this.end(new LabError('closed', 'The connection is closed'));
      this.wire.close();
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ---------------------------------------------------------------------------------------------------------- sending

  private async run(command: Command, bytes: boolean): Promise<Value> {
    const refused = unanswered(command);
    if (refused !== undefined) throw refused;
    const [reply = null] = await this.send([command], bytes);
    if (reply instanceof ReplyError) throw told(reply);
    return reply;
  }

  /** Sends commands, and waits for a reply to each. */
  private send(commands: readonly Command[], bytes: boolean): Promise<Value[]> {
    const encoded = encodeCommands(commands);
    const replies = commands.map((command) =>
      this.waitFor(bytes).then((reply) => this.heed(command, reply)),
    );
    this.write(encoded);
    return Promise.all(replies);
  }

  private async confirmed(command: Command, confirmations: number): Promise<void> {
    const encoded = encodeCommand(command);
    const reply = this.waitFor(false, confirmations);
    this.write(encoded);
    const value = await reply;
    if (value instanceof ReplyError) throw told(value);
  }

  private waitFor(bytes: boolean, confirmations?: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiting = { bytes, resolve, reject };
      this.waiting.push(confirmations === undefined ? waiting : { ...waiting, confirmations });
    });
  }

  private write(bytes: Uint8Array): void {
    if (this.over === undefined) {
      try {
        // Somebody waits, so the program does not end.
        this.wire.ref();
        this.wire.write(bytes);
      } catch (error) {
        this.lost(error as Error);
      }
    }
    if (this.over !== undefined) this.rejectAll(this.over);
    if (this.waiting.length === 0) this.wire.unref();
  }

  private listen(
    kind: Kind,
    names: string | readonly string[],
    listener: Listener | undefined,
  ): Promise<Subscription> {
    return this.subscriptions.subscribe(
      kind,
      typeof names === 'string' ? [names] : names,
      listener,
    );
  }

  /** Some commands change what comes after them. */
  private heed(command: Command, reply: Value): Value {
    if (reply instanceof ReplyError) return reply;
    const name = command[0].toUpperCase();
    if (name === 'RESET') {
      this.protocol = 2;
      this.subscriptions.end();
    } else if (name === 'HELLO' && command.length > 1) {
      this.protocol = textOf(command[1]) === '3' ? 3 : 2;
    }
    return reply;
  }

  // -------------------------------------------------------------------------------------------------------- receiving

  private receive(bytes: Uint8Array): void {
    this.reader.feed(bytes);
    try {
      for (;;) {
        const wantsBytes = !this.reader.isPush && this.waiting[0]?.bytes === true;
        const received = this.reader.read(wantsBytes ? asBytes : asText);
        if (received === undefined) break;
        this.take(received);
      }
    } catch (error) {
      this.lost(new LabError('closed', String(error)));
      this.wire.close();
    }
    if (this.waiting.length === 0) this.wire.unref();
  }

  private take(received: Received): void {
    const items = received instanceof Push ? received.items : received;
    if (Array.isArray(items) && (received instanceof Push || this.isSubscriber)) {
      if (this.subscriptions.takeMessage(items)) return;
      if (isConfirmation(items)) {
        this.confirm();
        return;
      }
    }
    if (received instanceof Push) {
      for (const listener of [...this.pushListeners]) listener(received.items);
    } else {
      this.waiting.shift()?.resolve(received);
    }
  }

  /** In RESP2 what was not asked for is told from replies by what is asked for then. */
  private get isSubscriber(): boolean {
    if (this.protocol === 3) return false;
    return !this.subscriptions.isEmpty || this.waiting[0]?.confirmations !== undefined;
  }

  private confirm(): void {
    const [first] = this.waiting;
    if (first?.confirmations === undefined) return;
    first.confirmations -= 1;
    if (first.confirmations === 0) this.waiting.shift()?.resolve(null);
  }

  private lost(error: Error): void {
    if (this.over !== undefined) return;
    this.end(error);
    for (const listener of [...this.closeListeners]) listener();
  }

  private end(error: Error): void {
    this.over = error;
    this.rejectAll(error);
    this.subscriptions.end();
  }

  private rejectAll(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

/** Why a command is not to be sent, if it is one that no reply would answer. */
function unanswered(command: Command): TypeError | undefined {
  const name = command[0].toUpperCase();
  const isSilent = name === 'CLIENT' && textOf(command[1]).toUpperCase() === 'REPLY';
  const instead = isSilent ? 'use a stream' : UNANSWERED[name];
  return instead === undefined
    ? undefined
    : new TypeError(`${name} is not answered by a reply: ${instead}`);
}

function textOf(argument: Argument | undefined): string {
  return argument === undefined ? '' : new TextDecoder().decode(bytesOf(argument));
}

/** The error anew, with the stack of who asked. */
function told(error: ReplyError): ReplyError {
  return new ReplyError(error.message);
}
