import type { Batch, RecordStore, StoredRecord } from './store';

/** Keeps records as long as the tab lives: for temporary labs, copies, and browsers that store nothing. */
export class MemoryStore implements RecordStore {
  readonly kind = 'memory';
  private readonly records: Map<number, Uint8Array>;

  constructor(records: readonly StoredRecord[] = []) {
    this.records = new Map(records);
  }

  load(): Promise<StoredRecord[]> {
    // The engine takes the bytes over, so it gets its own.
    const records = [...this.records].sort(([one], [other]) => one - other);
    return Promise.resolve(records.map(([key, bytes]) => [key, bytes.slice()] as const));
  }

  commit(batch: Batch): Promise<void> {
    for (const [first, last] of batch.deletes) {
      for (const key of [...this.records.keys()]) {
        if (key >= first && key <= last) this.records.delete(key);
      }
    }
    for (const [key, bytes] of batch.puts) this.records.set(key, bytes);
    return Promise.resolve();
  }

  close(): void {
    this.records.clear();
  }
}
