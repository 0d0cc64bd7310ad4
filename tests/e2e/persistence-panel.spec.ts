import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { PersistencePage, RealServer } from './persistence-page';

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => ({
    rule: id,
    at: nodes.map((node) => node.target.join(' ')),
    why: nodes[0]?.failureSummary,
  }));
  expect(found, what).toEqual([]);
}

test.describe('the persistence panel', () => {
  let lab: PersistencePage;

  test.beforeEach(async ({ page }) => {
    lab = new PersistencePage(page);
    await lab.open();
  });

  test('counts changes against the save points, and saves', async () => {
    await lab.show('Persistence');
    await expect(lab.panel).toContainText('Changes since the last save: 0');
    await lab.enter('SET a 1');
    await lab.enter('SET b 2');
    await expect(lab.panel).toContainText('Changes since the last save: 2');
    const point = lab.panel.getByRole('progressbar', { name: /After 5m if 10 changed/ });
    await expect(point).toHaveAttribute('aria-valuetext', /^2 of 10, .* left$/);
    await lab.button('Save').click();
    await expect(lab.ran).toHaveText('SAVE → OK');
    await expect(lab.panel).toContainText('Changes since the last save: 0');
    await lab.enter('SET c 3');
    await lab.button('Background save').click();
    await expect(lab.ran).toHaveText('BGSAVE → Background saving started');
    await expect(lab.panel).toContainText('Changes since the last save: 0');
    // What the server refuses it says itself.
    await lab.enter('CONFIG SET dir /nowhere');
    await lab.expectOutput('(error)');
  });

  test('turns the AOF on, and shows what each policy loses when the plug is pulled', async () => {
    await lab.show('Persistence');

    await lab.policy(true, 'no');
    await lab.enter('SET careless 1');
    await expect(lab.panel.locator('.place').nth(1)).toContainText('written, not synced');
    await lab.button('Pull the plug').click();
    await expect(lab.report.getByRole('heading', { name: 'The power was cut' })).toBeFocused();
    await expect(lab.report).toContainText('In the page cache: 1');
    await expect(lab.report).toContainText('SET careless 1');
    await expect(
      lab.report.getByRole('row', { name: /appendfsync no was in force/ }),
    ).toBeVisible();
    expect(await lab.ask('GET careless')).toBe('(nil)');

    await lab.policy(true, 'always');
    expect(await lab.ask('SET careful 1')).toBe('OK');
    await lab.button('Pull the plug').click();
    await expect(lab.report).toContainText('Nothing that had been acknowledged is lost.');
    expect(await lab.ask('GET careful')).toBe('"1"');

    await lab.policy(true, 'everysec');
    await lab.enter('SET early 1');
    await expect(lab.panel.locator('.place').nth(1)).toContainText('everything is synced', { timeout: 8000 }); // prettier-ignore
    await lab.enter('SET late 1');
    await lab.button('Pull the plug').click();
    await expect(lab.report).toContainText('SET late 1');
    await expect(lab.report).not.toContainText('SET early 1');
    expect(await lab.ask('GET early')).toBe('"1"');

    await lab.policy(false, 'everysec');
    await lab.enter('SET forgotten 1');
    await lab.button('Pull the plug').click();
    await expect(lab.report).toContainText(/Only in memory: \d/);
    await expect(lab.report).toContainText('SET forgotten 1');
    expect(await lab.ask('GET forgotten')).toBe('(nil)');
  });

  test('kills the process, which can be started again from its files', async ({ page }) => {
    await lab.show('Persistence');
    await lab.policy(true, 'everysec');
    expect(await lab.ask('SET kept 1')).toBe('OK');
    await lab.button('Kill process (-9)').click();
    await expect(lab.report).toContainText('Nothing that had been acknowledged is lost.');
    const banner = page.locator('resplay-instances');
    await expect(banner).toContainText('The server at 127.0.0.1:6379 is not running');
    await expect(page.locator('.status')).toContainText('stopped');
    await expect(lab.button('Save')).toBeDisabled();
    await lab.button('Start').click();
    await expect(banner).not.toContainText('not running');
    await expect(lab.button('Kill process (-9)')).toBeEnabled();
    expect(await lab.ask('GET kept')).toBe('"1"');
    // And from the banner.
    await lab.button('Kill process (-9)').click();
    await banner.getByRole('button', { name: 'Start it' }).click();
    await expect(banner).not.toContainText('not running');
    expect(await lab.ask('GET kept')).toBe('"1"');
  });

  test('lists the AOF as it grows, and a rewrite before and after', async () => {
    await lab.show('Persistence');
    await lab.part('AOF');
    await lab.button('Switch the AOF on').click();
    await lab.enter('10 INCR visits');
    await lab.enter('SET temp 1');
    await lab.enter('DEL temp');
    const rows = lab.panel.locator('resplay-log-list .row');
    await expect(rows.last()).toContainText('DEL temp');
    await expect(rows.filter({ hasText: 'INCR visits' })).toHaveCount(10);
    await expect(rows.last().getByRole('img', { name: 'synced', exact: true })).toBeVisible({
      timeout: 8000,
    });
    await lab.button('Rewrite AOF').click();
    await expect(lab.ran).toContainText('Background append only file rewriting started');
    await expect(lab.panel).toContainText('The rewrite turned');
    await lab.button('Before and after').click();
    const sides = lab.panel.locator('resplay-rewrite section');
    await expect(sides.first()).toContainText('INCR visits');
    await expect(sides.first().locator('.gone').filter({ hasText: 'SET temp 1' })).toBeVisible();
    await expect(sides.last()).toContainText('visits');
    await expect(sides.last()).not.toContainText('temp');
  });

  test('follows ten thousand commands without drawing them all', async ({ page }) => {
    await lab.show('Persistence');
    await lab.policy(true, 'everysec');
    await lab.part('AOF');
    await page.locator('resplay-app').evaluate(async (app) => {
      const { lab: inside } = app as HTMLElement & { lab: import('../../www/src/client/api').Lab };
      const connection = await inside.connect();
      const commands = Array.from({ length: 10_000 }, (_, index) => ['SET', `k${index}`, index]);
      await connection.pipeline(commands);
      connection.close();
    });
    const list = lab.panel.locator('resplay-log-list');
    await expect(list.locator('.row').last()).toContainText('SET k9999');
    expect(await list.locator('.row').count()).toBeLessThan(200);
    await list.getByRole('list').evaluate((element) => (element.scrollTop = 0));
    await expect(list).toContainText('SET k3 3');
    await expect(list.getByRole('button', { name: 'Follow the end' })).toHaveAttribute('aria-pressed', 'false'); // prettier-ignore
  });

  test('shows the RDB file byte by byte', async ({ page }) => {
    await lab.enter('ZADD ranking 81 song7 61 song5');
    await lab.enter('SET greeting hello EX 1000');
    await lab.show('Persistence');
    await lab.part('RDB');
    await lab.button('Save now').click();
    const grid = lab.panel.getByRole('grid');
    await expect(grid).toContainText('Magic word of RDB files REDIS');
    await expect(grid.getByRole('row').filter({ hasText: 'Key ranking' })).toContainText('72 61 6e 6b 69 6e 67'); // prettier-ignore
    await expect(grid).toContainText('song5 · 61 · song7 · 81');
    await expect(grid).toContainText('Expires');
    await expect(grid).toContainText('matches the bytes');
    await grid.focus();
    await page.keyboard.press('End');
    await expect(grid.locator('[aria-selected="true"]')).toContainText('Checksum');
    await page.keyboard.press('ArrowUp');
    await expect(grid.locator('[aria-selected="true"]')).toContainText('End of the snapshot');
    await expect(lab.panel.locator('.foot')).toContainText('1 byte');
  });

  test('finds the data again after a reload', async () => {
    await lab.enter('SET precious 1');
    await lab.show('Persistence');
    await lab.button('Save').click();
    await expect(lab.ran).toHaveText('SAVE → OK');
    await lab.open();
    expect(await lab.ask('GET precious')).toBe('"1"');
    await lab.show('Files');
    await expect(lab.files).toContainText('dump.rdb');
  });
});

test.describe('files', () => {
  let lab: PersistencePage;
  let real: RealServer;

  test.beforeEach(async ({ page }) => {
    lab = new PersistencePage(page);
    await lab.open();
    real = new RealServer();
  });

  test.afterEach(() => real.stop());

  test('a dump of a real server is dropped on the page, and ours goes back to one', async ({
    page,
  }) => {
    await real.start();
    real.cli('HSET', 'user:1', 'name', 'Ana', 'age', '33');
    real.cli('ZADD', 'board', '1', 'x', '2.5', 'y');
    real.cli('RPUSH', 'jobs', 'a', 'b', '300');
    real.cli('SADD', 'ints', '1', '2', '3');
    real.cli('SET', 'long', 'abc'.repeat(500));
    real.cli('SAVE');
    const theirs = readFileSync(join(real.folder, 'dump.rdb'));
    const digest = real.cli('DEBUG', 'DIGEST');

    // An empty server takes it without a question.
    await lab.drop('dump.rdb', theirs);
    await expect(page.locator('resplay-load')).toContainText('dump.rdb is loaded. Keys: 5');
    expect(await lab.ask('DEBUG DIGEST')).toBe(digest);

    // One that holds data asks.
    await lab.drop('dump.rdb', theirs);
    const question = page.getByRole('dialog', { name: 'Load dump.rdb into 127.0.0.1:6379?' });
    await expect(question).toContainText('It holds 5 keys');
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await lab.enter('SET own 1');
    await lab.drop('dump.rdb', theirs);
    await question.getByRole('button', { name: 'Replace and load' }).click();
    await expect(page.locator('resplay-load')).toContainText('Keys: 5');
    expect(await lab.ask('EXISTS own')).toBe('(integer) 0');

    // And back.
    expect(await lab.ask('SET own 2')).toBe('OK');
    const expected = await lab.ask('DEBUG DIGEST');
    expect(await lab.ask('SAVE')).toBe('OK');
    await lab.show('Files');
    const download = page.waitForEvent('download');
    await lab.files.getByRole('button', { name: 'Download dump.rdb' }).click();
    const path = await (await download).path();
    expect(execFileSync('redis-check-rdb', [path], { encoding: 'utf8' })).toContain('RDB looks OK');
    const second = new RealServer();
    try {
      copyFileSync(path, join(second.folder, 'dump.rdb'));
      await second.start();
      expect(second.cli('GET', 'own')).toBe('2');
      expect(second.cli('DEBUG', 'DIGEST')).toBe(expected);
    } finally {
      second.stop();
    }
  });

  test('what is no dump is refused with the place and the cause', async ({ page }) => {
    await real.start();
    real.cli('SET', 'a', 'b'.repeat(100));
    real.cli('SAVE');
    const cut = readFileSync(join(real.folder, 'dump.rdb')).subarray(0, 100);
    expect(await lab.ask('SET kept 1')).toBe('OK');
    await lab.drop('broken.rdb', cut);
    await page.getByRole('button', { name: 'Replace and load' }).click();
    const said = page.getByRole('dialog', { name: 'broken.rdb was not loaded' });
    await expect(said.getByRole('alert')).toContainText(/offset|\d+/);
    await said.getByRole('button', { name: 'Close' }).click();
    expect(await lab.ask('GET kept')).toBe('"1"');
  });

  test('text files can be read, others are shown as what they are', async ({ page }) => {
    expect(await lab.ask('SAVE')).toBe('OK');
    await lab.show('Files');
    await lab.files.getByRole('button', { name: 'View redis.conf' }).click();
    await expect(lab.files.getByRole('region', { name: 'Content of redis.conf' })).toContainText('dir /var/lib/redis'); // prettier-ignore
    await page.keyboard.press('Enter');
    await expect(lab.files.getByRole('button', { name: 'View redis.conf' })).toBeFocused();
    await lab.files.getByRole('button', { name: 'View dump.rdb' }).click();
    await expect(lab.files.getByRole('grid')).toContainText('Magic word of RDB files');
    await lab.files.getByRole('button', { name: 'All files' }).click();
    await expect(lab.files).toContainText('Kept in this browser');
    await lab.files.getByRole('button', { name: 'Ask the browser to keep it' }).click();
    await expect(lab.files).toContainText(/did not promise|promised not to evict/);
  });
});

test.describe('storage', () => {
  test('a full quota is said at once, and when it is over', async ({ page }) => {
    const lab = new PersistencePage(page);
    await lab.open();
    await lab.show('Persistence');
    await lab.policy(true, 'everysec');
    const client = await page.context().newCDPSession(page);
    const origin = new URL(page.url()).origin;
    await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    await lab.enter('SET more 1');
    const notice = page.locator('resplay-storage').getByRole('alert');
    await expect(notice).toContainText('storage is full', { timeout: 15_000 });
    // Reads go on.
    expect(await lab.ask('PING')).toBe('PONG');
    await expectAccessible(page, 'with the notice');
    await client.send('Storage.overrideQuotaForOrigin', { origin });
    await expect(notice).toBeHidden({ timeout: 20_000 });
  });

  test('a second tab is told, can open a copy, or take over', async ({ context, page }) => {
    const first = new PersistencePage(page);
    await first.open();
    expect(await first.ask('SET mine 1')).toBe('OK');
    expect(await first.ask('SAVE')).toBe('OK');

    const other = await context.newPage();
    await other.goto('');
    const question = other.getByRole('dialog', { name: 'This lab is open in another tab' });
    await expect(question).toBeVisible();
    await expectAccessible(other, 'the question');
    await question.getByRole('button', { name: 'Open a copy' }).click();
    await expect(question).toBeHidden();
    await expect(other.locator('resplay-storage')).toContainText('kept in memory only');
    const copy = new PersistencePage(other);
    expect(await copy.ask('GET mine')).toBe('"1"');
    // The first tab still has it.
    expect(await first.ask('SET mine 2')).toBe('OK');
    expect(await copy.ask('GET mine')).toBe('"1"');
    await other.close();

    const third = await context.newPage();
    await third.goto('');
    await third.getByRole('button', { name: 'Take over' }).click();
    await expect(page.getByRole('dialog', { name: 'Another tab has taken over this lab' })).toBeVisible(); // prettier-ignore
    const taker = new PersistencePage(third);
    expect(await taker.ask('SET mine 3')).toBe('OK');
  });

  test('what a newer version stored is left alone, and can be exported', async ({ page }) => {
    await page.goto('favicon.svg');
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open('resplay:default', 7);
          request.onupgradeneeded = () => {
            request.result.createObjectStore('records').put(new Uint8Array([1, 2, 3]), 1);
          };
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
          request.onerror = () => reject(new Error('not opened'));
        }),
    );
    await page.goto('');
    const question = page.getByRole('dialog', { name: 'This lab was stored by a newer Resplay' });
    await expect(question).toBeVisible();
    await expectAccessible(page, 'the question');
    const download = page.waitForEvent('download');
    await question.getByRole('button', { name: 'Export what is stored' }).click();
    expect(readFileSync(await (await download).path()).length).toBeGreaterThan(3);
    await page.keyboard.press('Escape');
    await expect(page.locator('resplay-storage')).toContainText('stored by a newer Resplay');
  });

  test('a browser without storage: the lab works, and says that it will not stay', async ({
    page,
  }) => {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined });
    });
    // Workers do not get init scripts: there the database is blocked by name.
    await page.route('**/worker-*.js', async (route) => {
      const response = await route.fetch();
      const body = `Object.defineProperty(globalThis,'indexedDB',{get(){throw new DOMException('blocked','SecurityError')}});${await response.text()}`;
      await route.fulfill({ response, body });
    });
    const lab = new PersistencePage(page);
    await lab.open();
    const notice = page.locator('resplay-storage');
    await expect(notice).toContainText('The browser offers no storage here');
    expect(await lab.ask('SET a 1')).toBe('OK');
    await notice.getByRole('button', { name: 'Understood' }).click();
    await expect(notice).not.toContainText('The browser offers no storage here');
  });
});

for (const [colorScheme, locale, width, height] of [
  ['light', 'en', 1440, 900],
  ['dark', 'zh-CN', 390, 844],
] as const) {
  test(`is accessible: ${colorScheme}, ${locale}, ${width}×${height}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme, locale, viewport: { width, height } });
    const page = await context.newPage();
    const lab = new PersistencePage(page);
    await lab.open();
    await lab.enter('ZADD ranking 81 song7 61 song5');
    const words =
      locale === 'en'
        ? ['Persistence', 'Files', 'Save', 'Pull the plug', 'Append-only file']
        : ['持久化', '文件', '保存', '拔掉电源', '追加文件'];
    const [persistence = '', files = '', save = '', plug = '', aof = ''] = words;
    await page.getByRole('tab', { name: persistence, exact: true }).click();
    await lab.button(save).click();
    await lab.panel.getByRole('switch', { name: aof }).click();
    await lab.enter('SET a 1');
    await expectAccessible(page, 'overview');
    for (const part of ['AOF', 'RDB'] as const) {
      await lab.part(part);
      await expect(lab.panel.locator('.row').first()).toBeVisible();
      await expectAccessible(page, part);
    }
    await lab.button(plug).click();
    await expect(lab.report).toBeVisible();
    await expectAccessible(page, 'the report');
    await page.getByRole('tab', { name: files, exact: true }).click();
    await expect(lab.files.getByRole('table')).toBeVisible();
    await expectAccessible(page, 'files');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    );
    await context.close();
  });
}
