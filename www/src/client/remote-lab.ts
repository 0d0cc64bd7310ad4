/** The lab, seen from the page. */

import {
  DEFAULT_PORT,
  type CommandInfo,
  type ConnectOptions,
  type Connection,
  type Console,
  type ConsoleOptions,
  type CrashLosses,
  type Files,
  type InstanceInfo,
  type KeysOptions,
  type KeysUpdate,
  type Lab,
  type LabEvents,
  type LabOptions,
  type LabStatus,
  type LogOptions,
  type LogUpdate,
  type MetricsOptions,
  type MetricsUpdate,
  type PersistenceOptions,
  type PersistenceUpdate,
  type RankingOptions,
  type RankingUpdate,
  type LabTime,
  type Process,
  type StorageStatus,
  type Topology,
  type Traffic,
  type TrafficOptions,
  type Unsubscribe,
  type ValueOptions,
  type ValueUpdate,
  type Watch,
} from './api';
import { bytesOf } from './bytes';
import { RemoteConnection } from './connection';
import { LabError } from './errors';
import type { OpenOptions, ViewOptions, ViewUpdate } from './protocol';
import { RemoteConsole } from './remote-console';
import { RemoteFiles } from './remote-files';
import { RemoteClock, RemoteNetwork } from './remote-topology';
import { WorkerLink, type Announcement } from './worker-link';

interface Watched {
  options: ViewOptions;
  listener(update: ViewUpdate): void;
}

/** What a tab wants with a lab that another tab may have. */
type OpenMode = Pick<OpenOptions, 'takeOver' | 'copy'>;
const OWN: OpenMode = { takeOver: false, copy: false };

export class RemoteLab implements Lab {
  status: LabStatus = 'running';
  instances: readonly InstanceInfo[] = [];
  storage: StorageStatus = { kind: 'memory', persisted: null };
  readonly network = new RemoteNetwork(() => this.link);
  readonly clock = new RemoteClock(() => this.link);
  private readonly remoteFiles: RemoteFiles;
  private readonly topologyListeners = new Set<(topology: Topology) => void>();
  private readonly options: Omit<OpenOptions, keyof OpenMode>;
  private readonly listeners = new Map<keyof LabEvents, Set<(event: never) => void>>();
  private readonly connections = new Map<number, RemoteConnection>();
  private readonly consoles = new Map<number, RemoteConsole>();
  private readonly watches = new Map<number, Watched>();
  private readonly traffic = new Map<number, () => void>();
  private link: WorkerLink;
  private readonly onArriving: ((done: number) => void) | undefined;
  private lastId = 0;

  constructor(options: LabOptions) {
    const { history } = options;
    this.onArriving = options.onArriving;
    this.options = {
      name: options.name ?? 'default',
      temporary: options.temporary ?? history !== undefined,
      seed: options.seed ?? randomSeed(),
      port: DEFAULT_PORT,
      ...(history && { history, paused: options.paused ?? false }),
    };
    this.link = this.newLink();
    this.remoteFiles = new RemoteFiles(this.link);
  }

  get files(): Files {
    return this.remoteFiles;
  }

  /** Waits until the engine runs. */
  async open(mode: OpenMode = OWN): Promise<void> {
    const state = await this.link.ask('open', [{ ...this.options, ...mode }]);
    this.setInstances(state.instances);
    this.setStorage(state.storage);
    this.setTime(state.time);
  }

  on<Name extends keyof LabEvents>(
    name: Name,
    listener: (event: LabEvents[Name]) => void,
  ): Unsubscribe {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  async connect(options: ConnectOptions = {}): Promise<Connection> {
    const link = this.link;
    const id = ++this.lastId;
    const port = options.port ?? DEFAULT_PORT;
    const connection = new RemoteConnection(port, {
      send: (bytes) => link.ask('send', [id, bytes], [bytes.buffer as ArrayBuffer]),
      close: () => {
        this.connections.delete(id);
        link.tell('disconnect', [id]);
      },
    });
    this.connections.set(id, connection);
    try {
      connection.receive(await link.ask('connect', [id, String(port)]));
      if (options.db) await connection.call('SELECT', options.db);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  openBridge(): { readonly port: MessagePort; close(): void } {
    const { port1, port2 } = new MessageChannel();
    const id = ++this.lastId;
    const { link } = this;
    // Where there is no lab nobody answers at the other end.
    link.ask('bridge', [id, port1], [port1]).catch(() => port1.close());
    return { port: port2, close: () => link.tell('endBridge', [id]) };
  }

  async openConsole(options: ConsoleOptions = {}): Promise<Console> {
    const id = ++this.lastId;
    const console = new RemoteConsole(id, options, this.link, () => this.consoles.delete(id));
    this.consoles.set(id, console);
    await console.open(this.link);
    return console;
  }

  watchRanking(
    options: RankingOptions,
    listener: (update: RankingUpdate) => void,
  ): Watch<RankingOptions> {
    return this.watch(
      options,
      (given) => ({ ...given, view: 'ranking', key: bytesOf(given.key) }),
      listener as (update: ViewUpdate) => void,
    );
  }

  watchKeys(options: KeysOptions, listener: (update: KeysUpdate) => void): Watch<KeysOptions> {
    return this.watch(
      options,
      (given) => ({ ...given, view: 'keys' }),
      listener as (update: ViewUpdate) => void,
    );
  }

  watchValue(options: ValueOptions, listener: (update: ValueUpdate) => void): Watch<ValueOptions> {
    return this.watch(options, valueView, listener as (update: ViewUpdate) => void);
  }

  readValue(options: ValueOptions): Promise<ValueUpdate> {
    return this.link.ask('readValue', [valueView(options)]);
  }

  watchMetrics(
    options: MetricsOptions,
    listener: (update: MetricsUpdate) => void,
  ): Watch<MetricsOptions> {
    return this.watch(
      options,
      () => ({ view: 'metrics' }),
      listener as (update: ViewUpdate) => void,
    );
  }

  watchPersistence(
    options: PersistenceOptions,
    listener: (update: PersistenceUpdate) => void,
  ): Watch<PersistenceOptions> {
    return this.watch(
      options,
      (given) => ({ ...given, view: 'persistence' }),
      listener as (update: ViewUpdate) => void,
    );
  }

  watchLog(options: LogOptions, listener: (update: LogUpdate) => void): Watch<LogOptions> {
    return this.watch(
      options,
      (given) => ({ ...given, view: 'log' }),
      listener as (update: ViewUpdate) => void,
    );
  }

  kill(process: Process = DEFAULT_PORT): Promise<CrashLosses> {
    return this.link.ask('kill', [String(process)]);
  }

  pullThePlug(): Promise<CrashLosses> {
    return this.link.ask('pullThePlug', []);
  }

  launch(words: readonly string[], folder = '/', host = '', terminal = false): Promise<string> {
    return this.link.ask('launch', [words, folder, host, terminal]);
  }

  checkConfig(text: string, sentinel = false): Promise<string> {
    return this.link.ask('checkConfig', [text, sentinel]);
  }

  signal(process: Process, signal: 'INT' | 'TERM'): Promise<void> {
    return this.link.ask('signal', [String(process), signal === 'INT']);
  }

  printed(process: Process, after: number): Promise<readonly [number, readonly string[]]> {
    return this.link.ask('printed', [String(process), after]);
  }

  start(process: Process = DEFAULT_PORT): Promise<void> {
    return this.link.ask('start', [String(process)]);
  }

  pauseProcess(process: Process, stopped: boolean): Promise<void> {
    return this.link.ask('pauseProcess', [String(process), stopped]);
  }

  forget(process: Process): Promise<void> {
    return this.link.ask('forget', [String(process)]);
  }

  watchTopology(listener: (topology: Topology) => void): Unsubscribe {
    this.topologyListeners.add(listener);
    // Whoever comes is told everything, and so are the others.
    this.link.tell('watchTopology', [true]);
    return () => {
      if (this.topologyListeners.delete(listener) && this.topologyListeners.size === 0)
        this.link.tell('watchTopology', [false]);
    };
  }

  history(): Promise<Uint8Array | null> {
    return this.link.ask('history', []);
  }

  data(process: Process, kind: 'snapshot' | 'commands'): Promise<Uint8Array> {
    return this.link.ask('data', [String(process), kind === 'snapshot']);
  }

  takeOver(): Promise<void> {
    return this.reopen({ takeOver: true, copy: false });
  }

  openCopy(): Promise<void> {
    return this.reopen({ takeOver: false, copy: true });
  }

  async askToPersist(): Promise<boolean> {
    // Only a page may ask, and some browsers answer only after a gesture.
    const persisted = await navigator.storage.persist().catch(() => false);
    this.setStorage({ ...this.storage, persisted });
    return persisted;
  }

  async startTraffic(options: TrafficOptions): Promise<Traffic> {
    const link = this.link;
    const id = ++this.lastId;
    const listeners = new Set<() => void>();
    this.traffic.set(id, () => {
      for (const listener of listeners) listener();
    });
    await link.ask('startTraffic', [id, options]);
    return {
      setRate: (perSecond) => link.tell('setRate', [id, perSecond]),
      onStop: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      stop: () => {
        this.traffic.delete(id);
        link.tell('stopTraffic', [id]);
      },
    };
  }

  commands(): Promise<readonly CommandInfo[]> {
    return this.link.ask('commands', []);
  }

  restart(): Promise<void> {
    return this.reopen(OWN);
  }

  private async reopen(mode: OpenMode): Promise<void> {
    if (this.status === 'closed') throw new LabError('closed', 'The lab is closed');
    // A new worker: what has panicked, or never returns, cannot be mended.
    this.link.end('crashed');
    this.loseConnections();
    this.link = this.newLink();
    await this.open(mode);
    this.remoteFiles.reopen(this.link);
    for (const console of this.consoles.values()) await console.open(this.link);
    for (const [id, { options }] of this.watches) this.link.tell('watch', [id, options]);
    if (this.topologyListeners.size > 0) this.link.tell('watchTopology', [true]);
    this.setStatus('running');
  }

  close(): void {
    if (this.status === 'closed') return;
    this.link.end('closed');
    this.loseConnections();
    this.consoles.clear();
    this.watches.clear();
    this.setStatus('closed');
  }

  private newLink(): WorkerLink {
    const link: WorkerLink = new WorkerLink((message) => {
      // A worker that has been given up may still have something on its way.
      if (link === this.link) this.receive(message);
    });
    return link;
  }

  private watch<Options extends object>(
    options: Options,
    toView: (options: Options) => ViewOptions,
    listener: (update: ViewUpdate) => void,
  ): Watch<Options> {
    const id = ++this.lastId;
    let current = options;
    const watched: Watched = { options: toView(current), listener };
    const start = (): void => {
      this.watches.set(id, watched);
      this.link.tell('watch', [id, watched.options]);
    };
    start();
    return {
      update: (changes) => {
        if (!this.watches.has(id)) return;
        current = { ...current, ...changes };
        watched.options = toView(current);
        start();
      },
      close: () => {
        if (this.watches.delete(id)) this.link.tell('unwatch', [id]);
      },
    };
  }

  private receive(message: Announcement): void {
    switch (message.type) {
      case 'updates': {
        const link = this.link;
        for (const [id, update] of message.updates) this.watches.get(id)?.listener(update);
        if (message.files) this.remoteFiles.changed();
        // The worker sends no more until this frame has been painted.
        requestAnimationFrame(() => link.tell('painted', []));
        break;
      }
      case 'arriving':
        this.onArriving?.(message.done);
        break;
      case 'instances':
        this.setInstances(message.instances);
        break;
      case 'storage':
        this.setStorage(message.storage);
        break;
      case 'time':
        this.setTime(message.time);
        break;
      case 'topology':
        this.clock.time = message.topology.time;
        for (const listener of this.topologyListeners) listener(message.topology);
        break;
      case 'part':
        this.consoles.get(message.console)?.part(message.part);
        break;
      case 'written':
        this.connections.get(message.connection)?.receive(message.written);
        break;
      case 'trafficStopped':
        this.stopTraffic(message.traffic);
        break;
      case 'crash':
        this.loseConnections();
        this.setStatus('crashed');
        this.emit('crash', message.report);
        break;
    }
  }

  private loseConnections(): void {
    for (const connection of [...this.connections.values()]) connection.lost();
    for (const id of [...this.traffic.keys()]) this.stopTraffic(id);
    for (const console of this.consoles.values()) console.lost();
  }

  private stopTraffic(id: number): void {
    const stopped = this.traffic.get(id);
    this.traffic.delete(id);
    stopped?.();
  }

  private setInstances(instances: readonly InstanceInfo[]): void {
    this.instances = instances;
    this.emit('instances', instances);
  }

  private setStorage(storage: StorageStatus): void {
    // Whether storage may be evicted is asked here, not in the worker.
    this.storage = { ...storage, persisted: storage.persisted ?? this.storage.persisted };
    this.emit('storage', this.storage);
  }

  private setTime(time: LabTime): void {
    this.clock.time = time;
    this.emit('time', time);
  }

  private setStatus(status: LabStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.emit('status', status);
  }

  private emit<Name extends keyof LabEvents>(name: Name, event: LabEvents[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      (listener as (event: LabEvents[Name]) => void)(event);
    }
  }
}

function valueView(options: ValueOptions): ViewOptions & { readonly view: 'value' } {
  return { ...options, view: 'value', key: bytesOf(options.key) };
}

function randomSeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}
