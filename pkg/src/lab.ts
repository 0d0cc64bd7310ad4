/** The lab: what the package does with an engine. */

import { bytesOf } from '../../www/src/client/bytes';
import { LabError } from '../../www/src/client/errors';
import { openEngine, succeeded, type Engine } from '../../www/src/worker/engine';
import type {
  ByteStreams,
  Client,
  Clock,
  ConnectOptions,
  CrashLosses,
  FileInfo,
  Files,
  HostOptions,
  InstanceInfo,
  Lab,
  LabOptions,
  LaunchOptions,
  Line,
  LogLine,
  Network,
  Process,
  TopologyNode,
} from './api';
import { LabClient } from './client';
import { Driver } from './driver';
import { after } from './timers';
import type { LabWire } from './wire';
import { loadEngine, type Platform } from './wasm';

const DEFAULT_PORT = 6379;
const CONFIG_PATH = '/etc/redis/redis.conf';

/** Most steps of a clock that stands still until a process runs that has files to load. */
const MOST_STEPS = 100_000;

export async function open(platform: Platform, options: LabOptions): Promise<Lab> {
  const { clock = 'real', seed, config, files = {} } = options;
  const scripts = await loadEngine(platform, options.wasm);
  const engine = beginAt(options.now, () => begin(toSeed(seed)));
  if (clock === 'real') engine.pauseClock(false);
  const driver = new Driver(engine, scripts);
  const lab = new LocalLab(driver);
  if (config !== undefined || Object.keys(files).length > 0) {
    try {
      await lab.startWith(files, config);
    } catch (error) {
      await lab.close();
      throw error;
    }
  }
  return lab;
}

function begin(seed: bigint): Engine {
  try {
    const engine = succeeded(openEngine([], seed, DEFAULT_PORT));
    engine.pauseClock(true);
    return engine;
  } catch {
    // Labs of a thread share the module.
    throw new LabError('crashed', 'The engine has crashed in this thread: open a lab in another');
  }
}

/** The engine asks what time it is: here it is told another. */
function beginAt(now: number | Date | undefined, begin: () => Engine): Engine {
  if (now === undefined) return begin();
  const time = Number(now);
  if (!Number.isFinite(time) || time < 0)
    throw new RangeError(`No time to begin at: ${String(now)}`);
  const outside = Date.now;
  Date.now = () => time;
  try {
    return begin();
  } finally {
    Date.now = outside;
  }
}

function toSeed(seed: number | bigint | undefined): bigint {
  if (seed !== undefined) return BigInt.asUintN(64, BigInt(seed));
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}

class LocalLab implements Lab {
  readonly clock: Clock;
  readonly files: Files;
  readonly network: Network;
  private readonly driver: Driver;
  private folders = 0;

  constructor(driver: Driver) {
    this.driver = driver;
    this.clock = clockOf(driver);
    this.files = filesOf(driver);
    this.network = networkOf(driver);
  }

  get now(): number {
    return this.driver.work((engine) => engine.time().now);
  }

  get instances(): readonly InstanceInfo[] {
    return this.driver.instances;
  }

  node(process: Process = DEFAULT_PORT): TopologyNode {
    const { nodes } = this.driver.work((engine) => engine.topology(Number.MAX_SAFE_INTEGER));
    const found = nodes.find(({ name }) => name === String(process));
    if (found === undefined) throw unknown(process);
    return found;
  }

  // ------------------------------------------------------------------------------------------------------ connections

  async connect(port = DEFAULT_PORT, options: ConnectOptions = {}): Promise<Client> {
    const client = new LabClient(this.open(port, options));
    try {
      await client.begin(options);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  webStream(port = DEFAULT_PORT, options: HostOptions = {}): ByteStreams {
    return streamsOver(this.open(port, options));
  }

  open(port = DEFAULT_PORT, { host = '' }: HostOptions = {}): LabWire {
    return this.driver.open(host, port);
  }

  // ------------------------------------------------------------------------------------------------------------- time

  advance(milliseconds: number): Promise<void> {
    return this.driver.advance(milliseconds);
  }

  async until(
    condition: () => boolean | Promise<boolean>,
    { within = 60_000, every = 100 }: { within?: number; every?: number } = {},
  ): Promise<void> {
    const end = this.now + within;
    while (!(await condition())) {
      if (this.now >= end)
        throw new Error(`It does not hold within ${within} ms: ${String(condition)}`);
      if (this.driver.isPaused) await this.advance(Math.max(1, every));
      else await new Promise<void>((resolve) => after(Math.max(1, every), true, resolve));
    }
  }

  // -------------------------------------------------------------------------------------------------------- processes

  async launch(words: readonly string[], options: LaunchOptions = {}): Promise<InstanceInfo> {
    const { host = '', folder = `/var/lib/redis-${++this.folders}` } = options;
    const name = this.driver.answer((engine) =>
      engine.launch(withoutProgram(words), folder, host, false),
    );
    return this.untilRunning(name);
  }

  async start(process: Process): Promise<void> {
    // It may have functions to load.
    await this.driver.scripts.load();
    this.driver.work((engine) => engine.start(String(process)));
    await this.untilRunning(String(process));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- it rejects and never throws
  async kill(process: Process): Promise<CrashLosses> {
    this.instance(process);
    return this.driver.work((engine) => engine.kill(String(process)));
  }

  pause(process: Process): void {
    this.instance(process);
    this.driver.work((engine) => engine.pauseProcess(String(process), true));
  }

  resume(process: Process): void {
    this.instance(process);
    this.driver.work((engine) => engine.pauseProcess(String(process), false));
  }

  pullThePlug(): Promise<CrashLosses> {
    return this.driver.while(async () => {
      const losses = await this.driver.pullThePlug();
      for (const { name, state } of this.instances)
        if (state === 'loading') await this.untilRunning(name);
      return losses;
    });
  }

  load(bytes: Uint8Array, process: Process = DEFAULT_PORT): Promise<number> {
    return this.driver.while(async () => {
      // It may hold functions.
      await this.driver.scripts.load();
      this.driver.answer((engine) => engine.load(String(process), bytes));
      for (;;) {
        const keys = this.driver.answer((engine) => engine.loadStep());
        if (keys !== undefined) return keys;
      }
    });
  }

  log(process?: Process): LogLine[] {
    const { events } = this.driver.work((engine) => engine.topology(0));
    const lines = events.map(({ at, process, text }) => ({ at, process, text }));
    return process === undefined ? lines : lines.filter((line) => line.process === String(process));
  }

  /** Starts the first server from other files than it was started with. */
  async startWith(
    files: Readonly<Record<string, string | Uint8Array>>,
    config = '',
  ): Promise<void> {
    const before = new TextDecoder().decode(this.files.read(CONFIG_PATH));
    await this.kill(DEFAULT_PORT);
    for (const [path, content] of Object.entries(files)) await this.files.write(path, content);
    if (config !== '') await this.files.write(CONFIG_PATH, `${before}\n${config}\n`);
    await this.start(DEFAULT_PORT);
  }

  private instance(process: Process): InstanceInfo {
    const found = this.instances.find(({ name }) => name === String(process));
    if (found === undefined) throw unknown(process);
    return found;
  }

  private untilRunning(name: string): Promise<InstanceInfo> {
    return this.driver.while(async () => {
      for (let steps = 0; ; steps += 1) {
        const instance = this.instance(name);
        if (instance.state === 'running') return instance;
        if (instance.state !== 'loading' || steps >= MOST_STEPS)
          throw new LabError('refused', instance.reason ?? `${name} does not start`);
        if (this.driver.isPaused) await this.driver.step();
        else await this.driver.nextTurn();
      }
    });
  }

  close(): Promise<void> {
    this.driver.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const unknown = (process: Process): LabError =>
  new LabError('refused', `There is no process ${process}`);

/** A command line as the engine takes it: without the program's name. */
function withoutProgram(words: readonly string[]): string[] {
  const [program, ...rest] = words;
  const name = program?.split('/').at(-1);
  if (name === 'redis-server') return rest;
  if (name === 'redis-sentinel') return [...rest, '--sentinel'];
  return [...words];
}

function clockOf(driver: Driver): Clock {
  return {
    get isPaused() {
      return driver.isPaused;
    },
    get speed() {
      return driver.work((engine) => engine.time().speed);
    },
    pause: () => driver.work((engine) => engine.pauseClock(true)),
    resume: () => driver.work((engine) => engine.pauseClock(false)),
    setSpeed: (speed) => driver.work((engine) => engine.setSpeed(speed)),
    step: () => driver.step(),
  };
}

function filesOf(driver: Driver): Files {
  return {
    list: (folder = '/'): FileInfo[] => driver.answer((engine) => engine.files(folder)),
    read: (path) => driver.answer((engine) => engine.readFile(path, 0, Number.MAX_SAFE_INTEGER)),
    write: async (path, content) =>
      driver.synced(driver.answer((engine) => engine.writeFile(path, bytesOf(content)))),
    remove: async (path) => driver.synced(driver.answer((engine) => engine.removeFile(path))),
  };
}

function networkOf(driver: Driver): Network {
  const set = (from: string, to: string, line: Line): void => {
    const { latency = 0, jitter = 0, bytesPerSecond = 0 } = line;
    driver.work((engine) => engine.setLine(from, to, latency, jitter, bytesPerSecond));
  };
  return {
    cut: (from, to) => driver.work((engine) => engine.cut(String(from), String(to), true)),
    mend: (from, to) => driver.work((engine) => engine.cut(String(from), String(to), false)),
    setLine: (from, to, line) => set(String(from), String(to), line),
    setLines: (line) => set('', '', line),
    heal: () => driver.work((engine) => engine.heal()),
  };
}

function streamsOver(wire: LabWire): ByteStreams {
  let hungUp = (): void => undefined;
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => {
      wire.onData = (bytes) => {
        controller.enqueue(bytes);
        if ((controller.desiredSize ?? 0) <= 0) wire.pause();
      };
      hungUp = () => {
        hungUp = () => undefined;
        controller.close();
      };
      wire.onClose = () => hungUp();
    },
    pull: () => wire.resume(),
    cancel: () => {
      hungUp = () => undefined;
      wire.close();
    },
  });
  const hangUp = (): void => {
    wire.close();
    hungUp();
  };
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) => wire.write(bytes),
    close: hangUp,
    abort: hangUp,
  });
  return { readable, writable };
}
