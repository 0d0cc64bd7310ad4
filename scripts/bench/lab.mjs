// Labs of many servers in the page: frames while nine servers and three sentinels work, and what it takes to lead a
// lab of five servers ten minutes ahead, to turn it back to before a failover, and to go on from there.
/* global window */

/** Runs in the page: a primary with so many replicas, and three sentinels, who all know one another. */
async function deploy(replicas) {
  const { tools } = window;
  const { lab } = tools;
  await tools.call('CONFIG', 'SET', 'save', '');
  for (let number = 1; number <= replicas; number += 1) {
    const port = String(6379 + number);
    const words = ['--port', port, '--replicaof', '127.0.0.1', '6379', '--save', ''];
    await lab.launch(words, `/srv/${port}`);
  }
  for (let number = 0; number < 3; number += 1) {
    const port = 26_379 + number;
    const path = `/etc/redis/sentinel-${port}.conf`;
    const text = `port ${port}\nsentinel monitor mymaster 127.0.0.1 6379 2\nsentinel down-after-milliseconds mymaster 5000\n`;
    await lab.files.write(path, new TextEncoder().encode(text));
    await lab.launch([path, '--sentinel'], '/etc/redis');
  }
  window.led = async (seconds) => {
    const start = performance.now();
    await lab.clock.hurry(seconds * 1000);
    while (lab.clock.time.hurries) await tools.sleep(1);
    return performance.now() - start;
  };
  await window.led(15);
}

async function manyServers(page, address, rows, { open, number }) {
  await open(page, address, 'many');
  await page.evaluate(deploy, 8);
  await page.evaluate(() =>
    window.tools.call(
      'ZADD',
      'ranking',
      ...Array.from({ length: 20 }, (_, at) => [at, `song${at}`]).flat(),
    ),
  );
  await page.getByRole('tab', { name: 'Servers' }).click();
  await page.locator('resplay-topology-picture svg').waitFor();
  for (const persecond of [0, 1000]) {
    const [times, written] = await page.evaluate(
      ([rate]) => window.tools.frames(rate),
      [persecond],
    );
    const at = (part) => number(times[Math.min(times.length - 1, Math.floor(times.length * part))]);
    const what = persecond === 0 ? 'at rest' : `at ${number(written, 0)} writes a second`;
    rows.add(
      `frames with 9 servers and 3 sentinels in the picture, ${what}`,
      `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`,
    );
  }
}

async function rewind(page, address, rows, { open, number }) {
  await open(page, address, 'rewind');
  await page.evaluate(deploy, 4);
  const figures = await page.evaluate(async () => {
    const { tools } = window;
    const { clock } = tools.lab;
    await tools.call('SET', 'kept', 1);
    const ahead = await window.led(600);
    const before = clock.time.now;
    await tools.lab.kill(6379);
    const failover = await window.led(30);
    const start = performance.now();
    await clock.lookAt(before);
    const looked = performance.now();
    await clock.fork();
    const forked = performance.now();
    const kept = (await tools.call('GET', 'kept')).value.text;
    return [ahead, failover, looked - start, forked - looked, kept];
  });
  const [ahead, failover, looked, forked, kept] = figures;
  if (kept !== '1') throw new Error(`the fork has ${kept}`);
  const ms = (time) => `${number(time, 0)} ms`;
  rows.add('5 servers and 3 sentinels: ten minutes ahead', ms(ahead));
  rows.add('a failover and what follows, 30 s', ms(failover));
  rows.add('back to before it, 10 minutes of history', ms(looked));
  rows.add('going on from there', ms(forked));
}

const SCRIPT = `
import time
import redis

r = redis.Redis()
for _ in range(200):
    r.set('key', 'value')
start = time.perf_counter()
for _ in range(3000):
    r.set('key', 'value')
print(3000 / (time.perf_counter() - start))
start = time.perf_counter()
for _ in range(20):
    with r.pipeline(transaction=False) as pipe:
        for number in range(1000):
            pipe.set('key', number)
        pipe.execute()
print(20000 / (time.perf_counter() - start))
`;

/** How soon redis-py is ready in a tab that has never fetched it, and then again, and how fast it calls. */
async function python(page, address, rows, { open, number }) {
  const code = page.locator('resplay-code');
  for (const visit of ['the first time', 'again']) {
    await open(page, address, 'python');
    const start = Date.now();
    await page.getByRole('tab', { name: 'Code' }).click();
    await code.getByRole('status').getByText('Loading').waitFor();
    await code.getByRole('status').getByText('Loading').waitFor({ state: 'detached' });
    rows.add(`redis-py ready, ${visit}`, `${number(Date.now() - start, 0)} ms`);
  }
  const editor = code.locator('.cm-content');
  await editor.evaluate((element, text) => {
    const { view } = element.cmTile;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, SCRIPT);
  await editor.press('Control+Enter');
  await code.getByRole('status').getByText('Done.').waitFor();
  const [calls, pipelined] = (await code.getByRole('log').innerText()).trim().split('\n');
  rows.add('redis-py, SET one by one', `${number(Number(calls), 0)} a second`);
  rows.add('redis-py, SET in pipelines of 1000', `${number(Number(pipelined), 0)} a second`);
}

export async function lab(page, address, rows, tools) {
  await rewind(page, address, rows, tools);
  await manyServers(page, address, rows, tools);
  await python(page, address, rows, tools);
}
