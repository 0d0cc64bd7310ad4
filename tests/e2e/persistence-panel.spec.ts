import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { ask, configure, type App } from './lab-calls';
import { PersistencePage } from './persistence-page';

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
    const cache = lab.panel.locator('.place').nth(1);
    const lost = lab.report.locator('ol li span');

    // no: whatever the page cache held.
    await lab.policy(true, 'no');
    await lab.enter('SET careless "two words"');
    await expect(cache).toContainText('written, not synced');
    await expect(cache).toContainText(/oldest \d/);
    await lab.button('Pull the plug').click();
    await expect(lab.report.getByRole('heading', { name: 'The power was cut' })).toBeFocused();
    await expect(lab.report).toContainText('In the page cache: 1');
    await expect(lost).toHaveText(['SET careless "two words"']);
    await expect(
      lab.report.getByRole('row', { name: /appendfsync no was in force/ }),
    ).toBeVisible();
    await lab.reconnect();
    expect(await lab.ask('GET careless')).toBe('(nil)');

    // always: nothing that was acknowledged.
    await lab.policy(true, 'always');
    expect(await lab.ask('SET careful 1')).toBe('OK');
    await lab.button('Pull the plug').click();
    await expect(lab.report).toContainText('Nothing that had been acknowledged is lost.');
    await lab.reconnect();
    expect(await lab.ask('GET careful')).toBe('"1"');

    // everysec: at most the last moments, and exactly those that are listed.
    await lab.policy(true, 'everysec');
    await lab.enter('20 RPUSH numbers early');
    await lab.expectOutput('(integer) 20\n');
    expect(await lab.ask('WAITAOF 1 0 5000')).toBe('1) (integer) 1');
    await expect(cache).toContainText('everything is synced', { timeout: 8000 });
    // The first write after a pause is synced at once; what comes on its heels is not, and the plug is pulled then.
    await lab.button('Pull the plug').evaluate(async (button) => {
      const connection = await (document.querySelector('resplay-app') as App).lab.connect();
      await connection.call('RPUSH', 'numbers', 'late');
      const more = Array.from({ length: 29 }, () => ['RPUSH', 'numbers', 'late']);
      void connection.pipeline(more).catch(() => undefined);
      (button as HTMLElement).click();
    });
    await expect(lab.report).toContainText('RPUSH numbers late');
    await expect(lab.report).not.toContainText('RPUSH numbers early');
    const count = await lost.count();
    await expect(lab.report).toContainText(`Acknowledged writes that are gone: ${count}`);
    await lab.reconnect();
    expect(await lab.ask('LLEN numbers')).toBe(`(integer) ${50 - count}`);

    // Without a log: everything since the last snapshot.
    await lab.policy(false, 'everysec');
    expect(await lab.ask('SAVE')).toBe('OK');
    expect(await lab.ask(`SET forgotten ${'x'.repeat(100)}`)).toBe('OK');
    await lab.button('Pull the plug').click();
    await expect(lab.report).toContainText('Only in memory: 1');
    await expect(lost).toHaveText([`SET forgotten ${'x'.repeat(64)}…`]);
    await lab.reconnect();
    expect(await lab.ask('EXISTS forgotten careful')).toBe('(integer) 1');

    // On for this process only: there is a log then, and no start reads it.
    await lab.part('Overview');
    const control = lab.panel.getByRole('switch', { name: 'Append-only file' });
    await control.click();
    await expect(control).toHaveAttribute('aria-checked', 'true');
    expect(await lab.ask('SET unread 1')).toBe('OK');
    await lab.button('Pull the plug').click();
    await expect(lab.report).toContainText('In no file that a start reads: 1');
    await expect(lost).toHaveText(['SET unread 1']);
  });

  test('kills the process, which can be started again from its files', async ({ page }) => {
    await lab.show('Persistence');
    // Not even this policy loses anything with the process.
    await lab.policy(true, 'no');
    expect(await lab.ask('SET kept 1')).toBe('OK');
    await lab.button('Kill process (-9)').click();
    await expect(lab.report).toContainText('Nothing that had been acknowledged is lost.');
    const banner = page.locator('resplay-instances');
    await expect(banner).toContainText('The server at 127.0.0.1:6379 is not running');
    await expect(page.locator('.status')).toContainText('stopped');
    await expect(lab.button('Save')).toBeDisabled();
    // What lies on the disk can still be looked at, and what a start would do with it.
    await lab.part('Overview');
    await expect(lab.panel.locator('.place').nth(0)).toContainText('does not run');
    await expect(lab.panel.locator('.place').nth(1)).toContainText('written, not synced');
    await expect(lab.panel).toContainText('When it starts, it loads the AOF');
    await expect(lab.panel.getByRole('radio', { name: 'no', exact: true })).toBeChecked();
    await lab.part('AOF');
    await expect(lab.panel.locator('.list .row').last()).toContainText('SET kept 1');
    await lab.part('RDB');
    await expect(lab.panel).toContainText('There is no dump.rdb yet');
    await expect(lab.button('Save now')).toBeDisabled();
    // The console says what redis-cli says.
    await lab.reconnect();
    expect(await lab.ask('PING')).toBe(
      'Could not connect to Redis at 127.0.0.1:6379: Connection refused',
    );
    await expect(lab.prompt).toHaveText(/^not connected> ?$/);
    await lab.button('Start').click();
    await expect(banner).not.toContainText('not running');
    await expect(lab.button('Kill process (-9)')).toBeEnabled();
    expect(await lab.ask('GET kept')).toBe('"1"');
    await expect(lab.prompt).toHaveText(/6379> ?$/);
    // And from the banner.
    await lab.button('Kill process (-9)').click();
    await banner.getByRole('button', { name: 'Start it' }).click();
    await expect(banner).not.toContainText('not running');
    await lab.reconnect();
    expect(await lab.ask('GET kept')).toBe('"1"');
  });

  test('lists the AOF as it grows, and a rewrite before and after', async () => {
    await lab.show('Persistence');
    await lab.part('AOF');
    await lab.button('Switch the AOF on').click();
    await lab.enter('10 INCR visits');
    await lab.enter('SET temp 1');
    await lab.enter('DEL temp');
    const rows = lab.panel.locator('resplay-log-list .list .row');
    await expect(rows.last()).toContainText('DEL temp');
    await expect(rows.filter({ hasText: 'INCR visits' })).toHaveCount(10);
    await expect(rows.filter({ hasText: 'SELECT 0' })).toHaveCount(1);
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
    await ask(page, ...Array.from({ length: 10_000 }, (_, at) => ['SET', `k${at}`, String(at)]));
    const list = lab.panel.locator('resplay-log-list');
    await expect(list.locator('.list .row').last()).toContainText('SET k9999');
    expect(await list.locator('.list .row').count()).toBeLessThan(200);
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

  test('finds the data again after a reload', async ({ page }) => {
    await lab.enter('SET precious 1');
    await lab.show('Persistence');
    await lab.button('Save').click();
    await expect(lab.ran).toHaveText('SAVE → OK');
    await lab.open();
    expect(await lab.ask('GET precious')).toBe('"1"');
    await lab.show('Files');
    await expect(lab.files).toContainText('dump.rdb');
    // With a log nobody has to save; and another lab of the same page knows nothing of it.
    await configure(page, ['appendonly yes', 'appendfsync always']);
    expect(await ask(page, ['SET', 'greeting', 'hello'])).toEqual(['OK']);
    await lab.open('?lab=other');
    expect(await lab.ask('DBSIZE')).toBe('(integer) 0');
    await lab.open();
    expect(await lab.ask('GET greeting')).toBe('"hello"');
    await lab.show('Files');
    for (const name of [
      'appendonly.aof.1.base.rdb',
      'appendonly.aof.1.incr.aof',
      'appendonly.aof.manifest',
    ])
      await expect(lab.files.getByRole('button', { name: `View ${name}` })).toBeVisible();
  });
});

const panels = ['resplay-app', 'resplay-panels'] as const;

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
      await expect(lab.panel.locator('.row:not(.head)').first()).toBeVisible();
      await expectAccessible(page, part, ...panels, 'resplay-persistence');
    }
    await lab.button(plug).click();
    await expect(lab.report).toBeVisible();
    await expectAccessible(page, 'the report', ...panels, 'resplay-persistence');
    await page.getByRole('tab', { name: files, exact: true }).click();
    await expect(lab.files.getByRole('table')).toBeVisible();
    await expectAccessible(page, 'files', ...panels, 'resplay-files');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    );
    await context.close();
  });
}
