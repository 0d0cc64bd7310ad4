/** The lab's end of a bridge (../client/bridge): connections of code that runs elsewhere, and waits by the lab's clock. */

import type { BridgeAnswer, NumberedRequest } from '../client/bridge';
import { FarChannel, ProcessChannel, type Channel } from './channels';
import type { Engine } from './engine';
import type { Listener, Listeners } from './listeners';

/** Longest latency, in milliseconds. */
const MAX_LATENCY = 60_000;

interface Wait {
  readonly id: number;
  /** Of a read, or the listener of an accept; a sleep has none. */
  readonly connection?: number;
  /** When it is over, by the lab's clock; never when undefined. */
  readonly until?: number;
}

/** What a bridge needs of who has the engine. */
export interface BridgeHost {
  /** Works with the engine, if there is one. */
  work<Result>(work: (engine: Engine) => Result): Result | undefined;
  readonly listeners: Listeners;
  /** Something new is due; see `Bridge.next`. */
  expect(): void;
  /** Starts the service that belongs at a port; resolves when it listens, at once where there is none. */
  startService(port: number): Promise<void> | undefined;
}

export class Bridge {
  private readonly port: MessagePort;
  private readonly host: BridgeHost;
  private readonly channels = new Map<number, Channel>();
  private readonly far = new Set<FarChannel>();
  private readonly listening = new Map<number, Listener>();
  private waiting: Wait[] = [];
  private lastNumber = 0;
  private latency = 0;

  constructor(port: MessagePort, host: BridgeHost) {
    this.port = port;
    this.host = host;
    port.onmessage = (event: MessageEvent<NumberedRequest>) => this.receive(event.data);
  }

  /** Whether anybody waits, or something is on its way. */
  get waits(): boolean {
    return this.waiting.length > 0 || this.far.size > 0;
  }

  /** What has come for those who wait, and whose time is over. */
  look(engine: Engine): void {
    if (!this.waits) return;
    const { now } = engine.time();
    for (const channel of this.far) channel.pump(engine, now);
    this.waiting = this.waiting.filter((wait) => !this.settle(engine, wait, now));
  }

  private settle(engine: Engine, { id, connection = 0, until }: Wait, now: number): boolean {
    const channel = this.channels.get(connection);
    if (channel !== undefined) {
      const bytes = channel.take(engine, now);
      const closed = channel.isClosed(engine);
      if (bytes.length > 0 || closed) {
        this.answer(engine, { id, bytes, closed });
        return true;
      }
    }
    const accepted = this.listening.get(connection)?.accept();
    if (accepted !== undefined) {
      this.answer(engine, { id, connection: this.add(accepted) });
      return true;
    }
    if (until === undefined || now < until) return false;
    this.answer(engine, { id, connection: -1, bytes: new Uint8Array(), closed: false });
    return true;
  }

  private receive(request: NumberedRequest): void {
    const started = request.op === 'open' ? this.host.startService(request.port) : undefined;
    // Who speaks to a service that is only being started waits for it.
    if (started) void started.then(() => this.serve(request));
    else this.serve(request);
  }

  private serve(request: NumberedRequest): void {
    const { id } = request;
    this.host.work((engine) => {
      switch (request.op) {
        case 'open':
          this.answer(engine, { id, connection: this.open(engine, request.host, request.port) });
          break;
        case 'send': {
          const channel = this.channels.get(request.connection);
          if (channel === undefined) {
            this.answer(engine, { id, bytes: new Uint8Array(), closed: true });
            break;
          }
          const { now } = engine.time();
          channel.send(engine, request.bytes, now);
          const bytes = channel.take(engine, now);
          if (channel instanceof FarChannel) this.host.expect();
          this.answer(engine, { id, bytes, closed: channel.isClosed(engine) });
          break;
        }
        case 'read':
        case 'accept':
        case 'sleep':
          this.wait(engine, request);
          break;
        case 'listen': {
          // A process of the lab may have the port.
          const taken = this.isTaken(engine, request.port);
          const listener = taken ? undefined : this.host.listeners.listen(request.port);
          if (listener) this.listening.set(++this.lastNumber, listener);
          this.answer(engine, { id, connection: listener ? this.lastNumber : -1 });
          break;
        }
        case 'latency':
          this.latency = Math.min(Math.max(0, request.time), MAX_LATENCY);
          this.answer(engine, { id });
          break;
        case 'close':
          this.close(engine, request.connection);
          break;
        case 'now':
          this.answer(engine, { id });
          break;
      }
    });
  }

  private wait(
    engine: Engine,
    request: NumberedRequest & { readonly op: 'read' | 'accept' | 'sleep' },
  ): void {
    const { now } = engine.time();
    const time = request.op === 'sleep' ? request.time : request.timeout;
    const wait: Wait = {
      id: request.id,
      ...(request.op === 'sleep' ? {} : { connection: request.connection }),
      ...(time < 0 ? {} : { until: now + time }),
    };
    if (this.settle(engine, wait, now)) return;
    this.waiting.push(wait);
    if (time > 0) this.host.expect();
  }

  private isTaken(engine: Engine, port: number): boolean {
    const connection = engine.connectClient('', port);
    if (connection !== undefined) engine.disconnect(connection);
    return connection !== undefined;
  }

  private open(engine: Engine, host: string, port: number): number {
    const connection = engine.connectClient(host, port);
    const channel =
      connection === undefined
        ? this.host.listeners.at(port)?.connect()
        : new ProcessChannel(connection);
    if (channel === undefined) return -1;
    if (this.latency === 0) return this.add(channel);
    const far = new FarChannel(channel, this.latency);
    this.far.add(far);
    return this.add(far);
  }

  private add(channel: Channel): number {
    const number = ++this.lastNumber;
    this.channels.set(number, channel);
    return number;
  }

  private close(engine: Engine, number: number): void {
    const channel = this.channels.get(number);
    channel?.close(engine);
    this.channels.delete(number);
    if (channel instanceof FarChannel) this.far.delete(channel);
    const listener = this.listening.get(number);
    if (listener) this.host.listeners.close(listener);
    this.listening.delete(number);
    // Whoever waits there learns that it is over.
    this.waiting = this.waiting.filter(({ id, connection }) => {
      if (connection !== number) return true;
      this.answer(engine, { id, connection: -1, bytes: new Uint8Array(), closed: true });
      return false;
    });
  }

  /** The milliseconds of the lab's time until somebody's wait is over, or something comes from afar. */
  next(now: number): number {
    let due = Infinity;
    for (const { until = Infinity } of this.waiting) due = Math.min(due, until);
    for (const channel of this.far) due = Math.min(due, channel.next());
    return Math.max(0, due - now);
  }

  private answer(engine: Engine, answer: Omit<BridgeAnswer, 'now' | 'speed'>): void {
    const { now, paused, speed } = engine.time();
    const { bytes } = answer;
    const transfer = bytes ? [bytes.buffer as ArrayBuffer] : [];
    this.port.postMessage({ ...answer, now, speed: paused ? 0 : speed }, transfer);
  }

  /** Closes all that is open. */
  end(): void {
    this.waiting = [];
    this.host.work((engine) => {
      const numbers = [...this.channels.keys(), ...this.listening.keys()];
      for (const number of numbers) this.close(engine, number);
    });
    this.port.close();
  }
}
