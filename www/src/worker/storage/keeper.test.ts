import { describe, expect, it, vi } from 'vitest';
import { DiskKeeper, type DiskEngine, type StorageProblem } from './keeper';
import { StoreError, type Batch, type RecordStore } from './store';

/** An engine with so many batches to store; a failed one comes again. */
class Engine implements DiskEngine {
  readonly done: [number, string | undefined][] = [];
  private waiting: number;
  private underWay = false;
  private id = 0;

  constructor(batches: number) {
    this.waiting = batches;
  }

  more(): void {
    this.waiting++;
  }

  takeBatch(): Batch | undefined {
    if (this.underWay || this.waiting === 0) return undefined;
    this.underWay = true;
    return { id: ++this.id, deletes: [], puts: [[this.id, new Uint8Array([this.id])]] };
  }

  batchDone(id: number, error?: string): void {
    this.underWay = false;
    if (error === undefined) this.waiting--;
    this.done.push([id, error]);
    if (error !== undefined && this.done.length > 20) this.waiting = 0;
  }
}

/** A store whose commits are answered by hand. */
class Store implements RecordStore {
  readonly kind = 'memory';
  readonly commits: { batch: Batch; answer: (error?: Error) => void }[] = [];

  load(): Promise<[]> {
    return Promise.resolve([]);
  }

  commit(batch: Batch): Promise<void> {
    return new Promise((resolve, reject) => {
      const answer = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      this.commits.push({ batch, answer });
    });
  }

  close(): void {
    this.commits.length = 0;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function keep(batches: number, problem?: StorageProblem) {
  const engine = new Engine(batches);
  const store = new Store();
  const problems: (StorageProblem | undefined)[] = [];
  const events = {
    settled: vi.fn(),
    problem: (problem: StorageProblem | undefined) => void problems.push(problem),
    elsewhere: vi.fn(),
  };
  const keeper = new DiskKeeper(store, engine, events, problem);
  return { engine, store, problems, events, keeper };
}

describe('DiskKeeper', () => {
  it('has one batch under way at a time, and goes on by itself', async () => {
    const { engine, store, events, keeper } = keep(2);
    keeper.wake();
    keeper.wake();
    expect(store.commits).toHaveLength(1);
    store.commits[0]?.answer();
    await settle();
    expect(engine.done).toEqual([[1, undefined]]);
    expect(store.commits).toHaveLength(2);
    let idle = false;
    void keeper.idle().then(() => (idle = true));
    await settle();
    expect(idle).toBe(false);
    store.commits[1]?.answer();
    await settle();
    expect(idle).toBe(true);
    expect(events.settled).toHaveBeenCalledTimes(2);
    engine.more();
    keeper.wake();
    expect(store.commits).toHaveLength(3);
  });

  it('tells each problem once, and when it is over', async () => {
    const { engine, store, problems, keeper } = keep(1);
    keeper.wake();
    for (const code of ['full', 'full', 'closed', 'lost', 'failed'] as const) {
      store.commits.at(-1)?.answer(new StoreError(code, `it is ${code}`));
      await settle();
    }
    store.commits.at(-1)?.answer(new TypeError('odd'));
    await settle();
    store.commits.at(-1)?.answer();
    await settle();
    const words = ['full', 'full', 'it is closed', 'lost', 'it is failed', 'TypeError: odd'];
    expect(engine.done.map(([, error]) => error)).toEqual([...words, undefined]);
    expect(problems).toEqual([
      { code: 'full', message: 'it is full' },
      { code: 'closed', message: 'it is closed' },
      { code: 'failed', message: 'it is lost' },
      { code: 'failed', message: 'it is failed' },
      { code: 'failed', message: 'TypeError: odd' },
      undefined,
    ]);
  });

  it('says that a problem is over which was told before it began', async () => {
    const { store, problems, keeper } = keep(1, { code: 'full', message: '' });
    keeper.wake();
    store.commits[0]?.answer();
    await settle();
    expect(problems).toEqual([undefined]);
  });

  it('writes nothing more when another tab has the lab, and tells the engine of no success', async () => {
    const { engine, store, events, keeper } = keep(3);
    keeper.wake();
    store.commits[0]?.answer(new StoreError('elsewhere', 'gone'));
    await settle();
    expect(events.elsewhere).toHaveBeenCalledTimes(1);
    keeper.wake();
    expect(store.commits).toHaveLength(1);
    expect(engine.done).toEqual([]);
  });

  it('tells a stopped engine nothing', async () => {
    const { engine, store, events, keeper } = keep(2);
    keeper.wake();
    keeper.stop();
    store.commits[0]?.answer();
    await keeper.idle();
    await settle();
    expect(engine.done).toEqual([]);
    expect(events.settled).not.toHaveBeenCalled();
    expect(store.commits).toHaveLength(1);
  });
});
