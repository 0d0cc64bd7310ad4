/** What a first visit has to do in any browser; what more there is to it is tested in Chromium. */

import { expect, test } from '@playwright/test';
import { CodePage } from '../code-page';
import { ask, expectSynced, ready } from '../lab-calls';
import { ViewsPage } from '../views-page';

test('a first command, a chart that moves, and nothing to complain of', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const lab = new ViewsPage(page);
  await lab.open();
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  await lab.runExample('music');
  await lab.expectBars('song7 81');
  await lab.enter('ZINCRBY ranking 50 song3');
  await lab.expectBars('song3 101');
  await lab.enter('EVAL "return 7" 0');
  await lab.expectOutput('(integer) 7');
  for (const name of await page.getByRole('tablist').first().getByRole('tab').allTextContents()) {
    await page.getByRole('tab', { name: name.trim(), exact: true }).click();
    await expect(page.getByRole('tabpanel').first()).toBeVisible();
  }
  expect(complaints).toEqual([]);
});

test('a reload keeps what the disk has', async ({ page }) => {
  const lab = new ViewsPage(page);
  await lab.open();
  await ask(page, ['CONFIG', 'SET', 'appendonly', 'yes'], ['CONFIG', 'REWRITE']);
  await ask(page, ['ZADD', 'ranking', '3', 'song'], ['SAVE']);
  await ask(page, ['SET', 'logged', 'yes']);
  const [digest] = await ask(page, ['DEBUG', 'DIGEST']);
  await expectSynced(page);
  await page.reload();
  await ready(page);
  expect(await ask(page, ['GET', 'logged'], ['DEBUG', 'DIGEST'])).toEqual(['yes', digest]);
});

test('a link opens the lab that it carries', async ({ page }) => {
  const lab = new ViewsPage(page);
  await lab.open();
  await ask(page, ['HSET', 'user:1', 'name', '李雷'], ['ZADD', 'ranking', '3', 'song']);
  const [digest] = await ask(page, ['DEBUG', 'DIGEST']);
  await page.getByRole('button', { name: 'Share this lab' }).click();
  const dialog = page.locator('resplay-share');
  await expect(dialog.getByText('In it:')).toBeVisible({ timeout: 30_000 });
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.locator('resplay-shared .notice')).toBeVisible({ timeout: 60_000 });
  expect(await ask(page, ['DEBUG', 'DIGEST'])).toEqual([digest]);
});

test('Python runs, or says what this browser cannot do', async ({ page }) => {
  test.setTimeout(120_000);
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const suspends = await page.evaluate(() => 'Suspending' in WebAssembly);
  await lab.editor.press('Control+Enter');
  if (suspends) await expect(lab.printed).toContainText('song3', { timeout: 90_000 });
  else await expect(lab.code.locator('.note')).toBeVisible({ timeout: 90_000 });
});
