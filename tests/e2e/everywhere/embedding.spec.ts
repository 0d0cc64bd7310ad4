import { expect, test, type Browser, type Page } from '@playwright/test';
import { expectAccessible } from '../accessible';
import { COURSE, STRICT } from '../embed-course';
import { serveSite } from '../embed-site';

const snippet = (page: Page, id: string) => page.locator(`#${id}`);

test('a course page with five snippets, a chart and a topology works under a strict policy', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const site = await serveSite({ '/': COURSE }, STRICT);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon'))
      complaints.push(message.text());
  });
  await page.goto(site.origin);
  // What is expected stands there before anything has run.
  await expect(page.getByText("['song2']")).toBeVisible();
  await snippet(page, 'second').getByRole('button', { name: 'Run' }).click();
  await expect(snippet(page, 'second').getByRole('log')).toHaveText(/"11"/, { timeout: 30_000 });
  await expect(snippet(page, 'second').getByRole('status').last()).toHaveText('As expected');
  // It has run what it depends on.
  await expect(snippet(page, 'first').getByRole('log')).toHaveText(/\(integer\) 3/);
  await expect(page.locator('resplay-chart .row[data-rank="1"]')).toContainText('song2');
  await snippet(page, 'third').getByRole('button', { name: 'Run' }).click();
  await expect(snippet(page, 'third').getByRole('log')).toHaveText(/"good morning"/);
  await snippet(page, 'fifth').getByRole('button', { name: 'Run' }).click();
  await expect(snippet(page, 'fifth').getByRole('log')).toHaveText(/WRONGTYPE/);
  await snippet(page, 'fourth').getByRole('button', { name: 'Run' }).click();
  await expect(snippet(page, 'fourth').getByRole('status').last()).toHaveText('As expected', {
    timeout: 60_000,
  });
  await expect(page.locator('resplay-topology g.node')).toHaveCount(2);
  await expectAccessible(page, 'a page with embedded elements');

  // What a reader changes runs, and what the author wrote comes back.
  const code = page.locator('pre > code').first();
  await code.fill('ZCARD ranking');
  await code.press('Control+Enter');
  await expect(snippet(page, 'first').getByRole('log')).toHaveText(/\(integer\) 3/);
  await expect(snippet(page, 'first').getByRole('status').last()).toHaveText('As expected');
  await snippet(page, 'first').getByRole('button', { name: 'Reset' }).click();
  await expect(code).toHaveText('ZADD ranking 3 song1 1 song2 8 song7');
  expect(complaints).toEqual([]);
  site.close();
});

/** A browser in which the reader has switched JavaScript off; Firefox has a preference for it, which a context has not. */
test('without JavaScript it still reads', async ({
  browser,
  browserName,
  playwright,
  launchOptions,
}) => {
  const site = await serveSite({ '/': COURSE }, STRICT);
  let own: Browser | undefined;
  if (browserName === 'firefox')
    own = await playwright.firefox.launch({
      ...launchOptions,
      firefoxUserPrefs: { 'javascript.enabled': false },
    });
  const context = await (own ?? browser).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(site.origin);
  // Asked at once: an expectation that waits does so by the page's own timers, which stand still in Firefox then.
  for (const text of ['ZADD ranking 3 song1 1 song2 8 song7', '(integer) 3', "['song2']"])
    expect(await page.getByText(text).isVisible(), text).toBe(true);
  // Nothing has come to life.
  expect(await page.getByRole('button').count()).toBe(0);
  await context.close();
  await own?.close();
  site.close();
});
