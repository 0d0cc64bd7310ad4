import { describe, expect, it } from 'vitest';
import { exportRecords, importRecords } from './export';
import { MemoryStore } from './memory-store';
import type { StoredRecord } from './store';

const record = (key: number, ...bytes: number[]): StoredRecord => [key, new Uint8Array(bytes)];

describe('MemoryStore', () => {
  it('holds what was put and not deleted, by key', async () => {
    const store = new MemoryStore([record(7, 1)]);
    await store.commit({ id: 1, deletes: [], puts: [record(0, 9), record(3, 1, 2), record(4, 5)] });
    await store.commit({
      id: 2,
      deletes: [
        [1, 3],
        [5, 9],
      ],
      puts: [record(2, 2)],
    });
    const records = await store.load();
    expect(records).toEqual([record(0, 9), record(2, 2), record(4, 5)]);
    records[0]?.[1].fill(0);
    expect(await store.load()).toContainEqual(record(0, 9));
  });
});

describe('exportRecords', () => {
  it('gives a file that importRecords reads, whole or not at all', () => {
    const records = [record(0, 1, 2, 3), record(2 ** 40), record(2 ** 40 + 1, 255)];
    const file = exportRecords(records);
    expect(importRecords(file)).toEqual(records);
    const ends = [18, 33, 45, 58];
    for (let length = 0; length < file.length; length++) {
      const cut = importRecords(file.subarray(0, length));
      expect(cut === undefined, `${length}`).toBe(!ends.includes(length));
    }
    expect(importRecords(new TextEncoder().encode('something else'))).toBeUndefined();
  });
});
