import { describe, expect, it, vi } from 'vitest';
import { LabStorage } from './lab-storage';
import type { Batch } from './storage';

const options = {
  name: 'test',
  temporary: true,
  seed: 1n,
  port: 6379,
  takeOver: false,
  copy: false,
};

/** An engine that has these batches to store. */
function engine(...batches: Batch[]) {
  const batchDone = vi.fn();
  return { takeBatch: () => batches.shift(), batchDone };
}

const batch = (id: number, key: number): Batch => ({
  id,
  deletes: [],
  puts: [[key, new Uint8Array([id])]],
});

describe('LabStorage', () => {
  it('stores what the engine has, and says when it is through', async () => {
    const settled = vi.fn();
    const storage = await LabStorage.open(options, { status: vi.fn(), settled });
    expect(storage.status).toEqual({ kind: 'memory', reason: 'temporary', persisted: null });
    expect(storage.records).toEqual([]);
    const one = engine(batch(1, 10), batch(2, 11));
    storage.keep(one);
    await vi.waitFor(() => expect(settled).toHaveBeenCalledTimes(2));
    expect(one.batchDone.mock.calls).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('answers a power cut with what is stored, and tells the engine nothing more', async () => {
    const storage = await LabStorage.open(options, { status: vi.fn(), settled: vi.fn() });
    const one = engine(batch(1, 10));
    storage.keep(one);
    const records = await storage.cut();
    expect(records).toEqual([[10, new Uint8Array([1])]]);
    expect(one.batchDone).not.toHaveBeenCalled();
    storage.resume();
    expect(await storage.export()).toBe(null);
  });

  it('leaves alone what the engine cannot read', async () => {
    const storage = await LabStorage.open(options, { status: vi.fn(), settled: vi.fn() });
    storage.refuse({ failure: 'newer', message: 'format 9' });
    expect(storage.status).toEqual({ kind: 'memory', reason: 'newer', persisted: null });
    storage.refuse({ failure: 'damaged', message: 'record 3' });
    expect(storage.status.problem).toEqual({ code: 'failed', message: 'record 3' });
  });
});
