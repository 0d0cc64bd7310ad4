/**
 * What the disk of a lab is kept in: records of bytes under numbers, changed by batches, each of which is there as a
 * whole or not at all. `src/lab/disk` decides what they hold.
 */

/** Key and bytes. */
export type StoredRecord = readonly [key: number, bytes: Uint8Array];

/** What `Engine.takeBatch` gives: deletes are done first. */
export interface Batch {
  readonly id: number;
  /** Stretches of keys, from the first to the last inclusive. */
  readonly deletes: readonly (readonly [first: number, last: number])[];
  readonly puts: readonly StoredRecord[];
}

/**
 * - `full`: no space left; nothing was changed.
 * - `closed`: the browser has closed the connection, and it cannot be opened again at the moment.
 * - `lost`: what was stored is gone (somebody cleared the site's data): everything is to be written anew.
 * - `elsewhere`: another tab has taken the lab over; nothing was changed, and nothing will be.
 * - `failed`: anything else, told by the message.
 */
export type StoreErrorCode = 'full' | 'closed' | 'lost' | 'elsewhere' | 'failed';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface RecordStore {
  readonly kind: 'indexeddb' | 'memory';
  /** All records, by key. What was committed before is there, what is committed later is not. */
  load(): Promise<StoredRecord[]>;
  /** Resolves once the batch would survive a power cut (as far as this store survives one). Rejects with `StoreError`. */
  commit(batch: Batch): Promise<void>;
  /** Writes nothing more: what is under way is given up if it still can be. */
  close(): void;
}
