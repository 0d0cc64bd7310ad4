// The npm package in an empty project: what it holds, and that all of it works there.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../scripts/browser.mjs';
import { freePort } from '../../scripts/conformance/servers.mjs';
import { budget } from '../../scripts/project.mjs';
import { installed, run, suite, tool } from './project.mjs';

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

let project;

before(async () => {
  project = await installed();
});
after(() => project?.remove());

/** Runs a module's text in the project; fails unless it ends well, and answers what it printed. */
async function evaluate(text, flags = []) {
  const args = [...flags, '--input-type=module', '--eval', text];
  const { code, text: printed } = await run(process.execPath, args, { cwd: project.folder });
  assert.equal(code, 0, printed);
  return printed;
}

/** Runs a file of tests; all must pass, and there must be some. */
async function vitest(file) {
  const passed = await suite(project.folder, file);
  console.log(`package: ${file}, ${passed} passed`);
}

test('it holds what it should and nothing else', () => {
  const files = project.packed.files.map(({ path }) =>
    // The folder of snippets is named by wasm-bindgen.
    path.replace(/^dist\/snippets\/[^/]*/, 'dist/snippets/*'),
  );
  assert.deepEqual(files.sort(), [
    'LICENSE',
    'README.md',
    'bin/resplay.mjs',
    ...['dist/engine.js', 'dist/engine_bg.wasm', 'dist/index.d.ts', 'dist/index.js'],
    ...['dist/index.node.js', 'dist/lua.wasm', 'dist/node.d.ts', 'dist/node.js'],
    ...['dist/shared-lab.js', 'dist/shared.d.ts', 'dist/snippets/*/src/wasm/lua.js'],
    ...['dist/sockets.d.ts', 'dist/sockets.js'],
    ...['lib/files.mjs', 'lib/links.mjs', 'lib/listen.mjs', 'lib/serve.d.ts', 'lib/serve.mjs'],
    'package.json',
  ]);
  const modules = files.filter((path) => path.startsWith('dist/') && path.endsWith('.js'));
  const own = modules
    .filter((path) => !path.includes('snippets'))
    .map((path) => project.read(path));
  const size = own.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);
  console.log(
    `package: tarball ${kilobytes(project.size)}, JavaScript ${kilobytes(size)} after gzip -9`,
  );
  assert.ok(size < 32 * 1024, `${size} bytes of JavaScript`);
  assert.ok(project.size < budget.wasm + budget.lua + 64 * 1024, `${project.size} bytes`);
  assert.deepEqual(JSON.parse(project.read('package.json')).dependencies ?? {}, {});
});

test('importing it does nothing', async () => {
  for (const name of ['resplay', 'resplay/node', 'resplay/sockets']) {
    await evaluate(`
      import fs from 'node:fs';
      import net from 'node:net';
      import { syncBuiltinESMExports } from 'node:module';
      const read = [];
      const noting = (apply) => (work, self, args) => (read.push(String(args[0])), apply(work, self, args));
      for (const place of [fs, fs.promises])
        for (const name of ['readFile', 'readFileSync'])
          if (place[name]) place[name] = new Proxy(place[name], { apply: noting(Reflect.apply) });
      syncBuiltinESMExports();
      for (const name of ['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask', 'fetch'])
        globalThis[name] = () => { throw new Error(name); };
      for (const name of ['Module', 'Instance', 'compile', 'instantiate', 'Memory'])
        WebAssembly[name] = () => { throw new Error(name); };
      const { connect } = net;
      const before = Object.getOwnPropertyNames(globalThis).join();
      const handles = () => process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Port/.test(name)).length;
      const held = handles();
      const listeners = process.eventNames().join();
      const found = await import('${name}');
      const same = Object.getOwnPropertyNames(globalThis).join() === before &&
        handles() === held &&
        process.eventNames().join() === listeners && net.connect === connect &&
        !read.some((path) => path.endsWith('.wasm'));
      if (!same || Object.keys(found).length === 0) throw new Error('it did something');
    `);
  }
  assert.equal(JSON.parse(project.read('package.json')).sideEffects, false);
});

test('a program ends when it has nothing more to do, and not before', async () => {
  const printed = await evaluate(`
    import { openLab } from 'resplay';
    const lab = await openLab();
    const redis = await lab.connect();
    console.log(await redis.call('BLPOP', 'nothing', 0.3));
    const listener = await lab.connect();
    await listener.subscribe('news', () => undefined);
    // It is not closed, and does not keep the program.
    console.log('end');
  `);
  assert.equal(printed, 'null\nend\n');
});

test('how soon and how fast', async () => {
  const printed = await evaluate(`
    const began = performance.now();
    const { openLab } = await import('resplay');
    const lab = await openLab();
    const redis = await lab.connect();
    await redis.call('SET', 'key', 'value');
    const first = performance.now() - began;
    const rate = async (count, work) => {
      const from = performance.now();
      await work();
      return Math.round(count / (performance.now() - from) * 1000);
    };
    const calls = async () => { for (let n = 0; n < 30000; n++) await redis.call('INCR', 'n'); };
    await calls();
    const one = await rate(30000, calls);
    const commands = Array.from({ length: 1000 }, (_, n) => ['SET', 'key:' + n, 'value']);
    const many = await rate(100000, async () => { for (let n = 0; n < 100; n++) await redis.pipeline(commands); });
    const opening = performance.now();
    for (let n = 0; n < 50; n++) await (await openLab()).close();
    console.log(JSON.stringify({ first, one, many, open: (performance.now() - opening) / 50 }));
  `);
  const { first, one, many, open } = JSON.parse(printed);
  console.log(
    `package: first reply ${first.toFixed(0)} ms after import began, ${one} calls a second, ` +
      `${many} in pipelines, a lab in ${open.toFixed(1)} ms`,
  );
  // Wide, for the machine may be busy.
  assert.ok(first < 10_000 && one > 1000 && many > 5000 && open < 500, printed);
});

test('a crash of the engine is told to everybody who waits, and who comes later', async () => {
  await evaluate(`
    import assert from 'node:assert/strict';
    import { openLab } from 'resplay';
    const [lab, other] = [await openLab({ clock: 'manual' }), await openLab()];
    const redis = await lab.connect();
    const waiting = (await lab.connect()).call('BLPOP', 'queue', 0);
    const crashed = { name: 'LabError', code: 'crashed', message: /DEBUG PANIC|panic/i };
    const all = [waiting, redis.call('DEBUG', 'PANIC')].map((one) => assert.rejects(one, crashed));
    await Promise.all(all);
    await assert.rejects(redis.call('PING'), crashed);
    assert.throws(() => lab.now, crashed);
    await lab.close();
    assert.equal(await (await other.connect()).call('PING'), 'PONG');
    await assert.rejects(openLab(), { name: 'LabError', code: 'crashed' });
  `);
});

test('the wasm comes from where it is said to come from', async () => {
  await evaluate(`
    import assert from 'node:assert/strict';
    import { readFile } from 'node:fs/promises';
    import { openLab } from 'resplay';
    const engine = await WebAssembly.compile(await readFile(new URL(import.meta.resolve('resplay/engine.wasm'))));
    await assert.rejects(openLab({ wasm: { engine: 'file:///nosuch.wasm' } }), { code: 'unavailable' });
    const lab = await openLab({ wasm: { engine, lua: new URL(import.meta.resolve('resplay/lua.wasm')) } });
    const redis = await lab.connect();
    // What comes behind the first script waits for it.
    const replies = await Promise.all([redis.call('EVAL', 'return 1', 0), redis.call('PING')]);
    assert.deepEqual(replies, [1, 'PONG']);
  `);
});

describe('suites', { concurrency: 2 }, () => {
  test('the example that users copy', () => vitest('leaderboard'));
  test('what the package says of itself', () => vitest('lab.test.ts'));
  test('ioredis and node-redis over streams', () => vitest('clients.test.ts'));
});

test('types', async () => {
  const tsc = async (...args) => {
    const strict = ['--strict', '--noEmit', '--noUncheckedIndexedAccess', '--target', 'es2022'];
    const { code, text } = await run(tool('tsc'), [...strict, ...args], { cwd: project.folder });
    assert.equal(code, 0, text);
  };
  for (const module of [
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
    ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  ]) {
    await tsc('--types', 'node', '--skipLibCheck', ...module, 'types.ts');
  }
  // Without Node's types, as in a page, and with every declaration looked at.
  const lines = [
    "import { openLab } from 'resplay';",
    "import { sockets } from 'resplay/sockets';",
    'await using lab = await openLab();',
    'console.log(sockets, lab.now);',
  ];
  writeFileSync(join(project.folder, 'page.ts'), lines.join('\n'));
  const page = ['--lib', 'es2023,dom', '--module', 'esnext', '--moduleResolution', 'bundler'];
  await tsc('--exactOptionalPropertyTypes', ...page, 'page.ts');
});

describe('in a browser', () => {
  let server;
  let address;

  before(async () => {
    const { code, text } = await run(tool('vite'), ['build', 'page', '--logLevel', 'warn'], {
      cwd: project.folder,
    });
    assert.equal(code, 0, text);
    const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    server = createServer((request, response) => {
      const path = request.url === '/' ? '/index.html' : request.url;
      readFile(join(project.folder, 'page/dist', path)).then(
        (bytes) => {
          const type = types[extname(path)];
          response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
    const port = Number(process.env.RESPLAY_TEST_PORT ?? (await freePort()));
    await new Promise((resolve) => server.listen(port, resolve));
    address = `http://localhost:${port}/`;
  });
  after(() => server?.close());

  test('a page that uses it and ioredis', async () => {
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: chromiumArguments,
    });
    try {
      const page = await browser.newPage();
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(address);
      await page.waitForFunction(() => globalThis.outcome !== undefined, null, { timeout: 60_000 });
      const { first, ...outcome } = await page.evaluate(() => globalThis.outcome);
      console.log(`package: first reply in a page after ${first?.toFixed(0)} ms`);
      assert.deepEqual(problems, []);
      assert.deepEqual(outcome, {
        error: null,
        isIdle: true,
        // Lua comes with the first script.
        lua: [false, true],
        ordered: [1, 2],
        ioredis: 'hello',
        script: 'scripted',
        pipeline: [
          [null, 1],
          [null, 2],
        ],
        heard: ['news', 'from a page'],
        bytes: Array.from({ length: 256 }, (_, byte) => byte),
        big: true,
        blocked: null,
        led: 60_000,
      });
    } finally {
      await browser.close();
    }
  });
});
