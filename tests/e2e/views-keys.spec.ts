import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import type { Lab } from '../../www/src/client/api';
import type { App } from './lab-calls';
import { ViewsPage, exactly } from './views-page';

test.describe('the key browser', () => {
  let lab: ViewsPage;

  test.beforeEach(async ({ page }) => {
    lab = new ViewsPage(page);
    await lab.open();
  });

  test('lists keys as they come and go, with type, length and time left', async () => {
    await expect(lab.keys).toContainText('Database 0 is empty');
    await lab.enterAll('SET greeting hello', 'RPUSH jobs a b c', 'HSET user:1 name Ana');
    for (const [key, type, length] of [
      ['greeting', 'string', '5'],
      ['jobs', 'list', '3'],
      ['user:1', 'hash', '1'],
    ] as const) {
      await expect(lab.keyRow(key).locator('.type')).toHaveText(type);
      await expect(lab.keyRow(key).locator('.length')).toHaveText(length);
    }
    await lab.enter('DEL jobs');
    await expect(lab.keyRow('jobs')).toHaveCount(0);
    await lab.enter('EXPIRE greeting 30');
    const ttl = lab.keyRow('greeting').locator('.ttl');
    await expect(ttl).toHaveText(/^(30|29|28)s$/);
    const first = parseInt((await ttl.textContent()) ?? '', 10);
    await expect
      .poll(async () => parseInt((await ttl.textContent()) ?? '', 10), { timeout: 6000 })
      .toBeLessThanOrEqual(first - 2);
    await lab.enter('PEXPIRE greeting 300');
    await expect(lab.keyRow('greeting')).toHaveCount(0, { timeout: 5000 });
  });

  test("counts down by the lab's clock, led ahead and standing still", async ({ page }) => {
    await lab.enterAll('SET greeting hello', 'EXPIRE greeting 150');
    const left = async (): Promise<number> => {
      const text = (await lab.keyRow('greeting').locator('.ttl').textContent()) ?? '';
      return text
        .split(' ')
        .reduce((sum, part) => sum + parseInt(part, 10) * (part.endsWith('m') ? 60 : 1), 0);
    };
    await expect.poll(left).toBeGreaterThan(120);
    const app = page.locator('resplay-app');
    await app.evaluate(async (element) => {
      const { clock } = (element as App).lab;
      await clock.pause(true);
      await clock.hurry(100_000);
    });
    await expect.poll(left).toBeLessThanOrEqual(50);
    const still = await left();
    expect(still).toBeGreaterThan(10);
    await page.waitForTimeout(1500);
    expect(await left()).toBe(still);
    await app.evaluate((element) => (element as App).lab.clock.pause(false));
    await expect.poll(left).toBeLessThan(still);
  });

  test('filters by name, pattern and type, and sorts', async () => {
    await lab.enterAll('SET user:1 a', 'SET user:22 abc', 'HSET shop:1 f v', 'SET other abcdef');
    const filter = lab.keys.getByRole('searchbox');
    const names = () => lab.keys.locator('.row .key').allTextContents();
    await filter.fill('user');
    await expect.poll(names).toEqual(['user:1', 'user:22']);
    await filter.fill('*:?');
    await expect.poll(names).toEqual(['shop:1', 'user:1']);
    await lab.keys.getByLabel('Type', { exact: true }).selectOption('hash');
    await expect.poll(names).toEqual(['shop:1']);
    await lab.keys.getByLabel('Type', { exact: true }).selectOption('');
    await filter.fill('');
    await lab.keys.getByRole('columnheader', { name: 'Length' }).getByRole('button').click();
    await expect.poll(async () => (await names())[0]).toBe('other');
    await lab.keys.getByRole('columnheader', { name: 'Key' }).getByRole('button').click();
    await expect.poll(async () => (await names())[0]).toBe('other');
    await lab.keys.getByRole('columnheader', { name: 'Key' }).getByRole('button').click();
    await expect.poll(async () => (await names())[0]).toBe('user:22');
  });

  test('edits a string, keeping its time to live', async ({ page }) => {
    await lab.enter('SET greeting hello EX 500');
    await lab.keyRow('greeting').click();
    const text = lab.value.getByRole('textbox', { name: 'Value' });
    await expect(text).toHaveValue('hello');
    await text.fill('hello\nworld "quoted" \\ 歌');
    await page.keyboard.press('Control+Enter');
    await expect(lab.value.locator('.ran')).toContainText('SET greeting');
    await lab.enter('GET greeting');
    await lab.expectOutput('"hello\\nworld \\"quoted\\" \\\\ \\xe6\\xad\\x8c"');
    await lab.enter('TTL greeting');
    await expect.poll(() => lab.text()).toMatch(/\(integer\) (4\d\d|500)\n/);
    // What others write shows at once.
    await lab.enter('SET greeting changed');
    await expect(text).toHaveValue('changed');
  });

  test('shows a string as hex and as bits, and flips one', async ({ page }) => {
    await lab.enterAll('SETBIT seen 3 1', 'SETBIT seen 17 1');
    await lab.keyRow('seen').click();
    const bits = lab.value.getByRole('application');
    await expect(bits.locator('.bit.on')).toHaveCount(2);
    await bits.focus();
    for (let i = 0; i < 5; i += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await expect(bits.locator('.bit.on')).toHaveCount(3);
    await lab.enter('BITPOS seen 1 4 -1 BIT');
    await lab.expectOutput('(integer) 5');
    await lab.value.getByRole('button', { name: 'Hex' }).click();
    await expect(lab.value.locator('pre')).toContainText('00000000  14 00 40');
  });

  test('edits a hash', async ({ page }) => {
    await lab.enter('HSET user:1 name Ana city Lisbon');
    await lab.keyRow('user:1').click();
    await lab.value.getByRole('button', { name: 'Edit city' }).click();
    await page.keyboard.type('Porto');
    await page.keyboard.press('Enter');
    await lab.value.getByRole('textbox', { name: 'Field' }).fill('age');
    await lab.value.getByRole('textbox', { name: 'Value' }).fill('33');
    await page.keyboard.press('Enter');
    await lab.value.getByRole('button', { name: 'Remove name' }).click();
    await expect(lab.value.getByRole('row')).toHaveCount(3);
    await lab.enter('HGETALL user:1');
    await lab.expectOutput('1) "city"\n2) "Porto"\n3) "age"\n4) "33"\n');
  });

  test('edits a list by index, and only the element that was seen', async ({ page }) => {
    await lab.enter('RPUSH jobs a b c');
    await lab.keyRow('jobs').click();
    await lab.value.getByRole('button', { name: 'Edit 1' }).click();
    await page.keyboard.type('B');
    await page.keyboard.press('Enter');
    await expect(lab.value.locator('.ran')).toContainText('LSET jobs 1 B → OK');
    await lab.value.getByRole('button', { name: 'Remove 0' }).click();
    await lab.value.getByRole('textbox', { name: 'Element' }).fill('d');
    await lab.value.getByRole('button', { name: 'Add first' }).click();
    await expect(lab.value.getByRole('row')).toHaveCount(4);
    await lab.enter('LRANGE jobs 0 -1');
    await lab.expectOutput('1) "d"\n2) "B"\n3) "c"\n');
  });

  test('edits sets and sorted sets', async ({ page }) => {
    await lab.enterAll('SADD tags a b', 'ZADD board 1 x 2 y');
    await lab.keyRow('tags').click();
    await lab.value.getByRole('textbox', { name: 'Member' }).fill('c d');
    await page.keyboard.press('Enter');
    await lab.value.getByRole('button', { name: 'Remove a', exact: true }).click();
    await lab.enter('SMISMEMBER tags a b "c d"');
    await lab.expectOutput('1) (integer) 0\n2) (integer) 1\n3) (integer) 1\n');
    await lab.keyRow('board').click();
    await lab.value.getByRole('button', { name: 'Edit x' }).click();
    await page.keyboard.type('7.5');
    await page.keyboard.press('Enter');
    await expect(lab.value.getByRole('row').nth(2)).toContainText(/x\s*7\.5/);
    await lab.value.getByRole('button', { name: 'Edit x' }).click();
    await page.keyboard.type('much');
    await page.keyboard.press('Enter');
    await expect(lab.value.locator('.ran')).toContainText('ERR value is not a valid float');
    await lab.value.getByRole('button', { name: 'Chart' }).click();
    await expect(page.locator('resplay-ranking-chart').last()).toContainText('7.5');
  });

  test('keeps what one is typing while others write to the same key', async ({ page }) => {
    await lab.enter('ZADD board 1 x 2 y 3 z');
    await lab.keyRow('board').click();
    await lab.value.getByRole('button', { name: 'Edit x' }).click();
    await page.keyboard.type('4');
    await page.locator('resplay-app').evaluate(async (app) => {
      const connection = await (app as HTMLElement & { lab: Lab }).lab.connect();
      for (let turn = 0; turn < 20; turn += 1) {
        await connection.call('ZINCRBY', 'board', 10, turn % 2 === 0 ? 'y' : 'x');
        await new Promise(requestAnimationFrame);
      }
      connection.close();
    });
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await expect(lab.value.locator('.ran')).toContainText('ZADD board 42 x');
    await lab.enter('ZSCORE board x');
    await lab.expectOutput('"42"');
  });

  test('sets and takes away the time to live, renames and deletes, all by keyboard', async ({
    page,
  }) => {
    await lab.enterAll('SET a 1', 'SET b 2', 'SET taken 3');
    await expect(lab.keyRow('taken')).toBeVisible();
    const grid = lab.keys.getByRole('grid');
    // What a question is answered in, or the button that says yes.
    const asked = lab.value.locator('.first');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(lab.keyRow('b')).toHaveAttribute('aria-selected', 'true');

    await lab.value.getByRole('button', { name: 'Time to live' }).press('Enter');
    await expect(asked).toBeFocused();
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await expect(lab.keyRow('b').locator('.ttl')).toHaveText(/1m/);
    await lab.value.getByRole('button', { name: 'Time to live' }).press('Enter');
    await lab.value.getByRole('button', { name: 'Never expire' }).press('Enter');
    await expect(lab.keyRow('b').locator('.ttl')).toHaveText(/∞/);

    await grid.focus();
    await page.keyboard.press('F2');
    await expect(asked).toBeFocused();
    await page.keyboard.type('taken');
    await page.keyboard.press('Enter');
    await expect(lab.value.locator('.ran')).toContainText('taken exists already');
    await grid.focus();
    await page.keyboard.press('F2');
    await expect(asked).toBeFocused();
    await page.keyboard.type('c');
    await page.keyboard.press('Enter');
    await expect(lab.keyRow('c')).toHaveAttribute('aria-selected', 'true');

    await grid.focus();
    await page.keyboard.press('Delete');
    await expect(lab.value.getByRole('alertdialog')).toContainText('Delete c');
    await page.keyboard.press('Escape');
    await expect(lab.keyRow('c')).toBeVisible();
    await grid.focus();
    await page.keyboard.press('Delete');
    await expect(asked).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(lab.keyRow('c')).toHaveCount(0);
    await expect(lab.value).toContainText('c is gone');
  });

  test('pages through a long list', async () => {
    const elements = Array.from({ length: 250 }, (_, index) => `e${index}`).join(' ');
    await lab.enter(`RPUSH long ${elements}`);
    await lab.keyRow('long').click();
    await expect(lab.value.locator('.pager')).toContainText('1–100 of 250');
    await lab.value.getByRole('button', { name: 'Next' }).click();
    await lab.value.getByRole('button', { name: 'Next' }).click();
    await expect(lab.value.locator('.pager')).toContainText('201–250 of 250');
    await expect(lab.value.getByRole('row').last()).toContainText('e249');
  });

  test('is usable at 100 000 keys', async ({ page }) => {
    await lab.seed(100_000);
    await expect(lab.keys).toContainText('Keys: 100,000');
    const grid = lab.keys.getByRole('grid');
    const within = async (milliseconds: number, done: () => Promise<unknown>) => {
      const start = Date.now();
      await done();
      const took = Date.now() - start;
      console.log(`${took} ms`);
      expect(took).toBeLessThan(milliseconds);
    };
    expect(await lab.keys.locator('.row').count()).toBeLessThan(200);
    await within(2000, async () => {
      await grid.focus();
      await page.keyboard.press('End');
      await expect(lab.keyRow('user:099999')).toBeVisible();
    });
    await within(2000, async () => {
      await lab.keys.getByRole('searchbox').fill('*4242');
      await expect(lab.keys.locator('.row .key').first()).toHaveText(exactly('user:004242'));
    });
    await lab.keys.getByRole('searchbox').fill('');
    await expect(lab.keys).toContainText('Keys: 100,000');
    // It goes on living, and the page with it, while writes come in.
    await lab.enter('SET aaa first');
    await within(2000, async () => {
      await grid.evaluate((element) => {
        element.scrollTop = 0;
      });
      await expect(lab.keyRow('aaa')).toBeVisible();
    });
  });

  test('is accessible with each type of value', async ({ page }) => {
    await lab.enterAll(
      'SET a:text hello EX 1000',
      'SETBIT a:bits 70 1',
      'HSET b:hash f v',
      'RPUSH c:list a',
      'SADD d:set a',
      'ZADD ranking 1 a',
    );
    for (const key of ['a:text', 'a:bits', 'b:hash', 'c:list', 'd:set', 'ranking']) {
      await lab.keyRow(key).click();
      await expect(lab.value.locator('.name')).toHaveText(key);
      await expect(lab.value.locator('resplay-value-string, resplay-value-elements')).toBeVisible();
      await expectAccessible(page, key, 'resplay-app', 'resplay-panels');
    }
  });
});
