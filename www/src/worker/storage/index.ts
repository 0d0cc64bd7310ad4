/** Where a lab keeps its disk: which store, and whether it may be written here. */

import type { StorageStatus } from '../../client/api';
import { IndexedStore, NewerLayout, readRecords } from './indexed-store';
import type { StorageProblem } from './keeper';
import { takeLock, type LabLock } from './lock';
import { MemoryStore } from './memory-store';
import type { RecordStore, StoredRecord } from './store';

export { exportRecords, importRecords } from './export';
export { DiskKeeper, type DiskEngine, type KeeperEvents, type StorageProblem } from './keeper';
export { MemoryStore } from './memory-store';
export { StoreError, type Batch, type RecordStore, type StoredRecord } from './store';

export interface StorageOptions {
  readonly name: string;
  readonly temporary?: boolean;
  /** Takes the lab over from the tab that has it. */
  readonly takeOver?: boolean;
  /** Reads what is stored without owning it, and works on a copy in memory. */
  readonly copy?: boolean;
  /** Another tab has taken it over; nothing is written any more. Stop the keeper, and say so. */
  readonly onStolen: () => void;
}

export interface Storage {
  readonly store: RecordStore;
  /** What the store holds; for a store in memory with reason `elsewhere` or `newer`, what the other one holds. */
  readonly records: readonly StoredRecord[];
  readonly kind: StorageStatus['kind'];
  readonly reason?: NonNullable<StorageStatus['reason']>;
  /** Why there is no storage, when `reason` is `unavailable`. */
  readonly detail?: string;
  /** It could be read, but there is no room to write. */
  readonly problem?: StorageProblem;
  /** Ends writing and gives the lab up for other tabs. */
  close(): void;
}

/** Never rejects: where nothing can be stored, it is a store in memory with the reason. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  if (options.temporary) return inMemory('temporary');
  let lock: LabLock | undefined;
  let store: IndexedStore | undefined;
  const close = (): void => {
    store?.close();
    lock?.release();
  };
  try {
    if (options.copy) return inMemory('temporary', await readRecords(options.name));
    const stolen = (): void => {
      close();
      options.onStolen();
    };
    lock = await takeLock(options.name, stolen, options.takeOver);
    if (lock === undefined) return inMemory('elsewhere', await readRecords(options.name));
    store = await IndexedStore.open(options.name);
    const records = await store.load();
    const { kind, isFull } = store;
    return {
      store,
      records,
      kind,
      close,
      ...(isFull && { problem: { code: 'full' as const, message: '' } }),
    };
  } catch (error) {
    close();
    if (error instanceof NewerLayout) return inMemory('newer', error.records);
    const detail = error instanceof Error ? error.message : String(error);
    return { ...inMemory('unavailable'), detail };
  }
}

function inMemory(
  reason: NonNullable<StorageStatus['reason']>,
  records: readonly StoredRecord[] = [],
): Storage {
  // What a newer version wrote is to be exported, not to be worked on.
  const store = new MemoryStore(reason === 'newer' ? [] : records);
  return { store, records, kind: 'memory', reason, close: () => store.close() };
}
