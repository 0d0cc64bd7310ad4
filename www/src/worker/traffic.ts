/** Random commands at a steady rate. */

import type { TrafficArgument, TrafficOptions } from '../client/api';
import { concat, encodeCommand } from '../client/resp';

/** Time between two batches, in milliseconds: half a frame, so that every frame sees new data. */
const BATCH_MS = 8;

/** After a long pause (a sleeping machine) only this much is caught up on, in milliseconds. */
const MAX_BEHIND_MS = 250;

const MAX_PER_SECOND = 10_000;

export class TrafficSource {
  onStop: () => void = () => undefined;
  private readonly commands: TrafficOptions['commands'];
  private readonly send: (bytes: Uint8Array) => void;
  private readonly timer: ReturnType<typeof setInterval>;
  private perSecond = 0;
  private due = 0;
  private last = performance.now();
  private stopped = false;

  constructor(options: TrafficOptions, send: (bytes: Uint8Array) => void) {
    this.commands = options.commands;
    this.send = send;
    this.setRate(options.perSecond);
    this.timer = setInterval(() => this.batch(), BATCH_MS);
  }

  setRate(perSecond: number): void {
    this.perSecond = Math.min(Math.max(perSecond, 0), MAX_PER_SECOND);
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    clearInterval(this.timer);
    this.onStop();
  }

  private batch(): void {
    const now = performance.now();
    this.due += (Math.min(now - this.last, MAX_BEHIND_MS) / 1000) * this.perSecond;
    this.last = now;
    const count = Math.floor(this.due);
    if (count === 0) return;
    this.due -= count;
    const commands: Uint8Array[] = [];
    for (let sent = 0; sent < count; sent++) {
      const command = pick(this.commands);
      if (command !== undefined) commands.push(encodeCommand(command.map(draw)));
    }
    this.send(concat(commands));
  }
}

/** An argument, drawn anew if it leaves a choice. */
export function draw(argument: TrafficArgument): string {
  if (typeof argument === 'string') return argument;
  if ('oneOf' in argument) return pick(argument.oneOf) ?? '';
  return String(argument.min + Math.floor(Math.random() * (argument.max - argument.min + 1)));
}

function pick<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}
