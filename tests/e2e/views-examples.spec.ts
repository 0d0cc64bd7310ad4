import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { ViewsPage } from './views-page';

test.describe('examples', () => {
  let lab: ViewsPage;

  test.beforeEach(async ({ page }) => {
    lab = new ViewsPage(page);
    await lab.open();
  });

  test('the music ranking runs in the console and shows its top three', async ({ page }) => {
    await lab.runExample('music');
    await lab.expectOutput('ZINCRBY ranking 80 song7');
    await lab.expectOutput('1) "song7"\n2) "81"\n3) "song5"\n4) "61"\n5) "song3"\n6) "51"\n');
    await lab.expectBars('song7 81', 'song5 61', 'song3 51');
    const bar = page.locator('resplay-example-bar');
    await expect(bar).toContainText('Nine songs start with one play each');
    await bar.getByRole('button', { name: 'Next step' }).click();
    await expect(bar).toContainText('ZINCRBY adds plays in one step');
  });

  test('traffic keeps the bars moving until it is switched off', async ({ page }) => {
    await lab.runExample('music');
    await lab.expectBars('song7 81', 'song5 61', 'song3 51');
    const bar = page.locator('resplay-example-bar');
    const total = async () =>
      (await lab.bars()).reduce((sum, { score }) => sum + Number(score.replaceAll(',', '')), 0);
    await bar.getByRole('slider').fill('6');
    await expect(bar).toContainText('100 / s');
    await bar.getByRole('switch', { name: 'Random traffic' }).click();
    await expect.poll(total).toBeGreaterThan(500);
    await bar.getByRole('switch', { name: 'Random traffic' }).click();
    await page.waitForTimeout(300);
    const still = await total();
    await page.waitForTimeout(700);
    expect(await total()).toBe(still);
  });

  test('the phones show why MAX is right and SUM is wrong', async () => {
    await lab.runExample('phones');
    await lab.expectBars('Comet 260', 'Breeze 210', 'Ember 190', 'Aurora 150', 'Delta 35');
    await lab.expectOutput('ZREVRANGE sales:wrong 0 -1 WITHSCORES\n 1) "Breeze"\n 2) "485"');
  });

  const opened = {
    activity: ['active:either', 'BITCOUNT active:both\n(integer) 3'],
    follows: ['common:ana:ben', 'SINTERSTORE common:ana:ben follows:ana follows:ben\n(integer) 2'],
    profiles: ['user:1', 'HGET user:1 city\n"Lisbon"'],
    queue: ['jobs', 'LPOP jobs\n"resize photo 1"'],
  };
  for (const [id, [key, output]] of Object.entries(opened)) {
    test(`${id} runs in the console and opens its key`, async () => {
      await lab.runExample(id);
      await lab.expectOutput(output ?? '');
      await expect(lab.value.locator('.name')).toHaveText(key ?? '');
      expect(await lab.text()).not.toContain('(error)');
    });
  }

  test('speak Chinese', async ({ page }) => {
    await page.getByRole('button', { name: '中文' }).click();
    await lab.runExample('phones');
    await expect(page.locator('resplay-example-bar')).toContainText('三天手机销量榜');
    await page.locator('#examples-button').click();
    await page.locator('[data-example="music"]').getByRole('button').first().click();
    await expect(page.locator('resplay-examples')).toContainText('九首歌');
  });
});

test('metrics show commands, memory, keys and lookups, as charts and as a table', async ({
  page,
}) => {
  const lab = new ViewsPage(page);
  await lab.open();
  await page.getByRole('tab', { name: 'Metrics' }).click();
  const metrics = page.locator('resplay-metrics');
  await lab.enterAll('MSET a 1 b 2', 'GET a', 'GET nothing');
  await expect(metrics.getByRole('img', { name: 'Keys: 2' })).toBeVisible();
  await expect(metrics).toContainText('Hit rate: 50%');
  await expect(metrics.getByRole('img', { name: /^Memory used: [\d.]+ (KB|MB)/ })).toBeVisible();
  // Something is drawn.
  const painted = () =>
    metrics.locator('canvas').evaluateAll((canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const image = (canvas as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(0, 0, width, height);
        return image?.data.some((value) => value !== 0) ?? false;
      }),
    );
  expect(await painted()).toEqual([true, true, true, true]);
  // A second is read by pointing at it, and by the arrow keys.
  await page.waitForTimeout(3000);
  await metrics.getByRole('group').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(metrics.getByRole('timer')).toHaveText('1s ago');
  await page.keyboard.press('Escape');
  await metrics.getByRole('button', { name: 'Show as a table' }).click();
  await expect(metrics.getByRole('row').nth(1)).toContainText(/\d\d:\d\d/);
  await expectAccessible(page, 'metrics', 'resplay-app', 'resplay-panels');
});
