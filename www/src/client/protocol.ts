/** What page and worker say to each other. Each side has one place that sends and one that receives. */

import type {
  CommandInfo,
  Completions,
  ConsoleOptions,
  ConsoleOutput,
  ConsolePart,
  CrashLosses,
  CrashReport,
  FileInfo,
  InstanceInfo,
  KeysOptions,
  KeysUpdate,
  LabErrorCode,
  LabTime,
  LogOptions,
  LogUpdate,
  MetricsUpdate,
  PersistenceOptions,
  PersistenceUpdate,
  Deed,
  Line,
  RankingOptions,
  RankingUpdate,
  StorageStatus,
  Topology,
  TrafficOptions,
  ValueOptions,
  ValueUpdate,
} from './api';

/** A watched view; keys are bytes by now. */
export type ViewOptions =
  | ({ readonly view: 'ranking' } & Omit<RankingOptions, 'key'> & { readonly key: Uint8Array })
  | ({ readonly view: 'keys' } & KeysOptions)
  | ({ readonly view: 'value' } & Omit<ValueOptions, 'key'> & { readonly key: Uint8Array })
  | { readonly view: 'metrics' }
  | ({ readonly view: 'persistence' } & PersistenceOptions)
  | ({ readonly view: 'log' } & LogOptions);

export type ViewUpdate =
  RankingUpdate | KeysUpdate | ValueUpdate | MetricsUpdate | PersistenceUpdate | LogUpdate;

/** What a worker is told at its start. */
export interface OpenOptions {
  readonly name: string;
  readonly temporary: boolean;
  readonly seed: bigint;
  readonly port: number;
  /** Takes the lab from the tab that has it. */
  readonly takeOver: boolean;
  /** Reads what is stored without owning it, and keeps the copy in memory. */
  readonly copy: boolean;
  /** A history to begin with. */
  readonly history?: Uint8Array;
  /** The clock of such a lab stands still at first. */
  readonly paused?: boolean;
}

/** What a page knows of a lab that it does not have to ask for. */
export interface LabState {
  readonly instances: readonly InstanceInfo[];
  readonly storage: StorageStatus;
  readonly time: LabTime;
}

/** What the server wrote, and whether it hung up. */
export interface Written {
  readonly bytes: Uint8Array;
  readonly closed: boolean;
}

export interface ConsoleState {
  readonly prompt: string;
  readonly hints: boolean;
}

export type RunResult = ConsoleOutput & { readonly hints: boolean };

/** What the page asks; numbers that name things are chosen by the page. */
export interface Requests {
  open(options: OpenOptions): LabState;
  /** Rejects when nothing listens at the port. */
  connect(connection: number, process: string): Written;
  send(connection: number, bytes: Uint8Array): Written;
  disconnect(connection: number): void;
  /** Serves who speaks the bridge's protocol (./bridge) at the other end of a port: code that runs in a worker. */
  bridge(bridge: number, port: MessagePort): void;
  /** Closes all that is open there. */
  endBridge(bridge: number): void;
  openConsole(console: number, options: ConsoleOptions): ConsoleState;
  run(console: number, line: string): Promise<RunResult>;
  interrupt(console: number): void;
  setLanguage(console: number, language: 'en' | 'zh'): void;
  closeConsole(console: number): void;
  complete(line: string): Completions;
  hint(line: string): string;
  commands(): CommandInfo[];
  watch(watch: number, options: ViewOptions): void;
  unwatch(watch: number): void;
  readValue(options: ViewOptions & { readonly view: 'value' }): ValueUpdate;
  startTraffic(traffic: number, options: TrafficOptions): void;
  setRate(traffic: number, perSecond: number): void;
  stopTraffic(traffic: number): void;
  kill(process: string): Promise<CrashLosses>;
  pullThePlug(): Promise<CrashLosses>;
  launch(
    words: readonly string[],
    folder: string,
    host: string,
    terminal: boolean,
  ): Promise<string>;
  signal(process: string, interrupt: boolean): void;
  printed(process: string, after: number): readonly [number, readonly string[]];
  start(process: string): Promise<void>;
  pauseProcess(process: string, stopped: boolean): void;
  forget(process: string): void;
  cut(from: string, to: string, cut: boolean): void;
  /** Between all processes when both names are empty. */
  setLine(from: string, to: string, line: Line): void;
  heal(): void;
  watchTopology(watch: boolean): void;
  pauseClock(paused: boolean): void;
  setSpeed(speed: number): void;
  hurry(by: number): void;
  step(): void;
  lookAt(at: number): boolean;
  lookAtPresent(): void;
  fork(): void;
  deeds(): (readonly [number, Deed, string])[];
  history(): Uint8Array | null;
  data(process: string, snapshot: boolean): Uint8Array;
  listFiles(folder: string): FileInfo[];
  readFile(path: string, offset: number, length: number): Uint8Array;
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  removeFile(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  checkConfig(text: string, sentinel: boolean): string;
  renameFile(from: string, to: string): Promise<void>;
  /** Whether the page wants to know when files change. */
  watchFiles(watch: boolean): void;
  exportAll(): Promise<Uint8Array | null>;
  load(bytes: Uint8Array, process: string): Promise<{ keys: number }>;
  /** The updates have been painted: the next may come. */
  painted(): void;
}

export type RequestName = keyof Requests;

/** From the page. */
export interface Request<Name extends RequestName = RequestName> {
  /** What the answer will carry; 0 when none is wanted. */
  readonly id: number;
  readonly name: Name;
  readonly args: Parameters<Requests[Name]>;
}

/** From the worker. */
export type Message =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'failure';
      readonly id: number;
      readonly code: LabErrorCode;
      readonly message: string;
    }
  | { readonly type: 'part'; readonly console: number; readonly part: ConsolePart }
  | {
      readonly type: 'updates';
      readonly updates: readonly (readonly [number, ViewUpdate])[];
      /** Files have changed. */
      readonly files: boolean;
    }
  | { readonly type: 'instances'; readonly instances: readonly InstanceInfo[] }
  | { readonly type: 'storage'; readonly storage: StorageStatus }
  | { readonly type: 'arriving'; readonly done: number }
  | { readonly type: 'time'; readonly time: LabTime }
  | { readonly type: 'topology'; readonly topology: Topology }
  | { readonly type: 'written'; readonly connection: number; readonly written: Written }
  | { readonly type: 'trafficStopped'; readonly traffic: number }
  | { readonly type: 'crash'; readonly report: CrashReport };
