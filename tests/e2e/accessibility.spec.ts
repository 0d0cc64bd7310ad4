/** Every view and every dialog: in each theme and language axe finds nothing, and Tab gets through. */

import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectLegible } from './accessible';
import { ViewsPage } from './views-page';

/** The tabs in their order; on a narrow page the charts have one too. */
const VIEWS = [
  'keys',
  'metrics',
  'persistence',
  'files',
  'servers',
  'code',
  'experiments',
  'shell',
  'lessons',
] as const;

const SIZES = [
  [1440, 900],
  [390, 844],
] as const;

const isNarrow = (page: Page): boolean => (page.viewportSize()?.width ?? 0) < 760;

/** A lab with something in every view. */
async function openFilled(page: Page): Promise<ViewsPage> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const lab = new ViewsPage(page);
  await lab.open();
  await lab.enter('ZADD ranking 81 song7 61 song5 51 song3');
  await lab.enter('CONFIG SET appendonly yes');
  await lab.enter('SET greeting hello EX 1000');
  await lab.enter('nonsense');
  await lab.expectOutput('(error)');
  return lab;
}

async function show(page: Page, view: string): Promise<void> {
  await page.locator(`#tab-${view}`).click();
  await expect(page.locator(`#tab-${view}`)).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('#view > *').first()).toBeVisible();
}

/** The header's button is pressed by script: a dialog may stand before it. */
async function speak(page: Page, language: 'en' | 'zh-CN'): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) === language) return;
  await page
    .locator('resplay-app header button[lang]')
    .evaluate((button) => (button as HTMLElement).click());
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** What stands there is looked at in each theme and language, or, on a narrow page, in those that are hardest. */
async function expectEveryLook(page: Page, what: string, path: readonly string[]): Promise<void> {
  const shown = page.locator(path.join(' ') || 'body');
  await speak(page, 'zh-CN');
  await expect(shown, what).toContainText(/\p{Script=Han}/u);
  if (isNarrow(page)) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, `${what}, Chinese, dark`, ...path);
    await speak(page, 'en');
    return;
  }
  for (const language of ['zh-CN', 'en'] as const) {
    await speak(page, language);
    await page.emulateMedia({ colorScheme: 'light' });
    await expectAccessible(page, `${what}, ${language}, light`, ...path);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectLegible(page, `${what}, ${language}, dark`, ...path);
  }
}

const PANELS = ['resplay-app', 'resplay-panels'] as const;

/** Everything that stands before the page for a while: how it opens, and where it is. Escape puts it away. */
const DIALOGS: readonly {
  readonly name: string;
  readonly path: readonly string[];
  open(page: Page): Promise<void>;
}[] = [
  {
    name: 'the examples',
    path: ['resplay-app', 'resplay-examples'],
    open: async (page) => {
      await page.locator('#examples-button').click();
      await page.locator('resplay-examples [data-example]').first().waitFor();
    },
  },
  {
    name: 'sharing',
    path: ['resplay-share', 'dialog'],
    open: async (page) => {
      await page.getByRole('button', { name: 'Share this lab' }).click();
      await expect(page.locator('resplay-share').getByText('In it:')).toBeVisible();
      await page.locator('resplay-share').getByRole('button', { name: 'QR code' }).click();
    },
  },
  {
    name: 'help',
    path: ['resplay-app', 'resplay-help'],
    open: (page) => page.getByRole('button', { name: 'Help', exact: true }).click(),
  },
  {
    name: 'the question before loading',
    path: ['resplay-app', 'resplay-load'],
    open: async (page) => {
      await chooseFile(page, 'dump.rdb');
      await page.locator('resplay-load dialog').waitFor();
    },
  },
  {
    name: 'a file that cannot be loaded',
    path: ['resplay-app', 'resplay-load'],
    open: async (page) => {
      await chooseFile(page, 'dump.rdb');
      await page.locator('resplay-load dialog button.danger, resplay-load dialog .primary').click();
      await page.locator('resplay-load .reason').waitFor();
    },
  },
  {
    name: 'the server crashed',
    path: ['resplay-app', 'resplay-crash'],
    open: async (page) => {
      await new ViewsPage(page).enter('DEBUG PANIC');
      await page.getByRole('alertdialog').waitFor();
    },
  },
];

async function chooseFile(page: Page, name: string): Promise<void> {
  await page.locator('resplay-load input[type=file]').setInputFiles({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('REDIS0011 and nothing that follows'),
  });
}

for (const [width, height] of SIZES) {
  test(`axe finds nothing in any view, ${width}×${height}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height });
    const lab = await openFilled(page);
    await lab.type('ZR');
    await page.keyboard.press('Tab');
    await expect(lab.completions.first()).toBeVisible();
    await expectEveryLook(page, 'the whole page, completing', []);
    await lab.input.press('Escape');
    if (isNarrow(page)) {
      await show(page, 'charts');
      await expectEveryLook(page, 'charts', PANELS);
    }
    for (const view of VIEWS) {
      await show(page, view);
      if (view === 'keys') await lab.keyRow('ranking').click();
      if (view === 'servers') {
        const servers = page.locator('resplay-servers');
        await servers.getByRole('button', { name: 'Replica', exact: true }).click();
        await expect(servers.locator('tr[data-process="6380"] .role')).toHaveText('Replica');
      }
      await expectEveryLook(page, view, PANELS);
    }
    await page.locator('[data-lesson="types"]').click();
    await page.locator('resplay-lessons article').waitFor();
    await expectEveryLook(page, 'a lesson', PANELS);
  });

  test(`axe finds nothing in any dialog, ${width}×${height}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height });
    await openFilled(page);
    for (const { name, path, open } of DIALOGS) {
      await open(page);
      await expectEveryLook(page, name, path);
      await page.keyboard.press('Escape');
    }
  });
}

/** Where the focus is, through the shadow roots: a name for the element, unlike any other's. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const path: string[] = [];
    for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement ?? null) {
      const numbered = window as unknown as {
        focusNumbers?: WeakMap<Element, number> & { next?: number };
      };
      const numbers = (numbered.focusNumbers ??= new WeakMap());
      if (!numbers.has(at)) numbers.set(at, (numbers.next = (numbers.next ?? 0) + 1));
      path.push(`${at.localName}#${numbers.get(at)}`);
    }
    return path.at(-1) ?? '';
  });

for (const [width, height] of SIZES) {
  test(`Tab gets through every view and back to the start, ${width}×${height}`, async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height });
    await openFilled(page);
    for (const view of VIEWS) {
      await show(page, view);
      await page.locator('resplay-app a.skip').focus();
      const start = await focused(page);
      const seen = [start];
      do {
        await page.keyboard.press('Tab');
        seen.push(await focused(page));
        expect(seen.length, `${view}: ${seen.slice(-8).join(' ')}`).toBeLessThan(200);
      } while (seen.at(-1) !== start);
      // Nothing holds the focus, and the view itself was among what had it.
      expect(new Set(seen).size, view).toBeGreaterThan(12);
    }
  });
}
