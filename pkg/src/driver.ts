/** Drives an engine: gives it its turns, carries what it stores, and passes on what it sends. */

import type { InstanceInfo } from '../../www/src/client/api';
import { LabError } from '../../www/src/client/errors';
import { succeeded, toRecords, wasm, type Engine, type Failure } from '../../www/src/worker/engine';
import { DiskKeeper } from '../../www/src/worker/storage/keeper';
import { MemoryStore } from '../../www/src/worker/storage/memory-store';
import type { CrashLosses } from './api';
import { after, cancel, hold, now, pause, type Timer } from './timers';
import type { Scripts } from './wasm';
import { LabWire } from './wire';

/** Longest time that a clock is led ahead before those who wait get their turn, in milliseconds of real time. */
const TURN_MS = 8;

/** In so many stretches a clock is led ahead: between two of them those who have heard something may react. */
const STRETCHES = 1000;

export class Driver {
  readonly scripts: Scripts;
  private engine: Engine | undefined;
  private known: readonly InstanceInfo[] = [];
  /** Why there is no engine any more. */
  private over: LabError | undefined;
  private readonly store = new MemoryStore();
  private keeper: DiskKeeper | undefined;
  private readonly wires = new Map<number, LabWire>();
  private timer: { readonly id: Timer; readonly at: number } | undefined;
  /** A turn comes behind what is being done, or behind everything that waits. */
  private isTurnDue = false;
  private isTurnSoon = false;
  /** Somebody has heard something in the last turn. */
  private hasDelivered = false;
  /** How many things keep the program from ending. */
  private holds = 0;
  private leading: Promise<void> = Promise.resolve();
  private readonly waiters = new Set<() => void>();

  constructor(engine: Engine, scripts: Scripts) {
    this.engine = engine;
    this.scripts = scripts;
    this.keep();
    this.turn();
  }

  // ------------------------------------------------------------------------------------------------------------ turns

  /** Works with the engine, and lets what that has led to happen soon. */
  work<Result>(work: (engine: Engine) => Result): Result {
    const result = this.with(work);
    if (!this.isTurnDue) {
      this.isTurnDue = true;
      queueMicrotask(() => this.turn());
    }
    return result;
  }

  /** The same for what may be answered by a failure. */
  answer<Result>(work: (engine: Engine) => Result | Failure): Result {
    return this.work((engine) => succeeded(work(engine)));
  }

  /** Works with the engine. Whatever wasm throws is a crash; an error of ours is not. */
  private with<Result>(work: (engine: Engine) => Result): Result {
    if (this.engine === undefined) throw this.over ?? new LabError('closed', 'The lab is closed');
    try {
      return work(this.engine);
    } catch (error) {
      if (error instanceof LabError) throw error;
      throw this.crash(error);
    }
  }

  /** Has what is due now happen, and passes on what there is. Answers the milliseconds until the next is due. */
  private turn(): number {
    this.isTurnDue = false;
    this.isTurnSoon = false;
    if (this.engine === undefined) return Infinity;
    let wait: number;
    try {
      wait = this.with((engine) => {
        const milliseconds = engine.tick();
        this.lookAtInstances(engine);
        for (const wire of this.wires.values()) wire.collect(engine);
        return milliseconds;
      });
    } catch {
      // Everybody who waited has been told.
      return Infinity;
    }
    this.keeper?.wake();
    this.comeAgain(wait);
    this.hasDelivered = false;
    for (const wire of [...this.wires.values()])
      this.hasDelivered = wire.deliver() || this.hasDelivered;
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const resolve of waiters) resolve();
    return wait;
  }

  /** Resolves after the next turn. */
  nextTurn(): Promise<void> {
    return new Promise((resolve) => this.waiters.add(resolve));
  }

  private comeAgain(wait: number): void {
    // Of a clock that stands still nothing is due.
    if (wait > Number.MAX_SAFE_INTEGER) {
      this.stopTimer();
      return;
    }
    if (wait === 0) {
      if (!this.isTurnSoon) void pause().then(() => this.turn());
      this.isTurnSoon = true;
      return;
    }
    const at = now() + wait;
    if (this.timer !== undefined && this.timer.at <= at && this.timer.at >= now()) return;
    this.stopTimer();
    const id = after(wait, this.holds > 0, () => {
      this.timer = undefined;
      this.turn();
    });
    this.timer = { id, at };
  }

  private stopTimer(): void {
    cancel(this.timer?.id);
    this.timer = undefined;
  }

  /** Keeps the program from ending, or not any longer. */
  hold(holds: boolean): void {
    this.holds += holds ? 1 : -1;
    if (this.timer !== undefined && this.holds <= 1) hold(this.timer.id, this.holds > 0);
  }

  /** Keeps the program from ending until this is done. */
  async while<Result>(work: () => Promise<Result>): Promise<Result> {
    this.hold(true);
    try {
      return await work();
    } finally {
      this.hold(false);
    }
  }

  /** The processes as they are now, or were when the lab ended. */
  get instances(): readonly InstanceInfo[] {
    this.attempt((engine) => this.lookAtInstances(engine));
    return this.known;
  }

  private lookAtInstances(engine: Engine): void {
    this.known = engine.takeInstances() ?? this.known;
  }

  // ------------------------------------------------------------------------------------------------------------- time

  get isPaused(): boolean {
    return this.with((engine) => engine.time().paused);
  }

  /** Leads the clock ahead, one after another. */
  advance(milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      return Promise.reject(new RangeError(`No time to advance by: ${milliseconds}`));
    const lead = this.leading.then(() => this.while(() => this.lead(milliseconds)));
    this.leading = lead.catch(() => undefined);
    return lead;
  }

  /** On to the next moment at which anything is due. */
  async step(): Promise<number> {
    const from = this.with((engine) => engine.time().now);
    this.with((engine) => engine.step());
    await this.until(() => !this.with((engine) => engine.time().hurries));
    return this.with((engine) => engine.time().now) - from;
  }

  private async lead(milliseconds: number): Promise<void> {
    // Who hears something on the way may react to it not much later.
    // In whole milliseconds, so that they come to what was asked for.
    const stretch = Math.ceil(Math.max(1, milliseconds / STRETCHES));
    let rested = now();
    for (let left = milliseconds; left > 0; left -= stretch) {
      this.with((engine) => engine.hurry(Math.min(left, stretch)));
      do {
        this.turn();
        await this.keeper?.idle();
        if (this.hasDelivered || now() - rested >= TURN_MS) {
          await pause();
          rested = now();
        }
      } while (this.with((engine) => engine.time().hurries));
    }
    this.turn();
    await pause();
  }

  /** Turns, one after another, until a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    for (;;) {
      const wait = this.turn();
      await this.keeper?.idle();
      if (condition()) return;
      if (wait === 0) await pause();
      else await this.nextTurn();
    }
  }

  // ------------------------------------------------------------------------------------------------------ connections

  /** A connection to a port of a host, as any client would have. */
  open(host: string, port: number): LabWire {
    const connection = this.work((engine) => engine.connectClient(host, port));
    if (connection === undefined) throw new LabError('refused', `Nothing listens at port ${port}`);
    const wire = new LabWire(this, connection, () => this.wires.delete(connection));
    this.wires.set(connection, wire);
    return wire;
  }

  // ------------------------------------------------------------------------------------------------------------- disk

  private keep(): void {
    const engine = {
      takeBatch: () => this.attempt((engine) => engine.takeBatch()),
      batchDone: (id: number, error?: string) =>
        this.attempt((engine) => engine.batchDone(id, error)),
    };
    this.keeper = new DiskKeeper(this.store, engine, {
      settled: () => this.turn(),
      problem: () => undefined,
      elsewhere: () => undefined,
    });
    this.keeper.wake();
  }

  private attempt<Result>(work: (engine: Engine) => Result): Result | undefined {
    try {
      return this.with(work);
    } catch {
      return undefined;
    }
  }

  /** Resolves when a file is on the disk. */
  synced(sync: number): Promise<void> {
    return this.while(() => this.until(() => this.answer((engine) => engine.isSynced(sync))));
  }

  async pullThePlug(): Promise<CrashLosses> {
    this.with((engine) => engine.freeze());
    this.turn();
    this.keeper?.stop();
    // What the store has been given may still be committed.
    await this.keeper?.idle();
    const records = toRecords(await this.store.load());
    const losses = this.answer((engine) => engine.powerCut(records));
    this.keep();
    this.turn();
    return losses;
  }

  // -------------------------------------------------------------------------------------------------------------- end

  close(): void {
    this.end(new LabError('closed', 'The lab is closed'));
  }

  private crash(error: unknown): LabError {
    const { message } = wasm.takeCrash();
    const text = message ?? (error instanceof Error ? error.message : String(error));
    const crashed = new LabError('crashed', `The engine has crashed: ${text}`);
    this.end(crashed);
    return crashed;
  }

  private end(why: LabError): void {
    if (this.over !== undefined) return;
    this.over = why;
    const { engine } = this;
    this.engine = undefined;
    this.stopTimer();
    this.keeper?.stop();
    this.store.close();
    for (const wire of [...this.wires.values()]) wire.lose(why);
    this.wires.clear();
    for (const resolve of this.waiters) resolve();
    this.waiters.clear();
    // One that has crashed must not be called any more: its memory stays.
    if (why.code === 'closed') (engine as (Engine & { free(): void }) | undefined)?.free();
  }
}
