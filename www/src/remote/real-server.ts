/** A real server, a cluster or a sentinel in the place of the lab: what the page's views ask of it. */

import {
  DEFAULT_PORT,
  type CommandInfo,
  type ConnectOptions,
  type Connection,
  type Console,
  type ConsoleOptions,
  type InstanceInfo,
  type KeysOptions,
  type KeysUpdate,
  type Lab,
  type LabEvents,
  type LabStatus,
  type MetricsOptions,
  type MetricsUpdate,
  type Process,
  type RankingOptions,
  type RankingUpdate,
  type Reply,
  type StorageStatus,
  type Topology,
  type Unsubscribe,
  type ValueOptions,
  type ValueUpdate,
  type Watch,
} from '../client/api';
import { bytesOf } from '../client/bytes';
import { serverAddress, type BridgeAddress, type ServerAddress } from './address';
import type { Credentials } from './client';
import { Info, textOf } from './info';
import { KeyList } from './keys';
import { Gauges } from './metrics';
import { Nodes, type Kind } from './nodes';
import { noClock, noFiles, noNetwork, notOffered, realTime } from './not-offered';
import { Poll } from './poll';
import { RemoteError } from './problem';
import { rankingCommands, rankingOf } from './ranking';
import { RealConsole } from './real-console';
import { RoutedConnection } from './routed-connection';
import { discover, instanceOf, kindOf, type Seen } from './topology';
import { readValue } from './value';

/** How often things are asked for, in milliseconds. */
const RANKING = 200;
const ROWS = 1000;
const SCAN = 2000;
const METRICS = 1000;
const TOPOLOGY = 1000;
/** So long a refusal is shown that does not come again. */
const REFUSED = 6000;
/** Whether the server is still there, while nobody looks at the topology. */
const HEARTBEAT = 3000;

/** How it stands with the connection. */
export interface RealState {
  /** Why the server cannot be reached at this moment. */
  readonly problem?: RemoteError;
  /** What the server does not let this user ask. */
  readonly refused?: string;
}

export class RealServer implements Lab {
  readonly outside = true;
  status: LabStatus = 'running';
  instances: readonly InstanceInfo[] = [];
  readonly storage: StorageStatus = { kind: 'memory', reason: 'temporary', persisted: null };
  readonly files = noFiles;
  readonly network = noNetwork;
  readonly clock = noClock;
  state: RealState = {};
  /** What it says it is: `Redis 7.0.15`. */
  version = '';

  private readonly nodes: Nodes;
  private readonly listeners = new Map<keyof LabEvents, Set<(event: never) => void>>();
  private readonly stateListeners = new Set<() => void>();
  private readonly polls = new Set<Poll>();
  private readonly consoles = new Set<Console>();
  private readonly topologyListeners = new Set<(topology: Topology) => void>();
  private seen: readonly Seen[] = [];
  private heartbeat: Poll | undefined;
  private refusedAt = 0;
  private helperConsole: Promise<Console> | undefined;

  private constructor(
    bridge: BridgeAddress,
    credentials: Credentials,
    private readonly lab: Lab,
    private readonly greeting: string,
  ) {
    this.nodes = new Nodes(bridge, credentials);
  }

  /**
   * Connects. `lab` is the visitor's own, whose redis-cli knows help, hints and completions; each console begins with
   * `greeting`. Rejects with `RemoteError`.
   */
  static async open(
    bridge: BridgeAddress,
    credentials: Credentials,
    lab: Lab,
    greeting: string,
  ): Promise<RealServer> {
    const server = new RealServer(bridge, credentials, lab, greeting);
    try {
      await server.meet();
    } catch (error) {
      server.close();
      throw error;
    }
    server.heartbeat = server.poll(() => server.look(), HEARTBEAT);
    return server;
  }

  /** Finds out what answers there, and who else there is. */
  private async meet(): Promise<void> {
    const { nodes } = this;
    const client = await nodes.client();
    const [reply] = await client.pipeline([['INFO', 'server']]);
    const info = new Info(reply?.kind === 'error' ? '' : textOf(reply));
    nodes.kind = kindOf(info);
    const valkey = info.text('valkey_version');
    this.version =
      valkey === '' ? `Redis ${info.text('redis_version')}`.trim() : `Valkey ${valkey}`;
    await this.look();
  }

  get kind(): Kind {
    return this.nodes.kind;
  }

  get main(): string {
    return this.nodes.main;
  }

  get isCluster(): boolean {
    return this.kind === 'cluster';
  }

  reaches(process: Process): boolean {
    return this.nodes.leadsToMany || this.nameOf(process) === this.nodes.main;
  }

  // -------------------------------------------------------------------------------------------------------- its state

  on<Name extends keyof LabEvents>(
    name: Name,
    listener: (event: LabEvents[Name]) => void,
  ): Unsubscribe {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Is called when `state` has changed. */
  onState(listener: () => void): Unsubscribe {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  private setState(state: RealState): void {
    const { problem, refused } = this.state;
    if (problem?.message === state.problem?.message && refused === state.refused) return;
    this.state = state;
    for (const listener of this.stateListeners) listener();
  }

  /** Notes a refusal, for the page to show. */
  private readonly complain = (reply: Reply | undefined): void => {
    // Between two questions a key may become one of another type.
    if (reply?.kind !== 'error' || reply.text.startsWith('WRONGTYPE')) return;
    this.refusedAt = performance.now();
    this.setState({ ...this.state, refused: reply.text });
  };

  private poll(ask: () => Promise<void>, every: number): Poll {
    const poll = new Poll(
      async () => {
        try {
          await ask();
        } catch (error) {
          if (error instanceof RemoteError) this.setState({ ...this.state, problem: error });
          throw error;
        }
      },
      { every },
    );
    this.polls.add(poll);
    return poll;
  }

  private stop(poll: Poll): void {
    poll.close();
    this.polls.delete(poll);
  }

  /** Asks who is there; whoever answers is reached again. */
  private async look(): Promise<void> {
    const seen = await discover(this.nodes);
    const { refused } = this.state;
    const isOver = refused === undefined || performance.now() - this.refusedAt > REFUSED;
    this.setState(isOver ? {} : { refused });
    this.seen = seen;
    const instances = seen.map(instanceOf);
    if (JSON.stringify(instances) !== JSON.stringify(this.instances)) {
      this.instances = instances;
      for (const listener of this.listeners.get('instances') ?? [])
        (listener as (event: readonly InstanceInfo[]) => void)(instances);
    }
    const topology = this.topology();
    for (const listener of this.topologyListeners) listener(topology);
  }

  private topology(): Topology {
    return {
      time: realTime(),
      nodes: this.seen,
      cuts: [],
      messages: [],
      events: [],
      anew: false,
    };
  }

  watchTopology(listener: (topology: Topology) => void): Unsubscribe {
    this.topologyListeners.add(listener);
    if (this.heartbeat) this.heartbeat.every = TOPOLOGY;
    listener(this.topology());
    return () => {
      this.topologyListeners.delete(listener);
      if (this.heartbeat && this.topologyListeners.size === 0) this.heartbeat.every = HEARTBEAT;
    };
  }

  // -------------------------------------------------------------------------------------------- consoles, connections

  /** The server that a view means: views know the lab's first server by its port, and no other by that. */
  private nameOf(process: Process = DEFAULT_PORT): string {
    const name = String(process);
    return name === String(DEFAULT_PORT) ? this.nodes.main : name;
  }

  async connect({ port, db = 0 }: ConnectOptions = {}): Promise<Connection> {
    const connection = new RoutedConnection(this.nodes, this.nameOf(port), db);
    await connection.open();
    return connection;
  }

  async openConsole(options: ConsoleOptions = {}): Promise<Console> {
    const name = this.nameOf(options.port);
    const address = serverAddress(name);
    if (!address) throw new RemoteError('noway', name);
    const { nodes } = this;
    const console = new RealConsole(
      {
        greeting: this.greeting,
        credentials: nodes.credentials,
        isCluster: this.isCluster,
        url: (to: ServerAddress) => nodes.url(to),
        addressOf: (typed, current) =>
          serverAddress(typed.startsWith(':') ? `${current.host}${typed}` : typed),
        helper: () => this.helper(),
      },
      name === nodes.main ? nodes.first : address,
      options,
    );
    this.consoles.add(console);
    await console.open();
    return console;
  }

  private helper(): Promise<Console> {
    this.helperConsole ??= this.lab.openConsole().catch((error: unknown) => {
      this.helperConsole = undefined;
      throw error;
    });
    return this.helperConsole;
  }

  commands(): Promise<readonly CommandInfo[]> {
    return this.lab.commands();
  }

  // ------------------------------------------------------------------------------------------------------------ views

  watchRanking(
    options: RankingOptions,
    listener: (update: RankingUpdate) => void,
  ): Watch<RankingOptions> {
    let before = '';
    return this.watch(options, RANKING, async (current, isCurrent) => {
      const key = bytesOf(current.key);
      const name = this.nameOf(current.port);
      const commands = rankingCommands(current);
      const update = rankingOf(await this.nodes.askAbout(key, commands, name, current.db));
      if (!isCurrent()) return;
      if (!('state' in update)) {
        this.complain(update);
        return;
      }
      // The end of a key's life is told to the second: on its way the answer takes its time.
      const { expiresAt, ...rest } = update;
      const now = JSON.stringify([rest, expiresAt === null ? null : Math.round(expiresAt / 500)]);
      if (now === before) return;
      before = now;
      listener(update);
    });
  }

  watchKeys(options: KeysOptions, listener: (update: KeysUpdate) => void): Watch<KeysOptions> {
    let current = options;
    let asked = 0;
    const list = new KeyList(this.nodes, this.nameOf(options.port), this.complain);
    const tell = async (): Promise<void> => {
      const mine = asked;
      const update = await list.look(current);
      if (mine === asked) listener(update);
    };
    const rows = this.poll(tell, ROWS);
    const scan = this.poll(async () => {
      const mine = asked;
      await list.find(current, () => mine === asked);
      if (mine === asked) rows.now();
    }, SCAN);
    return {
      update: (changes) => {
        const before = current;
        current = { ...current, ...changes };
        const names = ['db', 'pattern', 'type', 'sort', 'descending'] as const;
        if (names.every((name) => before[name] === current[name])) {
          rows.now();
          return;
        }
        asked += 1;
        scan.now();
      },
      close: () => {
        asked += 1;
        this.stop(rows);
        this.stop(scan);
      },
    };
  }

  watchValue(options: ValueOptions, listener: (update: ValueUpdate) => void): Watch<ValueOptions> {
    return this.watch(options, ROWS, async (current, isCurrent) => {
      const update = await this.readValue(current);
      if (isCurrent()) listener(update);
    });
  }

  readValue(options: ValueOptions): Promise<ValueUpdate> {
    return readValue(this.nodes, options, this.nameOf(options.port), this.complain);
  }

  watchMetrics(
    options: MetricsOptions,
    listener: (update: MetricsUpdate) => void,
  ): Watch<MetricsOptions> {
    const gauges = new Gauges();
    return this.watch(options, METRICS, async (current) => {
      const holders = this.nodes.holders(this.nameOf(current.port));
      const replies = await Promise.all(
        holders.map(async (holder) => (await this.nodes.ask([['INFO']], holder))[0]),
      );
      const failed = replies.find((reply) => reply?.kind === 'error');
      if (failed) this.complain(failed);
      else
        listener(
          gauges.take(
            replies.map((reply) => new Info(textOf(reply))),
            Date.now(),
          ),
        );
    });
  }

  /** Asks again and again; `isCurrent` says whether the answer is still to what is wanted. */
  private watch<Options>(
    options: Options,
    every: number,
    ask: (options: Options, isCurrent: () => boolean) => Promise<void>,
  ): Watch<Options> {
    let current = options;
    const poll = this.poll(() => {
      const mine = current;
      return ask(mine, () => mine === current && this.polls.has(poll));
    }, every);
    return {
      update: (changes) => {
        current = { ...current, ...changes };
        poll.now();
      },
      close: () => this.stop(poll),
    };
  }

  close(): void {
    if (this.status === 'closed') return;
    this.status = 'closed';
    for (const poll of this.polls) poll.close();
    this.polls.clear();
    for (const console of this.consoles) console.close();
    this.consoles.clear();
    this.nodes.close();
    void this.helperConsole?.then((console) => console.close()).catch(() => undefined);
  }

  // ------------------------------------------------------------------------------------ what only a lab has: not here

  openBridge(): { readonly port: MessagePort; close(): void } {
    const { port1, port2 } = new MessageChannel();
    port1.close();
    return { port: port2, close: () => port2.close() };
  }

  watchPersistence = (): never => noView();
  watchLog = (): never => noView();
  kill = notOffered;
  pullThePlug = notOffered;
  launch = notOffered;
  checkConfig = notOffered;
  signal = notOffered;
  printed = notOffered;
  start = notOffered;
  pauseProcess = notOffered;
  forget = notOffered;
  history = (): Promise<null> => Promise.resolve(null);
  data = notOffered;
  takeOver = notOffered;
  openCopy = notOffered;
  askToPersist = (): Promise<boolean> => Promise.resolve(false);
  startTraffic = notOffered;
  restart = notOffered;
}

function noView(): never {
  throw new RemoteError('noway');
}
