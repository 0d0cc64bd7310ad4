/** Connections as a bridge has them: to a process of the lab, to who listens at another bridge, near or far. */

import { concat } from '../client/resp';
import type { Engine } from './engine';

export interface Channel {
  send(engine: Engine, bytes: Uint8Array, now: number): void;
  /** What has come and was not yet taken. */
  take(engine: Engine, now: number): Uint8Array;
  /** The other end has hung up, and all that it had sent is taken. */
  isClosed(engine: Engine): boolean;
  close(engine: Engine): void;
}

/** To a process of the lab. */
export class ProcessChannel implements Channel {
  /** What was answered at once. */
  private answered: Uint8Array = new Uint8Array();

  constructor(private readonly connection: number) {}

  send(engine: Engine, bytes: Uint8Array): void {
    const answered = engine.send(this.connection, bytes);
    this.answered = this.answered.length === 0 ? answered : concat([this.answered, answered]);
  }

  take(engine: Engine): Uint8Array {
    if (this.answered.length === 0) return engine.takeOutput(this.connection);
    const bytes = this.answered;
    this.answered = new Uint8Array();
    return bytes;
  }

  isClosed(engine: Engine): boolean {
    return this.answered.length === 0 && engine.isClosed(this.connection);
  }

  close(engine: Engine): void {
    engine.disconnect(this.connection);
  }
}

/** One end of a connection between two bridges. */
export class PipeEnd implements Channel {
  private arrived: Uint8Array[] = [];
  private hungUp = false;
  private other!: PipeEnd;

  /** Both ends. */
  static pair(): [PipeEnd, PipeEnd] {
    const ends: [PipeEnd, PipeEnd] = [new PipeEnd(), new PipeEnd()];
    [ends[0].other, ends[1].other] = [ends[1], ends[0]];
    return ends;
  }

  send(_: Engine, bytes: Uint8Array): void {
    if (!this.hungUp) this.other.arrived.push(bytes);
  }

  take(): Uint8Array {
    const bytes = concat(this.arrived);
    this.arrived = [];
    return bytes;
  }

  isClosed(): boolean {
    return this.hungUp && this.arrived.length === 0;
  }

  close(): void {
    this.hungUp = this.other.hungUp = true;
  }
}

interface Parcel {
  readonly due: number;
  readonly bytes: Uint8Array;
}

/** Another channel at a distance: bytes take half of the latency each way. */
export class FarChannel implements Channel {
  private there: Parcel[] = [];
  private back: Parcel[] = [];
  private readonly half: number;

  constructor(
    private readonly channel: Channel,
    latency: number,
  ) {
    this.half = latency / 2;
  }

  send(_: Engine, bytes: Uint8Array, now: number): void {
    this.there.push({ due: now + this.half, bytes });
  }

  /** Hands over what has got there by now, and fetches what is said to it. */
  pump(engine: Engine, now: number): void {
    for (const { due, bytes } of takeDue(this.there, now)) this.deliver(engine, bytes, due);
    this.fetch(engine, now);
  }

  private deliver(engine: Engine, bytes: Uint8Array, at: number): void {
    this.channel.send(engine, bytes, at);
    this.fetch(engine, at);
  }

  /** What the other end has to say sets out. */
  private fetch(engine: Engine, at: number): void {
    const bytes = this.channel.take(engine, at);
    if (bytes.length > 0) this.back.push({ due: at + this.half, bytes });
  }

  take(engine: Engine, now: number): Uint8Array {
    this.pump(engine, now);
    return concat(takeDue(this.back, now).map(({ bytes }) => bytes));
  }

  isClosed(engine: Engine): boolean {
    return this.back.length === 0 && this.channel.isClosed(engine);
  }

  close(engine: Engine): void {
    // What was sent before is not lost.
    for (const { bytes } of this.there.splice(0)) this.channel.send(engine, bytes, 0);
    this.channel.close(engine);
  }

  /** When something arrives at either end; Infinity when nothing is on its way. */
  next(): number {
    return Math.min(this.there[0]?.due ?? Infinity, this.back[0]?.due ?? Infinity);
  }
}

/** Takes away what is due. */
function takeDue(parcels: Parcel[], now: number): Parcel[] {
  const later = parcels.findIndex((parcel) => parcel.due > now);
  return parcels.splice(0, later < 0 ? parcels.length : later);
}
