/** When the engine gets its next turn. */

/**
 * Lets everything that waits have its turn: messages of the page, answers of the store. A timeout would do the same,
 * but browsers make nested ones take four milliseconds.
 */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

const waiting: (() => void)[] = [];
const channel = new MessageChannel();
channel.port1.onmessage = () => waiting.shift()?.();

/** Calls for a turn when it is due, one at a time; others may wait for a turn to be over. */
export class Turns {
  private readonly turn: () => void;
  private readonly waiters = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer will ring. */
  private due = Infinity;
  /** The turn that is due at once, if one is. */
  private soon: object | undefined;

  constructor(turn: () => void) {
    this.turn = turn;
  }

  /** A turn is over, and the next is due in so many milliseconds; never when undefined. */
  over(wait: number | undefined): void {
    this.set(wait);
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const resolve of waiters) resolve();
  }

  /** Somebody wants the next turn in so many milliseconds, if it would come later. */
  atMost(wait: number): void {
    if (this.soon === undefined && performance.now() + wait < this.due) this.set(wait);
  }

  private set(wait: number | undefined): void {
    clearTimeout(this.timer);
    this.soon = undefined;
    this.due = wait === undefined ? Infinity : performance.now() + wait;
    if (wait === 0) {
      const mine = (this.soon = {});
      void pause().then(() => {
        if (this.soon === mine) this.turn();
      });
    } else if (wait !== undefined) {
      this.timer = setTimeout(this.turn, wait);
    }
  }

  /** Resolves when a turn is over, or after so many milliseconds. */
  next(atMost?: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const done = (): void => {
        clearTimeout(timer);
        this.waiters.delete(done);
        resolve();
      };
      if (atMost !== undefined) timer = setTimeout(done, atMost);
      this.waiters.add(done);
    });
  }
}
