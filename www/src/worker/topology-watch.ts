/** Tells the page of the lab's time and, while somebody looks, of its processes and what passes between them. */

import type { LabTime } from '../client/api';
import { timeAfter } from '../client/lab-time';
import type { Message } from '../client/protocol';
import type { Engine } from './engine';

/** Shortest time between two pictures, in milliseconds. */
const PERIOD_MS = 100;

/** So far the page's idea of the time may be off, in milliseconds of real time. */
const STRAY_MS = 250;

export class TopologyWatch {
  private readonly post: (message: Message) => void;
  private watching = false;
  /** The next picture has all events. */
  private isAnew = true;
  private lastEvent = 0;
  private told = 0;
  private time: LabTime | undefined;
  /** When that was, by `performance.now()`. */
  private timeAt = 0;

  constructor(post: (message: Message) => void) {
    this.post = post;
  }

  watch(engine: Engine, watch: boolean): void {
    this.watching = watch;
    engine.watchMessages(watch);
    this.anew(engine);
  }

  /** Another moment is shown: nothing is as it was. */
  anew(engine: Engine): void {
    this.isAnew = true;
    this.lastEvent = 0;
    this.told = 0;
    if (this.watching) engine.watchMessages(true);
  }

  tell(engine: Engine): void {
    const time = engine.time();
    const now = performance.now();
    if (
      this.time === undefined ||
      isOther(this.time, time) ||
      hasStrayed(this.time, time, now - this.timeAt)
    ) {
      this.time = time;
      this.timeAt = now;
      this.post({ type: 'time', time });
    }
    if (!this.watching || now - this.told < PERIOD_MS) return;
    this.told = now;
    const topology = engine.topology(this.lastEvent);
    this.lastEvent = topology.events.at(-1)?.number ?? this.lastEvent;
    this.post({ type: 'topology', topology: { ...topology, time, anew: this.isAnew } });
    this.isAnew = false;
  }
}

/** Whether the clock has not gone on as the page believes: it was led ahead, or the browser let nothing run. */
function hasStrayed(before: LabTime, now: LabTime, elapsed: number): boolean {
  return (
    elapsed >= PERIOD_MS &&
    Math.abs(timeAfter(before, elapsed) - now.now) > STRAY_MS * Math.max(1, now.speed)
  );
}

/** Whether more than the hour is another. */
function isOther(before: LabTime, now: LabTime): boolean {
  return (
    before.paused !== now.paused ||
    before.speed !== now.speed ||
    before.hurries !== now.hurries ||
    before.past !== now.past ||
    before.began !== now.began
  );
}
