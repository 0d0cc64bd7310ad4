/** Asking again and again, with never more than one question on its way. */

export interface PollOptions {
  /** Milliseconds from one answer to the next question. */
  readonly every: number;
  /** The same while nobody sees the page. */
  readonly hidden?: number;
}

/** After a failure the time doubles, up to this, in milliseconds. */
const LONGEST = 15_000;
const HIDDEN = 10_000;
/** A server that takes long is asked less often: it works at the answers for a third of the time at most. */
const SHARE = 2;

export class Poll {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  /** It is to be asked again as soon as the answer is there. */
  private again = false;
  private failures = 0;
  private ended = false;

  /** `ask` rejects when the next time should be later. */
  constructor(
    private readonly ask: () => Promise<void>,
    private options: PollOptions,
  ) {
    document.addEventListener('visibilitychange', this.seen);
    this.now();
  }

  /** Asks at once, whatever was agreed. */
  now(): void {
    clearTimeout(this.timer);
    if (this.ended) return;
    if (this.asking) this.again = true;
    else void this.turn();
  }

  set every(every: number) {
    this.options = { ...this.options, every };
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.seen);
  }

  private readonly seen = (): void => {
    if (!document.hidden) this.now();
  };

  private async turn(): Promise<void> {
    this.asking = true;
    this.again = false;
    const began = performance.now();
    try {
      await this.ask();
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
    this.asking = false;
    if (this.isEnded) return;
    this.timer = setTimeout(() => void this.turn(), this.wait(performance.now() - began));
  }

  private get isEnded(): boolean {
    return this.ended;
  }

  private wait(took: number): number {
    const { every, hidden = HIDDEN } = this.options;
    if (this.failures > 0) return Math.min(LONGEST, 500 * 2 ** Math.min(this.failures, 6));
    if (this.again) return 0;
    return Math.max(document.hidden ? hidden : every, took * SHARE);
  }
}
