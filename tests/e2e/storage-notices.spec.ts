/** What a person is told, and can do, when the browser's storage is full, taken, too new or not there. */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { ask, configure, expectSynced } from './lab-calls';
import { PersistencePage } from './persistence-page';

const notices = ['resplay-app', 'resplay-storage'] as const;

test('a full quota refuses writes and says so; reads go on, and it recovers by itself', async ({
  page,
}) => {
  const session = await page.context().newCDPSession(page);
  // Before anything is stored: Chromium remembers for half a minute how much was left.
  await page.goto('favicon.svg');
  const { origin } = new URL(page.url());
  const quota = (quotaSize: number): Promise<unknown> =>
    session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await quota(1_500_000);
  const lab = new PersistencePage(page);
  await lab.open();
  await configure(page, ['appendonly yes', 'appendfsync everysec', 'save ""']);
  expect(await lab.ask('SET first 1')).toBe('Error: Server closed the connection');
  expect(await lab.ask('SET first 1')).toBe('OK');
  await expect
    .poll(
      async () => {
        const value = randomBytes(100_000).toString('hex');
        return (await ask(page, ['RPUSH', 'large', value]))[0];
      },
      { timeout: 15_000, intervals: [100] },
    )
    .toBe('MISCONF Errors writing to the AOF file: No space left on device');
  const notice = page.locator('resplay-storage').getByRole('alert');
  await expect(notice).toContainText('The browser’s storage is full.');
  await expectAccessible(page, 'with the notice', ...notices);
  expect(await lab.ask('SET second 1')).toContain('No space left on device');
  expect(await lab.ask('GET first')).toBe('"1"');

  await quota(200_000_000);
  await expect(notice).toBeHidden({ timeout: 15_000 });
  await expect.poll(() => ask(page, ['SET', 'second', '1']), { timeout: 15_000 }).toEqual(['OK']);
  // Nothing of what was acknowledged has suffered.
  const before = await ask(page, ['DEBUG', 'DIGEST']);
  await expectSynced(page);
  await lab.open();
  expect(await ask(page, ['GET', 'first'], ['GET', 'second'])).toEqual(['1', '1']);
  expect(await ask(page, ['DEBUG', 'DIGEST'])).toEqual(before);
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
  await expectAccessible(other, 'the question', ...notices);
  // There is nothing behind it: it stays however often one would wave it away.
  for (let turn = 0; turn < 3; turn++) await other.keyboard.press('Escape');
  await expect(question).toBeVisible();
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
  await expectAccessible(page, 'the question', ...notices);
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
