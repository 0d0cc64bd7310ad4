/**
 * What the package offers: a lab of Redis-compatible servers in this thread, and clients of it.
 *
 * Times are the lab's, in milliseconds since 1970. Processes are named by their port (6379 or '6379'), on another host
 * than the first with its name ('db2:6379').
 */

import type {
  Argument,
  CrashLosses,
  FileInfo,
  InstanceInfo,
  LabErrorCode,
  Line,
  Process,
  TopologyNode,
} from '../../www/src/client/api';
import type { LabError, ReplyError } from '../../www/src/client/errors';

export type {
  Argument,
  CrashLosses,
  FileInfo,
  InstanceInfo,
  LabErrorCode,
  Line,
  Process,
  TopologyNode,
};

// ---------------------------------------------------------------------------------------------------------------- lab

/** Where a wasm module comes from. */
export type WasmSource =
  ArrayBuffer | ArrayBufferView | WebAssembly.Module | Response | URL | string;

export interface LabOptions {
  /** `real` (as is when absent) goes as fast as yours; `manual` stands still, and goes when you `advance` it. */
  readonly clock?: 'real' | 'manual';
  /** What time it is in the lab when it opens; what it is outside when absent. */
  readonly now?: number | Date;
  /** Seed of all chance; drawn at random when absent. */
  readonly seed?: number | bigint;
  /** Lines for the first server's redis.conf, behind those that are there. */
  readonly config?: string;
  /** Files that are there before the first server starts, by path: its snapshot is /var/lib/redis/dump.rdb. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /**
   * The wasm modules, when they are not to be had from beside this one. What the first lab of a thread says holds for
   * all of them.
   */
  readonly wasm?: { readonly engine?: WasmSource; readonly lua?: WasmSource };
}

/** A machine with servers, sentinels, files and a network of its own. */
export interface Lab extends AsyncDisposable {
  /** What time it is in the lab. */
  readonly now: number;
  /** Its processes. */
  readonly instances: readonly InstanceInfo[];
  /** How a process stands to the others: its role, whom it follows, whether it hears it. */
  node(process?: Process): TopologyNode;
  readonly clock: Clock;
  readonly files: Files;
  readonly network: Network;

  /** A client of the process that listens at a port: 6379 when absent. Rejects with `refused` when none does. */
  connect(port?: number, options?: ConnectOptions): Promise<Client>;
  /** Bytes to and from such a process, as Web streams. */
  webStream(port?: number, options?: HostOptions): ByteStreams;
  /** The same with the least there is, for adapters. Throws `refused` when nothing listens there. */
  open(port?: number, options?: HostOptions): Wire;

  /** Leads the clock ahead, however it goes. What is due meanwhile happens at its own time, in its order. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Waits until a condition holds, and leads a clock that stands still ahead meanwhile. Rejects when it does not within
   * a time, a minute of the lab's when absent.
   */
  until(
    condition: () => boolean | Promise<boolean>,
    options?: {
      /** Milliseconds after which it is given up; 60 000 when absent. */
      readonly within?: number;
      /** Milliseconds between two looks; 100 when absent. */
      readonly every?: number;
    },
  ): Promise<void>;

  /**
   * Starts a process by a command line: `['redis-server', '--port', '6380', '--replicaof', '127.0.0.1', '6379']`,
   * `['redis-sentinel', '/etc/sentinel.conf']`. Resolves once it listens; rejects with `refused` and what it says if it
   * does not start.
   */
  launch(words: readonly string[], options?: LaunchOptions): Promise<InstanceInfo>;
  /** Starts a process that has ended, from its files. */
  start(process: Process): Promise<void>;
  /** Ends a process at once, as kill -9: what it wrote stays, what it had in memory is gone. */
  kill(process: Process): Promise<CrashLosses>;
  /** kill -STOP: it stands still, with its connections open. */
  pause(process: Process): void;
  /** kill -CONT. */
  resume(process: Process): void;
  /** Power off and on: what was not synced is gone, and every process starts from its files. */
  pullThePlug(): Promise<CrashLosses>;
  /** Replaces the data of a server by those of a dump.rdb or an AOF; answers how many keys there are then. */
  load(bytes: Uint8Array, process?: Process): Promise<number>;
  /** The lines of the logs of all processes, or of one, as far as they are kept. */
  log(process?: Process): LogLine[];

  /** Ends everything: clients, processes, files. */
  close(): Promise<void>;
}

export interface HostOptions {
  /** The name or address of the host; the first when absent. */
  readonly host?: string;
}

export interface ConnectOptions extends HostOptions {
  /** The protocol: 3 when absent, in which maps, sets, doubles and booleans come as such. */
  readonly resp?: 2 | 3;
  /** SELECTed at first; 0 when absent. */
  readonly db?: number;
  readonly username?: string;
  readonly password?: string;
}

export interface LaunchOptions extends HostOptions {
  /** Where it is started, and keeps its files: a folder of its own when absent. It is made if it is not there. */
  readonly folder?: string;
}

export interface LogLine {
  readonly at: number;
  /** The name of the process. */
  readonly process: string;
  readonly text: string;
}

export interface Clock {
  readonly isPaused: boolean;
  /** How many times faster than real time it goes, when it is not paused. */
  readonly speed: number;
  pause(): void;
  resume(): void;
  /** From a thousandth to a thousand times real time. */
  setSpeed(speed: number): void;
  /** On to the next moment at which anything is due; answers by how many milliseconds. */
  step(): Promise<number>;
}

/** The lab's disk, which is in memory. Rejects with `disk` and the operating system's words. */
export interface Files {
  /** Everything below a folder; the whole disk when absent. */
  list(folder?: string): FileInfo[];
  read(path: string): Uint8Array;
  /** Writes a whole file and syncs it; folders are made as needed. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Removes a file or an empty folder. */
  remove(path: string): Promise<void>;
}

/** The lines between processes, each in one direction. What is sent over a line that is cut arrives when it is mended. */
export interface Network {
  cut(from: Process, to: Process): void;
  mend(from: Process, to: Process): void;
  setLine(from: Process, to: Process, line: Line): void;
  /** Of all that have no line of their own. */
  setLines(line: Line): void;
  /** Mends all, and has none of them be slow. */
  heal(): void;
}

/** Bytes to and from a process. `close()` on the writer hangs up. */
export interface ByteStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** A connection, at its barest. */
export interface Wire {
  /** Hands bytes to the process. What it answers at once comes before this returns. */
  write(bytes: Uint8Array): void;
  /** Called with what it sends; set it before anything is written. */
  onData: (bytes: Uint8Array) => void;
  /** Called once when the other end has hung up, not for one's own `close`; with why, when the lab has ended. */
  onClose: (why?: LabError) => void;
  /** Takes nothing more for a while: what waits stays with the process, which bounds it. */
  pause(): void;
  resume(): void;
  /** Whether this keeps a program running that has nothing else to do; it does not unless it is told to. */
  ref(): void;
  unref(): void;
  close(): void;
}

// ------------------------------------------------------------------------------------------------------------- client

/**
 * A reply as JavaScript sees it. Strings are strings if they are UTF-8, else bytes; integers beyond 2^53 are bigints;
 * errors within an array stand there as `ReplyError`. In RESP3 there are also booleans, doubles, maps and sets.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | ReplyError
  | Value[]
  | Map<Value, Value>
  | Set<Value>;

/** A command and its arguments. */
export type Command = readonly [name: string, ...args: Argument[]];

export interface BytesOption {
  /** All strings as bytes. */
  readonly bytes?: boolean;
}

/** A connection to one process. Commands are answered in order. Rejects with `closed` when it is gone. */
export interface Client extends AsyncDisposable {
  /** Runs a command. Rejects with `ReplyError` for an error reply. */
  call<Reply extends Value = Value>(...command: Command): Promise<Reply>;
  /** The same with all strings of the reply as bytes. */
  callBytes<Reply extends Value = Value>(...command: Command): Promise<Reply>;
  /** Many commands in one go. Error replies stand in their places. */
  pipeline(commands: readonly Command[], options?: BytesOption): Promise<Value[]>;
  /** Between MULTI and EXEC, in one go: null when a key that was watched has changed. */
  multi(commands: readonly Command[], options?: BytesOption): Promise<Value[] | null>;

  /** Listens to channels, until it is closed. With a listener they are told it, else read them with `for await`. */
  subscribe(channels: string | readonly string[], listener?: Listener): Promise<Subscription>;
  /** Listens to all channels whose names match patterns. */
  psubscribe(patterns: string | readonly string[], listener?: Listener): Promise<Subscription>;
  /** Listens to shard channels. */
  ssubscribe(channels: string | readonly string[], listener?: Listener): Promise<Subscription>;

  /** What the server says unasked, besides messages: `['invalidate', …]` of client tracking. Returns what ends it. */
  onPush(listener: (push: readonly Value[]) => void): () => void;
  /** The server has hung up. Not called for one's own `close`. */
  onClose(listener: () => void): () => void;
  readonly isClosed: boolean;
  close(): Promise<void>;
}

export type Listener = (message: string | Uint8Array, channel: string) => void;

export interface Message {
  readonly channel: string;
  /** The pattern that the channel matches, with `psubscribe`. */
  readonly pattern?: string;
  readonly message: string | Uint8Array;
}

/** Ends with its client. Leaving a `for await` closes it. */
export interface Subscription extends AsyncIterable<Message>, AsyncDisposable {
  close(): Promise<void>;
}
