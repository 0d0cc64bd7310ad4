/** The store of a lab's disk, and what is known of it. */

import type { StorageStatus } from '../client/api';
import type { OpenOptions } from '../client/protocol';
import type { Engine, Failure } from './engine';
import { DiskKeeper, exportRecords, MemoryStore, openStorage } from './storage';
import type { Storage, StorageProblem, StoredRecord } from './storage';
import { readRecords } from './storage/indexed-store';

/** Time between two looks at how much is stored, in milliseconds. */
const ESTIMATE_MS = 5000;

export interface LabStorageEvents {
  status(status: StorageStatus): void;
  /** The store has answered: something may be durable that was waited for. */
  settled(): void;
}

export class LabStorage {
  status: StorageStatus;
  private readonly events: LabStorageEvents;
  private storage: Storage;
  private keeper: DiskKeeper | undefined;
  private engine: Pick<Engine, 'takeBatch' | 'batchDone'> | undefined;
  private estimated = -Infinity;

  private constructor(storage: Storage, events: LabStorageEvents) {
    this.storage = storage;
    this.events = events;
    const { kind, reason, problem } = storage;
    this.status = {
      kind,
      persisted: null,
      ...(reason && { reason }),
      ...(problem && { problem }),
    };
  }

  static async open(options: OpenOptions, events: LabStorageEvents): Promise<LabStorage> {
    let opened: LabStorage | undefined = undefined;
    const onStolen = (): void => opened?.elsewhere();
    const storage = options.copy
      ? await copyOf(options.name)
      : await openStorage({ ...options, onStolen });
    opened = new LabStorage(storage, events);
    return opened;
  }

  /** What the engine is to begin with. What belongs to others, or cannot be understood, is not worked on. */
  get records(): readonly StoredRecord[] {
    const { reason, records } = this.storage;
    return reason === 'elsewhere' || reason === 'newer' ? [] : records;
  }

  /** The engine cannot read the records: they stay as they are, and it works in memory. */
  refuse({ failure, message }: Failure): void {
    const { records } = this.storage;
    this.storage.close();
    const store = new MemoryStore();
    const reason = failure === 'newer' ? 'newer' : 'unavailable';
    this.storage = { store, records, kind: 'memory', reason, close: () => store.close() };
    this.status = {
      kind: 'memory',
      reason,
      persisted: null,
      ...(failure !== 'newer' && { problem: { code: 'failed', message } }),
    };
  }

  /** Carries from now on what the engine has to store. */
  keep(engine: Pick<Engine, 'takeBatch' | 'batchDone'>): void {
    this.engine = engine;
    const events = {
      settled: () => {
        this.estimate();
        this.events.settled();
      },
      problem: (problem: StorageProblem | undefined) => {
        const status = { ...this.status };
        delete status.problem;
        this.tell({ ...status, ...(problem && { problem }) });
      },
      elsewhere: () => this.elsewhere(),
    };
    // A problem that has been told is over when this keeper says so, whoever told it.
    const { problem } = this.status;
    this.keeper = new DiskKeeper(this.storage.store, engine, events, problem);
    this.wake();
  }

  /** The engine may have something to store. */
  wake(): void {
    this.keeper?.wake();
  }

  /** Stores nothing more, waits for what is under way, and answers what a power cut leaves. */
  async cut(): Promise<readonly StoredRecord[]> {
    this.keeper?.stop();
    await this.keeper?.idle();
    return this.storage.store.load();
  }

  /** Power is back. */
  resume(): void {
    if (this.engine !== undefined) this.keep(this.engine);
  }

  /** The engine has crashed: what it would still say is not to be believed. */
  stop(): void {
    this.keeper?.stop();
  }

  async export(): Promise<Uint8Array | null> {
    const { kind, store, records } = this.storage;
    const all = kind === 'indexeddb' ? await store.load() : records;
    return all.length === 0 ? null : exportRecords(all);
  }

  /** Another tab has taken the lab over. */
  private elsewhere(): void {
    this.keeper?.stop();
    this.tell({ kind: 'memory', reason: 'elsewhere', persisted: this.status.persisted });
  }

  private tell(status: StorageStatus): void {
    this.status = status;
    this.events.status(status);
  }

  private estimate(): void {
    const now = performance.now();
    if (this.storage.kind !== 'indexeddb' || now - this.estimated < ESTIMATE_MS) return;
    this.estimated = now;
    // Missing where the page is no secure context, whatever the types say.
    const manager = (navigator as Partial<Navigator>).storage;
    manager?.estimate().then(
      ({ usage, quota }) => {
        if (this.status.kind !== 'indexeddb') return;
        const figures = {
          ...(usage !== undefined && { usage }),
          ...(quota !== undefined && { quota }),
        };
        this.tell({ ...this.status, ...figures });
      },
      () => undefined,
    );
  }
}

/** A copy of what is stored, which nobody else sees change. */
async function copyOf(lab: string): Promise<Storage> {
  const records = await readRecords(lab);
  const store = new MemoryStore(records);
  return { store, records, kind: 'memory', reason: 'temporary', close: () => store.close() };
}
