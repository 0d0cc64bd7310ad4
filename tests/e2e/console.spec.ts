import { expect, test } from '@playwright/test';
import { LabPage } from './lab-page';

test.describe('a console', () => {
  let lab: LabPage;

  test.beforeEach(async ({ page }) => {
    lab = new LabPage(page);
    await lab.open();
  });

  test('runs what is typed and prints it as redis-cli does', async () => {
    await lab.enter('SET greeting "hello world"');
    await lab.enter('GET greeting');
    await lab.enter('RPUSH l a b');
    await lab.enter('LRANGE l 0 -1');
    await lab.enter('GET nothing');
    await lab.enter('LPUSH greeting x');
    await lab.expectOutput(
      [
        '127.0.0.1:6379> SET greeting "hello world"',
        'OK',
        '127.0.0.1:6379> GET greeting',
        '"hello world"',
        '127.0.0.1:6379> RPUSH l a b',
        '(integer) 2',
        '127.0.0.1:6379> LRANGE l 0 -1',
        '1) "a"',
        '2) "b"',
        '127.0.0.1:6379> GET nothing',
        '(nil)',
        '127.0.0.1:6379> LPUSH greeting x',
        '(error) WRONGTYPE Operation against a key holding the wrong kind of value',
        '',
      ].join('\n'),
    );
  });

  test('says so when quotes are unbalanced', async () => {
    await lab.enter('SET a "b');
    await lab.expectOutput('Invalid argument(s)\n');
  });

  test('repeats a command with a number before it', async () => {
    await lab.enter('3 INCR n');
    await lab.expectOutput('(integer) 1\n(integer) 2\n(integer) 3\n');
  });

  test('shows database and transaction in the prompt', async () => {
    await lab.enter('SELECT 2');
    await expect(lab.prompt).toHaveText(/^127\.0\.0\.1:6379\[2\]> ?$/);
    await lab.enter('MULTI');
    await expect(lab.prompt).toHaveText(/\[2\]\(TX\)> ?$/);
    await lab.enter('DISCARD');
    await expect(lab.prompt).toHaveText(/6379\[2\]> ?$/);
  });

  test('explains commands and clears the screen', async ({ page }) => {
    await lab.enter('help ZADD');
    await lab.expectOutput('summary:');
    await lab.enter('clear');
    await expect(lab.output).toHaveText('');
    await lab.enter('PING');
    await lab.expectOutput('PONG');
    await page.keyboard.press('Control+l');
    await expect(lab.output).toHaveText('');
  });

  test('walks through the history and keeps it across a reload', async ({ page }) => {
    await lab.enter('SET a 1');
    await lab.enter('GET a');
    await lab.expectOutput('"1"');
    await lab.type('draft');
    await page.keyboard.press('ArrowUp');
    await expect(lab.input).toHaveValue('GET a');
    await page.keyboard.press('ArrowUp');
    await expect(lab.input).toHaveValue('SET a 1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(lab.input).toHaveValue('draft');
    await page.reload();
    await expect(lab.prompt).toHaveText(/6379> ?$/);
    await lab.input.focus();
    await page.keyboard.press('ArrowUp');
    await expect(lab.input).toHaveValue('GET a');
  });

  test('keeps passwords out of the history', async ({ page }) => {
    await lab.enter('PING');
    await lab.enter('AUTH secret');
    await lab.expectOutput('(error)');
    await page.keyboard.press('ArrowUp');
    await expect(lab.input).toHaveValue('PING');
  });

  test('searches the history with Ctrl-R', async ({ page }) => {
    await lab.enter('SET song aria');
    await lab.enter('GET song');
    await lab.enter('PING');
    await lab.expectOutput('PONG');
    await page.keyboard.press('Control+r');
    await lab.type('song');
    await expect(lab.prompt).toContainText('(reverse-i-search)');
    await expect(lab.hint).toContainText('GET song');
    await page.keyboard.press('Control+r');
    await expect(lab.hint).toContainText('SET song aria');
    await page.keyboard.press('Escape');
    await expect(lab.input).toHaveValue('');
    await page.keyboard.press('Control+r');
    await lab.type('get');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await lab.text()).match(/GET song/g)?.length).toBe(2);
  });

  test('hints at the arguments while typing', async () => {
    await lab.type('ZADD');
    await expect(lab.hint).toContainText('key');
    await lab.type(' ranking ');
    await expect(lab.hint).toContainText('score member');
    await expect(lab.hint).not.toContainText('key');
  });

  test('completes with Tab, round and round, and Esc takes it back', async ({ page }) => {
    await lab.type('zre');
    await page.keyboard.press('Tab');
    await expect(lab.input).toHaveValue('ZREM');
    await expect(lab.completions.first()).toHaveAttribute('aria-selected', 'true');
    const count = await lab.completions.count();
    expect(count).toBeGreaterThan(3);
    await page.keyboard.press('Tab');
    await expect(lab.input).toHaveValue('ZREMRANGEBYLEX');
    await page.keyboard.press('Escape');
    await expect(lab.input).toHaveValue('zre');
    await expect(lab.completions).toHaveCount(0);
    await page.keyboard.press('Tab');
    for (let step = 0; step < count; step += 1) await page.keyboard.press('Tab');
    await expect(lab.input).toHaveValue('zre');
    await page.keyboard.press('Control+u');
    await lab.type('config ge');
    await page.keyboard.press('Tab');
    await expect(lab.input).toHaveValue(/^config get$/i);
  });

  test('edits the line with readline’s keys', async ({ page }) => {
    await lab.type('GET one two');
    await page.keyboard.press('Control+w');
    await expect(lab.input).toHaveValue('GET one ');
    await page.keyboard.press('Control+a');
    await lab.type('X');
    await expect(lab.input).toHaveValue('XGET one ');
    await page.keyboard.press('Control+k');
    await expect(lab.input).toHaveValue('X');
    await page.keyboard.press('Control+u');
    await expect(lab.input).toHaveValue('');
    await lab.type('half a line');
    await page.keyboard.press('Control+c');
    await expect(lab.input).toHaveValue('');
    await lab.expectOutput('half a line^C\n');
  });

  test('runs pasted lines one after another and leaves the last for editing', async () => {
    await lab.paste('SET a 1\r\nINCR a\nINCR a\nGET a');
    await lab.expectOutput('(integer) 2\n127.0.0.1:6379> INCR a\n(integer) 3\n');
    await expect(lab.input).toHaveValue('GET a');
  });

  test('shows the raw bytes both ways', async ({ page }) => {
    await page.getByRole('button', { name: 'RESP', exact: true }).click();
    await lab.enter('ECHO "a\\tb"');
    await lab.expectOutput('→ *2\\r\\n\n→ $4\\r\\n\n');
    await lab.expectOutput('→ a\\tb\\r\\n\n← $3\\r\\n\n← a\\tb\\r\\n\n"a\\tb"\n');
  });

  test('stops a long repeat with Ctrl-C, and takes what was typed meanwhile', async ({ page }) => {
    await lab.enter('10000000 INCR n');
    await expect(page.getByRole('button', { name: 'Ctrl-C' })).toBeVisible();
    await page.keyboard.press('Control+c');
    await expect(page.getByRole('button', { name: 'Ctrl-C' })).toBeHidden({ timeout: 10_000 });
    await lab.enter('ECHO after');
    await lab.expectOutput('"after"\n');
  });

  test('has company: several at once, each a client of its own', async ({ page }) => {
    await page.getByRole('button', { name: 'New console' }).click();
    await expect(page.getByRole('tab', { name: /Console/ })).toHaveCount(2);
    const second = page.locator('resplay-cli').nth(1);
    await expect(second.getByRole('textbox')).toBeFocused();
    await page.keyboard.insertText('SELECT 3');
    await page.keyboard.press('Enter');
    await expect(second.locator('.input-row .prompt')).toContainText('[3]>');
    await page.getByRole('button', { name: 'Consoles side by side' }).click();
    await expect(page.locator('resplay-cli:visible')).toHaveCount(2);
    await expect(lab.prompt).not.toContainText('[3]');
    await page.getByRole('tab', { name: 'Console 2' }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByRole('tab', { name: 'Console 1' })).toBeFocused();
    await second.getByRole('textbox').focus();
    await page.keyboard.insertText('quit');
    await page.keyboard.press('Enter');
    await expect(page.locator('resplay-cli')).toHaveCount(1);
  });

  test('invites to the first steps until something was typed', async ({ page }) => {
    await page.getByRole('button', { name: 'INCR visits' }).click();
    await lab.expectOutput('127.0.0.1:6379> INCR visits\n(integer) 1\n');
    await expect(page.getByRole('button', { name: 'INCR visits' })).toHaveCount(0);
    await expect(lab.input).toBeFocused();
  });
});

test('a hundred thousand lines stay responsive and can be copied', async ({ page, context }) => {
  test.setTimeout(120_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = new LabPage(page);
  await lab.open();
  await lab.enter('100000 PING');
  await expect
    .poll(async () => (await lab.text()).split('\n').length, { timeout: 60_000 })
    .toBeGreaterThan(100_000);

  // Typing: from the key to the frame that shows it.
  const latencies = await lab.input.evaluate(async (element) => {
    const input = element as HTMLTextAreaElement;
    const painted = (): Promise<unknown> =>
      new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const times: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const start = performance.now();
      input.value += 'x';
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await painted();
      times.push(performance.now() - start);
    }
    return times.sort((one, other) => one - other);
  });
  const median = latencies[10] ?? Number.NaN;
  console.log(`100 000 lines: key to frame ${median.toFixed(1)} ms (median)`);
  expect(median).toBeLessThan(100);

  // Scrolling to the top and back.
  const scrolled = await page.locator('resplay-cli .scroll').evaluate(async (element) => {
    const start = performance.now();
    for (const place of [0, element.scrollHeight / 2, element.scrollHeight]) {
      element.scrollTop = place;
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
    return performance.now() - start;
  });
  console.log(`100 000 lines: three jumps ${scrolled.toFixed(0)} ms`);
  expect(scrolled).toBeLessThan(1500);

  const lines = async (): Promise<number> =>
    (await page.evaluate(() => navigator.clipboard.readText()))
      .split('\n')
      .filter((line) => line === 'PONG').length;
  await page.getByRole('button', { name: 'Copy all output' }).click();
  await expect.poll(lines).toBe(100_000);

  await page.evaluate(() => navigator.clipboard.writeText(''));
  await lab.output.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await expect.poll(lines).toBe(100_000);

  await page.keyboard.press('Control+l');
  await lab.enter('PING');
  await lab.expectOutput('PONG');
});
