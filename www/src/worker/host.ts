/** What the page's requests do to the engine, and what the engine does by itself. */

import type {
  CommandInfo,
  Completions,
  ConsoleMark,
  ConsoleOptions,
  CrashedCommand,
  CrashLosses,
  FileInfo,
  TrafficOptions,
  ValueUpdate,
} from '../client/api';
import { DEFAULT_PORT } from '../client/api';
import { bytesOf } from '../client/bytes';
import { LabError } from '../client/errors';
import type {
  ConsoleState,
  LabState,
  Message,
  OpenOptions,
  Requests,
  RunResult,
  ViewOptions,
  ViewUpdate,
  Written,
} from '../client/protocol';
import { concat, encodeCommand } from '../client/resp';
import init, {
  Engine,
  commands,
  complete,
  hint,
  isSensitive,
  takeCrash,
} from '../generated/engine';
import { TrafficSource } from './traffic';

/** Longest time between two ticks, in milliseconds. */
const TICK_MS = 100;

/** Time between two parts of a long output, in milliseconds. */
const FRAME_MS = 16;

/** What a console did in one step, as the engine tells it. */
interface Step {
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

const notYet = (): LabError =>
  new LabError('unavailable', 'The engine has no disk in this version yet');

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

export class Host implements Omit<Requests, 'open'> {
  private readonly post: (message: Message, transfer?: Transferable[]) => void;
  private engine: Engine | undefined;
  private crashed = false;
  private readonly clients = new Map<number, number>();
  private readonly traffic = new Map<number, TrafficSource>();
  private tickTimer: ReturnType<typeof setTimeout> | undefined;
  /** Updates are on their way to the page and not yet painted. */
  private painting = false;

  constructor(post: (message: Message, transfer?: Transferable[]) => void) {
    this.post = post;
  }

  async open({ seed, port }: OpenOptions): Promise<LabState> {
    await init();
    this.engine = new Engine(seed, port);
    this.tick();
    return {
      instances: [{ host: '127.0.0.1', port, state: 'running' }],
      storage: { kind: 'memory', persisted: null },
    };
  }

  // ------------------------------------------------------------------------------------------------------ connections

  connect(connection: number, port: number): Written {
    return this.with((engine) => {
      const client = engine.connect(port);
      if (client === undefined) throw new LabError('refused', `Nothing listens at port ${port}`);
      this.clients.set(connection, client);
      return this.written(engine, client, engine.takeOutput(client));
    });
  }

  send(connection: number, bytes: Uint8Array): Written {
    return this.with((engine) => {
      const client = this.clients.get(connection);
      if (client === undefined) throw new LabError('closed', 'The connection is closed');
      return this.written(engine, client, engine.send(client, bytes));
    });
  }

  disconnect(connection: number): void {
    const client = this.clients.get(connection);
    this.clients.delete(connection);
    if (client !== undefined) this.with((engine) => engine.disconnect(client));
  }

  private written(engine: Engine, client: number, bytes: Uint8Array): Written {
    return { bytes, closed: engine.isClosed(client) };
  }

  /** What the server wrote later than it was sent something: it slept. */
  private passOnOutput(engine: Engine): void {
    for (const [connection, client] of this.clients) {
      const written = this.written(engine, client, engine.takeOutput(client));
      if (written.bytes.length > 0 || written.closed)
        this.post({ type: 'written', connection, written });
    }
  }

  // --------------------------------------------------------------------------------------------------------- consoles

  openConsole(console: number, options: ConsoleOptions): ConsoleState {
    return this.with((engine) => {
      const { port = DEFAULT_PORT, db = 0, resp3 = false, raw = false, language = 'en' } = options;
      return engine.openConsole(console, port, db, resp3, raw, language) as Step;
    });
  }

  async run(console: number, line: string): Promise<RunResult> {
    const secret = this.with((engine) => {
      engine.submit(console, line);
      return isSensitive(line);
    });
    let steps: Step[] = [];
    let shown = performance.now();
    for (;;) {
      const step = this.with((engine) => engine.stepConsole(console) as Step | undefined);
      if (step === undefined) throw new LabError('closed', 'The console is closed');
      steps.push(step);
      if (step.idle) {
        const { prompt, closed, hints } = step;
        const clear = steps.some((one) => one.clear);
        return { ...merge(steps), prompt, clear, closed, hints, secret };
      }
      // What others ask comes in between, and so does Ctrl-C.
      await pause(step.received.length > 0 ? 0 : FRAME_MS);
      this.showChanges();
      if (performance.now() - shown >= FRAME_MS && steps.some((one) => one.text !== '')) {
        this.post({ type: 'part', console, part: merge(steps) });
        steps = [];
        shown = performance.now();
      }
    }
  }

  interrupt(console: number): void {
    this.with((engine) => engine.interrupt(console));
  }

  setLanguage(console: number, language: 'en' | 'zh'): void {
    this.with((engine) => engine.setLanguage(console, language));
  }

  closeConsole(console: number): void {
    this.with((engine) => engine.closeConsole(console));
  }

  complete(line: string): Completions {
    return this.with(() => complete(line) as Completions);
  }

  hint(line: string): string {
    return this.with(() => hint(line));
  }

  commands(): CommandInfo[] {
    return this.with(() => commands() as CommandInfo[]);
  }

  // ------------------------------------------------------------------------------------------------------------ views

  watch(watch: number, options: ViewOptions): void {
    this.with((engine) => {
      switch (options.view) {
        case 'ranking':
          engine.watchRanking(
            watch,
            options.db ?? 0,
            options.key,
            options.limit,
            options.order !== 'asc',
          );
          break;
        case 'keys': {
          const {
            db = 0,
            pattern = '*',
            type = '',
            sort = 'name',
            descending = false,
            offset,
            limit,
          } = options;
          engine.watchKeys(watch, db, bytesOf(pattern), type, sort, descending, offset, limit);
          break;
        }
        case 'value':
          engine.watchValue(
            watch,
            options.db ?? 0,
            options.key,
            options.offset ?? 0,
            options.limit ?? 100,
          );
          break;
        case 'metrics':
          engine.watchMetrics(watch);
          break;
        case 'persistence':
        case 'log':
          throw notYet();
      }
      // What has just been asked for is not made to wait for a frame that shows something else.
      this.painting = false;
    });
  }

  unwatch(watch: number): void {
    this.with((engine) => engine.unwatch(watch));
  }

  readValue(options: ViewOptions & { readonly view: 'value' }): ValueUpdate {
    return this.with((engine) => {
      const { db = 0, key, offset = 0, limit = 100 } = options;
      return engine.readValue(db, key, offset, limit) as ValueUpdate;
    });
  }

  painted(): void {
    this.painting = false;
  }

  /** Sends the page what its views have to show, unless it is still busy with the last updates. */
  showChanges(): void {
    if (this.painting || this.crashed || this.engine === undefined) return;
    const updates = this.attempt((engine) => engine.takeUpdates() as [number, ViewUpdate][]);
    if (updates === undefined || updates.length === 0) return;
    this.painting = true;
    this.post({ type: 'updates', updates, files: false });
  }

  // ----------------------------------------------------------------------------------------------- processes and disk

  kill(): Promise<CrashLosses> {
    throw notYet();
  }

  pullThePlug(): Promise<CrashLosses> {
    throw notYet();
  }

  start(): Promise<void> {
    throw notYet();
  }

  listFiles(): FileInfo[] {
    throw notYet();
  }

  readFile(): Uint8Array {
    throw notYet();
  }

  writeFile(): Promise<void> {
    throw notYet();
  }

  removeFile(): Promise<void> {
    throw notYet();
  }

  watchFiles(): void {
    throw notYet();
  }

  exportAll(): Promise<Uint8Array | null> {
    throw notYet();
  }

  load(): Promise<{ keys: number }> {
    throw notYet();
  }

  // ---------------------------------------------------------------------------------------------------------- traffic

  startTraffic(traffic: number, options: TrafficOptions): void {
    const client = this.with((engine) => engine.connect(options.port ?? DEFAULT_PORT));
    if (client === undefined)
      throw new LabError('refused', `Nothing listens at port ${options.port ?? DEFAULT_PORT}`);
    if (options.db) {
      const select = encodeCommand(['SELECT', options.db]);
      this.with((engine) => engine.send(client, select));
    }
    const source = new TrafficSource(options, (bytes) => {
      const isClosed = this.attempt((engine) => {
        engine.send(client, bytes);
        return engine.isClosed(client);
      });
      this.showChanges();
      if (isClosed !== false) this.endTraffic(traffic);
    });
    source.onStop = () => this.attempt((engine) => engine.disconnect(client));
    this.traffic.set(traffic, source);
  }

  setRate(traffic: number, perSecond: number): void {
    this.traffic.get(traffic)?.setRate(perSecond);
  }

  stopTraffic(traffic: number): void {
    this.traffic.get(traffic)?.stop();
    this.traffic.delete(traffic);
  }

  private endTraffic(traffic: number): void {
    this.stopTraffic(traffic);
    this.post({ type: 'trafficStopped', traffic });
  }

  // ------------------------------------------------------------------------------------------------- time and crashes

  private tick(): void {
    clearTimeout(this.tickTimer);
    const wait = this.attempt((engine) => {
      const milliseconds = engine.tick();
      this.passOnOutput(engine);
      return milliseconds;
    });
    this.showChanges();
    if (wait !== undefined) {
      this.tickTimer = setTimeout(() => this.tick(), Math.min(wait, TICK_MS));
    }
  }

  /** Works with the engine. Anything that wasm throws is a crash; an error of ours is not. */
  private with<Result>(work: (engine: Engine) => Result): Result {
    if (this.crashed) throw new LabError('crashed', 'The engine has crashed');
    if (this.engine === undefined) throw new LabError('unavailable', 'The engine is not loaded');
    try {
      return work(this.engine);
    } catch (error) {
      if (error instanceof LabError) throw error;
      this.crash(error);
      throw new LabError('crashed', 'The engine has crashed');
    }
  }

  /** The same for what nobody waits for; undefined when there is no engine to work with. */
  private attempt<Result>(work: (engine: Engine) => Result): Result | undefined {
    try {
      return this.with(work);
    } catch {
      return undefined;
    }
  }

  private crash(error: unknown): void {
    this.crashed = true;
    clearTimeout(this.tickTimer);
    for (const source of this.traffic.values()) source.stop();
    this.traffic.clear();
    const known = takeCrash() as { message: string | null; commands: CrashedCommand[] };
    const message = known.message ?? (error instanceof Error ? error.message : String(error));
    const stack = error instanceof Error ? error.stack : undefined;
    const report = {
      message,
      commands: known.commands,
      time: Date.now(),
      ...(stack === undefined ? {} : { stack }),
    };
    this.post({ type: 'crash', report });
  }
}

/** Steps that are shown as one. */
function merge(steps: readonly Step[]): Pick<Step, 'text' | 'marks' | 'sent' | 'received'> {
  const [only] = steps;
  if (only !== undefined && steps.length === 1) {
    const { text, marks, sent, received } = only;
    return { text, marks, sent, received };
  }
  const marks: ConsoleMark[] = [];
  let text = '';
  for (const step of steps) {
    const at = text.length;
    marks.push(
      ...step.marks.map((mark) => ({ ...mark, start: mark.start + at, end: mark.end + at })),
    );
    text += step.text;
  }
  return {
    text,
    marks,
    sent: concat(steps.map((step) => step.sent)),
    received: concat(steps.map((step) => step.received)),
  };
}
