import { state } from 'lit/decorators.js';
import type { Lab } from '../../client/api';
import { ViewElement } from '../view-element';

/** A view that does things to the lab, one at a time, and says what went wrong. */
export abstract class ActingElement extends ViewElement {
  @state() protected busy = false;
  @state() protected failure = '';

  protected async attempt(work: (lab: Lab) => Promise<unknown>): Promise<void> {
    if (!this.lab || this.busy) return;
    this.busy = true;
    this.failure = '';
    try {
      await work(this.lab);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }
}
