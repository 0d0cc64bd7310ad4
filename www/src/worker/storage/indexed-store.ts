/**
 * Records in IndexedDB: a database for each lab, in it the records by their numbers, and who may write.
 *
 * Whoever loads a lab to write writes its mark beside the records, and every commit looks for that mark in its own
 * transaction. So there is never a second writer, even where a tab that has been robbed of its lock does not know it yet.
 */

import { StoreError, type Batch, type RecordStore, type StoredRecord } from './store';

/** Version of the database's layout; what the records hold has a version of its own. */
const LAYOUT = 1;
const RECORDS = 'records';
const OWNER = 'owner';
/** Time that opening may take, in milliseconds. */
const OPEN_MS = 3000;
/** Bytes that one reading step should not exceed by much. */
const STEP_BYTES = 8 * 1024 * 1024;

export const databaseName = (lab: string): string => `resplay:${lab}`;

/** The name of an exception, and what it says if it says anything. */
const message = (error: unknown): string =>
  error instanceof Error ? [error.name, error.message].filter(Boolean).join(': ') : String(error);

/** What an exception of IndexedDB means for a commit. */
function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return new StoreError('full', message(error));
  // A transaction that somebody else aborted: the connection was closed under it.
  if (name === 'InvalidStateError' || name === 'AbortError')
    return new StoreError('closed', message(error));
  return new StoreError('failed', message(error));
}

/** The lab was stored by a newer version; `records` is what there is. */
export class NewerLayout extends Error {
  override readonly name = 'NewerLayout';
  readonly records: readonly StoredRecord[];

  constructor(records: readonly StoredRecord[]) {
    super('The lab was stored by a newer version');
    this.records = records;
  }
}

function openDatabase(name: string, version: number | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // May throw: there are places where not even the property may be read.
    const request = indexedDB.open(name, version);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new StoreError('closed', `IndexedDB did not open within ${OPEN_MS / 1000} seconds`));
    }, OPEN_MS);
    request.onupgradeneeded = () => {
      const database = request.result;
      for (const store of [RECORDS, OWNER]) {
        if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
      }
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      if (late) request.result.close();
      else resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error('IndexedDB does not open'));
    };
  });
}

/** Reads all records in steps within one transaction, which therefore never idles. */
function readAll(transaction: IDBTransaction, done: (records: StoredRecord[]) => void): void {
  const store = transaction.objectStore(RECORDS);
  const records: StoredRecord[] = [];
  const step = (range: IDBKeyRange | null, count: number): void => {
    const keys = store.getAllKeys(range, count);
    const values = store.getAll(range, count);
    // Requests are answered in order, so the keys are there already.
    values.onsuccess = () => {
      let bytes = 0;
      (values.result as unknown[]).forEach((value, at) => {
        const key = Number(keys.result[at]);
        const record = value instanceof Uint8Array ? value : new Uint8Array();
        bytes += record.length;
        records.push([key, record]);
      });
      if (values.result.length < count) {
        done(records);
        return;
      }
      const next = bytes > STEP_BYTES ? Math.max(1, count >> 1) : Math.min(1024, count * 2);
      step(IDBKeyRange.lowerBound(keys.result.at(-1), true), next);
    };
  };
  step(null, 64);
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException('The transaction was aborted', 'AbortError'));
  });
}

export class IndexedStore implements RecordStore {
  readonly kind = 'indexeddb';
  private readonly name: string;
  private readonly mark: string;
  private database: IDBDatabase | undefined;
  private current: IDBTransaction | undefined;
  private claimed = false;
  private stopped = false;
  /** Somebody has cleared what was stored, and the engine knows. */
  private lost = false;
  /** There was no room for the mark when the records were read: it comes with the first commit for which there is. */
  private unmarked = false;

  private constructor(name: string, database: IDBDatabase) {
    this.name = name;
    const chance = crypto.getRandomValues(new Uint32Array(4));
    this.mark = [...chance].map((part) => part.toString(16)).join('-');
    this.use(database);
  }

  /** Rejects when there is no storage here (any error), and with `NewerLayout`. */
  static async open(lab: string): Promise<IndexedStore> {
    const name = databaseName(lab);
    try {
      return new IndexedStore(name, await openDatabase(name, LAYOUT));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'VersionError')) throw error;
      throw new NewerLayout(await readOnce(name));
    }
  }

  /** Whether there was no room at all when it was loaded; the next commit tells whether there is some. */
  get isFull(): boolean {
    return this.unmarked;
  }

  private use(database: IDBDatabase): void {
    this.database = database;
    // It may not be the one that was read: what is there has to be looked at.
    this.unmarked = false;
    const forget = (): void => {
      if (this.database === database) this.database = undefined;
    };
    // The browser closed it (background tabs in Safari, site data cleared).
    database.onclose = forget;
    // Somebody wants to delete or upgrade it, and waits for us.
    database.onversionchange = () => {
      forget();
      database.close();
    };
  }

  /** The first time, makes this the one that writes, in the transaction that reads. */
  async load(): Promise<StoredRecord[]> {
    if (this.claimed) return this.read('check');
    try {
      return await this.read('claim');
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'full')) throw error;
    }
    // Removing a mark takes no room, and whoever set it cannot write any more either.
    const records = await this.read('release');
    this.unmarked = true;
    return records;
  }

  private async read(mark: 'check' | 'claim' | 'release'): Promise<StoredRecord[]> {
    const database = await this.connection();
    const transaction = database.transaction([RECORDS, OWNER], 'readwrite');
    const marks = transaction.objectStore(OWNER);
    let records: StoredRecord[] = [];
    let owner: unknown = this.mark;
    if (mark === 'check') {
      const request = marks.get(OWNER) as IDBRequest<unknown>;
      request.onsuccess = () => (owner = request.result);
    } else if (mark === 'claim') {
      marks.put(this.mark, OWNER);
    } else {
      marks.delete(OWNER);
    }
    readAll(transaction, (read) => (records = read));
    await finished(transaction).catch((error: unknown) => {
      throw storeError(error);
    });
    this.claimed = true;
    if (owner !== this.mark && owner !== undefined) throw this.givenUp();
    return records;
  }

  /** Another tab writes now. */
  private givenUp(): StoreError {
    this.stopped = true;
    return new StoreError('elsewhere', 'Another tab has taken this lab over');
  }

  async commit(batch: Batch): Promise<void> {
    try {
      await this.write(batch);
    } catch (error) {
      const problem = storeError(error);
      if (problem.code !== 'closed' || this.stopped) throw problem;
      // Writing the same once more is harmless, whether or not it was written.
      this.database = undefined;
      await this.write(batch).catch((again: unknown) => {
        throw storeError(again);
      });
    }
  }

  private async connection(): Promise<IDBDatabase> {
    if (this.stopped) throw this.givenUp();
    if (this.database === undefined) this.use(await openDatabase(this.name, LAYOUT));
    // It may be closed again before it was used.
    if (this.database === undefined) throw new StoreError('closed', 'IndexedDB was closed');
    return this.database;
  }

  private async write(batch: Batch): Promise<void> {
    const database = await this.connection();
    const options = { durability: 'strict' } as const;
    const transaction = database.transaction([RECORDS, OWNER], 'readwrite', options);
    this.current = transaction;
    let refused: StoreError | undefined;
    const done = finished(transaction);
    const owner = transaction.objectStore(OWNER).get(OWNER) as IDBRequest<unknown>;
    owner.onsuccess = () => {
      if (owner.result === this.mark) return;
      if (owner.result !== undefined) {
        refused = this.givenUp();
      } else if (this.lost || this.unmarked) {
        // The batch after that message has everything.
        transaction.objectStore(OWNER).put(this.mark, OWNER);
        return;
      } else {
        refused = new StoreError('lost', 'What was stored is gone');
      }
      transaction.abort();
    };
    const records = transaction.objectStore(RECORDS);
    try {
      for (const [first, last] of batch.deletes) records.delete(IDBKeyRange.bound(first, last));
      for (const [key, bytes] of batch.puts) records.put(own(bytes), key);
    } catch (error) {
      transaction.abort();
      await done.catch(() => undefined);
      throw error;
    }
    try {
      await done;
      this.lost = false;
      this.unmarked = false;
    } catch (error) {
      this.lost = refused?.code === 'lost';
      throw refused ?? error;
    } finally {
      this.current = undefined;
    }
  }

  close(): void {
    this.stopped = true;
    try {
      this.current?.abort();
    } catch {
      // It is being committed already; then it counts.
    }
    this.database?.close();
    this.database = undefined;
  }
}

/** Bytes that share their buffer with nothing: a view would be stored with all that it is a view of. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** The records of a lab that this version does not write, or that belongs to another tab. */
async function readOnce(name: string): Promise<StoredRecord[]> {
  const database = await openDatabase(name, undefined);
  try {
    if (!database.objectStoreNames.contains(RECORDS)) return [];
    const transaction = database.transaction(RECORDS, 'readonly');
    let records: StoredRecord[] = [];
    readAll(transaction, (read) => (records = read));
    await finished(transaction);
    return records;
  } finally {
    database.close();
  }
}

/** What a lab has stored, without becoming the one that writes it: for a copy, or an export. */
export const readRecords = (lab: string): Promise<StoredRecord[]> => readOnce(databaseName(lab));
