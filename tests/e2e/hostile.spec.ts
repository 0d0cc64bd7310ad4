import { expect, test, type Page } from '@playwright/test';
import { MARKUP, hostileLinks } from './hostile-links';
import { ask, expectSynced, ready } from './lab-calls';

/** The longest that anything hostile may take until it is refused or there, in milliseconds. */
const SOON = 20_000;

/** Characters of an address beyond which Chromium opens none. */
const LONGEST_ADDRESS = 2 << 20;

/** Nothing of what was brought along has become an element, or has run. */
async function expectHarmless(page: Page, name: string): Promise<void> {
  const found = await page.evaluate(() => {
    const elements: string[] = [];
    const search = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.matches('[data-hostile], script:not([src])')) elements.push(element.outerHTML);
        if (element.shadowRoot) search(element.shadowRoot);
      }
    };
    search(document);
    const polluted = Object.keys(Object.prototype).length > 0 || 'x' in {};
    return { elements, hacked: 'hacked' in window, polluted };
  });
  expect(found, name).toEqual({ elements: [], hacked: false, polluted: false });
}

const names = ['default', 'mine'];

/** Labs of the visitor's own, which nothing may read or change. */
async function saveLabs(page: Page): Promise<void> {
  for (const name of names) {
    await page.goto(`?lab=${name}`);
    await ready(page);
    await ask(page, ['SET', 'secret', `of ${name}`], ['SAVE']);
    await expectSynced(page);
  }
  await page.evaluate(() => localStorage.setItem('resplay.history', '["my own line"]'));
}

async function expectLabsUntouched(page: Page): Promise<void> {
  const kept = await page.evaluate(() => localStorage.getItem('resplay.history'));
  expect(kept).toBe('["my own line"]');
  const stored = await page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name).sort(),
  );
  expect(stored).toEqual(names.map((name) => `resplay:${name}`));
  for (const name of names) {
    await page.goto('about:blank');
    await page.goto(`?lab=${name}`);
    await ready(page);
    expect(await ask(page, ['GET', 'secret'], ['DBSIZE'])).toEqual([`of ${name}`, '1']);
  }
}

test('no hostile link gets through, or hangs the page', async ({ page }) => {
  test.setTimeout(600_000);
  const links = await hostileLinks();
  expect(links.length).toBeGreaterThanOrEqual(60);
  await saveLabs(page);
  for (const { name, fragment, ends, endless } of links) {
    await page.goto('about:blank');
    if (fragment.length > LONGEST_ADDRESS) {
      // The browser does not go there at all.
      await expect(page.goto(fragment), name).rejects.toThrow('ERR_ABORTED');
      continue;
    }
    await page.goto(fragment);
    if (ends === 'refused') {
      await expect
        .soft(page.getByRole('dialog'), name)
        .toContainText('This link cannot be opened', {
          timeout: SOON,
        });
    } else if (ends === 'cancelled') {
      await page.getByRole('button', { name: 'Cancel' }).click({ timeout: SOON });
      await page.waitForURL((address) => address.hash === '');
      await ready(page);
    } else {
      const banner = page.locator('resplay-shared');
      await expect.soft(banner.locator('.notice'), name).toBeVisible({ timeout: SOON });
      if (endless) await banner.getByRole('button', { name: 'Stop' }).click({ timeout: SOON });
      await expect.soft(banner.getByRole('button', { name: 'Stop' }), name).toHaveCount(0, {
        timeout: SOON,
      });
    }
    await expectHarmless(page, name);
  }
  console.log(`${links.length} hostile links`);
  await expectLabsUntouched(page);
});

test('hostile names of labs are names', async ({ page }) => {
  test.setTimeout(180_000);
  const hostile = [
    MARKUP,
    '"><script data-hostile>window.hacked=1</script>',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    'javascript:window.hacked=1',
    '-steal',
    'a\0b',
    '\u202edefault',
    'x'.repeat(5000),
    '%00%ff',
  ];
  for (const name of hostile) {
    await page.goto('about:blank');
    await page.goto(`?lab=${encodeURIComponent(name)}`);
    await ready(page);
    await expectHarmless(page, name);
    expect(await ask(page, ['DBSIZE']), name).toEqual(['0']);
    await ask(page, ['SET', name, MARKUP]);
    await page.getByRole('tab', { name: 'Keys' }).click();
    await expectHarmless(page, name);
  }
});

test('a script that comes in a link reaches no saved lab', async ({ page }) => {
  test.setTimeout(180_000);
  const { toFragment } = await import('../../www/src/share/link');
  const { emptyLab } = await import('../../www/src/share/shared-lab');
  const script = `
import js
names = 'indexedDB caches BroadcastChannel Worker SharedWorker WebSocket cookieStore IDBFactory'.split()
print([name for name in names if getattr(js, name, None) is not None])
print([name for name in ('locks', 'storage') if getattr(js.navigator, name, None) is not None])
try:
    from pyodide.code import run_js
    print(run_js('typeof indexedDB'))
except BaseException as error:
    print(type(error).__name__)
try:
    print(js.Object.getPrototypeOf(js.Object.getPrototypeOf(js.self)).indexedDB)
except AttributeError:
    print('gone')
print('end')
`;
  const fragment = await toFragment({
    ...emptyLab,
    autorun: true,
    script: '/home/learner/script.py',
    files: [{ path: '/home/learner/script.py', bytes: new TextEncoder().encode(script) }],
  });
  await saveLabs(page);
  await page.goto('about:blank');
  await page.goto(fragment);
  const printed = page.locator('resplay-code').getByRole('log');
  await expect(printed).toContainText('end', { timeout: 90_000 });
  const lines = (await printed.innerText()).trim().split('\n');
  expect(lines.slice(0, 2)).toEqual(['[]', '[]']);
  expect(lines).not.toContain('object');
  expect(lines.at(-2)).toBe('gone');
  await expectLabsUntouched(page);
});
