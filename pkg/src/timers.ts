/**
 * The platform's timers as they were when this module was loaded, so that fake ones, which a test puts in their place,
 * do not stop a lab.
 */

/** What Node answers; browsers answer numbers. */
interface NodeTimer {
  ref(): void;
  unref(): void;
}

export type Timer = NodeTimer | number;

interface Channel {
  readonly port1: { onmessage: (() => void) | null };
  readonly port2: { postMessage(message: null): void };
}

interface Platform {
  setTimeout(callback: () => void, milliseconds: number): Timer;
  clearTimeout(timer: Timer): void;
  setImmediate?(callback: () => void): unknown;
  readonly MessageChannel: new () => Channel;
  readonly performance: { now(): number };
}

const platform = globalThis as unknown as Platform;
const { setTimeout, clearTimeout, setImmediate, MessageChannel } = platform;

/** Milliseconds since any moment. */
export const now: () => number = platform.performance.now.bind(platform.performance);

/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls later; a program that has nothing else to do waits for it only if it is to be held. */
export function after(milliseconds: number, holds: boolean, callback: () => void): Timer {
  const timer = setTimeout(callback, Math.min(milliseconds, LONGEST_MS));
  if (!holds) hold(timer, false);
  return timer;
}

export function cancel(timer: Timer | undefined): void {
  if (timer !== undefined) clearTimeout(timer);
}

export function hold(timer: Timer, holds: boolean): void {
  if (typeof timer === 'number') return;
  if (holds) timer.ref();
  else timer.unref();
}

/** Resolves when everything that waits has had its turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else passOn(resolve);
  });
}

let channel: Channel | undefined;
const waiting: (() => void)[] = [];

/** A timeout would do the same, but browsers make nested ones take four milliseconds. */
function passOn(callback: () => void): void {
  if (channel === undefined) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  waiting.push(callback);
  channel.port2.postMessage(null);
}
