import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { CodePage } from './code-page';

/** The pieces of code below a heading of a client's README, word for word. */
function readme(client: string, heading: string): readonly string[] {
  const text = readFileSync(join(root, 'node_modules', client, 'README.md'), 'utf8');
  const start = text.indexOf(`# ${heading}\n`);
  const end = text.slice(start + 2).search(/^#+ /m);
  const section = end < 0 ? text.slice(start) : text.slice(start, start + 2 + end);
  const found = [...section.matchAll(/^```(?:javascript|typescript)\n(.*?)^```/gms)];
  if (start < 0 || found.length === 0) throw new Error(`${client} has no ${heading}`);
  return found.map(([, code = '']) => code);
}

const lines = (printed: string): string[] => printed.trim().split('\n');

const WITH_IOREDIS = `const Redis = require("ioredis");\nconst redis = new Redis();\n`;

test('ioredis’s README: basic usage, pipelines, transactions', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const [basic = ''] = readme('ioredis', 'Basic Usage');
  // As in Node, an open connection keeps it alive.
  await lab.begin(basic);
  await expect(lab.printed).toContainText("[ 'one', '1', 'dos', '2', 'three', '3' ]", {
    timeout: 30_000,
  });
  await expect(lab.status).toHaveText('Running…');
  expect(lines(await lab.printed.innerText())).toEqual([
    'value',
    'value',
    "[ 'one', '1', 'dos', '2', 'three', '3' ]",
  ]);
  await lab.button('Stop').click();
  await expect(lab.status).toHaveText('Stopped.');

  const [pipelines = '', chained = ''] = readme('ioredis', 'Pipelining');
  const printed = await lab.run(
    `${WITH_IOREDIS}${pipelines}${chained}promise.then((result) => console.log(result)).then(() => redis.quit());\n`,
  );
  expect(lines(printed)).toEqual(["[ [ null, 'OK' ], [ null, 'bar' ] ]"]);

  const [multi = '', broken = ''] = readme('ioredis', 'Transaction');
  const show = (code: string): string =>
    code.replace(/\(err, results\) => \{/, '(err, results) => {\n    console.log(err, results);');
  const transactions = await lab.run(`${WITH_IOREDIS}${show(multi)}${show(broken)}redis.quit();\n`);
  expect(transactions).toContain("null [ [ null, 'OK' ], [ null, 'bar' ] ]");
  expect(transactions).toContain('EXECABORT Transaction discarded because of previous errors.');
  expect(transactions).toContain("ERR wrong number of arguments for 'set' command");
});

test('ioredis’s README: messages, streams, scanning, Lua', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const [publisher = '', subscriber = ''] = readme('ioredis', 'Pub/Sub');
  await lab.begin(subscriber);
  await expect(lab.printed).toContainText('currently subscribed to 2 channels', {
    timeout: 30_000,
  });
  await lab.button('New JavaScript script').click();
  await lab.begin(publisher);
  await expect(lab.printed).toContainText(/Published \{ foo: 0\.\d+ \} to my-channel-[12]/);
  await lab.button('Stop').click();
  await lab.script('script.js').click();
  await expect(lab.printed).toContainText(/Received \{"foo":0\.\d+\} from my-channel-[12]/);
  await expect(lab.printed).toContainText(/<Buffer 6d 79 2d 63 68 61 6e 6e 65 6c 2d 3[12]>/);
  await lab.button('Stop').click();

  const [stream = ''] = readme('ioredis', 'Streams');
  await lab.begin(
    `${stream}setTimeout(() => new Redis().xadd("mystream", "*", "name", "Ada"), 100);`,
  );
  await expect(lab.printed).toContainText(/Id: \d+-\d+\. Data: \[ 'name', 'Ada' \]/);
  await lab.button('Stop').click();

  await lab.enter('DEL mystream');
  await lab.enter('MSET user:1 a user:2 b');
  const [scan = ''] = readme('ioredis', 'Streamify Scanning');
  const scanned = await lab.run(
    `const Redis = require("ioredis");\n${scan}stream.on("end", () => redis.quit());`,
  );
  expect(lines(scanned).sort()).toEqual(['all keys have been visited', 'user:1', 'user:2']);

  const [lua = ''] = readme('ioredis', 'Lua Scripting');
  const shown = lua.replaceAll('(err, result) => {', '(err, result) => {\n  console.log(result);');
  const echoed = await lab.run(
    `const Redis = require("ioredis");\n${shown.replace('.exec();', '.exec().then((results) => { console.log(results); redis.quit(); });')}`,
  );
  expect(lines(echoed)).toEqual([
    "[ 'k1', 'k2', 'a1', 'a2' ]",
    '[ <Buffer 6b 31>, <Buffer 6b 32>, <Buffer 61 31>, <Buffer 61 32> ]',
    "[ [ null, 'OK' ], [ null, [ 'k1', 'k2', 'a1', 'a2' ] ] ]",
  ]);
});

test('ioredis’s README: a sentinel says who is the primary', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await page.getByRole('tab', { name: 'Servers' }).click();
  const scenario = page.locator('resplay-servers').getByLabel('Scenario', { exact: true });
  await scenario.selectOption({ label: 'Three sentinels' });
  await expect(scenario).toBeEnabled({ timeout: 30_000 });
  await lab.show();
  await lab.button('New JavaScript script').click();
  const [sentinel = ''] = readme('ioredis', 'Sentinel');
  const printed = await lab.run(
    `const Redis = require("ioredis");\n${sentinel}redis.get("foo").then((value) => { console.log(value, redis.stream.remotePort); redis.disconnect(); });`,
  );
  expect(lines(printed)).toEqual(['bar 6379']);
});

test('node-redis’s README: basic example, commands, transactions, scanning', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const [basic = ''] = readme('redis', 'Basic Example');
  const body = basic.replace('client.destroy();', '');
  expect(lines(await lab.run(`${basic}console.log(value);`))).toEqual(['value']);
  const [commands = ''] = readme('redis', 'Redis Commands');
  const [transaction = ''] = readme('redis', 'Transactions (Multi/Exec)');
  const printed = await lab.run(`${body}
await client.del('key');
${commands}
console.log(await client.hGetAll('key'));
await client.del('key');
${transaction}
console.log([setKeyReply, otherKeyValue]);
for await (const keys of client.scanIterator()) console.log(keys.sort());
client.destroy();
`);
  expect(lines(printed)).toEqual([
    "{ field: 'value' }",
    "[ 'OK', 'another-value' ]",
    "[ 'another-key', 'key' ]",
  ]);
});

test('console, timers and promises go as in Node, by the lab’s clock', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const printed = await lab.run(`
const { setTimeout: sleep } = require('timers/promises');
console.log('begin', { nested: { deep: { deeper: { deepest: 1 } } } }, new Map([['a', new Set([1n])]]));
console.table([{ song: 'song1', score: 3 }]);
process.nextTick(() => console.log('next tick'));
Promise.resolve().then(() => console.log('promise'));
setImmediate(() => console.log('immediate'));
setTimeout(() => console.log('%s after %d ms', 'timeout', 20), 20);
const began = Date.now();
sleep(60, 'slept').then((value) => console.log(value, Date.now() - began >= 60));
setTimeout(() => console.log('never'), 1e6).unref();
process.on('exit', (code) => console.log('exit', code));
console.log('end');
`);
  expect(lines(printed)).toEqual([
    "begin { nested: { deep: { deeper: [Object] } } } Map(1) { 'a' => Set(1) { 1n } }",
    '┌─────────┬─────────┬───────┐',
    '│ (index) │ song    │ score │',
    '├─────────┼─────────┼───────┤',
    "│ 0       │ 'song1' │ 3     │",
    '└─────────┴─────────┴───────┘',
    'end',
    'next tick',
    'promise',
    'immediate',
    'timeout after 20 ms',
    'slept true',
    'exit 0',
  ]);
});

test('errors point into the script', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const fails = (script: string): Promise<string> => lab.run(script, 'Ended with an error.');
  expect(await fails('const x = 1;\nlet y = = 2;\n')).toBe(
    'script.js:2\nlet y = = 2;\n        ^\n\nSyntaxError: Unexpected token\n    at script.js:2:9\n',
  );
  expect(await fails("import { createClient } from 'redis'; missing();\n")).toContain(
    "script.js:1\nimport { createClient } from 'redis'; missing();\n                                      ^\n\nReferenceError: missing is not defined\n    at script.js:1:39\n",
  );
  expect(await fails("import express from 'express';\n")).toContain(
    "Cannot find package 'express' imported from script.js. There are here: redis, @redis/client, ioredis, node:assert",
  );
  expect(await fails("import { nothing } from 'redis';\n")).toContain(
    "SyntaxError: The requested module 'redis' does not provide an export named 'nothing'",
  );
  expect(
    await fails('async function f() {\n  await null;\n  throw new TypeError("late");\n}\nf();\n'),
  ).toBe(
    'script.js:3\n  throw new TypeError("late");\n        ^\n\nTypeError: late\n    at f (script.js:3:9)\n',
  );
  expect(await fails('await new Promise(() => {});\n')).toContain(
    'Warning: Detected unsettled top-level await',
  );
  await fails('\n\n\nsetTimeout(() => { throw new Error("there"); });\n');
  await lab.printed.getByRole('button', { name: 'script.js:4:26' }).click();
  await expect(lab.code.locator('.cm-lineNumbers .cm-activeLineGutter')).toHaveText('4');
});

test('a script imports another', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  await lab.write('export const double = (number) => 2 * number;\n');
  await lab.button('New JavaScript script').click();
  const printed = await lab.run(
    "import { double } from './script.js';\nconsole.log(double(21));\n",
  );
  expect(lines(printed)).toEqual(['42']);
});

test('an endless loop is stopped at once, and the data stays', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await lab.begin(`
import Redis from 'ioredis';
const redis = new Redis();
await redis.set('kept', 'yes');
console.log('begun');
for (;;) console.log('on and on');
`);
    await expect(lab.printed).toContainText('on and on', { timeout: 30_000 });
    const time = await lab.code.evaluate(async (code) => {
      const find = (text: string): HTMLElement | undefined =>
        [...(code.shadowRoot?.querySelectorAll<HTMLElement>('button, [role=status]') ?? [])].find(
          (element) => element.textContent.trim() === text,
        );
      const { lab } = document.querySelector('resplay-app') as HTMLElement & {
        lab: { connect(): Promise<{ call(...words: string[]): Promise<unknown> }> };
      };
      const connection = await lab.connect();
      const began = performance.now();
      find('Stop')?.click();
      while (!find('Stopped.')) await new Promise((resolve) => setTimeout(resolve));
      await connection.call('GET', 'kept');
      return performance.now() - began;
    });
    times.push(time);
  }
  console.log(`stop: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  expect(Math.min(...times)).toBeLessThan(100);
  await lab.enter('GET kept');
  await lab.expectOutput('"yes"');
  expect(lines(await lab.run("console.log('again')"))).toEqual(['again']);
});

test('a script reaches nothing but the lab’s network', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  const printed = await lab.run(`
const names = ['indexedDB', 'localStorage', 'sessionStorage', 'caches', 'parent', 'window', 'document', 'Worker'];
console.log(names.filter((name) => typeof globalThis[name] !== 'undefined'));
for (const url of [${JSON.stringify(page.url())}, 'http://127.0.0.1:6379/']) {
  console.log(await fetch(url, { mode: 'no-cors' }).then(() => 'reached', () => 'kept in'));
}
`);
  expect(lines(printed)).toEqual(['[]', 'kept in', 'kept in']);

  // It is the sandbox that keeps it in, and not that names are hidden: a worker that hides none gets no further.
  const attempts = await page.evaluate(async () => {
    const code = `
      const site = ${JSON.stringify(document.baseURI)};
      const tried = async (name, attempt) => {
        try { await attempt(); return name; } catch { return undefined; }
      };
      const heard = (target, event) => new Promise((resolve, reject) => {
        target.addEventListener(event, resolve);
        target.addEventListener('error', reject);
      });
      onmessage = async ({ ports: [port] }) => {
        const reached = await Promise.all([
          tried('indexedDB', () => heard(indexedDB.open('resplay'), 'success')),
          tried('caches', () => caches.open('x')),
          tried('files', () => navigator.storage.getDirectory()),
          tried('fetch', () => fetch(site, { mode: 'no-cors' })),
          tried('import', () => import(site + 'theme.js')),
          tried('importScripts', () => importScripts(site + 'theme.js')),
          tried('request', () => {
            const request = new XMLHttpRequest();
            request.open('GET', site, false);
            request.send();
          }),
          tried('socket', () => heard(new WebSocket(site.replace('http', 'ws')), 'open')),
          tried('eval', () => eval('1')),
          tried('origin', () => { if (self.origin === 'null') throw new Error(); }),
        ]);
        port.postMessage(reached.filter(Boolean));
      };`;
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.src = new URL('javascript/sandbox.html', document.baseURI).href;
    const loaded = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    frame.contentWindow?.postMessage(code, '*', [port2]);
    const line = new MessageChannel();
    const answer = new Promise<string[]>((resolve) => {
      line.port1.onmessage = ({ data }) => resolve(data as string[]);
    });
    port1.postMessage({ type: 'begin', id: 1, port: line.port2 }, [line.port2]);
    return answer;
  });
  expect(attempts).toEqual([]);
});

test('what is printed without end stays bounded, and the page alive', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.openJavaScript();
  await lab.begin(
    "setInterval(() => { for (let n = 0; n < 20000; n += 1) console.log('line', n); });",
  );
  await expect(lab.printed).toContainText('line 19999', { timeout: 30_000 });
  await lab.button('Stop').click();
  await expect(lab.status).toHaveText('Stopped.');
  expect((await lab.printed.innerText()).length).toBeLessThan(300_000);
});
