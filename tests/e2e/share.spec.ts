import { readFile } from 'node:fs/promises';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { ask, ready, type App } from './lab-calls';
import { dropFile } from './lessons-page';
import { ViewsPage } from './views-page';

/** An address as short as a real one: what counts is the length of the whole link. */
const ORIGIN = 'https://resplay.dev/';

/** The page of who shares a lab, and of who opens it. */
class SharePage extends ViewsPage {
  get dialog() {
    return this.page.locator('resplay-share');
  }

  get banner() {
    return this.page.locator('resplay-shared');
  }

  get link() {
    return this.dialog.getByRole('textbox', { name: 'Link' });
  }

  async share(): Promise<void> {
    await this.page.getByRole('button', { name: 'Share this lab' }).click();
    await expect(this.dialog.getByText('In it:')).toBeVisible({ timeout: 30_000 });
  }

  async choose(mode: string): Promise<void> {
    await this.dialog.getByRole('radio', { name: mode }).check();
  }

  /** The link as it would be at a short address. */
  async shortLink(): Promise<string> {
    return ORIGIN + new URL(await this.link.inputValue()).hash;
  }

  /** Opens a link in a browser that has never seen the page. */
  static async opened(browser: Browser, link: string): Promise<SharePage> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(link);
    await expect(page.locator('resplay-shared .notice')).toBeVisible({ timeout: 60_000 });
    return new SharePage(page);
  }
}

/** Every command of a course's chapter on rankings and the like: some 1.4 KB as a teacher would write it. */
const SCRIPT = [
  'FLUSHALL',
  'ZADD ranking 50 song1 62 song2 34 song3 81 song4 47 song5 29 song6 73 song7 15 song8 66 song9',
  'ZINCRBY ranking 5 song3',
  'ZINCRBY ranking 50 song3',
  'ZREVRANGE ranking 0 2 WITHSCORES',
  'ZRANGE ranking 0 -1 WITHSCORES',
  'ZADD sales:day1 100 phone1 120 phone2 90 phone3 75 phone4',
  'ZADD sales:day2 80 phone1 150 phone2 95 phone3 60 phone4',
  'ZADD sales:day3 130 phone1 110 phone2 105 phone3 85 phone4',
  'ZUNIONSTORE sales:total 3 sales:day1 sales:day2 sales:day3 AGGREGATE SUM',
  'ZUNIONSTORE sales:best 3 sales:day1 sales:day2 sales:day3 AGGREGATE MAX',
  'ZINTERSTORE sales:worst 3 sales:day1 sales:day2 sales:day3 AGGREGATE MIN',
  'ZREVRANGE sales:total 0 -1 WITHSCORES',
  'ZREVRANGE sales:best 0 -1 WITHSCORES',
  'ZREVRANGE sales:worst 0 -1 WITHSCORES',
  'HSET user:1 name "Li Lei" age 21 city Beijing',
  'HSET user:2 name "Han Meimei" age 20 city Shanghai',
  'HGETALL user:1',
  'HGETALL user:2',
  'SADD follows:1 user:2 user:3 user:4 user:5',
  'SADD follows:2 user:1 user:3 user:5 user:6',
  'SINTER follows:1 follows:2',
  'SUNION follows:1 follows:2',
  'SDIFF follows:1 follows:2',
  'SINTERSTORE follows:both follows:1 follows:2',
  'LPUSH queue job1 job2 job3 job4',
  'BRPOP queue 1',
  'RPOP queue',
  'LRANGE queue 0 -1',
  'SETBIT active:2024-05-01 1 1',
  'SETBIT active:2024-05-01 2 1',
  'SETBIT active:2024-05-02 2 1',
  'BITOP AND active:both active:2024-05-01 active:2024-05-02',
  'BITCOUNT active:both',
  'SET lock:ranking token NX EX 30',
  'TTL lock:ranking',
  'SET lock:ranking other NX EX 300',
  'PTTL lock:ranking',
  'DEL lock:ranking',
].join('\n');

/** What can be told of every server: its data, and what a sentinel thinks. */
async function stateOf(page: Page): Promise<Record<string, string>> {
  return page.locator('resplay-app').evaluate(async (app) => {
    const { lab } = app as App;
    const state: Record<string, string> = {};
    for (const { name, sentinel, state: life } of lab.instances) {
      state[name] = life;
      if (life !== 'running') continue;
      const connection = await lab.connect({ port: name });
      const commands = sentinel
        ? [
            ['INFO', 'sentinel'],
            ['SENTINEL', 'MASTERS'],
            ['SENTINEL', 'REPLICAS', 'mymaster'],
          ]
        : [['DEBUG', 'DIGEST'], ['INFO', 'replication'], ['ROLE']];
      state[name] += JSON.stringify(await connection.pipeline(commands));
      connection.close();
    }
    return state;
  });
}

/** Leads the clock ahead by so many milliseconds. */
async function hurry(page: Page, by: number): Promise<void> {
  const app = page.locator('resplay-app');
  await app.evaluate((app, by) => (app as App).lab.clock.hurry(by), by);
  await expect
    .poll(() => app.evaluate((app) => (app as App).lab.clock.time.hurries), { intervals: [10] })
    .toBe(false);
}

test('a script of 1.4 KB is a link of at most 450 characters, and runs where it is opened', async ({
  page,
  browser,
}) => {
  const lab = new SharePage(page);
  await lab.open();
  await lab.share();
  await lab.choose('Only commands to run');
  expect(SCRIPT.length).toBeGreaterThanOrEqual(1400);
  await lab.dialog.getByLabel('Commands, one a line').fill(SCRIPT);
  await expect(lab.dialog.getByText('commands (39)')).toBeVisible();
  const link = await lab.shortLink();
  console.log(`a script of ${SCRIPT.length} bytes: ${link.length} characters with ${ORIGIN}`);
  expect(link.length).toBeLessThanOrEqual(450);
  const there = await SharePage.opened(browser, await lab.link.inputValue());
  await expect(there.banner).toContainText('It brings commands (39) along.');
  await there.banner.getByRole('button', { name: 'Run the commands' }).click();
  await there.expectBars('song3 89', 'song4 81', 'song7 73');
  await there.page.context().close();
});

test('data, configuration, files and views are there in a lab of its own', async ({
  page,
  browser,
}) => {
  const lab = new SharePage(page);
  await lab.open();
  await lab.share();
  console.log(`an empty lab: ${(await lab.shortLink()).length} characters`);
  await page.keyboard.press('Escape');
  await lab.runExample('music');
  await lab.expectBars('song7 81');
  await lab.share();
  console.log(`the music ranking: ${(await lab.shortLink()).length} characters`);
  await page.keyboard.press('Escape');
  await ask(
    page,
    ['HSET', 'user:1', 'name', '李雷', 'bytes', 'a\u0000b'],
    ['SET', 'soon', 'gone', 'EX', '1000'],
    ['XADD', 'news', '1-1', 'title', '<b>bold</b>'],
    ['XGROUP', 'CREATE', 'news', 'readers', '0'],
    ['CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru'],
  );
  await page.locator('resplay-app').evaluate(async (app) => {
    await (app as App).lab.files.write(
      '/home/learner/notes.txt',
      new TextEncoder().encode('hello'),
    );
  });
  await page.getByRole('tab', { name: 'Metrics' }).click();
  const [digest] = await ask(page, ['DEBUG', 'DIGEST']);
  await lab.share();
  await expect(lab.dialog.locator('.contents')).toContainText('/home/learner/notes.txt');
  await expect(lab.dialog.locator('.contents')).toContainText('maxmemory');
  const there = await SharePage.opened(browser, await lab.link.inputValue());
  expect(await ask(there.page, ['DEBUG', 'DIGEST'])).toEqual([digest]);
  expect(await ask(there.page, ['CONFIG', 'GET', 'maxmemory-policy'])).toEqual([
    expect.stringContaining('allkeys-lru'),
  ]);
  const [left] = await ask(there.page, ['TTL', 'soon']);
  expect(Number(left)).toBeGreaterThan(900);
  await expect(there.page.getByRole('tab', { name: 'Metrics' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await there.expectBars('song7 81');
  // Nothing of it is stored, and what is done there is not done here.
  await ask(there.page, ['FLUSHALL']);
  const stored = await there.page.evaluate(async () => (await indexedDB.databases()).length);
  expect(stored).toBe(0);
  expect(await ask(page, ['DEBUG', 'DIGEST'])).toEqual([digest]);
  await there.page.context().close();
});

test('the lesson that is open goes along: one of the course by its name, another by its text if that is wanted', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const lab = new SharePage(page);
  await lab.open();
  await ask(page, ['SET', 'mine', 'yes']);
  await page.getByRole('tab', { name: 'Lessons' }).click();
  await page.locator('[data-lesson="bitmaps"]').click();
  await expect(page.getByRole('button', { name: 'Run all' })).toBeEnabled({ timeout: 30_000 });
  await lab.share();
  await expect(lab.dialog.getByRole('checkbox', { name: /^Open the lesson/ })).toBeChecked();
  await expect(lab.dialog.locator('.contents')).toContainText('the lesson bitmaps');
  console.log(`a lesson of the course: ${(await lab.shortLink()).length} characters`);
  const there = await openLesson(browser, await lab.link.inputValue());
  await expect(there.locator('resplay-lessons article h2')).toHaveText('One bit for each day');
  await there.context().close();
  await page.keyboard.press('Escape');

  // One that means no good: it is text wherever it is shown, and what it runs stays in its lab.
  await dropFile(page, '<img src=x onerror=alert(1)>.md', HOSTILE);
  await expect(page.locator('resplay-lessons article h2')).toContainText('<script>');
  await lab.share();
  const choice = lab.dialog.getByRole('checkbox', { name: /^Bring the text of the lesson/ });
  await expect(choice).not.toBeChecked();
  const without = (await lab.link.inputValue()).length;
  await choice.check();
  await expect(lab.dialog.locator('.contents')).toContainText('the text of the lesson <img');
  expect((await lab.link.inputValue()).length).toBeGreaterThan(without);
  const other = await openLesson(browser, await lab.link.inputValue());
  const article = other.locator('resplay-lessons article');
  await expect(article.locator('h2')).toHaveText('<script>alert(1)</script>');
  await expect(article).toContainText('<img src=x onerror=alert(2)>');
  await expect(article.locator('a, img, script, iframe')).toHaveCount(0);
  // Left, it gives way to the lab that the link carries, whose banner is there again.
  await other.locator('resplay-lesson-notice').getByRole('button').click();
  await expect(other.locator('resplay-shared .notice')).toBeVisible();
  await other.context().close();
});

/** Opens a link with a lesson in a browser that has never seen the page; nothing may pop up. */
async function openLesson(browser: Browser, link: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on('dialog', (dialog) => {
    throw new Error(`a script ran: ${dialog.message()}`);
  });
  await page.goto(link);
  await expect(page.locator('resplay-lesson-notice')).toBeVisible({ timeout: 60_000 });
  return page;
}

const HOSTILE = `---
title: <script>alert(1)</script>
---

<img src=x onerror=alert(2)> [a link](javascript:alert(3)) ![p](javascript:alert(4))

\`\`\`console
127.0.0.1:6379> SET <b>key</b> 1
OK
\`\`\`
`;

test('a failover in progress opens in a fresh profile, digest for digest, and goes on', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const lab = new SharePage(page);
  await lab.open();
  await page.getByRole('tab', { name: 'Servers' }).click();
  const servers = page.locator('resplay-servers');
  const scenario = servers.getByLabel('Scenario', { exact: true });
  await scenario.selectOption({ label: 'Three sentinels' });
  await expect(scenario).toBeEnabled({ timeout: 60_000 });
  await ask(page, ['SET', 'kept', '1'], ['ZADD', 'ranking', '3', 'song']);
  await servers.getByRole('button', { name: 'Kill the primary' }).click();
  // Step by step until a sentinel is in the middle of it, which is seen without asking it.
  await page.locator('resplay-app').evaluate((app) => {
    const { lab } = app as App;
    lab.watchTopology(({ nodes }) => {
      const isUnderWay = nodes.some(({ watches }) =>
        watches.some(({ state }) => state === 'failover'),
      );
      (app as App & { isUnderWay?: boolean }).isUnderWay = isUnderWay;
    });
    return lab.clock.pause(true);
  });
  await expect
    .poll(
      async () => {
        await hurry(page, 100);
        return page
          .locator('resplay-app')
          .evaluate((app) => (app as App & { isUnderWay?: boolean }).isUnderWay);
      },
      { timeout: 90_000, intervals: [200] },
    )
    .toBe(true);
  const here = await stateOf(page);
  expect(JSON.stringify(here)).toContain('failover_in_progress');
  await lab.share();
  await expect(lab.dialog.getByRole('radio', { name: 'All that has happened' })).toBeChecked();
  console.log(`three sentinels and a failover: ${(await lab.shortLink()).length} characters`);
  const there = await SharePage.opened(browser, await lab.link.inputValue());
  expect(await stateOf(there.page)).toEqual(here);
  await hurry(there.page, 60_000);
  await expect(there.page.locator('resplay-servers .role.primary')).toHaveCount(1);
  await expect(there.page.locator('resplay-servers tr[data-process="6379"] .role')).toHaveText(
    'Stopped',
  );
  await there.page.context().close();
});

test('a copy is saved under a name, and the visitor’s own lab stays as it is', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const lab = new SharePage(page);
  await lab.open();
  await ask(page, ['SET', 'shared', 'yes'], ['CONFIG', 'SET', 'appendonly', 'yes']);
  await lab.share();
  const link = await lab.link.inputValue();
  const context = await browser.newContext();
  const visitor = new SharePage(await context.newPage());
  await visitor.open();
  await ask(visitor.page, ['SET', 'mine', 'yes'], ['SAVE']);
  await visitor.page.goto('about:blank');
  await visitor.page.goto(link);
  await visitor.banner.getByRole('button', { name: 'Save a copy' }).click();
  const name = visitor.banner.getByRole('textbox');
  await name.fill('<b>');
  await expect(visitor.banner.getByRole('button', { name: 'Save and open it' })).toBeDisabled();
  await name.fill('default');
  await expect(visitor.banner.getByRole('dialog')).toContainText('will be replaced');
  await name.fill('from a link');
  await visitor.banner.getByRole('button', { name: 'Save and open it' }).click();
  await visitor.page.waitForURL(/\?lab=from%20a%20link$/);
  await ready(visitor.page);
  expect(await ask(visitor.page, ['GET', 'shared'], ['EXISTS', 'mine'])).toEqual(['yes', '0']);
  await visitor.page.goto('');
  await ready(visitor.page);
  expect(await ask(visitor.page, ['GET', 'mine'], ['EXISTS', 'shared'])).toEqual(['yes', '0']);
  await context.close();
});

test('a demonstration is looked at, and changed by nothing', async ({ page, browser }) => {
  const lab = new SharePage(page);
  await lab.open();
  await ask(page, ['ZADD', 'ranking', '3', 'song']);
  await lab.share();
  await lab.dialog.getByRole('checkbox', { name: /^A demonstration/ }).check();
  await expectAccessible(page, 'the dialog', 'resplay-share', 'dialog');
  const before = await lab.link.inputValue();
  const there = await SharePage.opened(browser, before);
  await expect(there.banner).toContainText('cannot be changed');
  const refusal = 'This demonstration cannot be changed';
  for (const line of [
    'DEL ranking',
    '2 zincrby ranking 1 song',
    "EVAL \"return redis.call('DEL','ranking')\" 0",
    'CONFIG SET save ""',
    'SHUTDOWN',
  ]) {
    await there.enter('clear');
    await there.enter(line);
    await there.expectOutput(refusal);
  }
  await there.enter('ZSCORE ranking song');
  await there.expectOutput('"3"');
  const refused = await there.page.locator('resplay-app').evaluate(async (app) => {
    const { lab } = app as App;
    const connection = await lab.connect();
    const acts = [
      () => connection.call('DEL', 'ranking'),
      () => connection.pipeline([['MULTI'], ['DEL', 'ranking'], ['EXEC']]),
      () => connection.send(new TextEncoder().encode('DEL ranking\r\n')),
      () => lab.kill(),
      () => lab.files.write('/a', new Uint8Array()),
      () => lab.files.load(new Uint8Array()),
      () => lab.launch(['--port', '6380']),
      () => lab.network.heal(),
      () => lab.clock.fork(),
      () => lab.startTraffic({ commands: [['FLUSHALL']], perSecond: 1 }),
    ];
    return Promise.all(
      acts.map((act) =>
        act().then(
          () => 'done',
          (error: unknown) => String(error),
        ),
      ),
    );
  });
  expect(new Set(refused)).toEqual(new Set([expect.stringContaining(refusal)]));
  await expectAccessible(there.page, 'a shared lab');
  await there.page.context().close();
});

test('beyond 30 KB it is a file, which opens in a tab of its own', async ({ page }) => {
  const lab = new SharePage(page);
  await lab.open();
  const noise = Array.from(
    { length: 1500 },
    (_, at) => `${Math.sin(at + 1)}${Math.cos(at * 7 + 1)}`,
  );
  await ask(page, ...noise.map((value, at) => ['SET', `k${at}`, value]));
  const [digest] = await ask(page, ['DEBUG', 'DIGEST']);
  await lab.share();
  await expect(lab.dialog).toContainText('A file is safer');
  const download = page.waitForEvent('download');
  await lab.dialog.getByRole('button', { name: 'Save as a file' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('lab.resplay');
  const text = await readFile(await file.path(), 'utf8');
  await page.keyboard.press('Escape');
  await page.locator('resplay-load input[type=file]').setInputFiles({
    name: 'lab.resplay',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(text),
  });
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Open in a new tab' }).click();
  const there = await opened;
  await expect(there.locator('resplay-shared .notice')).toBeVisible({ timeout: 30_000 });
  expect(await ask(there, ['DEBUG', 'DIGEST'])).toEqual([digest]);
  // A file that holds no lab says so.
  await page.locator('resplay-load input[type=file]').setInputFiles({
    name: 'other.resplay',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(3_000_000, 65),
  });
  await expect(page.getByRole('dialog')).toContainText('It is too long');
});

test('it is copied as a link, as Markdown and as commands, and shown as a QR code', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = new SharePage(page);
  await lab.open();
  await ask(page, ['SET', 'greeting', 'hello "world"']);
  await lab.share();
  const link = await lab.link.inputValue();
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await lab.dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect.poll(clipboard).toBe(link);
  await lab.dialog.getByRole('button', { name: 'redis-cli' }).click();
  await expect.poll(clipboard).toBe('SET greeting "hello \\"world\\""\n');
  await lab.dialog.getByRole('button', { name: 'Markdown' }).click();
  await expect
    .poll(clipboard)
    .toBe(`[Resplay](${link})\n\n\`\`\`redis\nSET greeting "hello \\"world\\""\n\`\`\`\n`);
  await lab.dialog.getByRole('button', { name: 'QR code' }).click();
  await expect(lab.dialog.getByRole('img', { name: 'The link as a QR code' })).toBeVisible();
});
