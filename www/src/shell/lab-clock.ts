/** What time it is in the lab: asked now and then, and told ahead in between. */

import type { Lab } from '../client/api';
import type { BridgeAnswer, BridgeRequest } from '../client/bridge';

export class LabClock {
  private told: number;
  private speed = 1;
  /** When it was told, by the page's clock. */
  private at = performance.now();

  constructor(private readonly lab: Lab) {
    this.told = lab.clock.time.now;
  }

  get now(): number {
    return this.told + (performance.now() - this.at) * this.speed;
  }

  /** Asks the lab. */
  async look(): Promise<void> {
    const { port, close } = this.lab.openBridge();
    const answer = new Promise<BridgeAnswer>((resolve) => {
      port.onmessage = ({ data }: MessageEvent<BridgeAnswer>) => resolve(data);
    });
    const request: BridgeRequest & { id: number } = { op: 'now', id: 1 };
    port.postMessage(request);
    // A lab that has crashed does not answer; then it is as late as it was.
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, 1000, undefined));
    const told = await Promise.race([answer, late]);
    close();
    if (told === undefined) return;
    this.told = told.now;
    this.speed = told.speed;
    this.at = performance.now();
  }
}
