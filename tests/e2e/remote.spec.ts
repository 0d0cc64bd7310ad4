import { expect, test } from '@playwright/test';
import { RealPrograms, redisCli } from './real-servers';
import { RemotePage } from './remote-page';

let real: RealPrograms;

test.beforeEach(() => {
  test.setTimeout(180_000);
  real = new RealPrograms();
});

test.afterEach(() => real.end());

test('console and chart work at a real server, with a password', async ({ page }) => {
  const server = await real.redis('--requirepass', 'open sesame');
  const twin = await real.redis();
  const bridge = await real.bridge(server);
  const cli = (...args: string[]): string => redisCli(server, '-a', 'open sesame', ...args);
  const remote = new RemotePage(page);
  await remote.open();
  const address = `ws://localhost:${bridge.port}`;
  await remote.openDialog();

  await remote.fill({ address });
  await remote.submit();
  await expect(remote.dialog.getByRole('alert')).toContainText('wants a password');
  await remote.fill({ address, password: 'wrong' });
  await remote.submit();
  await expect(remote.dialog.getByRole('alert')).toContainText('refuses this user name');
  await remote.fill({ address, password: 'open sesame' });
  await remote.submit();
  await expect(remote.notice).toContainText('Real server');
  await expect(remote.prompt).toHaveText(`localhost:${bridge.port}> `);
  await expect(remote.output).toContainText('This console is at a real server');

  // What redis-cli prints at a server like it, line for line.
  const lines = [
    ['SET', 'greeting', 'hello "world"'],
    ['GET', 'greeting'],
    ['ZADD', 'ranking', '3', 'aria', '2', 'blues', '1', 'chant'],
    ['ZREVRANGE', 'ranking', '0', '-1', 'WITHSCORES'],
    ['EVAL', 'return {1,{2,{3,"x"}},"y"}', '0'],
    ['LPUSH', 'ranking', 'x'],
    ['GET', 'nothing'],
    ['LRANGE', 'nothing', '0', '-1'],
    ['OBJECT', 'ENCODING', 'ranking'],
    ['CONFIG', 'GET', 'maxmemory'],
    ['NOSUCH'],
    ['SET', 'bytes', 'é\n'],
    ['GET', 'bytes'],
  ];
  for (const words of lines) {
    const line = words
      .map((word) => (/^[\w*-]+$/.test(word) ? word : JSON.stringify(word)))
      .join(' ');
    expect(await remote.printed(line), line).toBe(redisCli(twin, ...words));
  }
  expect(await remote.printed('2 INCR visits')).toBe('(integer) 1\n(integer) 2\n');
  expect(await remote.printed('INFO server')).toContain('redis_version:7.');
  expect(await remote.printed('help GET')).toContain('summary: ');
  expect(await remote.printed('"unbalanced')).toBe('Invalid argument(s)\n');
  await remote.enter('SELECT 2');
  await expect(remote.prompt).toHaveText(`localhost:${bridge.port}[2]> `);
  await remote.enter('MULTI');
  await expect(remote.prompt).toHaveText(`localhost:${bridge.port}[2](TX)> `);
  expect(await remote.printed('INCR n')).toBe('QUEUED\n');
  expect(await remote.printed('EXEC')).toBe('1) (integer) 1\n');
  expect(await remote.printed('SELECT 0')).toBe('OK\n');

  // The chart moves when somebody else writes.
  const chart = page.locator('resplay-ranking-chart');
  const first = chart.locator('tbody tr').first();
  await expect(first).toContainText('aria');
  cli('ZINCRBY', 'ranking', '10', 'chant');
  await expect(first).toContainText('chant');
  await expect(first).toContainText('11');

  // Messages come as they are published, until Ctrl-C.
  await remote.enter('SUBSCRIBE news');
  await remote.expectOutput('3) (integer) 1');
  cli('PUBLISH', 'news', 'extra');
  await remote.expectOutput('3) "extra"');
  await page.keyboard.press('Control+c');
  expect(await remote.printed('PING')).toBe('PONG\n');

  // No password is kept anywhere.
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  expect(kept).not.toContain('sesame');

  await page.getByRole('button', { name: 'Back to the lab' }).click();
  await expect(remote.notice).toHaveCount(0);
  await expect(remote.prompt).toHaveText('127.0.0.1:6379> ');
  await expect.poll(() => cli('CLIENT', 'LIST').split('\n').filter(Boolean).length).toBe(1);
});
