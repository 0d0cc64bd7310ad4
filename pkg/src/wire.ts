/** A connection of code in this thread to a process of the lab. */

import { LabError } from '../../www/src/client/errors';
import { concat } from '../../www/src/client/resp';
import type { Engine } from '../../www/src/worker/engine';
import type { Wire } from './api';
import type { Driver } from './driver';

const decoder = new TextDecoder('latin1');

/** Commands for which Lua is needed. A word too many costs nothing but its loading. */
const SCRIPTS = /eval|script|fcall|function/i;

/** The longest of these words, less a letter: it may come in pieces. */
const TAIL = 7;

const nothing = (): void => undefined;

export class LabWire implements Wire {
  onData: (bytes: Uint8Array) => void = nothing;
  onClose: (why?: LabError) => void = nothing;
  private readonly driver: Driver;
  private readonly connection: number;
  private readonly ended: () => void;
  /** What has come and was not yet passed on. */
  private received: Uint8Array[] = [];
  private isPaused = false;
  private isDelivering = false;
  private isHolding = false;
  private isClosed = false;
  /** The other end has hung up. */
  private isLost = false;
  /** What waits for Lua. */
  private held: Uint8Array[] | undefined;
  private tail = '';

  constructor(driver: Driver, connection: number, ended: () => void) {
    this.driver = driver;
    this.connection = connection;
    this.ended = ended;
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed) throw new LabError('closed', 'The connection is closed');
    if (this.held !== undefined) this.held.push(bytes.slice());
    else if (!this.driver.scripts.isReady && this.mentionsScripts(bytes)) this.holdBack(bytes);
    else this.send(bytes);
  }

  private send(bytes: Uint8Array): void {
    const output = this.driver.work((engine) => engine.send(this.connection, bytes));
    if (output.length > 0) this.received.push(output);
    this.deliver();
  }

  private mentionsScripts(bytes: Uint8Array): boolean {
    const text = this.tail + decoder.decode(bytes);
    this.tail = text.slice(-TAIL);
    return SCRIPTS.test(text);
  }

  private holdBack(bytes: Uint8Array): void {
    this.held = [bytes.slice()];
    const { driver } = this;
    void driver.while(async () => {
      await driver.scripts.load();
      const held = concat(this.held ?? []);
      this.held = undefined;
      if (this.isClosed) return;
      try {
        this.send(held);
      } catch {
        // The lab has ended, and everybody was told.
      }
    });
  }

  /** Takes what the process has sent since. */
  collect(engine: Engine): void {
    if (this.isPaused) return;
    const output = engine.takeOutput(this.connection);
    if (output.length > 0) this.received.push(output);
    this.isLost ||= engine.isClosed(this.connection);
  }

  /** Passes on what has come, one after the other: who hears it may write. Answers whether there was anything. */
  deliver(): boolean {
    if (this.isDelivering) return false;
    let hasDelivered = false;
    this.isDelivering = true;
    try {
      while (this.received.length > 0 && !this.isPaused) {
        const bytes = this.received.shift();
        if (bytes !== undefined) this.onData(bytes);
        hasDelivered = true;
      }
    } finally {
      this.isDelivering = false;
    }
    if (!this.isLost || this.received.length > 0) return hasDelivered;
    this.lose();
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused || this.isClosed) return;
    this.isPaused = false;
    // What is there already comes with the turn that follows.
    this.driver.work(nothing);
  }

  ref(): void {
    this.setHolding(true);
  }

  unref(): void {
    this.setHolding(false);
  }

  private setHolding(holds: boolean): void {
    if (this.isHolding === holds || (holds && this.isClosed)) return;
    this.isHolding = holds;
    this.driver.hold(holds);
  }

  close(): void {
    if (this.isClosed) return;
    this.end();
    try {
      this.driver.work((engine) => engine.disconnect(this.connection));
    } catch {
      // The lab has ended.
    }
  }

  /** The other end is gone, or with it the whole lab. */
  lose(why?: LabError): void {
    if (this.isClosed) return;
    this.end();
    this.onClose(why);
  }

  private end(): void {
    this.unref();
    this.isClosed = true;
    this.received = [];
    this.ended();
  }
}
