import { expect, test } from '@playwright/test';
import { ask } from './lab-calls';
import { LabPage } from './lab-page';

test.describe('a console that waits', () => {
  let lab: LabPage;

  test.beforeEach(async ({ page }) => {
    lab = new LabPage(page);
    await lab.open();
  });

  const interrupt = (): Promise<void> => lab.page.keyboard.press('Control+c');

  test('prints what is published until Ctrl-C', async ({ page }) => {
    await lab.enter('SUBSCRIBE news');
    await lab.expectOutput('Reading messages... (press Ctrl-C to quit)');
    expect(await ask(page, ['PUBLISH', 'news', 'first'], ['PUBLISH', 'news', 'second'])).toEqual([
      '1',
      '1',
    ]);
    await lab.expectOutput('1) "message"\n2) "news"\n3) "first"\n');
    await lab.expectOutput('1) "message"\n2) "news"\n3) "second"\n');
    await interrupt();
    await expect(lab.prompt).toHaveText(/6379> ?$/);
    expect(await ask(page, ['PUBLISH', 'news', 'third'])).toEqual(['0']);
    await lab.enter('PING');
    await lab.expectOutput('PONG');
    expect(await lab.text()).not.toContain('third');
  });

  test('shows every command under MONITOR until Ctrl-C', async ({ page }) => {
    await lab.enter('MONITOR');
    await lab.expectOutput('OK\n');
    await ask(page, ['SET', 'seen', 'by monitor']);
    await expect
      .poll(() => lab.text())
      .toMatch(/\d+\.\d{6} \[0 [^\]]+\] "SET" "seen" "by monitor"\n/);
    await interrupt();
    await expect(lab.prompt).toHaveText(/6379> ?$/);
    await lab.enter('GET seen');
    await lab.expectOutput('"by monitor"');
  });

  test('waits in BLPOP for what is pushed, or for Ctrl-C', async ({ page }) => {
    await lab.enter('BLPOP queue 0');
    await expect
      .poll(async () => (await ask(page, ['INFO', 'clients']))[0])
      .toContain('blocked_clients:1');
    await ask(page, ['RPUSH', 'queue', 'work']);
    await lab.expectOutput('1) "queue"\n2) "work"\n');
    await lab.enter('BLPOP queue 0.05');
    await lab.expectOutput('(nil)\n');
    await lab.enter('BLPOP queue 0');
    await expect
      .poll(async () => (await ask(page, ['INFO', 'clients']))[0])
      .toContain('blocked_clients:1');
    await interrupt();
    await expect
      .poll(async () => (await ask(page, ['INFO', 'clients']))[0])
      .toContain('blocked_clients:0');
    // The element is there for somebody else.
    expect(await ask(page, ['RPUSH', 'queue', 'kept'], ['LLEN', 'queue'])).toEqual(['1', '1']);
    await lab.enter('LPOP queue');
    await lab.expectOutput('"kept"');
  });
});
