import type { Lab, Traffic } from '../client/api';
import type { Example } from './example';

/** What the rate slider offers, in commands a second. */
export const RATES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;
const FIRST_RATE = RATES.indexOf(20);

const controls = new WeakMap<Lab, TrafficControl>();

/** The random traffic of a lab: one switch and one rate for each example, wherever they are shown. */
export class TrafficControl extends EventTarget {
  /** Why the last start did not work; '' when it did. */
  failure = '';
  private readonly running = new Map<string, Traffic | undefined>();
  private readonly rates = new Map<string, number>();

  /** The one of a lab. It fires `change`. */
  static of(lab: Lab): TrafficControl {
    const known = controls.get(lab) ?? new TrafficControl(lab);
    controls.set(lab, known);
    return known;
  }

  private constructor(private readonly lab: Lab) {
    super();
  }

  flows(id: string): boolean {
    return this.running.has(id);
  }

  /** An index into `RATES`. */
  rateIndex(id: string): number {
    return this.rates.get(id) ?? FIRST_RATE;
  }

  rate(id: string): number {
    return RATES[this.rateIndex(id)] ?? 1;
  }

  setRateIndex(id: string, index: number): void {
    this.rates.set(id, index);
    this.running.get(id)?.setRate(this.rate(id));
    this.changed();
  }

  async start({ id, opens, traffic: commands }: Example): Promise<void> {
    if (this.flows(id)) return;
    this.failure = '';
    this.running.set(id, undefined);
    this.changed();
    try {
      const traffic = await this.lab.startTraffic({
        db: opens.db ?? 0,
        commands,
        perSecond: this.rate(id),
      });
      // Switched off again while it was starting.
      if (!this.flows(id)) {
        traffic.stop();
        return;
      }
      this.running.set(id, traffic);
      traffic.setRate(this.rate(id));
      traffic.onStop(() => {
        this.running.delete(id);
        this.changed();
      });
    } catch (error) {
      this.running.delete(id);
      this.failure = error instanceof Error ? error.message : String(error);
      this.changed();
    }
  }

  stop(id: string): void {
    this.running.get(id)?.stop();
    this.running.delete(id);
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
