import { expect, test, type JSHandle, type Page } from '@playwright/test';
import type { CrashLosses, Lab, LogUpdate, PersistenceUpdate } from '../../www/src/client/api';
import { LabPage } from './lab-page';

type App = Element & { readonly lab: Lab };

const CONF = '/etc/redis/redis.conf';

/** The lab of the page, to be worked with there. */
function labOf(page: Page): Promise<JSHandle<Lab>> {
  return page.evaluateHandle(() => {
    const app = document.querySelector<App>('resplay-app');
    if (app === null) throw new Error('The page has no lab');
    return app.lab;
  });
}

/** Ends redis.conf with these lines and starts the server with it. */
async function configure(page: Page, lines: string): Promise<void> {
  const handle = await labOf(page);
  await handle.evaluate(
    async (lab, [path, lines]) => {
      const text = new TextDecoder().decode(await lab.files.read(path));
      await lab.files.write(path, new TextEncoder().encode(`${text}\n${lines}\n`));
      await lab.kill();
      await lab.start();
    },
    [CONF, lines] as const,
  );
}

/** Sends commands in one pipeline, and shows the replies as text. */
async function send(page: Page, commands: readonly (readonly string[])[]): Promise<string[]> {
  const handle = await labOf(page);
  return handle.evaluate(async (lab, commands) => {
    const connection = await lab.connect();
    const replies = await connection.pipeline(commands);
    connection.close();
    return replies.map((reply) => {
      if (reply.kind === 'integer') return String(reply.value);
      if (reply.kind === 'string') return reply.value.text;
      return 'text' in reply ? reply.text : reply.kind;
    });
  }, commands);
}

const pushes = (from: number, count: number): string[][] =>
  Array.from({ length: count }, (_, at) => ['RPUSH', 'l', String(from + at)]);

const pullThePlug = async (page: Page): Promise<CrashLosses> =>
  (await labOf(page)).evaluate(async (lab) => {
    const losses = await lab.pullThePlug();
    const isUp = (): boolean => lab.instances.every(({ state }) => state === 'running');
    while (!isUp()) await new Promise((resolve) => setTimeout(resolve, 10));
    return losses;
  });

test.describe('what a power cut takes', () => {
  test('always: nothing that was acknowledged', async ({ page }) => {
    await new LabPage(page).open();
    await configure(page, 'appendonly yes\nappendfsync always');
    await send(page, pushes(0, 50));
    const losses = await pullThePlug(page);
    expect(losses).toEqual({ cause: 'power', commands: [], total: 0 });
    expect(await send(page, [['LLEN', 'l']])).toEqual(['50']);
  });

  test('everysec: at most the last moments, and which ones is told', async ({ page }) => {
    await new LabPage(page).open();
    await configure(page, 'appendonly yes\nappendfsync everysec');
    await send(page, pushes(0, 20));
    await page.waitForTimeout(2500);
    await send(page, pushes(20, 30));
    const losses = await pullThePlug(page);
    const [left] = await send(page, [['LLEN', 'l']]);
    expect(Number(left)).toBeGreaterThanOrEqual(20);
    expect(Number(left) + losses.total).toBe(50);
    expect(losses.commands.map(({ text }) => text)).toEqual(
      Array.from({ length: losses.total }, (_, at) => `RPUSH l ${Number(left) + at}`),
    );
    for (const { why, port } of losses.commands) {
      expect(port).toBe(6379);
      expect(['page-cache', 'buffer']).toContain(why);
    }
  });

  test('no: whatever the page cache held; a killed process loses none of it', async ({ page }) => {
    await new LabPage(page).open();
    await configure(page, 'appendonly yes\nappendfsync no');
    await send(page, pushes(0, 20));
    const killed = await (
      await labOf(page)
    ).evaluate(async (lab) => {
      const losses = await lab.kill();
      await lab.start();
      return losses;
    });
    expect(killed).toEqual({ cause: 'kill', commands: [], total: 0 });
    expect(await send(page, [['LLEN', 'l'], ...pushes(20, 5)])).toHaveLength(6);
    const losses = await pullThePlug(page);
    expect(losses.total).toBe(5);
    expect(losses.commands.at(-1)).toMatchObject({ text: 'RPUSH l 24', why: 'page-cache' });
  });

  test('without a log: everything since the last snapshot', async ({ page }) => {
    await new LabPage(page).open();
    expect(await send(page, [...pushes(0, 3), ['SAVE']])).toEqual(['1', '2', '3', 'OK']);
    await send(page, [['SET', 'two words', 'x'.repeat(100)]]);
    const losses = await pullThePlug(page);
    expect(losses.total).toBe(1);
    expect(losses.commands[0]).toMatchObject({
      text: `SET "two words" ${'x'.repeat(64)}…`,
      why: 'memory',
    });
    expect(await send(page, [['DBSIZE']])).toEqual(['1']);
  });
});

test('after a reload the data is there', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await configure(page, 'appendonly yes\nappendfsync always');
  expect(await send(page, [['SET', 'greeting', 'hello']])).toEqual(['OK']);
  await page.reload();
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  await lab.enter('GET greeting');
  await lab.expectOutput('"hello"');
  // Another lab of the same page knows nothing of it.
  await lab.open('?lab=other');
  expect(await send(page, [['DBSIZE']])).toEqual(['0']);
});

test('a console says what redis-cli says when its server is killed', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await (await labOf(page)).evaluate((lab) => lab.kill());
  await lab.enter('PING');
  await lab.expectOutput('Error: Server closed the connection');
  await expect(lab.prompt).toHaveText(/^not connected> ?$/);
  await lab.enter('PING');
  await lab.expectOutput('Could not connect to Redis at 127.0.0.1:6379: Connection refused');
  await (await labOf(page)).evaluate((lab) => lab.start());
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  await expect(lab.prompt).toHaveText(/6379> ?$/);
});

test('a file that is brought along replaces the data, or nothing', async ({ page }) => {
  await new LabPage(page).open();
  await send(page, [['SET', 'a', '1'], ['SET', 'b', '2'], ['SAVE'], ['SET', 'c', '3']]);
  const outcome = await (
    await labOf(page)
  ).evaluate(async (lab) => {
    const dump = await lab.files.read('/var/lib/redis/dump.rdb');
    const damaged = dump.slice();
    damaged.fill(255, damaged.length - 12, damaged.length - 10);
    const failure = await lab.files.load(damaged).then(
      () => undefined,
      (error: unknown) => {
        const { code, message } = error as Error & { readonly code?: string };
        return { code, message };
      },
    );
    const log = new TextEncoder().encode('*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$1\r\n9\r\n');
    return { failure, keys: (await lab.files.load(dump)).keys, log: await lab.files.load(log) };
  });
  expect(outcome.failure?.code).toBe('damaged');
  expect(outcome.failure?.message).toMatch(/offset \d+/);
  expect(outcome.keys).toBe(2);
  expect(outcome.log).toEqual({ keys: 1 });
  expect(await send(page, [['DBSIZE'], ['GET', 'x']])).toEqual(['1', '9']);
});

test('the log and the figures of the disk follow what happens', async ({ page }) => {
  await new LabPage(page).open();
  await configure(page, 'appendonly yes\nappendfsync always\naof-use-rdb-preamble no');
  await send(page, [['SET', 'a', 'two words']]);
  const shown = await (
    await labOf(page)
  ).evaluate(async (lab) => {
    const persistence = await new Promise<PersistenceUpdate>((resolve) => {
      const watch = lab.watchPersistence({}, (update) => {
        if (update.aof.unsynced > 0) return;
        watch.close();
        resolve(update);
      });
    });
    const path = persistence.aof.files.at(-1)?.path ?? '';
    const log = await new Promise<LogUpdate>((resolve) => {
      const watch = lab.watchLog({ path, offset: -10, limit: 10 }, (update) => {
        if (update.total < 2) return;
        watch.close();
        resolve(update);
      });
    });
    return { persistence, log, files: await lab.files.list('/var/lib/redis') };
  });
  expect(shown.persistence.aof.enabled).toBe(true);
  expect(shown.persistence.aof.files.map(({ type }) => type)).toEqual(['base', 'incr']);
  expect(shown.persistence.savePoints).toHaveLength(3);
  expect(shown.log.entries.map(({ text }) => text)).toEqual(['SELECT 0', 'SET a "two words"']);
  expect(shown.log.entries.every(({ synced }) => synced)).toBe(true);
  expect(shown.files.some(({ path }) => path.endsWith('.manifest'))).toBe(true);
});
