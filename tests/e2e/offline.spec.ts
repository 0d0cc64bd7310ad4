import { expect, test } from '@playwright/test';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { serve } from '../../scripts/serve.mjs';
import { expectAccessible } from './accessible';
import { CodePage } from './code-page';
import { LabPage } from './lab-page';

test.use({ serviceWorkers: 'allow' });

/** The site of its own folder, which may become another version, and whose server may go away. */
async function ownSite() {
  const folder = mkdtempSync(join(tmpdir(), 'resplay-site-'));
  cpSync(join(root, 'dist'), folder, { recursive: true });
  const server = await serve({ port: 0, base: '/lab/', folder });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    folder,
    url: `http://localhost:${port}/lab/`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const isKept = (): Promise<boolean> =>
  navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated');

test('the page opens and works without a network, Python too once it was used', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const site = await ownSite();
  const lab = new LabPage(page);
  await page.goto(site.url);
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  await expect.poll(() => page.evaluate(isKept), { timeout: 30_000 }).toBe(true);
  // From now on the worker answers.
  await page.reload();
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  await page.getByRole('tab', { name: 'Code' }).click();
  const code = page.locator('resplay-code');
  await expect(code.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
  const run = async (): Promise<void> => {
    await code.locator('.cm-content').press('Control+Enter');
    await expect(code.getByRole('log')).toContainText('song3', { timeout: 60_000 });
  };
  await run();
  site.stop();
  await page.goto(`${site.url}?lab=other`);
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  await lab.enter('SET offline yes');
  await lab.expectOutput('OK');
  await lab.enter('EVAL "return 7" 0');
  await lab.expectOutput('(integer) 7');
  await page.getByRole('tab', { name: 'Servers' }).click();
  await expect(page.locator('resplay-topology-picture g.node')).toHaveCount(1);
  await page.getByRole('tab', { name: 'Code' }).click();
  await run();
  rmSync(site.folder, { recursive: true });
});

test('JavaScript runs without a network once it was used, in an origin of its own', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const site = await ownSite();
  const lab = new CodePage(page);
  await page.goto(site.url);
  await expect.poll(() => page.evaluate(isKept), { timeout: 30_000 }).toBe(true);
  await page.goto(site.url);
  const script = `import Redis from 'ioredis';
const redis = new Redis();
await redis.incr('runs');
console.log('runs:', await redis.get('runs'));
redis.disconnect();
`;
  await lab.show();
  await lab.button('New JavaScript script').click();
  expect(await lab.run(script)).toContain('runs: 1');
  site.stop();
  await page.goto(`${site.url}?lab=other`);
  await lab.show();
  await lab.button('New JavaScript script').click();
  expect(await lab.run(script)).toContain('runs: 1');
  // The page is not in reach of its frame, nor the frame of the page.
  const [frame] = page.frames().filter((one) => one.url().endsWith('sandbox.html'));
  expect(await frame?.evaluate(() => self.origin)).toBe('null');
  expect(await page.evaluate(() => document.querySelector('iframe')?.contentDocument)).toBe(null);
  rmSync(site.folder, { recursive: true });
});

test('a new version is announced, and taken only when that is wanted', async ({ page }) => {
  test.setTimeout(90_000);
  const site = await ownSite();
  const lab = new LabPage(page);
  await page.goto(site.url);
  await expect.poll(() => page.evaluate(isKept), { timeout: 30_000 }).toBe(true);
  await page.reload();
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  // Another version: the list that the worker was built with is what tells.
  const worker = join(site.folder, 'service-worker.js');
  const index = join(site.folder, 'index.html');
  const changed = readFileSync(worker, 'utf8').replace(/"version":"\w+"/, '"version":"other"');
  writeFileSync(worker, changed);
  writeFileSync(
    index,
    readFileSync(index, 'utf8').replace('<title>Resplay', '<title>Newer Resplay'),
  );
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
  const notice = page.locator('resplay-update');
  await expect(notice).toContainText('A new version of Resplay is ready', { timeout: 30_000 });
  await expectAccessible(page, 'with a new version');
  await lab.enter('PING');
  await lab.expectOutput('PONG');
  await page.reload();
  await expect(page).toHaveTitle('Resplay');
  await notice.getByRole('button', { name: 'Load it' }).click();
  await expect(page).toHaveTitle('Newer Resplay', { timeout: 30_000 });
  site.stop();
  rmSync(site.folder, { recursive: true });
});
