import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { Lab } from '../../www/src/client/api';
import { expectAccessible } from './accessible';
import { ShellPage } from './shell-page';

/** The log of all processes, beside the shell in which it is compared with the files. */
class LogPage extends ShellPage {
  get log(): Locator {
    return this.page.locator('resplay-log');
  }

  get list(): Locator {
    return this.log.getByRole('list', { name: 'Log' });
  }

  async showLog(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Log', exact: true }).click();
    await expect(this.log.getByLabel('Process', { exact: true })).toBeVisible();
  }

  lines(): Promise<string[]> {
    return this.log.locator('.line').allTextContents();
  }

  async choose(process: string): Promise<void> {
    await this.log.getByLabel('Process', { exact: true }).selectOption(process);
  }

  /** So many lines from the server, past the console. */
  async saves(count: number): Promise<void> {
    await this.page.locator('resplay-app').evaluate(async (app, total) => {
      const { lab } = app as HTMLElement & { lab: Lab };
      const connection = await lab.connect();
      await connection.pipeline(Array.from({ length: total }, () => ['SAVE']));
      connection.close();
    }, count);
  }

  async distanceFromEnd(): Promise<number> {
    return this.list.evaluate(
      ({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - clientHeight - scrollTop,
    );
  }
}

const written = (printed: string): string[] => printed.split('\n').filter((line) => line !== '');

async function opened(page: Page): Promise<LogPage> {
  const lab = new LogPage(page);
  await lab.open();
  return lab;
}

test('the log is what is in the log files, of one process and of all, in the order of time', async ({
  page,
}) => {
  const lab = await opened(page);
  await lab.show();
  await lab.do(
    'redis-server --port 6380 --slaveof 127.0.0.1 6379 --logfile /tmp/6380.log --daemonize yes',
  );
  await expect
    .poll(() => lab.do('cat /tmp/6380.log'), { timeout: 60_000 })
    .toContain('MASTER <-> REPLICA sync: Finished with success');
  const first = written(await lab.do('tail -n 1000 /var/log/redis/redis-server.log'));
  const second = written(await lab.do('tail -n 1000 /tmp/6380.log'));
  expect(first.length).toBeGreaterThan(5);
  expect(first.join('\n')).toMatch(/^\d+:M \d\d \w{3} \d{4} [\d:.]+ # Diskless rdb transfer/m);

  await lab.showLog();
  await expect.poll(() => lab.lines()).toEqual(expect.arrayContaining([...first, ...second]));
  const all = await lab.lines();
  expect(all).toHaveLength(first.length + second.length);
  const times = all.map((line) => Date.parse(`${line.split(' ').slice(1, 5).join(' ')} UTC`));
  expect(times).toEqual([...times].sort((one, other) => one - other));

  await lab.choose('6380');
  expect(await lab.lines()).toEqual(second);
  await lab.choose('6379');
  expect(await lab.lines()).toEqual(first);
  await expect(lab.log.locator('.count')).toContainText(`${first.length} of ${all.length}`);

  // By level, and by what stands in a line.
  const level = lab.log.getByLabel('Level', { exact: true });
  await level.selectOption('warning');
  const warnings = first.filter((line) => line.includes(' # '));
  expect(await lab.lines()).toEqual(warnings);
  expect(warnings.length).toBeLessThan(first.length);
  await level.selectOption('debug');
  await lab.log.getByLabel('Find in the log').fill('READY to accept');
  expect(await lab.lines()).toEqual(first.filter((line) => line.includes('Ready to accept')));
  await lab.log.getByLabel('Find in the log').fill('no such line');
  await expect(lab.log).toContainText('No line fits.');
  await lab.log.getByRole('button', { name: 'Show all' }).click();
  expect(await lab.lines()).toEqual(all);
});

test('the newest line is followed until one scrolls up', async ({ page }) => {
  const lab = await opened(page);
  await lab.showLog();
  // As many as the panel cannot show at a time.
  await lab.saves(60);
  await expect.poll(() => lab.log.locator('li').count()).toBeGreaterThan(60);
  await expect.poll(() => lab.distanceFromEnd()).toBeLessThan(5);
  const follow = lab.log.getByRole('button', { name: 'Follow' });
  await expect(follow).toHaveAttribute('aria-pressed', 'true');

  await lab.list.evaluate((list) => (list.scrollTop = 0));
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  const before = await lab.log.locator('li').count();
  await lab.saves(1);
  await expect.poll(() => lab.log.locator('li').count()).toBeGreaterThan(before);
  expect(await lab.list.evaluate((list) => list.scrollTop)).toBe(0);
  await lab.log.getByRole('button', { name: /\d+ newer/ }).click();
  await expect.poll(() => lab.distanceFromEnd()).toBeLessThan(5);
  await expect(lab.log.getByRole('button', { name: /\d+ newer/ })).toHaveCount(0);
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
});

test('the log is bounded, and what is shown can be copied and saved', async ({ page, context }) => {
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = await opened(page);
  await lab.showLog();
  await lab.saves(2500);
  await expect(lab.log.locator('.older')).toBeVisible({ timeout: 60_000 });
  expect(await lab.log.locator('.line').count()).toBeLessThanOrEqual(2000);

  // The newest ones alone: what is drawn stands still.
  await lab.log.getByLabel('Find in the log').fill('DB saved');
  let lines = '';
  const standsStill = async (): Promise<boolean> => {
    const before = lines;
    lines = (await lab.lines()).map((line) => `${line}\n`).join('');
    return lines !== '' && lines === before;
  };
  await expect.poll(standsStill, { intervals: [500] }).toBe(true);
  await lab.log.getByRole('button', { name: 'Copy' }).click();
  await expect(lab.log.getByRole('status')).toContainText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(lines);
  const download = page.waitForEvent('download');
  await lab.log.getByRole('button', { name: 'Save' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('redis-lab.log');
  expect(readFileSync(await file.path(), 'utf8')).toBe(lines);
});

for (const [scheme, locale, width, height] of [
  ['light', 'en', 1440, 900],
  ['dark', 'zh-CN', 390, 844],
] as const) {
  test(`the log is accessible: ${scheme}, ${locale}, ${width} wide`, async ({ browser }) => {
    const context = await browser.newContext({
      colorScheme: scheme,
      locale,
      viewport: { width, height },
    });
    const page = await context.newPage();
    const lab = await opened(page);
    await page.getByRole('tab', { name: /^(Log|日志)$/ }).click();
    await expect(lab.log.locator('.line').first()).toBeVisible();
    await expectAccessible(page, 'log', 'resplay-app', 'resplay-panels');
    await context.close();
  });
}
