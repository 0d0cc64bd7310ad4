import { StoreError, type Batch, type RecordStore, type StoreErrorCode } from './store';

/** What the keeper needs of the engine. */
export interface DiskEngine {
  /** What is to be stored now, if anything is; nothing while a batch is under way. */
  takeBatch(): Batch | undefined;
  /** `error` is `full`, `lost`, or a message. */
  batchDone(id: number, error?: string): void;
}

export interface StorageProblem {
  readonly code: 'full' | 'closed' | 'failed';
  readonly message: string;
}

export interface KeeperEvents {
  /** A batch was answered for: replies may have been waiting for it, files have been synced. */
  settled(): void;
  /** Something goes wrong, or (undefined) goes right again. */
  problem(problem: StorageProblem | undefined): void;
  /** Another tab has the lab now; nothing is written from here any more. */
  elsewhere(): void;
}

/**
 * Carries batches from the engine to the store, one at a time. It has no clock: call `wake` when the engine may have
 * something to store, that is after anything that it was made to do, ticks included.
 */
export class DiskKeeper {
  private readonly store: RecordStore;
  private readonly engine: DiskEngine;
  private readonly events: KeeperEvents;
  private running: Promise<void> | undefined;
  private stopped = false;
  private problem: StorageProblem | undefined;

  /** `problem` is what has been told before. */
  constructor(
    store: RecordStore,
    engine: DiskEngine,
    events: KeeperEvents,
    problem?: StorageProblem,
  ) {
    this.store = store;
    this.engine = engine;
    this.events = events;
    this.problem = problem;
  }

  wake(): void {
    if (this.running !== undefined || this.stopped) return;
    const batch = this.engine.takeBatch();
    if (batch === undefined) return;
    this.running = this.carry(batch);
  }

  /** Resolves when nothing is under way: before a power cut reads what the store has. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  /** Takes no batch any more, and tells the engine nothing. What is under way may still be committed. */
  stop(): void {
    this.stopped = true;
  }

  private async carry(batch: Batch): Promise<void> {
    let error: StoreError | undefined;
    try {
      await this.store.commit(batch);
    } catch (caught) {
      error = caught instanceof StoreError ? caught : new StoreError('failed', String(caught));
    }
    this.running = undefined;
    if (this.stopped) return;
    if (error?.code === 'elsewhere') {
      this.stop();
      this.events.elsewhere();
      return;
    }
    this.engine.batchDone(batch.id, error && wordFor(error));
    this.report(error);
    this.events.settled();
    this.wake();
  }

  private report(error: StoreError | undefined): void {
    const before = this.problem;
    this.problem = error && { code: codeOf(error.code), message: error.message };
    const same = before?.code === this.problem?.code && before?.message === this.problem?.message;
    if (!same) this.events.problem(this.problem);
  }
}

function wordFor(error: StoreError): string {
  return error.code === 'full' || error.code === 'lost' ? error.code : error.message;
}

function codeOf(code: StoreErrorCode): StorageProblem['code'] {
  return code === 'full' || code === 'closed' ? code : 'failed';
}
