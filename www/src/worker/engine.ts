/** The engine as wasm, with types that say what its calls answer. */

import type {
  CommandInfo,
  Completions,
  ConsoleMark,
  CrashedCommand,
  CrashLosses,
  Deed,
  FileInfo,
  InstanceInfo,
  LabErrorCode,
  LabTime,
  Topology,
  ValueUpdate,
} from '../client/api';
import { LabError } from '../client/errors';
import type { ViewUpdate } from '../client/protocol';
import * as generated from '../generated/engine';
import type { Batch, StoredRecord } from './storage';

/** What a console did in one step. */
export interface Step {
  readonly text: string;
  readonly marks: readonly ConsoleMark[];
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  readonly prompt: string;
  readonly clear: boolean;
  readonly closed: boolean;
  readonly hints: boolean;
  readonly idle: boolean;
}

/** What could not be done. It is answered, not thrown: whatever the engine throws is a crash. */
export interface Failure {
  readonly failure: LabErrorCode | 'newer';
  readonly message: string;
}

/** Numbers of consoles, views and loads are the caller's, those of connections and syncs the engine's. */
export interface Engine {
  connect(process: string): number | undefined;
  connectClient(host: string, port: number): number | undefined;
  send(connection: number, bytes: Uint8Array): Uint8Array;
  takeOutput(connection: number): Uint8Array;
  isClosed(connection: number): boolean;
  disconnect(connection: number): void;

  openConsole(
    console: number,
    process: string,
    db: number,
    resp3: boolean,
    raw: boolean,
    language: string,
  ): Step;
  submit(console: number, line: string): void;
  stepConsole(console: number): Step | undefined;
  interrupt(console: number): void;
  setLanguage(console: number, language: string): void;
  closeConsole(console: number): void;

  watchRanking(
    watch: number,
    process: string,
    db: number,
    key: Uint8Array,
    limit: number,
    descending: boolean,
  ): void;
  watchKeys(
    watch: number,
    process: string,
    db: number,
    pattern: Uint8Array,
    type: string,
    sort: string,
    descending: boolean,
    offset: number,
    limit: number,
  ): void;
  watchValue(
    watch: number,
    process: string,
    db: number,
    key: Uint8Array,
    offset: number,
    limit: number,
  ): void;
  watchMetrics(watch: number): void;
  watchPersistence(watch: number, process: string): void;
  watchLog(watch: number, path: string, offset: number, limit: number): void;
  unwatch(watch: number): void;
  readValue(
    process: string,
    db: number,
    key: Uint8Array,
    offset: number,
    limit: number,
  ): ValueUpdate;
  takeUpdates(): [number, ViewUpdate][];

  /** Milliseconds until the next call is due; 0 when there is more to do at once. */
  tick(): number;

  takeBatch(): Batch | undefined;
  batchDone(id: number, error?: string): void;
  diskChanges(): number;
  files(folder: string): FileInfo[] | Failure;
  readFile(path: string, offset: number, length: number): Uint8Array | Failure;
  writeFile(path: string, bytes: Uint8Array): number | Failure;
  removeFile(path: string): number | Failure;
  makeFolder(path: string): number | Failure;
  renameFile(from: string, to: string): number | Failure;
  checkConfig(text: string, sentinel: boolean): string;
  isSynced(sync: number): boolean | Failure;
  load(process: string, bytes: Uint8Array): true | Failure;
  /** The number of keys; undefined as long as there is more to load. */
  loadStep(): number | undefined | Failure;

  takeInstances(): InstanceInfo[] | undefined;
  launch(
    words: readonly string[],
    folder: string,
    host: string,
    terminal: boolean,
  ): string | Failure;
  signal(process: string, interrupt: boolean): void;
  printed(process: string, after: number): [number, string[]];
  start(process: string): void;
  kill(process: string): CrashLosses;
  pauseProcess(process: string, stopped: boolean): void;
  forget(process: string): void;
  freeze(): void;
  powerCut(records: Records): CrashLosses | Failure;

  cut(from: string, to: string, cut: boolean): void;
  setLine(from: string, to: string, latency: number, jitter: number, rate: number): void;
  heal(): void;
  watchMessages(watch: boolean): void;
  topology(after: number): Omit<Topology, 'time' | 'anew'>;
  deeds(): (readonly [number, Deed, string])[];

  history(): Uint8Array | undefined;
  data(process: string, snapshot: boolean): Uint8Array | undefined;

  time(): LabTime;
  pauseClock(paused: boolean): void;
  setSpeed(speed: number): void;
  hurry(by: number): void;
  step(): void;
  lookAt(at: number): boolean;
  lookAtPresent(): void;
  fork(): void;
}

/** Records on their way into the engine, which takes them over. */
interface Records {
  push(key: number, bytes: Uint8Array): void;
}

/** A lab whose history is being made again. */
interface Arriving {
  /** How much is done; 1 at the end. */
  step(): number | Failure;
  /** Throws a `Failure`. */
  finish(port: number, paused: boolean): Engine;
}

interface Module {
  readonly default: () => Promise<unknown>;
  readonly Engine: (new (seed: bigint, port: number) => Engine) & {
    /** Throws a `Failure`. */
    restore(records: Records, seed: bigint, port: number): Engine;
  };
  readonly Records: new () => Records;
  /** Throws a `Failure`. */
  readonly Arriving: new (history: Uint8Array) => Arriving;
  /** Says where Lua comes from; called at the first script. */
  readonly useLua: (load: () => BufferSource | WebAssembly.Module) => void;
  readonly commands: () => CommandInfo[];
  readonly complete: (line: string) => Completions;
  readonly hint: (line: string) => string;
  readonly isSensitive: (line: string) => boolean;
  readonly takeCrash: () => { message: string | null; commands: CrashedCommand[] };
}

// The generated types know values that were serialised only as `any`.
export const wasm = generated as unknown as Module;

export function toRecords(stored: readonly StoredRecord[]): Records {
  const records = new wasm.Records();
  for (const [key, bytes] of stored) records.push(key, bytes);
  return records;
}

const isFailure = (answer: unknown): answer is Failure =>
  typeof answer === 'object' && answer !== null && 'failure' in answer;

/** The engine with what a store holds on its disk, or why it cannot be that. */
export function openEngine(
  records: readonly StoredRecord[],
  seed: bigint,
  port: number,
): Engine | Failure {
  if (records.length === 0) return new wasm.Engine(seed, port);
  try {
    return wasm.Engine.restore(toRecords(records), seed, port);
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

/** The engine in which a history has been made again, in steps that let others have their turn. */
export async function arrive(
  history: Uint8Array,
  port: number,
  paused: boolean,
  step: (done: number) => Promise<void>,
): Promise<Engine> {
  try {
    const arriving = new wasm.Arriving(history);
    for (;;) {
      const done = succeeded(arriving.step());
      if (done === 1) return arriving.finish(port, paused);
      await step(done);
    }
  } catch (error) {
    if (isFailure(error)) return succeeded<Engine>(error);
    throw error;
  }
}

/** The answer, if it is no failure. */
export function succeeded<Answer>(answer: Answer | Failure): Answer {
  if (!isFailure(answer)) return answer;
  const { failure, message } = answer;
  throw new LabError(failure === 'newer' ? 'damaged' : failure, message);
}

export { isFailure };
