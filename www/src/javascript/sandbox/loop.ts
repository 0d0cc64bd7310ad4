/**
 * Node's event loop, as far as a script sees it: callbacks come one at a time, what was left for the next tick comes
 * before promises go on, and when nothing is left that could call back, the script has ended.
 */

import { native } from './native';

type Job = () => void;

/** How long nothing may have happened before it is believed that nothing will: some promises are the browser's own. */
const QUIET = 20;

const channel = new MessageChannel();
const ticks: Job[] = [];
const jobs: Job[] = [];
let posted = false;
let inside = false;
let held = 0;
let turns = 0;
let waiting = false;

let fatal: (error: unknown) => void = (error) => {
  throw error;
};
let idle: Job = () => undefined;

/** Who hears of errors that nobody catches, and who is told that nothing is left to do. */
export function begin(listener: { fatal(error: unknown): void; idle(): void }): void {
  fatal = listener.fatal;
  idle = listener.idle;
}

channel.port1.onmessage = () => {
  posted = false;
  const job = jobs.shift();
  if (jobs.length > 0) wake();
  enter(job ?? (() => undefined));
};

function wake(): void {
  if (posted) return;
  posted = true;
  channel.port2.postMessage(null);
}

function attempt(job: Job): void {
  try {
    job();
  } catch (error) {
    fatal(error);
  }
}

function drain(): void {
  for (let job = ticks.shift(); job; job = ticks.shift()) attempt(job);
}

/** Calls back from outside: whatever the browser calls comes through here. */
export function enter(job: Job): void {
  turns += 1;
  if (inside) {
    attempt(job);
    return;
  }
  inside = true;
  drain();
  attempt(job);
  drain();
  inside = false;
  if (held === 0) lookForTheEnd();
}

/** Behind what runs now, before anything else. */
export function nextTick(job: Job): void {
  ticks.push(job);
  // Among promises it has to wait until they are through.
  if (!inside) wake();
}

/** In a turn of its own. */
export function soon(job: Job): void {
  jobs.push(job);
  wake();
}

/** Says that something may still call back; the script goes on until it is released. */
export function hold(): Job {
  held += 1;
  let done = false;
  return () => {
    if (done) return;
    done = true;
    held -= 1;
    if (held === 0) lookForTheEnd();
  };
}

/** Whether anything is left that may call back. */
export function isAlive(): boolean {
  return held > 0 || ticks.length > 0 || jobs.length > 0;
}

function lookForTheEnd(): void {
  if (waiting) return;
  waiting = true;
  const before = turns;
  native.setTimeout(() => {
    waiting = false;
    if (held > 0) return;
    if (turns !== before || isAlive()) lookForTheEnd();
    else enter(idle);
  }, QUIET);
}
