/** Timers by the lab's clock: they stand still with it, and hurry with it. */

import { ask, labNow } from './lab';
import { hold, soon } from './loop';

type Callback = (...args: unknown[]) => void;

/** The longest time that Node takes; a longer one is 1. */
const LONGEST = 2 ** 31 - 1;

/** Those that wait, the soonest first; of one time the oldest first. */
const queue: Timeout[] = [];
/** When the lab will call, as far as it has been asked to. */
let alarm = Infinity;
const numbered = new Map<number, Timeout>();
let lastNumber = 0;

/** What setTimeout and setInterval give, as Node's. */
export class Timeout {
  due = 0;
  private readonly number = ++lastNumber;
  private release: (() => void) | undefined;
  private referenced = true;
  private waits = false;

  constructor(
    /** Under the name that Node's stack traces have. */
    private readonly _onTimeout: Callback,
    private readonly delay: number,
    private readonly repeat: boolean,
    private readonly args: unknown[],
  ) {
    this.start();
  }

  private start(): void {
    this.waits = true;
    this.due = labNow() + this.delay;
    if (this.referenced) this.release ??= hold();
    let at = queue.length;
    while (at > 0 && (queue[at - 1]?.due ?? 0) > this.due) at -= 1;
    queue.splice(at, 0, this);
    arm();
  }

  private leave(): void {
    this.waits = false;
    const at = queue.indexOf(this);
    if (at >= 0) queue.splice(at, 1);
  }

  fire(): void {
    this.waits = false;
    try {
      this._onTimeout(...this.args);
    } finally {
      if (this.repeat && !this.closed) this.start();
      else if (!this.isWaiting()) this.done();
    }
  }

  private closed = false;

  /** It may have been refreshed by what it called. */
  private isWaiting(): boolean {
    return this.waits;
  }

  private done(): void {
    this.release?.();
    this.release = undefined;
    numbered.delete(this.number);
  }

  close(): this {
    this.closed = true;
    this.leave();
    this.done();
    return this;
  }

  /** Begins to wait anew. */
  refresh(): this {
    if (this.closed) return this;
    this.leave();
    this.start();
    return this;
  }

  ref(): this {
    this.referenced = true;
    if (this.waits) this.release ??= hold();
    return this;
  }

  unref(): this {
    this.referenced = false;
    this.release?.();
    this.release = undefined;
    return this;
  }

  hasRef(): boolean {
    return this.referenced;
  }

  /** Where a number is wanted, as in browsers. */
  [Symbol.toPrimitive](): number {
    numbered.set(this.number, this);
    return this.number;
  }
}

/** Has the lab call when the first is due. */
function arm(): void {
  const [first] = queue;
  if (!first || first.due >= alarm) return;
  const at = first.due;
  alarm = at;
  ask({ op: 'sleep', time: Math.max(0, at - labNow()) }, () => {
    // One that was asked for later, for sooner, has the say.
    if (alarm === at) alarm = Infinity;
    fireDue();
  });
}

/** Each in a turn of its own, so that promises go on between them. */
function fireDue(): void {
  const [first] = queue;
  if (!first || first.due > labNow()) {
    arm();
    return;
  }
  queue.shift();
  soon(fireDue);
  first.fire();
}

function checked(callback: unknown): Callback {
  if (typeof callback === 'function') return callback as Callback;
  const error = new TypeError(
    `The "callback" argument must be of type function. Received ${callback === null ? 'null' : typeof callback}`,
  );
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

function delayOf(delay: unknown): number {
  const wanted = Number(delay);
  return wanted >= 1 && wanted <= LONGEST ? Math.trunc(wanted) : 1;
}

export function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
  return new Timeout(checked(callback), delayOf(delay), false, args);
}

export function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
  return new Timeout(checked(callback), delayOf(delay), true, args);
}

export function clearTimeout(timer: unknown): void {
  if (timer instanceof Timeout) timer.close();
  else numbered.get(Number(timer))?.close();
}

/** What setImmediate gives. */
export class Immediate {
  private release: (() => void) | undefined = hold();
  private cleared = false;

  constructor(callback: Callback, args: unknown[]) {
    soon(() => {
      if (this.cleared) return;
      this.clear();
      callback(...args);
    });
  }

  clear(): void {
    this.cleared = true;
    this.unref();
  }

  ref(): this {
    if (!this.cleared) this.release ??= hold();
    return this;
  }

  unref(): this {
    this.release?.();
    this.release = undefined;
    return this;
  }

  hasRef(): boolean {
    return this.release !== undefined;
  }
}

export function setImmediate(callback: unknown, ...args: unknown[]): Immediate {
  return new Immediate(checked(callback), args);
}

export function clearImmediate(immediate: unknown): void {
  if (immediate instanceof Immediate) immediate.clear();
}
