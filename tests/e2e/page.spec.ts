import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { budget, root } from '../../scripts/project.mjs';
import { expectAccessible } from './accessible';
import { LabPage } from './lab-page';

/** Views that are opened later are fetched then, and Lua when the page is at rest. */
test('a first visit loads no more than its budget', async ({ page, baseURL }) => {
  const base = baseURL ?? '';
  const fetched = new Set<string>();
  page.on('response', (response) => {
    fetched.add(new URL(response.url()).pathname.slice(new URL(base).pathname.length));
  });
  const lab = new LabPage(page);
  await lab.open();
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  const files = [...fetched].filter((path) => !/\/lua[^/]*\.wasm$/.test(path));
  const size = (path: string): number => {
    const file = join(root, 'dist', path === '' ? 'index.html' : path);
    return gzipSync(readFileSync(file), { level: 9 }).length;
  };
  const total = files.reduce((bytes, path) => bytes + size(path), 0);
  console.log(`first load: ${(total / 1024).toFixed(1)} KB, gzip -9, ${files.length} files`);
  expect(files.length).toBeGreaterThan(4);
  expect(total).toBeLessThanOrEqual(budget.firstLoad);
});

test('speaks the browser’s language, and the other one by a switch that is remembered', async ({
  browser,
}) => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  const lab = new LabPage(page);
  await lab.open();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('button', { name: '示例' })).toBeVisible();
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('button', { name: 'Examples', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  // Without a reload: what was there still is.
  await lab.expectOutput('PONG');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Examples', exact: true })).toBeVisible();
  await context.close();
});

test('follows the system’s theme until one is chosen', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await new LabPage(page).open();
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('button', { name: 'Theme: Light theme' }).click();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
});

test('can be used without a mouse', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await expect(lab.input).toBeFocused();
  // Tab completes while there is something to complete, and leaves an empty line.
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(lab.input).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(lab.input).not.toBeFocused();
  await lab.input.focus();
  await lab.type('zadd');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(lab.input).not.toBeFocused();

  // From the top: the skip link, then the examples and back with Esc.
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
  });
  await page.reload();
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  await page.getByRole('link', { name: 'Skip to the console' }).focus();
  await page.keyboard.press('Enter');
  await expect(lab.input).toBeFocused();
  const examples = page.getByRole('button', { name: 'Examples', exact: true });
  await examples.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('resplay-examples')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('resplay-examples')).toBeHidden();
  await expect(examples).toBeFocused();

  // Tabs by arrows, splitter by arrows.
  await page.getByRole('tab', { name: 'Keys' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Metrics' })).toHaveAttribute('aria-selected', 'true');
  const splitter = page.getByRole('separator', { name: 'Resize console and panels' });
  await splitter.focus();
  const before = Number(await splitter.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowRight');
  await expect(splitter).toHaveAttribute('aria-valuenow', String(before + 2));

  // Help opens, closes with Esc and gives the focus back.
  const help = page.getByRole('button', { name: 'Help', exact: true });
  await help.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Help', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toBeFocused();
});

test('stands side by side on a wide screen and stacked on a phone', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  const consoles = page.locator('resplay-consoles');
  const panels = page.locator('resplay-panels');
  const box = async (
    of: typeof consoles,
  ): Promise<{ x: number; y: number; width: number; height: number }> => {
    const found = await of.boundingBox();
    if (!found) throw new Error('not visible');
    return found;
  };
  expect((await box(panels)).x).toBeGreaterThan((await box(consoles)).x + 300);
  expect((await box(panels)).y).toBe((await box(consoles)).y);

  await lab.enter('SET kept 1');
  await lab.expectOutput('OK');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect
    .poll(async () => (await box(consoles)).y - (await box(panels)).y)
    .toBeGreaterThan(200);
  await lab.expectOutput('OK');
  // Nothing sticks out sideways, and the charts, keys and metrics are a tab away.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  for (const name of ['Keys', 'Metrics', 'Charts']) {
    await page.getByRole('tab', { name }).click();
    await expect(page.getByRole('tabpanel', { name })).toBeVisible();
  }
});

test('has keys for thumbs on a phone', async ({ browser }) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    locale: 'en',
  });
  const page = await context.newPage();
  const lab = new LabPage(page);
  await lab.open();
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  await page.getByRole('button', { name: '↑' }).tap();
  await expect(lab.input).toHaveValue('PING');
  await page.getByRole('button', { name: 'Run', exact: true }).tap();
  await expect.poll(async () => (await lab.text()).match(/PONG/g)?.length).toBe(2);
  await lab.type('zrevrangeb');
  await page.getByRole('button', { name: 'Tab', exact: true }).tap();
  await expect(lab.input).toHaveValue('ZREVRANGEBYLEX');
  await context.close();
});

test('charts can be added and removed', async ({ page }) => {
  await new LabPage(page).open();
  await expect(page.locator('resplay-ranking-chart')).toHaveCount(1);
  await page.getByRole('button', { name: 'Add chart' }).click();
  await expect(page.locator('resplay-ranking-chart')).toHaveCount(2);
  await page
    .getByRole('button', { name: /Remove the chart/ })
    .first()
    .click();
  await expect(page.locator('resplay-ranking-chart')).toHaveCount(1);
});

test('survives a panic of the engine: says what led to it and starts again', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.enter('SET doomed 1');
  await lab.expectOutput('OK');
  await lab.enter('DEBUG PANIC');
  const dialog = page.getByRole('alertdialog', { name: 'The server crashed' });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText('SET doomed 1');
  await expect(dialog).toContainText('DEBUG PANIC');
  await expectAccessible(page, 'after a crash');
  // It can be put aside, and is a click away.
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: /crashed/ }).click();
  await dialog.getByRole('button', { name: 'Restart the server' }).click();
  await expect(dialog).toBeHidden();
  await lab.enter('DBSIZE');
  await lab.expectOutput('(integer) 0');
});

test('says so when the engine cannot be loaded', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('');
  await expect(page.getByRole('alert')).toContainText('The engine could not be loaded');
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('keeps working where storage is blocked', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('blocked', 'SecurityError');
      },
    });
  });
  const lab = new LabPage(page);
  await lab.open();
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  await page.keyboard.press('ArrowUp');
  await expect(lab.input).toHaveValue('PING');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
});
