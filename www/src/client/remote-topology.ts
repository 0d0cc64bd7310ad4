/** The lab's network and clock, seen from the page. */

import type { Clock, Deed, LabTime, Line, Network, Process } from './api';
import { timeAfter } from './lab-time';
import type { WorkerLink } from './worker-link';

/** The worker that has the lab now. */
type Linked = () => WorkerLink;

export class RemoteNetwork implements Network {
  private readonly link: Linked;

  constructor(link: Linked) {
    this.link = link;
  }

  cut(from: Process, to: Process, cut: boolean): Promise<void> {
    return this.link().ask('cut', [String(from), String(to), cut]);
  }

  setLine(from: Process, to: Process, line: Line): Promise<void> {
    return this.link().ask('setLine', [String(from), String(to), line]);
  }

  setLines(line: Line): Promise<void> {
    return this.link().ask('setLine', ['', '', line]);
  }

  heal(): Promise<void> {
    return this.link().ask('heal', []);
  }
}

export class RemoteClock implements Clock {
  private told: LabTime = {
    now: 0,
    began: null,
    present: 0,
    paused: false,
    speed: 1,
    hurries: false,
    past: false,
  };
  /** When that was, by `performance.now()`. */
  private toldAt = 0;
  private readonly link: Linked;

  constructor(link: Linked) {
    this.link = link;
  }

  get time(): LabTime {
    return this.told;
  }

  set time(time: LabTime) {
    this.told = time;
    this.toldAt = performance.now();
  }

  now(): number {
    return timeAfter(this.told, performance.now() - this.toldAt);
  }

  pause(paused: boolean): Promise<void> {
    return this.link().ask('pauseClock', [paused]);
  }

  setSpeed(speed: number): Promise<void> {
    return this.link().ask('setSpeed', [speed]);
  }

  hurry(by: number): Promise<void> {
    return this.link().ask('hurry', [by]);
  }

  step(): Promise<void> {
    return this.link().ask('step', []);
  }

  lookAt(at: number): Promise<boolean> {
    return this.link().ask('lookAt', [at]);
  }

  lookAtPresent(): Promise<void> {
    return this.link().ask('lookAtPresent', []);
  }

  fork(): Promise<void> {
    return this.link().ask('fork', []);
  }

  deeds(): Promise<readonly (readonly [number, Deed, string])[]> {
    return this.link().ask('deeds', []);
  }
}
