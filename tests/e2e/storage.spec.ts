/** The store in a real browser: what is committed, who may write, and what happens when the browser misbehaves. */

import { fileURLToPath } from 'node:url';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import type {} from './storage-entry';

let script = '';

test.beforeAll(async () => {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('storage-entry.ts', import.meta.url)),
        formats: ['es'],
        fileName: 'storage',
      },
    },
  })) as Rolldown.RolldownOutput[];
  script = built[0]?.output[0].code ?? '';
});

/** A page with nothing in it but the storage. */
async function open(context: BrowserContext, before?: () => void): Promise<Page> {
  const page = await context.newPage();
  if (before !== undefined) await page.addInitScript(before);
  await page.route('**/storage/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="storage.js"></script>',
    }),
  );
  await page.route('**/storage.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  await page.goto('storage/');
  await page.waitForFunction(() => 'tools' in window);
  return page;
}

test('what is committed is there for the next one, whatever its size', async ({ context }) => {
  const page = await open(context);
  const result = await page.evaluate(async () => {
    const durabilities: (string | undefined)[] = [];
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
      durabilities.push(args[2]?.durability);
      return transaction.apply(this, args);
    };
    const { IndexedStore } = window.tools;
    const one = await IndexedStore.open('sizes');
    await one.load();
    const large = new Uint8Array(300_000).fill(7);
    // A view of a larger buffer is stored as what it shows.
    const view = new Uint8Array(1_000_000).fill(9).subarray(10, 15);
    const puts = Array.from({ length: 1500 }, (_, at) => [at, at % 50 ? view : large] as const);
    durabilities.length = 0;
    await one.commit({ id: 1, deletes: [], puts });
    await one.commit({ id: 2, deletes: [[100, 199]], puts: [[150, new Uint8Array([1])]] });
    one.close();
    const other = await IndexedStore.open('sizes');
    const records = await other.load();
    const right = records.every(([key, bytes]) => {
      if (key === 150) return bytes.length === 1 && bytes[0] === 1;
      const wanted = key % 50 ? view : large;
      return bytes.length === wanted.length && bytes[0] === wanted[0];
    });
    const inOrder = records.every(([key], at) => at === 0 || key > (records[at - 1]?.[0] ?? key));
    const buffers = records.every(([, bytes]) => bytes.buffer.byteLength === bytes.byteLength);
    other.close();
    return { count: records.length, right, inOrder, buffers, durabilities };
  });
  expect(result.count).toBe(1401);
  expect(result.right && result.inOrder && result.buffers).toBe(true);
  expect(result.durabilities.slice(0, 2)).toEqual(['strict', 'strict']);
});

test('a lab has one writer; another tab can take it over', async ({ context }) => {
  const first = await open(context);
  const second = await open(context);
  const opened = await first.evaluate(async () => {
    const stolen: string[] = [];
    const storage = await window.tools.openStorage({
      name: 'tabs',
      onStolen: () => stolen.push('stolen'),
    });
    await storage.store.commit({ id: 1, deletes: [], puts: [[1, new Uint8Array([1])]] });
    Object.assign(window, { storage, stolen });
    return { kind: storage.kind, reason: storage.reason };
  });
  expect(opened).toEqual({ kind: 'indexeddb', reason: undefined });

  const elsewhere = await second.evaluate(async () => {
    const onStolen = (): void => undefined;
    const one = await window.tools.openStorage({ name: 'tabs', onStolen });
    const copy = await window.tools.openStorage({ name: 'tabs', onStolen, copy: true });
    return [one.kind, one.reason, copy.kind, copy.reason, copy.records.length];
  });
  expect(elsewhere).toEqual(['memory', 'elsewhere', 'memory', 'temporary', 1]);

  const taken = await second.evaluate(async () => {
    const storage = await window.tools.openStorage({
      name: 'tabs',
      onStolen: () => undefined,
      takeOver: true,
    });
    await storage.store.commit({ id: 2, deletes: [], puts: [[2, new Uint8Array([2])]] });
    return [storage.kind, storage.records.length];
  });
  expect(taken).toEqual(['indexeddb', 1]);
  await expect
    .poll(() => first.evaluate(() => (window as unknown as { stolen: string[] }).stolen))
    .toEqual(['stolen']);
  const refused = await first.evaluate(async () => {
    const { storage } = window as unknown as {
      storage: { store: { commit: (batch: object) => Promise<void> } };
    };
    const batch = { id: 3, deletes: [], puts: [[1, new Uint8Array([9])]] };
    return storage.store.commit(batch).then(() => 'written', window.tools.codeOf);
  });
  expect(refused).toBe('elsewhere');
  const kept = await second.evaluate(() => window.tools.readRecords('tabs'));
  expect(kept.map(([key, bytes]) => [key, ...Object.values(bytes)])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('a tab that is left gives the lab up', async ({ context }) => {
  const page = await open(context);
  const kinds: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    await page.reload();
    await page.waitForFunction(() => 'tools' in window);
    kinds.push(
      await page.evaluate(async () => {
        const storage = await window.tools.openStorage({
          name: 'again',
          onStolen: () => undefined,
        });
        return storage.kind;
      }),
    );
  }
  expect(kinds).toEqual(['indexeddb', 'indexeddb', 'indexeddb']);
});

test('the store itself refuses a second writer, whoever has a lock', async ({ context }) => {
  const page = await open(context);
  const result = await page.evaluate(async () => {
    const { IndexedStore } = window.tools;
    const one = await IndexedStore.open('fence');
    await one.load();
    await one.commit({ id: 1, deletes: [], puts: [[1, new Uint8Array([1])]] });
    const other = await IndexedStore.open('fence');
    await other.load();
    // On its way when the other one had just read.
    const late = await one
      .commit({
        id: 2,
        deletes: [],
        puts: [
          [1, new Uint8Array([2])],
          [2, new Uint8Array([2])],
        ],
      })
      .then(() => 'written', window.tools.codeOf);
    // Nor does reading again make it the writer.
    const again = await one.load().then(() => 'read', window.tools.codeOf);
    await other.commit({ id: 3, deletes: [], puts: [[3, new Uint8Array([3])]] });
    const records = await other.load();
    return { late, again, records: records.map(([key, bytes]) => [key, bytes[0]]) };
  });
  expect(result).toEqual({
    late: 'elsewhere',
    again: 'elsewhere',
    records: [
      [1, 1],
      [3, 3],
    ],
  });
});

test('without Web Locks, tabs ask one another', async ({ context }) => {
  const withoutLocks = (): void => {
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
  };
  const first = await open(context, withoutLocks);
  const second = await open(context, withoutLocks);
  const openLab = async (page: Page, takeOver: boolean): Promise<unknown[]> =>
    page.evaluate(async (takeOver) => {
      const onStolen = (): void => void Object.assign(window, { stolen: true });
      const storage = await window.tools.openStorage({ name: 'asking', takeOver, onStolen });
      return [storage.kind, storage.reason];
    }, takeOver);
  expect(await openLab(first, false)).toEqual(['indexeddb', undefined]);
  expect(await openLab(second, false)).toEqual(['memory', 'elsewhere']);
  expect(await openLab(second, true)).toEqual(['indexeddb', undefined]);
  await expect.poll(() => first.evaluate(() => 'stolen' in window)).toBe(true);
});

test('a database that is deleted under it is written anew once the engine knows', async ({
  context,
}) => {
  const page = await open(context);
  const result = await page.evaluate(async () => {
    const store = await window.tools.IndexedStore.open('lost');
    await store.load();
    const commit = (id: number, key: number): Promise<string> =>
      store
        .commit({ id, deletes: [], puts: [[key, new Uint8Array([id])]] })
        .then(() => 'written', window.tools.codeOf);
    const answers = [await commit(1, 1)];
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('resplay:lost');
      request.onsuccess = resolve;
      request.onerror = reject;
      request.onblocked = reject;
    });
    answers.push(await commit(2, 2), await commit(3, 3), await commit(4, 4));
    const records = await window.tools.readRecords('lost');
    return { answers, keys: records.map(([key]) => key) };
  });
  expect(result).toEqual({ answers: ['written', 'lost', 'written', 'written'], keys: [3, 4] });
});

test('site data that is cleared does not end the lab', async ({ context }) => {
  const page = await open(context);
  await page.evaluate(async () => {
    const store = await window.tools.IndexedStore.open('cleared');
    await store.load();
    await store.commit({ id: 1, deletes: [], puts: [[1, new Uint8Array([1])]] });
    Object.assign(window, { store });
  });
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  const answers = await page.evaluate(async () => {
    const { store } = window as unknown as { store: { commit: (batch: object) => Promise<void> } };
    const commit = (id: number): Promise<string> =>
      store
        .commit({ id, deletes: [], puts: [[id, new Uint8Array([id])]] })
        .then(() => 'written', window.tools.codeOf);
    return [await commit(2), await commit(3)];
  });
  expect(answers).toEqual(['lost', 'written']);
});

test('a full quota is told, reading goes on, and room that is made is used', async ({
  context,
}) => {
  const page = await open(context);
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  // Before anything is stored: Chromium remembers for a while how much is left.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 3_000_000 });
  await page.evaluate(async () => {
    const store = await window.tools.IndexedStore.open('full');
    await store.load();
    await store.commit({ id: 1, deletes: [], puts: [[1, new Uint8Array([1])]] });
    Object.assign(window, { store });
  });
  const commit = (id: number, bytes: number): Promise<string> =>
    page.evaluate(
      async ([id, bytes]) => {
        const { store } = window as unknown as {
          store: { commit: (batch: object) => Promise<void> };
        };
        // Nothing that can be compressed away.
        const value = new Uint8Array(bytes);
        for (let at = 0; at < bytes; at += 65536)
          crypto.getRandomValues(value.subarray(at, at + 65536));
        return store
          .commit({ id, deletes: [], puts: [[id, value]] })
          .then(() => 'written', window.tools.codeOf);
      },
      [id, bytes] as const,
    );
  const answers: string[] = [];
  for (let id = 2; id < 12; id++) answers.push(await commit(id, 1_000_000));
  expect(answers[0]).toBe('written');
  expect(answers.at(-1)).toBe('full');
  const keys = await page.evaluate(async () => {
    const records = await window.tools.readRecords('full');
    return records.map(([key]) => key);
  });
  const written = answers.flatMap((answer, at) => (answer === 'written' ? [at + 2] : []));
  expect(keys).toEqual([1, ...written]);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000_000 });
  expect(await commit(20, 1_000_000)).toBe('written');
});

test('what is stored is read where there is no room at all, and written again when there is', async ({
  context,
}) => {
  const page = await open(context);
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
  await page.evaluate(async () => {
    const { IndexedStore, codeOf } = window.tools;
    const before = await IndexedStore.open('tight');
    await before.load();
    await before.commit({ id: 1, deletes: [], puts: [[1, new Uint8Array([1])]] });
    // Smaller and smaller pieces, until nothing fits any more.
    let key = 2;
    for (let bytes = 500_000; bytes >= 1; bytes = Math.floor(bytes / 2)) {
      let answer = 'written';
      while (answer === 'written') {
        const value = new Uint8Array(bytes);
        for (let at = 0; at < bytes; at += 65536)
          crypto.getRandomValues(value.subarray(at, at + 65536));
        answer = await before
          .commit({ id: key, deletes: [], puts: [[key++, value]] })
          .then(() => 'written', codeOf);
      }
    }
    Object.assign(window, { before });
  });
  // Nor is there when the database makes itself smaller.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  const result = await page.evaluate(async () => {
    const { IndexedStore, codeOf, readRecords } = window.tools;
    const { before } = window as unknown as { before: typeof store };
    const stored = (await readRecords('tight')).length;
    const store = await IndexedStore.open('tight');
    const read = (await store.load()).length;
    const value = crypto.getRandomValues(new Uint8Array(65536));
    const commit = (target: typeof store): Promise<string> =>
      target.commit({ id: 2, deletes: [], puts: [[0, value]] }).then(() => 'written', codeOf);
    const answers = [store.isFull, await commit(store), await commit(before)];
    Object.assign(window, { store });
    return { isAllRead: read === stored, answers };
  });
  // The one that wrote before does not any more: its mark is gone.
  expect(result).toEqual({ isAllRead: true, answers: [true, 'full', 'lost'] });
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000_000 });
  const later = await page.evaluate(async () => {
    const { store, before } = window as unknown as Record<
      'store' | 'before',
      { isFull: boolean; commit: (batch: object) => Promise<void> }
    >;
    const commit = (target: typeof store): Promise<string> =>
      target
        .commit({ id: 3, deletes: [], puts: [[0, new Uint8Array([2])]] })
        .then(() => 'written', window.tools.codeOf);
    return [await commit(store), store.isFull, await commit(before)];
  });
  expect(later).toEqual(['written', false, 'elsewhere']);
});

test('what a newer version stored is not touched, and given as it is', async ({ context }) => {
  const page = await open(context);
  const result = await page.evaluate(async () => {
    await new Promise((resolve) => {
      const request = indexedDB.open('resplay:newer', 7);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('records').put(new Uint8Array([5, 6]), 3);
      };
      request.onsuccess = () => {
        request.result.close();
        resolve(undefined);
      };
    });
    const storage = await window.tools.openStorage({ name: 'newer', onStolen: () => undefined });
    const file = window.tools.exportRecords(storage.records);
    return {
      kind: storage.kind,
      reason: storage.reason,
      records: window.tools.importRecords(file),
    };
  });
  expect(result).toMatchObject({ kind: 'memory', reason: 'newer' });
  expect(result.records?.map(([key, bytes]) => [key, ...Object.values(bytes)])).toEqual([
    [3, 5, 6],
  ]);
});

test('where nothing can be stored, it is in memory and says why', async ({ context }) => {
  const openLab = (page: Page): Promise<unknown[]> =>
    page.evaluate(async () => {
      const storage = await window.tools.openStorage({ name: 'none', onStolen: () => undefined });
      await storage.store.commit({ id: 1, deletes: [], puts: [[1, new Uint8Array([1])]] });
      const records = await storage.store.load();
      return [storage.kind, storage.reason, storage.detail, records.length];
    });
  const throwing = await open(context, () => {
    Object.defineProperty(window, 'indexedDB', {
      get: () => {
        throw new DOMException('The user has denied permission', 'SecurityError');
      },
    });
  });
  expect(await openLab(throwing)).toEqual([
    'memory',
    'unavailable',
    'The user has denied permission',
    1,
  ]);
  await throwing.close();
  const silent = await open(context, () => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  });
  const began = Date.now();
  expect((await openLab(silent)).slice(0, 2)).toEqual(['memory', 'unavailable']);
  expect(Date.now() - began).toBeLessThan(5000);
});
