/** redis-cli at a real server: what its session in the engine does (src/cli), over a WebSocket. */

import type {
  Completions,
  Console,
  ConsoleOptions,
  ConsoleOutput,
  ConsolePart,
  Reply,
} from '../client/api';
import { LabError } from '../client/errors';
import { concat, encodeCommand } from '../client/resp';
import { nameOf, type ServerAddress } from './address';
import {
  follow,
  isMessageOf,
  printsRaw,
  redirection,
  repeatOf,
  streams,
  subscribes,
  type Place,
  type Redirection,
} from './cli-rules';
import { authCommand, type Credentials } from './client';
import { ConsoleWire, type RawReply } from './console-wire';
import { raw, terminal } from './format';
import { RemoteError } from './problem';
import { isSensitive, lower, words } from './words';

/** From this duration on the time of a command is printed, in milliseconds. */
const SLOW = 500;
/** Time between two parts of a long output, in milliseconds. */
const FRAME = 16;
/** A command is sent on to other nodes at most so often. */
const MOST_REDIRECTIONS = 16;

/** What a console needs of the server that it is at. */
export interface ConsoleServer {
  readonly greeting: string;
  readonly credentials: Credentials;
  /** Whether redirections are followed, as by `redis-cli -c`. */
  readonly isCluster: boolean;
  url(address: ServerAddress): string;
  /** Reads what somebody typed, or a node said. */
  addressOf(name: string, current: ServerAddress): ServerAddress | undefined;
  /** The lab's own redis-cli, which answers `help`, hints and Tab. */
  helper(): Promise<Console>;
}

export class RealConsole implements Console {
  hintsEnabled = true;
  private wire: ConsoleWire | undefined;
  private place: Place;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;
  private interrupted = false;
  private running = false;
  private language: 'en' | 'zh';
  private onPart: ((part: ConsolePart) => void) | undefined;
  private shown = 0;
  private text = '';
  private sent: Uint8Array[] = [];
  private received: Uint8Array[] = [];

  constructor(
    private readonly server: ConsoleServer,
    private address: ServerAddress,
    private readonly options: ConsoleOptions,
  ) {
    this.place = { db: options.db ?? 0, inMulti: false, before: 0 };
    this.language = options.language ?? 'en';
  }

  /** Connects, as redis-cli does before its first prompt; what goes wrong shows with the first command. */
  async open(): Promise<void> {
    await this.connect();
    this.output();
  }

  get greeting(): string {
    return this.server.greeting;
  }

  get prompt(): string {
    if (!this.wire) return 'not connected> ';
    const { host, port } = this.address;
    const { db, inMulti } = this.place;
    const name = host.includes(':') ? `[${host}]:${port}` : nameOf(this.address);
    return `${name}${db === 0 ? '' : `[${db}]`}${inMulti ? '(TX)' : ''}> `;
  }

  run(line: string, onPart?: (part: ConsolePart) => void): Promise<ConsoleOutput> {
    const run = this.last.then(() => this.runNow(line, onPart));
    this.last = run.catch(() => undefined);
    return run;
  }

  interrupt(): void {
    if (!this.running) return;
    this.interrupted = true;
    // Whoever waits for a reply hears that none comes.
    this.wire?.close();
  }

  async complete(line: string, cursor: number): Promise<Completions> {
    return (await this.server.helper()).complete(line, cursor);
  }

  async hint(line: string): Promise<string> {
    return this.hintsEnabled ? (await this.server.helper()).hint(line) : '';
  }

  setLanguage(language: 'en' | 'zh'): void {
    this.language = language;
  }

  close(): void {
    this.closed = true;
    this.hangUp();
  }

  // -------------------------------------------------------------------------------------------------------- one line

  private async runNow(line: string, onPart?: (part: ConsolePart) => void): Promise<ConsoleOutput> {
    if (this.closed) throw new LabError('closed', 'The console is closed');
    this.onPart = onPart;
    this.interrupted = false;
    this.shown = performance.now();
    const args = words(line);
    if (!args) this.print('Invalid argument(s)\n');
    else if (args.length > 0) {
      this.running = true;
      const helped = await this.enter(line, args);
      this.running = false;
      if (helped) return helped;
    }
    return {
      ...this.output(),
      prompt: this.prompt,
      clear: args?.length === 1 && lower(args, 0) === 'clear',
      closed: this.closed,
      secret: args !== undefined && isSensitive(args),
    };
  }

  /** Runs a line; what the lab's redis-cli says where that knows it. */
  private async enter(
    line: string,
    args: readonly Uint8Array[],
  ): Promise<ConsoleOutput | undefined> {
    const repeat = repeatOf(args);
    const name = lower(args, 0);
    if (repeat === 0) this.print('Invalid redis-cli repeat command option value.\n');
    else if (repeat !== undefined) await this.repeat(args.slice(1), repeat);
    else if (name === 'quit' || name === 'exit') this.close();
    else if (name.startsWith(':')) this.setPreference(args);
    else if (name === 'restart') this.print("Use 'restart' only in Lua debugging mode.\n");
    else if (name === 'connect' && args.length === 3) await this.goTo(args);
    else if (name === 'help' || name === '?') return this.help(line);
    else if (name !== 'clear' || args.length > 1) await this.repeat(args, 1);
    return undefined;
  }

  private async help(line: string): Promise<ConsoleOutput> {
    const helper = await this.server.helper();
    helper.setLanguage(this.language);
    return { ...(await helper.run(line)), prompt: this.prompt };
  }

  private setPreference(args: readonly Uint8Array[]): void {
    if (lower(args, 0) === ':set' && args.length > 1) {
      if (lower(args, 1) === 'hints') this.hintsEnabled = true;
      else if (lower(args, 1) === 'nohints') this.hintsEnabled = false;
      else this.print(`unknown redis-cli preference '${lower(args, 1)}'\n`);
    } else this.print(`unknown redis-cli internal command '${lower(args, 0)}'\n`);
  }

  private async goTo(args: readonly Uint8Array[]): Promise<void> {
    const name = `${lower(args, 1)}:${Number.parseInt(lower(args, 2), 10) || 0}`;
    const address = this.server.addressOf(name, this.address);
    this.hangUp();
    if (address) {
      this.address = address;
      await this.connect();
    } else this.print(`Could not connect to Redis at ${name}: no such address\n`);
  }

  // ------------------------------------------------------------------------------------------------------ connecting

  private hangUp(): void {
    this.wire?.close();
    this.wire = undefined;
    if (this.place.inMulti) this.place = { ...this.place, inMulti: false, db: this.place.before };
  }

  /** Connects and logs in; prints why it could not. */
  private async connect(): Promise<boolean> {
    this.hangUp();
    const { db } = this.place;
    try {
      const wire = await ConsoleWire.open(this.server.url(this.address));
      this.wire = wire;
      const auth = authCommand(this.server.credentials);
      if (auth) await this.greet(wire, auth, 'AUTH');
      if (db !== 0 && !(await this.greet(wire, ['SELECT', String(db)], `SELECT ${db}`)))
        this.place = { ...this.place, db: 0 };
      if (this.options.resp3) await this.greet(wire, ['HELLO', '3'], 'HELLO 3');
      return true;
    } catch (error) {
      this.hangUp();
      const reason = error instanceof RemoteError ? error.message : String(error);
      this.print(`Could not connect to Redis at ${nameOf(this.address)}: ${reason}\n`);
      return false;
    }
  }

  private async greet(wire: ConsoleWire, command: string[], name: string): Promise<boolean> {
    this.send(wire, command);
    const { reply } = await this.heard(wire);
    if (reply.kind === 'error') this.print(`${name} failed: ${reply.text}\n`);
    return reply.kind !== 'error';
  }

  // -------------------------------------------------------------------------------------------------------- commands

  private async repeat(args: readonly Uint8Array[], times: number): Promise<void> {
    const began = performance.now();
    if (this.wire && !this.wire.isOpen) {
      // It has hung up meanwhile; redis-cli finds out with the command.
      this.lost(args);
      return;
    }
    if (!this.wire && !(await this.connect())) return;
    for (let left = times; left > 0 && !this.isInterrupted; left -= 1) {
      if (!(await this.once(args))) return;
      this.showPart();
    }
    const elapsed = Math.floor(performance.now() - began);
    if (elapsed >= SLOW && !this.options.raw && !this.isInterrupted) {
      const rest = String(Math.floor((elapsed % 1000) / 10)).padStart(2, '0');
      this.print(`(${Math.floor(elapsed / 1000)}.${rest}s)\n`);
    }
  }

  /** It changes while something is awaited. */
  private get isInterrupted(): boolean {
    return this.interrupted;
  }

  /** One command and its reply, wherever that comes from; false when the connection is gone. */
  private async once(args: readonly Uint8Array[]): Promise<boolean> {
    if (!this.place.inMulti && !this.options.raw && subscribes(args))
      this.print('Reading messages... (press Ctrl-C to quit)\n');
    let asking = false;
    for (let sent = 0; this.wire; sent += 1) {
      const { wire } = this;
      try {
        if (asking) {
          this.send(wire, ['ASKING']);
          await this.heard(wire);
        }
        this.send(wire, args);
        const reply = await this.replyTo(wire, args);
        const elsewhere = this.server.isCluster ? redirection(reply) : undefined;
        if (elsewhere && sent < MOST_REDIRECTIONS && (await this.followTo(elsewhere))) {
          asking = elsewhere.asking;
          continue;
        }
        this.printReply(reply, printsRaw(args));
        this.place = follow(this.place, args, reply);
        if (streams(args, reply)) {
          this.showPart(wire.isDrained);
          await this.listen(wire);
        }
        return true;
      } catch (error) {
        await this.failed(error, args);
        return false;
      }
    }
    return false;
  }

  /** The reply to a command; what comes unasked before it is printed. */
  private async replyTo(wire: ConsoleWire, args: readonly Uint8Array[]): Promise<Reply> {
    for (;;) {
      const { reply } = await this.heard(wire);
      if (reply.kind !== 'push' || isMessageOf(reply, args)) return reply;
      this.printReply(reply, false);
    }
  }

  /** Prints what comes until Ctrl-C. */
  private async listen(wire: ConsoleWire): Promise<void> {
    for (;;) {
      const { reply } = await this.heard(wire);
      this.printReply(reply, false);
      // What comes next may take its time.
      this.showPart(wire.isDrained);
    }
  }

  /** Goes to another node, and says so as redis-cli does; false where no way leads there. */
  private async followTo({ slot, address: name }: Redirection): Promise<boolean> {
    const address = this.server.addressOf(name, this.address);
    if (!address) return false;
    try {
      this.server.url(address);
    } catch {
      return false;
    }
    if (!this.options.raw)
      this.print(`-> Redirected to slot [${slot}] located at ${nameOf(address)}\n`);
    this.address = address;
    return this.connect();
  }

  private async failed(error: unknown, args: readonly Uint8Array[]): Promise<void> {
    if (this.closed) return;
    if (this.isInterrupted) {
      // As redis-cli does: a new connection listens to nothing.
      await this.connect();
      return;
    }
    if (error instanceof RemoteError && error.code !== 'lost') {
      this.print(`Error: ${error.message}\n`);
      this.hangUp();
    } else this.lost(args);
  }

  private lost(args: readonly Uint8Array[]): void {
    // After SHUTDOWN that is what was asked for.
    if (lower(args, 0) !== 'shutdown') this.print('Error: Server closed the connection\n');
    this.hangUp();
  }

  // ---------------------------------------------------------------------------------------------------------- output

  private send(wire: ConsoleWire, args: readonly (string | Uint8Array)[]): void {
    const bytes = encodeCommand(args);
    // A password that was typed elsewhere does not belong on the screen.
    this.sent.push(args[0] === 'AUTH' ? new Uint8Array() : bytes);
    wire.send(bytes);
  }

  private async heard(wire: ConsoleWire): Promise<RawReply> {
    const heard = await wire.next();
    this.received.push(heard.bytes);
    return heard;
  }

  private printReply(reply: Reply, verbatim: boolean): void {
    if (verbatim) this.print(raw(reply));
    else this.print(this.options.raw ? `${raw(reply)}\n` : terminal(reply));
  }

  private print(text: string): void {
    this.text += text.replaceAll('\r\n', '\n');
  }

  /** Shows what there is: at most once a frame, unless nothing may follow for long. */
  private showPart(now = false): void {
    if (!this.onPart || (!now && performance.now() - this.shown < FRAME)) return;
    this.shown = performance.now();
    this.onPart(this.output());
  }

  private output(): ConsolePart {
    const part = {
      text: this.text,
      marks: [],
      sent: concat(this.sent),
      received: concat(this.received),
    };
    this.text = '';
    this.sent = [];
    this.received = [];
    return part;
  }
}
