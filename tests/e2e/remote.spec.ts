import { expect, test, type Locator } from '@playwright/test';
import { expectAccessible } from './accessible';
import { RealPrograms, freePort, redisCli } from './real-programs';
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
    JSON.stringify([localStorage, sessionStorage].map((storage) => Object.entries(storage))),
  );
  expect(kept).not.toContain('sesame');

  await page.getByRole('button', { name: 'Back to the lab' }).click();
  await expect(remote.notice).toHaveCount(0);
  await expect(remote.prompt).toHaveText('127.0.0.1:6379> ');
  await expect.poll(() => cli('CLIENT', 'LIST').split('\n').filter(Boolean).length).toBe(1);
});

test('keys, values and gauges of a real server are shown as they change', async ({ page }) => {
  const server = await real.redis();
  const bridge = await real.bridge(server);
  redisCli(server, 'MSET', 'apple', 'red', 'pear', 'green');
  redisCli(server, 'HSET', 'profile', 'name', 'Wei', 'town', 'Nanjing');
  redisCli(server, 'RPUSH', 'queue', 'first', 'second');
  redisCli(server, 'XADD', 'events', '1-1', 'kind', 'start');
  redisCli(server, 'SET', 'soon', 'gone', 'EX', '900');
  redisCli(server, '-n', '3', 'SET', 'elsewhere', '1');
  const remote = new RemotePage(page);
  await remote.open();
  await remote.connect({ address: `localhost:${bridge.port}` }, `localhost:${bridge.port}`);

  await page.getByRole('tab', { name: 'Keys' }).click();
  const list = page.locator('resplay-key-list');
  const row = (name: string): Locator => list.locator('.row', { hasText: name });
  await expect(list.locator('.row')).toHaveCount(6);
  await expect(row('apple')).toContainText('embstr');
  await expect(row('profile')).toContainText('listpack');
  await expect(row('soon')).toContainText('m ');
  redisCli(server, 'SET', 'zebra', '1');
  await expect(row('zebra')).toContainText('int');
  redisCli(server, 'DEL', 'zebra');
  await expect(row('zebra')).toHaveCount(0);

  await row('profile').click();
  const value = page.locator('resplay-key-value');
  await expect(value).toContainText('Nanjing');
  redisCli(server, 'HSET', 'profile', 'town', 'Suzhou');
  await expect(value).toContainText('Suzhou');
  await row('queue').click();
  await expect(value).toContainText('second');
  await row('events').click();
  await expect(value).toContainText('1-1');

  // No view writes, or makes keys seem used.
  const stats = redisCli(server, 'INFO', 'commandstats');
  const used = [...stats.matchAll(/cmdstat_([a-z-|]+):/g)].map(([, name = '']) => name);
  const own = ['mset', 'hset', 'rpush', 'xadd', 'set', 'del', 'select', 'command|docs', 'command'];
  const reading = [
    ...['ping', 'info', 'scan', 'type', 'object|encoding', 'pttl', 'memory|usage'],
    ...['strlen', 'llen', 'hlen', 'xlen', 'scard', 'zcard', 'zrevrange', 'client|setname'],
    ...['client|no-touch', 'getrange', 'lrange', 'hscan', 'xrange'],
  ];
  expect(used.filter((name) => ![...own, ...reading].includes(name))).toEqual([]);

  await page.getByRole('tab', { name: 'Metrics' }).click();
  const metrics = page.locator('resplay-metrics');
  await expect(metrics.locator('figure').nth(2)).toContainText('7');
  await metrics.getByRole('button', { name: 'Show as a table' }).click();
  await expect.poll(() => metrics.locator('tbody tr').count()).toBeGreaterThan(1);
});

test('a bridge that goes is said to be gone, and is used again once it is back', async ({
  page,
}) => {
  const server = await real.redis();
  const bridge = await real.bridge(server);
  const remote = new RemotePage(page);
  await remote.open();
  const address = `ws://localhost:${bridge.port}`;
  await remote.connect({ address }, `localhost:${bridge.port}`);
  redisCli(server, 'ZADD', 'ranking', '1', 'before');
  const chart = page.locator('resplay-ranking-chart tbody');
  await expect(chart).toContainText('before');

  await bridge.end();
  await expect(remote.notice).toContainText('Not connected', { timeout: 20_000 });
  await remote.enter('PING');
  await remote.expectOutput('Error: Server closed the connection');
  await remote.enter('PING');
  await remote.expectOutput(`Could not connect to Redis at localhost:${bridge.port}`);
  await expect(remote.prompt).toHaveText('not connected> ');

  redisCli(server, 'ZADD', 'ranking', '2', 'after');
  await real.bridge(server, { port: bridge.port });
  await expect(remote.notice).toContainText('Connected', { timeout: 30_000 });
  await expect(chart).toContainText('after', { timeout: 30_000 });
  expect(await remote.printed('PING')).toBe('PONG\n');
});

test('what is wrong with an address is said', async ({ page }) => {
  const remote = new RemotePage(page);
  const nothing = await freePort();
  const toNothing = await real.bridge(nothing);
  const toItself = await real.bridge(toNothing.port);
  await remote.open();
  await remote.openDialog();
  const said = async (address: string, text: string): Promise<void> => {
    await remote.fill({ address });
    await remote.submit();
    await expect(remote.dialog.getByRole('alert')).toContainText(text, { timeout: 30_000 });
  };
  await said('http://localhost', 'no address of a bridge');
  await said('ws://user@localhost', 'no address of a bridge');
  await said(`ws://localhost:${nothing}`, 'No bridge answers');
  await said(`ws://localhost:${toNothing.port}`, 'does not reach the server');
  await said(`ws://localhost:${toItself.port}`, 'no Redis server');
  await expectAccessible(page, 'the dialog');
  await remote.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(remote.dialog).toHaveCount(0);
});

test('users who may not look at everything see what they may', async ({ page }) => {
  const server = await real.redis(
    ...'--user reader on >secret ~* +@read +ping +info -scan'.split(' '),
  );
  const bridge = await real.bridge(server);
  redisCli(server, 'ZADD', 'ranking', '1', 'only');
  const remote = new RemotePage(page);
  await remote.open();
  const who = { user: 'reader', password: 'secret' };
  await remote.openDialog();
  await remote.fill({ address: `ws://localhost:${bridge.port}`, ...who });
  await remote.submit();
  await expect(page.locator('resplay-ranking-chart tbody')).toContainText('only');
  await expect(remote.notice).toContainText(
    "NOPERM this user has no permissions to run the 'scan'",
  );
  expect(await remote.printed('SET a b')).toContain('(error) NOPERM');
});

test('a primary, its replica and a sentinel are seen over wss', async ({ browser, baseURL }) => {
  const primary = await real.redis();
  const replica = await real.redis('--replicaof', '127.0.0.1', String(primary));
  const sentinel = await real.sentinel(primary);
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const remote = new RemotePage(page);
  const bridge = await real.bridge(primary, { tls: true });
  await remote.open(baseURL);
  await remote.connect({ address: `wss://localhost:${bridge.port}` }, `localhost:${bridge.port}`);
  await page.getByRole('tab', { name: 'Servers' }).click();
  const row = (port: number): Locator => remote.servers.locator(`tr[data-process$=":${port}"]`);
  await expect(row(bridge.port)).toContainText('1 replicas');
  await expect(row(replica)).toContainText('Follows', { ignoreCase: true });
  await row(replica).click();
  await expect(remote.servers).toContainText('The bridge leads to this server alone');
  await page.getByRole('button', { name: 'Back to the lab' }).click();
  await expect(remote.servers.getByRole('button', { name: 'Real server…' })).toBeVisible();

  const many = await real.bridgeToMany([primary, replica, sentinel]);
  const first = `127.0.0.1:${sentinel}`;
  await remote.connect({ address: `ws://localhost:${many}/?token={host}:{port}`, first }, first);
  await expect(remote.notice).toContainText('Real sentinel');
  await expect(row(sentinel)).toContainText(`127.0.0.1:${primary}`);
  await expect(row(primary)).toContainText('Primary', { timeout: 20_000 });
  await expect(row(replica)).toContainText('Replica', { timeout: 20_000 });
  await row(replica).click();
  await remote.servers.getByRole('button', { name: /console/i }).click();
  const second = page.locator('resplay-cli').nth(1);
  await expect(second.locator('.prompt').last()).toHaveText(`127.0.0.1:${replica}> `);
  await context.close();
});

test('a cluster is one: console, chart, keys, topology', async ({ page }) => {
  const ports = await real.cluster();
  const many = await real.bridgeToMany(ports);
  const first = `127.0.0.1:${ports[0] ?? 0}`;
  const cluster = (...words: string[]): string => redisCli(ports[0] ?? 0, '-c', ...words);
  for (let number = 0; number < 30; number += 1)
    expect(cluster('SET', `key:${number}`, String(number))).toContain('OK');
  const remote = new RemotePage(page);
  await remote.open();
  await remote.connect({ address: `ws://localhost:${many}/?token={host}:{port}`, first }, first);
  await expect(remote.notice).toContainText('Real cluster');

  const owner = (key: string): string => {
    const slot = Number(cluster('CLUSTER', 'KEYSLOT', key).replace(/\D/g, ''));
    return `127.0.0.1:${ports[slot <= 5460 ? 0 : slot <= 10922 ? 1 : 2] ?? 0}`;
  };
  for (const key of ['foo', 'bar', 'hello']) {
    const at = (await remote.prompt.textContent())?.replace('> ', '');
    const there = owner(key);
    const slot = cluster('CLUSTER', 'KEYSLOT', key).replace(/\D/g, '');
    const moved = at === there ? '' : `-> Redirected to slot [${slot}] located at ${there}\n`;
    await expect.poll(() => remote.printed(`SET ${key} 1`)).toBe(`${moved}OK\n`);
    await expect(remote.prompt).toHaveText(`${there}> `);
  }

  await remote.enter('ZADD ranking 1 one 2 two');
  const chart = page.locator('resplay-ranking-chart tbody tr').first();
  await expect(chart).toContainText('two');
  cluster('ZINCRBY', 'ranking', '5', 'one');
  await expect(chart).toContainText('one');

  await page.getByRole('tab', { name: 'Keys' }).click();
  await expect(page.locator('resplay-key-list')).toContainText('Keys: 34', { timeout: 20_000 });
  await page.getByRole('tab', { name: 'Servers' }).click();
  for (const slots of ['0-5460', '5461-10922', '10923-16383'])
    await expect(remote.servers).toContainText(slots);
  await expect(remote.servers.locator('tbody tr')).toHaveCount(3);
  await expectAccessible(page, 'the topology', 'resplay-app', 'resplay-panels', 'resplay-servers');
  await expectAccessible(page, 'the notice', 'resplay-app', 'resplay-real-notice');
});

test('a tab that shows a lab from a link opens no WebSocket', async ({ page }) => {
  const { toFragment } = await import('../../www/src/share/link');
  const { emptyLab } = await import('../../www/src/share/shared-lab');
  await page.goto(await toFragment({ ...emptyLab, commands: 'SET a 1' }));
  await expect(page.locator('resplay-shared .notice')).toBeVisible();
  await page.getByRole('tab', { name: 'Servers' }).click();
  await expect(page.locator('resplay-servers')).toContainText('127.0.0.1:6379');
  await expect(page.getByRole('button', { name: 'Real server…' })).toHaveCount(0);
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          resolve(event.effectiveDirective),
        );
        const socket = new WebSocket('ws://127.0.0.1:9');
        socket.onopen = () => resolve('open');
      }),
  );
  expect(blocked).toBe('connect-src');
});
