/**
 * What the page may ask of the lab, and what the lab tells the page.
 *
 * The lab runs in a dedicated worker; nothing here blocks the page's thread. Everything is asynchronous except
 * `watch…`, which returns at once and calls back. `openLab` in `./index` gives the one `Lab` of a page.
 *
 * Three rules hold everywhere:
 * - Redis strings are bytes. What comes from the server as a string comes as `RedisString` (see there); what goes to
 *   the server may be a JavaScript string (sent as UTF-8), bytes, or a `RedisString` that came from it.
 * - Processes are named by port (`6379`, or 6379), on another host than the first with its name (`db2:6379`).
 * - Times are milliseconds since 1970 by the lab's clock, unless a name says otherwise. Sizes are bytes.
 */

/** The port that everything uses when none is given. */
export const DEFAULT_PORT = 6379;

/** A process of the lab, by its port, behind the name of its host where that is not the first. */
export type Process = number | string;

/**
 * A string as Redis holds it. `text` can always be shown. When `bytes` is absent the string is exactly the UTF-8 of
 * `text`; when the string is no UTF-8, `bytes` holds it and `text` shows the odd bytes as `\xHH`.
 * `bytesOf` and `identityOf` in `./bytes` give the bytes, and a string to compare or join by.
 */
export interface RedisString {
  readonly text: string;
  readonly bytes?: Uint8Array;
}

/** Anything that may be sent as an argument. Numbers are sent in their shortest decimal form. */
export type Argument = string | number | bigint | Uint8Array | RedisString;

/** Stops what was started. Calling it twice is harmless. */
export type Unsubscribe = () => void;

// ---------------------------------------------------------------------------------------------------------------- lab

export interface LabOptions {
  /** Which saved lab: its files are kept in this browser under that name. `default` when absent. */
  readonly name?: string;
  /** Keeps nothing: files are in memory, and gone with the tab. */
  readonly temporary?: boolean;
  /** Seed of all chance in the lab; drawn at random when absent. The same seed and commands give the same lab. */
  readonly seed?: bigint;
  /** What `Lab.history` gave: it is made again, and the lab goes on from there. Implies `temporary`. */
  readonly history?: Uint8Array;
  /** With a history: its clock stands still at first. */
  readonly paused?: boolean;
  /** Is told how much of a history has been made again, 0 to 1. */
  readonly onArriving?: (done: number) => void;
  /** Gives opening up: it rejects with `closed`. */
  readonly signal?: AbortSignal;
}

/** One server process of the lab. */
export interface InstanceInfo {
  /** What it is called: `6379`, `db2:6379`. */
  readonly name: string;
  /** The address where it listens. */
  readonly host: string;
  readonly port: number;
  readonly sentinel: boolean;
  /** The configuration file that it was started with. */
  readonly conf?: string;
  /** The number of the process, while it is there. */
  readonly pid?: number;
  /** The address that it listens at, or `*`. */
  readonly bind: string;
  /** Whether it has left the terminal that it was started at (daemonize). */
  readonly daemonized: boolean;
  /** Whether its log goes to its standard output: `printed` tells it. */
  readonly prints: boolean;
  /**
   * `stopped`: the process is not there (killed, shut down, or it refused to start: see `reason`); `paused`: it stands
   * still, as by kill -STOP.
   */
  readonly state: 'loading' | 'running' | 'paused' | 'stopped';
  /** 0 to 1 while it loads its files. */
  readonly progress?: number;
  /** The last line of its log, when it stopped by itself. */
  readonly reason?: string;
}

/** `crashed` until `restart`; `closed` for good. */
export type LabStatus = 'running' | 'crashed' | 'closed';

export interface LabEvents {
  /** The engine panicked. Everything pending rejects with `LabError('crashed')`; offer `restart()`. */
  crash: CrashReport;
  status: LabStatus;
  /** An instance came or went, or its state changed. */
  instances: readonly InstanceInfo[];
  /** Where files are kept, and how that goes. */
  storage: StorageStatus;
  /** The clock was set, or another moment is shown. */
  time: LabTime;
}

/** What is known about a panic of the engine. */
export interface CrashReport {
  /** The panic's message, with file and line. */
  readonly message: string;
  /** The commands that led to it, the oldest first; the last one was running. At most 20. */
  readonly commands: readonly CrashedCommand[];
  readonly time: number;
  /** The wasm stack, when the browser gives one. */
  readonly stack?: string;
}

export interface CrashedCommand {
  /** Which client sent it, by the id of CLIENT ID. */
  readonly client: number;
  /** The command as redis-cli would quote it, long arguments cut. */
  readonly text: string;
}

export type LabErrorCode =
  /** The engine has panicked and was not yet restarted. */
  | 'crashed'
  /** The lab, connection or console was closed, by us or by the server. */
  | 'closed'
  /** Nothing listens at that port. */
  | 'refused'
  /** The disk said no: no such file, no space left. */
  | 'disk'
  /** A file is not what it should be. */
  | 'damaged'
  /** The worker or the wasm could not be loaded. */
  | 'unavailable';

/** Every rejection by the lab itself (error replies of a command are `ReplyError`). Implemented in `./errors`. */
export interface LabError extends Error {
  readonly name: 'LabError';
  readonly code: LabErrorCode;
}

/** A running lab. */
export interface Lab {
  /**
   * A real server is shown in the lab's place (`../remote`): files, network, clock, history, traffic and bridges are not
   * offered, and what is done cannot be undone.
   */
  readonly outside?: boolean;
  /** Who has a key is found out: views and connections need not name a server. */
  readonly isCluster?: boolean;
  /** Whether a way leads to a real server that another one names; absent in a lab, where everybody is reached. */
  reaches?(process: Process): boolean;
  readonly status: LabStatus;
  readonly instances: readonly InstanceInfo[];

  on<Name extends keyof LabEvents>(
    name: Name,
    listener: (event: LabEvents[Name]) => void,
  ): Unsubscribe;

  /**
   * A connection of the page's own, for code: it may do everything, also when a learner has set a password.
   * Rejects with `refused` when nothing listens there.
   */
  connect(options?: ConnectOptions): Promise<Connection>;
  /** One end of a bridge into the lab's network, for code that runs in a worker of its own; see `./bridge`. */
  openBridge(): { readonly port: MessagePort; close(): void };
  /** A redis-cli. Any number may be open, each with its own connection, database, transaction and protocol. */
  openConsole(options?: ConsoleOptions): Promise<Console>;

  /** The top (or bottom) of a sorted set, as it changes. */
  watchRanking(
    options: RankingOptions,
    listener: (update: RankingUpdate) => void,
  ): Watch<RankingOptions>;
  /** A window into the list of keys, as they change. */
  watchKeys(options: KeysOptions, listener: (update: KeysUpdate) => void): Watch<KeysOptions>;
  /** A window into one value, as it changes. */
  watchValue(options: ValueOptions, listener: (update: ValueUpdate) => void): Watch<ValueOptions>;
  /** One page of a value, once. */
  readValue(options: ValueOptions): Promise<ValueUpdate>;
  /** The gauges: now, and their past. */
  watchMetrics(
    options: MetricsOptions,
    listener: (update: MetricsUpdate) => void,
  ): Watch<MetricsOptions>;

  /** Save points, page cache, AOF and RDB of an instance, as they change. */
  watchPersistence(
    options: PersistenceOptions,
    listener: (update: PersistenceUpdate) => void,
  ): Watch<PersistenceOptions>;
  /** A window into the commands of an AOF file, as it grows. */
  watchLog(options: LogOptions, listener: (update: LogUpdate) => void): Watch<LogOptions>;

  /** The lab's disk. */
  readonly files: Files;
  /** Where the disk is kept. */
  readonly storage: StorageStatus;

  /** Ends the process of an instance at once, as kill -9: what it wrote stays, what it had in memory is gone. */
  kill(process?: Process): Promise<CrashLosses>;
  /** Power off and on: what was not synced is gone, and every instance starts from its files. */
  pullThePlug(): Promise<CrashLosses>;
  /**
   * Starts another process, as `redis-server` with these words would be started in a folder of the lab's disk, which is
   * made if it is not there, on a host that is added if there is none of that name. Resolves with its name once it
   * listens; rejects with `refused` and what it says if it does not start. It runs until the page is closed; its files
   * stay. Where it is started at a terminal, it prints a banner first.
   */
  launch(
    words: readonly string[],
    folder?: string,
    host?: string,
    terminal?: boolean,
  ): Promise<string>;
  /**
   * What redis-server (or a sentinel) would print instead of starting with a configuration of this text; '' if it would
   * start. Lines are counted from an empty one before the first.
   */
  checkConfig(text: string, sentinel?: boolean): Promise<string>;
  /** Asks a process to end as Ctrl-C does (SIGINT), or as kill does (SIGTERM): it may save, and says so in its log. */
  signal(process: Process, signal: 'INT' | 'TERM'): Promise<void>;
  /** What a process has printed after the line of this number: the number to ask with next, and the lines. */
  printed(process: Process, after: number): Promise<readonly [number, readonly string[]]>;
  /** Starts a process that has ended, from its files. Resolves once it listens. */
  start(process?: Process): Promise<void>;
  /** kill -STOP and kill -CONT: it stands still, or goes on. */
  pauseProcess(process: Process, stopped: boolean): Promise<void>;
  /** Takes a process that has ended off the list. Its files stay. */
  forget(process: Process): Promise<void>;
  /** The lines between processes. */
  readonly network: Network;
  /** The lab's clock, and its past. */
  readonly clock: Clock;
  /** Who runs where, who follows whom, what passes between them, what has happened: some ten times a second. */
  watchTopology(listener: (topology: Topology) => void): Unsubscribe;
  /**
   * What was done to the lab until the moment that is shown, from which `openLab` makes the same lab, wherever that is;
   * null when so much has happened that it is not kept.
   */
  history(): Promise<Uint8Array | null>;
  /**
   * The data of a server as a file that `files.load` takes: a snapshot, or the commands that make it. The server does not
   * notice. Rejects with `refused` when it does not run.
   */
  data(process: Process, kind: 'snapshot' | 'commands'): Promise<Uint8Array>;
  /** Another tab has this lab (`storage.reason` is `elsewhere`): takes it over; the other tab is told. */
  takeOver(): Promise<void>;
  /** The same, but leaves it there: works on a copy in memory (`storage.reason` is `temporary` then). */
  openCopy(): Promise<void>;
  /** Asks the browser not to evict what is stored; resolves with its answer, which `storage` shows too. */
  askToPersist(): Promise<boolean>;

  /** Sends random commands at a steady rate from inside the worker, until stopped. */
  startTraffic(options: TrafficOptions): Promise<Traffic>;

  /** Every command the engine knows, sorted by name, for help and reference. */
  commands(): Promise<readonly CommandInfo[]>;

  /**
   * A fresh engine after a crash (or at any time: what was in memory is gone). Consoles stay open and connect again
   * with their next command, as redis-cli does; watches go on by themselves; connections and traffic are closed.
   */
  restart(): Promise<void>;
  close(): void;
}

// ---------------------------------------------------------------------------------------------------- network and time

/** A line in one direction. */
export interface Line {
  /** How long a byte is on its way, in milliseconds. */
  readonly latency?: number;
  /** Up to so many milliseconds more, by chance. */
  readonly jitter?: number;
  /** Bytes a second that it takes; as many as there are when absent. */
  readonly bytesPerSecond?: number;
}

/** Lines are named by the processes at their ends. Connections outlive a cut: what is sent arrives when it is mended. */
export interface Network {
  /** Cuts a line in one direction, or mends it. */
  cut(from: Process, to: Process, cut: boolean): Promise<void>;
  setLine(from: Process, to: Process, line: Line): Promise<void>;
  /** The lines between all processes that have none of their own. */
  setLines(line: Line): Promise<void>;
  /** Mends all lines, and has none of them be slow. */
  heal(): Promise<void>;
}

export interface LabTime {
  /** What time is shown. */
  readonly now: number;
  /** When the history began; null when so much has happened that it is not kept any more. */
  readonly began: number | null;
  /** What time it is in the present: `now` unless the past is shown. */
  readonly present: number;
  readonly paused: boolean;
  /** How many times faster than real time the clock goes. */
  readonly speed: number;
  /** It is being led ahead. */
  readonly hurries: boolean;
  /** The past is shown. */
  readonly past: boolean;
}

export interface Clock {
  /** As it was when it last changed its pace or was set: the clock goes on from there. */
  readonly time: LabTime;
  /** What time it is in the lab. */
  now(): number;
  pause(paused: boolean): Promise<void>;
  /** From a thousandth to a thousand times real time. */
  setSpeed(speed: number): Promise<void>;
  /** Leads the clock ahead by so many milliseconds, as quickly as the lab can go. */
  hurry(by: number): Promise<void>;
  /** On to the next moment at which anything is due. */
  step(): Promise<void>;
  /** Shows an earlier moment. What is done there is forgotten, unless the lab is forked; false when there is no history. */
  lookAt(at: number): Promise<boolean>;
  lookAtPresent(): Promise<void>;
  /** Goes on from the moment that is shown: what has happened since has not happened. */
  fork(): Promise<void>;
  /** What was done to processes and lines: when, what, to whom. */
  deeds(): Promise<readonly (readonly [number, Deed, string])[]>;
}

export type Deed = 'start' | 'launch' | 'kill' | 'pause' | 'continue' | 'cut' | 'mend' | 'power';

export interface TopologyNode {
  readonly name: string;
  /** null while it does not run. */
  readonly role: 'primary' | 'replica' | 'sentinel' | null;
  /** The process that a replica follows, if it is one of the lab's. */
  readonly primary: string | null;
  /** Whether the replica hears it. */
  readonly link: boolean;
  /** How far the replication stream is, in bytes. */
  readonly offset: number;
  /** The slots of a cluster that it has: `0-5460`. */
  readonly slots?: string;
  /** The primaries that a sentinel watches, as far as they are of the lab. */
  readonly watches: readonly {
    readonly process: string | null;
    readonly state: 'ok' | 'sdown' | 'odown' | 'failover';
  }[];
}

export type MessageKind =
  | 'ping'
  | 'pong'
  | 'hello'
  | 'vote'
  | 'info'
  | 'ack'
  | 'handshake'
  | 'snapshot'
  | 'stream'
  | 'other';

export interface TopologyMessage {
  readonly from: string;
  readonly to: string;
  readonly kind: MessageKind;
  readonly sent: number;
  readonly arrives: number;
  readonly length: number;
}

/** A line of a process's log. */
export interface TopologyEvent {
  readonly number: number;
  readonly at: number;
  readonly process: string;
  readonly text: string;
}

export interface Topology {
  readonly time: LabTime;
  readonly nodes: readonly TopologyNode[];
  readonly cuts: readonly { readonly from: string; readonly to: string }[];
  /** Since the last update. */
  readonly messages: readonly TopologyMessage[];
  /** Since the last update; all there are in the first, and after the lab was led to another moment. */
  readonly events: readonly TopologyEvent[];
  /** `events` are all there are. */
  readonly anew: boolean;
}

// ------------------------------------------------------------------------------------------------------ disk and files

export interface StorageStatus {
  /** `memory`: nothing outlives the tab; `reason` says why. */
  readonly kind: 'indexeddb' | 'memory';
  /**
   * `temporary`: asked for; `unavailable`: the browser offers no storage here (private mode, a third-party frame);
   * `elsewhere`: another tab has this lab, this one works on nothing until `takeOver` or `openCopy`;
   * `newer`: stored by a newer Resplay, which this one does not understand: `files.exportAll` still gives it.
   */
  readonly reason?: 'temporary' | 'unavailable' | 'elsewhere' | 'newer';
  /** The answer of `navigator.storage.persist()`; null as long as nobody asked. */
  readonly persisted: boolean | null;
  /** Bytes used and allowed, as the browser estimates them. */
  readonly usage?: number;
  readonly quota?: number;
  /** What goes wrong at this moment; gone when it works again. Nothing is acknowledged meanwhile as durable. */
  readonly problem?: { readonly code: 'full' | 'closed' | 'failed'; readonly message: string };
}

export interface FileInfo {
  /** Absolute, such as /var/lib/redis/dump.rdb. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly size: number;
  /** Bytes that are in the page cache only: a power cut would lose them. */
  readonly unsynced: number;
  readonly modified: number;
}

/** Rejections are `LabError('disk')` with the operating system's text. */
export interface Files {
  /** Everything below a folder, by path; the whole disk when absent. */
  list(folder?: string): Promise<readonly FileInfo[]>;
  /** Bytes `offset` to `offset + length` of a file, clipped to what there is; the whole when absent. */
  read(path: string, offset?: number, length?: number): Promise<Uint8Array>;
  /** Writes and syncs a whole file; folders are made as needed. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes an empty folder in one that there is, and syncs it. */
  makeFolder(path: string): Promise<void>;
  /** Gives a file or folder another name, replacing a file of that name, and syncs that. */
  rename(from: string, to: string): Promise<void>;
  /** Called when a file has come, gone, grown or been synced; at most once a frame. */
  onChange(listener: () => void): Unsubscribe;
  /** Stored records as they are, for a lab that this version cannot open; null when there are none. */
  exportAll(): Promise<Uint8Array | null>;
  /**
   * Loads a dump.rdb or an AOF (single file, or RDB with AOF tail) into an instance, replacing its data, as if the
   * server had been started with it. Rejects with `LabError('damaged')` when the file is no such thing, naming offset
   * and cause; the data is as before then.
   */
  load(bytes: Uint8Array, process?: Process): Promise<{ readonly keys: number }>;
}

/** What a crash has lost. */
export interface CrashLosses {
  readonly cause: 'kill' | 'power';
  /** Write commands that had been acknowledged and are gone, the newest last; at most 1000. */
  readonly commands: readonly LostCommand[];
  /** How many there are in all. */
  readonly total: number;
}

export interface LostCommand {
  readonly port: number;
  readonly time: number;
  /** As redis-cli would quote it, long arguments cut. */
  readonly text: string;
  /**
   * `memory`: appendonly was off, and no snapshot has been made since; `buffer`: still in the process, not yet
   * written; `page-cache`: written but not synced when power went.
   */
  readonly why: 'memory' | 'buffer' | 'page-cache';
}

// -------------------------------------------------------------------------------------------------------- persistence

export interface PersistenceOptions {
  readonly port?: Process;
}

export interface PersistenceUpdate {
  /** Changes since the last snapshot that succeeded. */
  readonly dirty: number;
  readonly savePoints: readonly SavePoint[];
  /** When the last snapshot succeeded (LASTSAVE). */
  readonly lastSave: number;
  readonly lastSaveFailed: boolean;
  /** While BGSAVE or BGREWRITEAOF runs. */
  readonly running?: {
    readonly kind: 'bgsave' | 'rewrite';
    readonly keysDone: number;
    readonly keysTotal: number;
  };
  readonly rdbPath: string;
  readonly aof: {
    readonly enabled: boolean;
    readonly fsync: 'always' | 'everysec' | 'no';
    /** base, incr files and manifest as the manifest names them, in loading order. */
    readonly files: readonly AofFile[];
    /** Bytes appended but not yet handed to the disk (inside the process). */
    readonly buffered: number;
    /** Bytes in the page cache, not synced. */
    readonly unsynced: number;
    /** When the oldest of them was written; null when all is synced. */
    readonly unsyncedSince: number | null;
    /** When the last sync was through. */
    readonly lastSync: number | null;
    /** Size now, and after the last rewrite. */
    readonly size: number;
    readonly baseSize: number;
  };
}

export interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
  /** When the time of this point is over, counted from the last save. It fires then, or once the changes are there. */
  readonly due: number;
}

export interface AofFile {
  readonly path: string;
  readonly type: 'base' | 'incr';
  readonly size: number;
  readonly synced: number;
}

export interface LogOptions {
  /** An AOF file. */
  readonly path: string;
  /** The first command wanted; negative counts from the end. */
  readonly offset: number;
  /** 0 to 1000. */
  readonly limit: number;
}

export interface LogUpdate {
  readonly state: 'ok' | 'missing' | 'damaged';
  /** What is wrong and where, when damaged. */
  readonly message?: string;
  /** Commands in the file. */
  readonly total: number;
  readonly offset: number;
  readonly entries: readonly LogEntry[];
}

export interface LogEntry {
  /** Where it begins in the file, and how long it is. */
  readonly at: number;
  readonly length: number;
  /** `rdb`: the snapshot that a base file begins with; `note`: an annotation such as #TS:1700000000. */
  readonly kind: 'command' | 'rdb' | 'note';
  readonly text: string;
  /** Whether it would survive a power cut now. */
  readonly synced: boolean;
}

// -------------------------------------------------------------------------------------------------------- connections

export interface ConnectOptions {
  readonly port?: Process;
  /** SELECTed before anything else; 0 when absent. */
  readonly db?: number;
}

/** A client connection: bytes, and commands on top of them. */
export interface Connection {
  readonly port: Process;
  /**
   * Hands bytes to the server, and resolves with what it wrote while it worked on them (an incomplete command gives
   * no bytes). `bytes` is copied. Calls are answered in order. Do not mix with `call` on one connection while a
   * command is incomplete.
   */
  send(bytes: Uint8Array): Promise<Uint8Array>;
  /** One command. Rejects with `ReplyError` for an error reply. */
  call(...args: readonly Argument[]): Promise<Reply>;
  /** Many commands in one round trip; error replies stand in their places. */
  pipeline(commands: readonly (readonly Argument[])[]): Promise<Reply[]>;
  /** The server closed it, or the lab crashed. Not called for one's own `close`. */
  onClose(listener: () => void): Unsubscribe;
  close(): void;
}

/** A reply, RESP2 or RESP3, without loss. */
export type Reply =
  | { readonly kind: 'status'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  /** A bigint when it is beyond what a number holds exactly. */
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'string'; readonly value: RedisString }
  | { readonly kind: 'verbatim'; readonly format: string; readonly value: RedisString }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'double'; readonly value: number; readonly text: string }
  | { readonly kind: 'bignumber'; readonly text: string }
  | { readonly kind: 'array' | 'set' | 'push'; readonly items: readonly Reply[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Reply, Reply])[] };

/** An error reply to `Connection.call`; `message` is the server's text. Implemented in `./errors`. */
export interface ReplyError extends Error {
  readonly name: 'ReplyError';
}

// ------------------------------------------------------------------------------------------------------------ console

export interface ConsoleOptions {
  readonly port?: Process;
  /** As `redis-cli -n`. */
  readonly db?: number;
  /** As `redis-cli -3`: HELLO 3 first. */
  readonly resp3?: boolean;
  /** As `redis-cli --raw`. */
  readonly raw?: boolean;
  /** The language of help's summaries; English when absent. */
  readonly language?: 'en' | 'zh';
}

/** A redis-cli session. One line runs at a time; calls are queued in order. */
export interface Console {
  /** The prompt now, for example `127.0.0.1:6379[1](TX)> ` or `not connected> `. */
  readonly prompt: string;
  /** What is to be read before anything is entered. */
  readonly greeting?: string;
  /** Whether hints are wanted (`:set hints`, `:set nohints`). */
  readonly hintsEnabled: boolean;

  /**
   * Runs one line as if it was typed and entered: a command, a repeated command (`5 INCR n`), `help …`, `clear`,
   * `:set …`, `quit`. Never rejects for what was typed. Long repeats come in parts through `onPart`, in order, at
   * most one a frame; the result then holds only what came after the last part.
   */
  run(line: string, onPart?: (part: ConsolePart) => void): Promise<ConsoleOutput>;
  /** Ctrl-C: ends a long repeat after the command it is at; its `run` resolves with what there is. */
  interrupt(): void;

  /** What Tab offers at `cursor` (a UTF-16 offset into `line`). No candidates: nothing to offer. */
  complete(line: string, cursor: number): Promise<Completions>;
  /** The greyed hint to draw after the line as typed so far, its leading space included; '' for none. */
  hint(line: string): Promise<string>;
  /** The language of help's summaries from now on. */
  setLanguage(language: 'en' | 'zh'): void;

  close(): void;
}

/** A stretch of output. */
export interface ConsolePart {
  /** Exactly what redis-cli would print, lines ended by \n, without terminal escapes. '' when it prints nothing. */
  readonly text: string;
  /** Where redis-cli would use colour (only help does), by UTF-16 offsets into `text`, in order. */
  readonly marks: readonly ConsoleMark[];
  /** The RESP bytes of this part, both ways, for the switch that shows them. */
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
}

export interface ConsoleMark {
  readonly start: number;
  readonly end: number;
  /** `strong`: a command's name; `dim`: its arguments; `label`: a heading such as `summary:`. */
  readonly style: 'strong' | 'dim' | 'label';
}

export interface ConsoleOutput extends ConsolePart {
  /** The prompt from now on (also in `Console.prompt`). */
  readonly prompt: string;
  /** `clear` was typed: empty the screen. */
  readonly clear: boolean;
  /** `quit` or `exit` was typed: the console is closed. */
  readonly closed: boolean;
  /** The line holds a password (AUTH …) and must be kept out of the history. */
  readonly secret: boolean;
}

export interface Completions {
  /** The range of the line, by UTF-16 offsets, that a candidate's `text` takes the place of. */
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly Completion[];
}

export interface Completion {
  readonly text: string;
  /** One line about a command, in both languages; absent for what has none. */
  readonly summary?: Localized;
}

/** A text in each of the page's languages. */
export interface Localized {
  readonly en: string;
  readonly zh: string;
}

export interface CommandInfo {
  /** In capitals; a subcommand with its container: `CONFIG GET`. */
  readonly name: string;
  /** As in `help @group`, for example `sorted-set`. */
  readonly group: string;
  /** The arguments as `help` prints them, for example `key [NX | XX] score member [score member ...]`. */
  readonly syntax: string;
  readonly summary: Localized;
  readonly since: string;
  readonly complexity: string;
}

// --------------------------------------------------------------------------------------------------------- live views

/**
 * A live view. The first update comes at once; later ones when what it shows has changed, at most one per painted
 * frame (a page in the background gets none until it is back), and never for a change that it does not show.
 * It goes on across `Lab.restart`.
 */
export interface Watch<Options> {
  /** Changes what is watched (scrolling, another key); an update follows at once. Not given: stays as it was. */
  update(options: Partial<Options>): void;
  close(): void;
}

/** A watched place: instance and database. */
export interface Place {
  readonly port?: Process;
  readonly db?: number;
}

/** `wrongtype`: there is a value of another type at the key. */
export type KeyState = 'ok' | 'missing' | 'wrongtype';

export interface RankingOptions extends Place {
  readonly key: Argument;
  /** 1 to 1000. */
  readonly limit: number;
  /** `desc` (ZREVRANGE, the highest score first) when absent. */
  readonly order?: 'desc' | 'asc';
}

export interface RankingUpdate {
  readonly state: KeyState;
  /** TYPE of the key; `none` when it is missing. */
  readonly type: string;
  /** ZCARD; 0 unless `state` is `ok`. */
  readonly total: number;
  /** Best first. */
  readonly entries: readonly RankingEntry[];
  /** When the key expires; null for never. */
  readonly expiresAt: number | null;
}

export interface RankingEntry {
  /** 1 for the first in the chosen order. */
  readonly rank: number;
  readonly member: RedisString;
  /** May be infinite, never NaN. */
  readonly score: number;
  /** As the server prints it. */
  readonly scoreText: string;
}

export interface KeysOptions extends Place {
  /** Redis's glob; all keys when absent or `*`. */
  readonly pattern?: string;
  /** Only keys of this type, as TYPE names it. */
  readonly type?: string;
  /** `name` (by bytes) when absent. `ttl` puts what expires first first, and what never expires last. */
  readonly sort?: 'name' | 'type' | 'length' | 'memory' | 'ttl';
  readonly descending?: boolean;
  /** The first row wanted; clipped to what there is. */
  readonly offset: number;
  /** 0 to 1000. */
  readonly limit: number;
}

export interface KeysUpdate {
  /** How many keys match pattern and type: the height of a virtual list. */
  readonly total: number;
  /** The offset of the first row, after clipping. */
  readonly offset: number;
  readonly rows: readonly KeyRow[];
  /** Databases that hold keys, for a chooser. */
  readonly databases: readonly DatabaseInfo[];
  /** There may be more: only so many are listed of a real server. */
  readonly partial?: boolean;
}

export interface KeyRow {
  readonly key: RedisString;
  /** As TYPE: `string`, `list`, `hash`, `set`, `zset`, `stream`. */
  readonly type: string;
  /** As OBJECT ENCODING. */
  readonly encoding: string;
  /** STRLEN, LLEN, HLEN, SCARD, ZCARD or XLEN. */
  readonly length: number;
  /** As MEMORY USAGE. */
  readonly memory: number;
  /** When it expires; null for never. Count down against `Lab.clock.now()`. */
  readonly expiresAt: number | null;
}

export interface DatabaseInfo {
  readonly db: number;
  readonly keys: number;
  readonly expires: number;
}

export interface ValueOptions extends Place {
  readonly key: Argument;
  /** The first element (string: byte) wanted; clipped to what there is. */
  readonly offset?: number;
  /** How many elements (string: bytes); 100 when absent, at most 10 000 (string: 1 MB). */
  readonly limit?: number;
}

export interface ValueUpdate {
  readonly state: 'ok' | 'missing';
  /** As in `KeyRow`; absent when the key is missing. */
  readonly row?: KeyRow;
  /** The offset of the first element shown. */
  readonly offset: number;
  readonly content: ValueContent;
}

/** A window into a value. Sets and hashes come in the server's own order, which a rehash may change. */
export type ValueContent =
  | { readonly type: 'none' }
  | { readonly type: 'string'; readonly bytes: Uint8Array }
  | { readonly type: 'list'; readonly elements: readonly RedisString[] }
  | { readonly type: 'set'; readonly members: readonly RedisString[] }
  | { readonly type: 'hash'; readonly fields: readonly HashField[] }
  /** Lowest score first; `rank` is 1 for the first. */
  | { readonly type: 'zset'; readonly entries: readonly RankingEntry[] }
  /** The oldest first. */
  | { readonly type: 'stream'; readonly entries: readonly StreamEntry[] };

/** An entry of a stream; a field may come twice. */
export interface StreamEntry {
  readonly id: RedisString;
  readonly fields: readonly HashField[];
}

export interface HashField {
  readonly field: RedisString;
  readonly value: RedisString;
}

export interface MetricsOptions {
  readonly port?: Process;
}

/** One second of a server's life. */
export interface MetricsSample {
  readonly time: number;
  /** Commands run in the second that ended then. */
  readonly operationsPerSecond: number;
  /** Keyspace hits and misses in that second. */
  readonly hits: number;
  readonly misses: number;
  /** used_memory of INFO. */
  readonly usedMemory: number;
  /** Keys in all databases. */
  readonly keys: number;
  /** Connected clients. */
  readonly clients: number;
}

export interface MetricsUpdate {
  /** Every second since the server started, the oldest first, at most the last 600. A new one each second. */
  readonly samples: readonly MetricsSample[];
  /** The gauges at this moment (rates: over the last second so far). */
  readonly current: MetricsSample;
  /** Counters since the start or CONFIG RESETSTAT, as INFO stats has them. */
  readonly totals: MetricsTotals;
}

export interface MetricsTotals {
  readonly commands: number;
  readonly hits: number;
  readonly misses: number;
  readonly expired: number;
  readonly evicted: number;
}

// ------------------------------------------------------------------------------------------------------------ traffic

export interface TrafficOptions extends Place {
  /** Each turn sends one of these, drawn at random. */
  readonly commands: readonly (readonly TrafficArgument[])[];
  /** 1 to 10 000. */
  readonly perSecond: number;
}

/** A fixed argument, or one drawn anew each time: one of a list, or an integer from `min` to `max`. */
export type TrafficArgument =
  string | { readonly oneOf: readonly string[] } | { readonly min: number; readonly max: number };

export interface Traffic {
  /** Changes the rate; 0 pauses. */
  setRate(perSecond: number): void;
  /** The engine crashed, restarted, or closed the traffic's connection. Not called for one's own `stop`. */
  onStop(listener: () => void): Unsubscribe;
  stop(): void;
}
