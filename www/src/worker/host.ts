/** What the page's requests do to the engine, and what the engine does by itself. */

import type {
  CommandInfo,
  Completions,
  ConsoleMark,
  ConsoleOptions,
  CrashLosses,
  Deed,
  FileInfo,
  InstanceInfo,
  Line,
  TrafficOptions,
  ValueUpdate,
} from '../client/api';
import { DEFAULT_PORT } from '../client/api';
import { SERVICE_PORTS } from '../client/bridge';
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
  Written,
} from '../client/protocol';
import { concat, encodeCommand } from '../client/resp';
import {
  arrive,
  isFailure,
  openEngine,
  succeeded,
  toRecords,
  wasm,
  type Engine,
  type Failure,
  type Step,
} from './engine';
import { Bridge, type BridgeHost } from './bridge';
import { Listeners } from './listeners';
import { LabStorage } from './lab-storage';
import { TopologyWatch } from './topology-watch';
import { loadLua, prefetchLua } from './lua';
import { pause, Turns } from './turns';
import { TrafficSource } from './traffic';

/** Longest time between two ticks, in milliseconds. */
const TICK_MS = 100;

/** Time between two parts of a long output, in milliseconds. */
const FRAME_MS = 16;

/** The longest that making a history again may take, in milliseconds. */
const MAX_ARRIVAL_MS = 180_000;

export class Host implements Omit<Requests, 'open'> {
  private readonly post: (message: Message, transfer?: Transferable[]) => void;
  private engine: Engine | undefined;
  private crashed = false;
  private readonly clients = new Map<number, number>();
  private readonly traffic = new Map<number, TrafficSource>();
  private readonly bridges = new Map<number, Bridge>();
  private readonly bridgeHost: BridgeHost = {
    work: (work) => {
      const result = this.attempt(work);
      this.settle();
      return result;
    },
    listeners: new Listeners(),
    expect: () => this.turns.atMost(Math.min(this.nextWait(), TICK_MS)),
    startService: (port) => this.startService(port),
  };
  private services: Promise<void> | undefined;
  private readonly turns = new Turns(() => this.tick());
  private storage: LabStorage | undefined;
  private instances: readonly InstanceInfo[] = [];
  /** The page wants to know when files change. */
  private watchingFiles = false;
  private diskChanges = 0;
  private loading: Promise<unknown> = Promise.resolve();
  private readonly topology = new TopologyWatch((message) => this.post(message));
  /** Updates are on their way to the page and not yet painted. */
  private painting = false;

  constructor(post: (message: Message, transfer?: Transferable[]) => void) {
    this.post = post;
  }

  async open(options: OpenOptions): Promise<LabState> {
    const [storage] = await Promise.all([
      LabStorage.open(options, {
        status: (status) => this.post({ type: 'storage', storage: status }),
        settled: () => this.tick(),
      }),
      wasm.default(),
    ]);
    this.storage = storage;
    wasm.useLua(loadLua);
    prefetchLua();
    const { seed, port, history } = options;
    let engine = history
      ? await this.arrive(history, port, options.paused === true)
      : openEngine(storage.records, seed, port);
    if (isFailure(engine)) {
      storage.refuse(engine);
      engine = openEngine([], seed, port);
    }
    this.engine = succeeded(engine);
    storage.keep({
      takeBatch: () => this.attempt((engine) => engine.takeBatch()),
      batchDone: (id, error) => this.attempt((engine) => engine.batchDone(id, error)),
    });
    this.tick();
    const time = this.with((engine) => engine.time());
    return { instances: this.instances, storage: storage.status, time };
  }

  /** The engine of a lab that came from elsewhere. */
  private arrive(history: Uint8Array, port: number, paused: boolean): Promise<Engine> {
    const began = performance.now();
    return arrive(history, port, paused, async (done) => {
      if (performance.now() - began > MAX_ARRIVAL_MS)
        throw new LabError('damaged', 'The history takes too long');
      this.post({ type: 'arriving', done });
      await pause();
    });
  }

  // ------------------------------------------------------------------------------------------------------ connections

  connect(connection: number, process: string): Written {
    return this.with((engine) => {
      const client = engine.connect(process);
      if (client === undefined) throw refused(process);
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

  bridge(id: number, port: MessagePort): void {
    this.bridges.set(id, new Bridge(port, this.bridgeHost));
  }

  endBridge(id: number): void {
    this.bridges.get(id)?.end();
    this.bridges.delete(id);
  }

  private startService(port: number): Promise<void> | undefined {
    if (!SERVICE_PORTS.includes(port)) return undefined;
    this.services ??= import('../services').then(({ startServices }) => {
      const { port1, port2 } = new MessageChannel();
      // They are clients of the lab as any others; the page's bridges have positive numbers.
      this.bridge(-1, port1);
      return startServices(port2);
    });
    return this.services;
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
      return engine.openConsole(console, String(port), db, resp3, raw, language);
    });
  }

  async run(console: number, line: string): Promise<RunResult> {
    const secret = this.with((engine) => {
      engine.submit(console, line);
      return wasm.isSensitive(line);
    });
    let steps: Step[] = [];
    let shown = performance.now();
    for (;;) {
      const step = this.with((engine) => engine.stepConsole(console));
      if (step === undefined) throw new LabError('closed', 'The console is closed');
      steps.push(step);
      if (step.idle) {
        const { prompt, closed, hints } = step;
        const clear = steps.some((one) => one.clear);
        return { ...merge(steps), prompt, clear, closed, hints, secret };
      }
      // What others ask comes in between, and so does Ctrl-C. A reply that is late comes with a turn.
      this.storage?.wake();
      await (step.received.length > 0 ? pause() : this.turns.next(FRAME_MS));
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
    return this.with(() => wasm.complete(line));
  }

  hint(line: string): string {
    return this.with(() => wasm.hint(line));
  }

  commands(): CommandInfo[] {
    return this.with(() => wasm.commands());
  }

  // ------------------------------------------------------------------------------------------------------------ views

  watch(watch: number, options: ViewOptions): void {
    this.with((engine) => {
      const process = 'port' in options ? String(options.port ?? DEFAULT_PORT) : '';
      switch (options.view) {
        case 'ranking':
          engine.watchRanking(
            watch,
            process,
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
          engine.watchKeys(
            watch,
            process,
            db,
            bytesOf(pattern),
            type,
            sort,
            descending,
            offset,
            limit,
          );
          break;
        }
        case 'value':
          engine.watchValue(
            watch,
            process,
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
          engine.watchPersistence(watch, process);
          break;
        case 'log':
          engine.watchLog(watch, options.path, options.offset, options.limit);
          break;
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
      const { port = DEFAULT_PORT, db = 0, key, offset = 0, limit = 100 } = options;
      return engine.readValue(String(port), db, key, offset, limit);
    });
  }

  painted(): void {
    this.painting = false;
  }

  /** After anything that the engine was made to do: shows it, and stores what is to be stored. */
  settle(): void {
    this.storage?.wake();
    // What was done may be what somebody waits for.
    const waiting = [...this.bridges.values()].filter((bridge) => bridge.waits);
    if (waiting.length > 0)
      this.attempt((engine) => waiting.forEach((bridge) => bridge.look(engine)));
    this.showChanges();
  }

  /** Sends the page what its views have to show, unless it is still busy with the last updates. */
  private showChanges(): void {
    if (this.painting || this.crashed || this.engine === undefined) return;
    const updates = this.attempt((engine) => engine.takeUpdates()) ?? [];
    const files = this.watchingFiles && this.filesChanged();
    if (updates.length === 0 && !files) return;
    this.painting = true;
    this.post({ type: 'updates', updates, files });
  }

  private filesChanged(): boolean {
    const before = this.diskChanges;
    this.diskChanges = this.attempt((engine) => engine.diskChanges()) ?? before;
    return this.diskChanges !== before;
  }

  // ----------------------------------------------------------------------------------------------- processes and disk

  kill(process: string): Promise<CrashLosses> {
    const losses = this.with((engine) => engine.kill(process));
    this.tick();
    return Promise.resolve(losses);
  }

  async pullThePlug(): Promise<CrashLosses> {
    const storage = this.stored();
    this.with((engine) => engine.freeze());
    this.tick();
    // What the store has already been given may still be committed.
    const records = await storage.cut();
    const losses = this.answer((engine) => engine.powerCut(toRecords(records)));
    storage.resume();
    this.tick();
    return losses;
  }

  async launch(
    words: readonly string[],
    folder: string,
    host: string,
    terminal: boolean,
  ): Promise<string> {
    const process = this.answer((engine) => engine.launch(words, folder, host, terminal));
    await this.untilRunning(process);
    return process;
  }

  signal(process: string, interrupt: boolean): void {
    this.act((engine) => engine.signal(process, interrupt));
  }

  printed(process: string, after: number): readonly [number, readonly string[]] {
    return this.with((engine) => engine.printed(process, after));
  }

  start(process: string): Promise<void> {
    this.with((engine) => engine.start(process));
    return this.untilRunning(process);
  }

  private async untilRunning(process: string): Promise<void> {
    this.tick();
    for (;;) {
      const instance = this.instances.find(({ name }) => name === process);
      if (instance?.state === 'running') return;
      if (instance?.state !== 'loading')
        throw instance?.reason === undefined
          ? refused(process)
          : new LabError('refused', instance.reason);
      // While the clock stands still it gets no further.
      if (this.with((engine) => engine.time()).paused) return;
      await this.turns.next();
    }
  }

  // ------------------------------------------------------------------------------------------------- network and time

  /** Does something to the lab, and lets it have its effect. */
  private act<Result>(work: (engine: Engine) => Result): Result {
    const result = this.with(work);
    this.tick();
    return result;
  }

  pauseProcess(process: string, stopped: boolean): void {
    this.act((engine) => engine.pauseProcess(process, stopped));
  }

  forget(process: string): void {
    this.act((engine) => engine.forget(process));
  }

  cut(from: string, to: string, cut: boolean): void {
    this.act((engine) => engine.cut(from, to, cut));
  }

  setLine(from: string, to: string, line: Line): void {
    const { latency = 0, jitter = 0, bytesPerSecond = 0 } = line;
    this.act((engine) => engine.setLine(from, to, latency, jitter, bytesPerSecond));
  }

  heal(): void {
    this.act((engine) => engine.heal());
  }

  watchTopology(watch: boolean): void {
    this.act((engine) => this.topology.watch(engine, watch));
  }

  pauseClock(paused: boolean): void {
    this.act((engine) => engine.pauseClock(paused));
  }

  setSpeed(speed: number): void {
    this.act((engine) => engine.setSpeed(speed));
  }

  hurry(by: number): void {
    this.act((engine) => engine.hurry(by));
  }

  step(): void {
    this.act((engine) => engine.step());
  }

  lookAt(at: number): boolean {
    return this.moved((engine) => engine.lookAt(at));
  }

  lookAtPresent(): void {
    this.moved((engine) => engine.lookAtPresent());
  }

  fork(): void {
    this.moved((engine) => engine.fork());
  }

  /** Has the lab show another moment. */
  private moved<Result>(work: (engine: Engine) => Result): Result {
    return this.act((engine) => {
      const result = work(engine);
      this.topology.anew(engine);
      return result;
    });
  }

  deeds(): (readonly [number, Deed, string])[] {
    return this.with((engine) => engine.deeds());
  }

  history(): Uint8Array | null {
    return this.with((engine) => engine.history()) ?? null;
  }

  data(process: string, snapshot: boolean): Uint8Array {
    const data = this.with((engine) => engine.data(process, snapshot));
    if (data === undefined) throw refused(process);
    return data;
  }

  listFiles(folder: string): FileInfo[] {
    return this.answer((engine) => engine.files(folder));
  }

  readFile(path: string, offset: number, length: number): Uint8Array {
    return this.answer((engine) => engine.readFile(path, offset, length));
  }

  writeFile(path: string, bytes: Uint8Array): Promise<void> {
    return this.synced(this.answer((engine) => engine.writeFile(path, bytes)));
  }

  removeFile(path: string): Promise<void> {
    return this.synced(this.answer((engine) => engine.removeFile(path)));
  }

  makeFolder(path: string): Promise<void> {
    return this.synced(this.answer((engine) => engine.makeFolder(path)));
  }

  checkConfig(text: string, sentinel: boolean): string {
    return this.with((engine) => engine.checkConfig(text, sentinel));
  }

  renameFile(from: string, to: string): Promise<void> {
    return this.synced(this.answer((engine) => engine.renameFile(from, to)));
  }

  watchFiles(watch: boolean): void {
    this.watchingFiles = watch;
    this.filesChanged();
  }

  exportAll(): Promise<Uint8Array | null> {
    return this.stored().export();
  }

  load(bytes: Uint8Array, process: string): Promise<{ keys: number }> {
    // One file at a time: what is loaded last is what is there then.
    const load = this.loading.then(() => this.loadNow(bytes, process));
    this.loading = load.catch(() => undefined);
    return load;
  }

  private async loadNow(bytes: Uint8Array, process: string): Promise<{ keys: number }> {
    this.answer((engine) => engine.load(process, bytes));
    for (;;) {
      const keys = this.answer((engine) => engine.loadStep());
      if (keys !== undefined) {
        this.tick();
        return { keys };
      }
      await pause();
    }
  }

  private async synced(sync: number): Promise<void> {
    this.storage?.wake();
    while (!this.answer((engine) => engine.isSynced(sync))) await this.turns.next();
  }

  private stored(): LabStorage {
    if (this.storage === undefined) throw new LabError('unavailable', 'The lab is not open');
    return this.storage;
  }

  // ---------------------------------------------------------------------------------------------------------- traffic

  startTraffic(traffic: number, options: TrafficOptions): void {
    const process = String(options.port ?? DEFAULT_PORT);
    const client = this.with((engine) => engine.connect(process));
    if (client === undefined) throw refused(process);
    if (options.db) {
      const select = encodeCommand(['SELECT', options.db]);
      this.with((engine) => engine.send(client, select));
    }
    const source = new TrafficSource(options, (bytes) => {
      const isClosed = this.attempt((engine) => {
        engine.send(client, bytes);
        return engine.isClosed(client);
      });
      this.settle();
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
    const wait = this.attempt((engine) => {
      const milliseconds = engine.tick();
      this.passOnOutput(engine);
      this.tellInstances(engine);
      this.topology.tell(engine);
      return milliseconds;
    });
    this.settle();
    this.turns.over(wait === undefined ? undefined : Math.min(wait, TICK_MS, this.nextWait()));
  }

  /** Milliseconds until the wait of somebody at a bridge is over. */
  private nextWait(): number {
    const waiting = [...this.bridges.values()].filter((bridge) => bridge.waits);
    if (waiting.length === 0) return Infinity;
    const time = this.attempt((engine) => engine.time());
    if (time === undefined || time.paused) return Infinity;
    const left = Math.min(...waiting.map((bridge) => bridge.next(time.now)));
    const real = left / time.speed;
    // Browsers make timers wait for four milliseconds at least.
    return real < 4 ? 0 : Math.floor(real);
  }

  private tellInstances(engine: Engine): void {
    const instances = engine.takeInstances();
    if (instances === undefined) return;
    this.instances = instances;
    this.post({ type: 'instances', instances });
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

  /** The same for what may fail without having crashed. */
  private answer<Result>(work: (engine: Engine) => Result | Failure): Result {
    return this.with((engine) => succeeded(work(engine)));
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
    this.turns.over(undefined);
    this.storage?.stop();
    for (const source of this.traffic.values()) source.stop();
    this.traffic.clear();
    const known = wasm.takeCrash();
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

function refused(process: string): LabError {
  return new LabError('refused', `Nothing listens at port ${process}`);
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
