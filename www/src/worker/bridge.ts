/** The lab's end of a bridge (../client/bridge): connections of code that runs elsewhere, and waits by the lab's clock. */

import type { BridgeAnswer, NumberedRequest } from '../client/bridge';
import type { Engine } from './engine';

interface Wait {
  readonly id: number;
  /** Of a read; a sleep has none. */
  readonly connection?: number;
  /** When it is over, by the lab's clock; never when undefined. */
  readonly until?: number;
}

/** Works with the engine, if there is one. */
type Work = <Result>(work: (engine: Engine) => Result) => Result | undefined;

export class Bridge {
  private readonly port: MessagePort;
  private readonly work: Work;
  private readonly connections = new Set<number>();
  private waiting: Wait[] = [];

  constructor(port: MessagePort, work: Work) {
    this.port = port;
    this.work = work;
    port.onmessage = (event: MessageEvent<NumberedRequest>) => this.receive(event.data);
  }

  /** Whether anybody waits. */
  get waits(): boolean {
    return this.waiting.length > 0;
  }

  /** What has come for those who wait, and whose time is over. */
  look(engine: Engine): void {
    if (this.waiting.length === 0) return;
    const { now } = engine.time();
    this.waiting = this.waiting.filter((wait) => !this.settle(engine, wait, now));
  }

  private settle(engine: Engine, { id, connection, until }: Wait, now: number): boolean {
    if (connection !== undefined) {
      const bytes = engine.takeOutput(connection);
      const closed = engine.isClosed(connection);
      if (bytes.length > 0 || closed) {
        this.answer(engine, { id, bytes, closed });
        return true;
      }
    }
    if (until === undefined || now < until) return false;
    this.answer(engine, { id, bytes: new Uint8Array(), closed: false });
    return true;
  }

  private receive(request: NumberedRequest): void {
    const { id } = request;
    this.work((engine) => {
      switch (request.op) {
        case 'open': {
          const connection = engine.connectClient(request.host, request.port) ?? -1;
          if (connection >= 0) this.connections.add(connection);
          this.answer(engine, { id, connection });
          break;
        }
        case 'send': {
          const closed = !this.connections.has(request.connection);
          const bytes = closed ? new Uint8Array() : engine.send(request.connection, request.bytes);
          this.answer(engine, { id, bytes, closed: closed || engine.isClosed(request.connection) });
          break;
        }
        case 'read':
        case 'sleep': {
          const { now } = engine.time();
          const time = request.op === 'read' ? request.timeout : request.time;
          const wait: Wait = {
            id,
            ...(request.op === 'read' ? { connection: request.connection } : {}),
            ...(time < 0 ? {} : { until: now + time }),
          };
          if (!this.settle(engine, wait, now)) this.waiting.push(wait);
          break;
        }
        case 'close':
          if (this.connections.delete(request.connection)) engine.disconnect(request.connection);
          break;
        case 'now':
          this.answer(engine, { id });
          break;
      }
    });
  }

  /** The milliseconds of the lab's time until somebody's wait is over. */
  next(now: number): number {
    const left = this.waiting.map(({ until = Infinity }) => until - now);
    return Math.max(0, Math.min(...left, Infinity));
  }

  private answer(engine: Engine, answer: Omit<BridgeAnswer, 'now' | 'speed'>): void {
    const { now, paused, speed } = engine.time();
    const { bytes } = answer;
    const transfer = bytes ? [bytes.buffer as ArrayBuffer] : [];
    this.port.postMessage({ ...answer, now, speed: paused ? 0 : speed }, transfer);
  }

  /** Closes all that is open. */
  end(): void {
    this.work((engine) => {
      for (const connection of this.connections) engine.disconnect(connection);
    });
    this.waiting = [];
    this.port.close();
  }
}
