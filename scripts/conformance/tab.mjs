// redis-py's own tests inside the tab: its Python, its sockets and threads, against the lab's server at 6379.
//
// Usage: node scripts/conformance/tab.mjs [FILE …] [--protocol 2|3] [--json FILE] [--verbose]
// Serves dist/, which has to be built. A test during which nothing happens for two minutes has failed.
/* global document, window, Worker */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from '../browser.mjs';
import { Failure, main, root, run } from '../project.mjs';
import { serve } from '../serve.mjs';
import { redisPy } from './fetch.mjs';
import { python as allFiles } from './suites.mjs';

/** What the tests import, pure Python all of it, in versions that go with Python 3.14. */
const packages = [
  'pytest==8.2.2',
  'pluggy==1.5.0',
  'iniconfig==2.0.0',
  'packaging==24.1',
  'pytest-asyncio==0.23.8',
  'async-timeout==4.0.3',
  'cachetools==5.5.0',
  'mock==5.1.0',
];

const HANGS = 120_000;

/** An archive of the packages and of redis-py's tests, as Python will see them below /tests. */
function testArchive() {
  const { python, folder } = redisPy();
  const place = join(root, '.tools/tab');
  const archive = join(place, 'tests.tar.gz');
  const stamp = join(place, 'stamp');
  const wanted = JSON.stringify({ packages, format: 1 });
  if (existsSync(archive) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return archive;
  }
  mkdirSync(place, { recursive: true });
  const options = ['--no-deps', '--only-binary=:all:', '--no-compile', '--upgrade', '-q'];
  run(python, ['-m', 'pip', 'install', ...options, '--target', join(place, 'site'), ...packages]);
  const parts = ['-C', place, 'site', '-C', join(folder, '..'), 'redis-py-5.2.1/tests'];
  const naming = ['--transform', 's,^redis-py-5.2.1,redis-py,', '--exclude=__pycache__'];
  run('tar', ['czf', archive, ...naming, ...parts]);
  writeFileSync(stamp, wanted);
  return archive;
}

/** Runs in the page: Python as the page starts it, with the tests in its file system. */
async function startPython([chunk, archive]) {
  const { lab } = document.querySelector('resplay-app');
  window.worker?.terminate();
  window.bridge?.close();
  const bridge = (window.bridge = lab.openBridge());
  const worker = (window.worker = new Worker(chunk, { type: 'module' }));
  await new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.type === 'ready') resolve();
      if (data.type === 'failed') reject(new Error(data.message));
    };
    worker.postMessage({ type: 'start', port: bridge.port, base: document.baseURI }, [bridge.port]);
  });
  const bytes = await (await fetch(archive)).arrayBuffer();
  worker.postMessage({ type: 'mount', archive: bytes, format: 'gztar', folder: '/tests' });
}

/** Runs in the page: a script to its end; what it prints goes to `tell`. */
function runScript(code) {
  const { worker } = window;
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      if (data.type === 'output') window.tell(data.text);
      else resolve(data.type === 'failed' ? data.message : '');
    };
    worker.postMessage({ type: 'run', id: 1, code, name: 'tests.py' });
  });
}

/** The page, its server as the native ones are started for these tests, and Python in it. */
async function openTab(archive, tell) {
  const server = await serve({ port: 0 });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: chromiumArguments,
  });
  const page = await browser.newPage();
  await page.exposeFunction('tell', tell);
  await page.route('**/tests.tar.gz', (route) => route.fulfill({ path: archive }));
  await page.goto(`http://localhost:${server.address().port}/`);
  await page.waitForFunction(() => document.querySelector('resplay-app')?.lab, undefined, {
    timeout: 120_000,
  });
  await page.evaluate(async () => {
    const { lab } = document.querySelector('resplay-app');
    const path = '/etc/redis/redis.conf';
    const conf = new TextDecoder().decode(await lab.files.read(path));
    const more = '\nenable-debug-command yes\nenable-protected-configs yes\nsave ""\n';
    await lab.files.write(path, new TextEncoder().encode(conf + more));
    await lab.kill(6379);
    await lab.start(6379);
  });
  const assets = readdirSync(join(root, 'dist/assets'));
  const chunk = assets.find((name) => /^python-worker-.*\.js$/.test(name));
  if (chunk === undefined) throw new Failure('dist/ is not built: npm run build');
  const start = () => page.evaluate(startPython, [`assets/${chunk}`, 'tests.tar.gz']);
  await start();
  return {
    start,
    run: (code) => page.evaluate(runScript, code),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Runs files with a protocol; answers what came of each test: { test, outcome, why }. */
export async function tabSuite(files, protocol, { report = () => undefined } = {}) {
  const script = readFileSync(join(root, 'scripts/conformance/tab_tests.py'), 'utf8');
  const archive = testArchive();
  const results = [];
  let begun;
  let moved = Date.now();
  let rest = '';
  const tell = (text) => {
    moved = Date.now();
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines.filter((line) => line.includes('\x1e'))) {
      const told = JSON.parse(line.slice(line.indexOf('\x1e') + 1));
      if (told.begun) begun = told.begun;
      if (!told.test) continue;
      begun = undefined;
      results.push(told);
      report(told);
    }
  };
  const tab = await openTab(archive, tell);
  try {
    for (const file of files) {
      for (;;) {
        const done = results.map(({ test }) => test).filter((test) => test.startsWith(file));
        const settings = `FILES = ${JSON.stringify([file])}\nPROTOCOL = ${protocol}\nDONE = set(${JSON.stringify(done)})\n`;
        moved = Date.now();
        let hangs = false;
        let watch;
        const hung = new Promise((resolve) => {
          watch = setInterval(() => {
            if (Date.now() - moved > HANGS) resolve((hangs = true));
          }, 1000);
        });
        await Promise.race([tab.run(settings + script), hung]);
        clearInterval(watch);
        if (!hangs) break;
        const told = { test: begun ?? file, outcome: 'failed', why: 'nothing happens any more' };
        results.push(told);
        report(told);
        await tab.start();
        if (begun === undefined) break;
      }
    }
  } finally {
    await tab.close();
  }
  return results;
}

/** Counts by outcome. */
export function counts(results) {
  const found = { passed: 0, failed: 0, skipped: 0, xfailed: 0 };
  for (const { outcome } of results) found[outcome] += 1;
  return found;
}

async function tab(words) {
  const wanted = { files: [], protocols: [2, 3] };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--protocol') wanted.protocols = [Number(words[(at += 1)])];
    else if (word === '--json') wanted.json = words[(at += 1)];
    else if (word === '--verbose') wanted.verbose = true;
    else if (word.startsWith('--')) throw new Failure(`What is ${word}?`);
    else wanted.files.push(word);
  }
  const fits = (name) =>
    wanted.files.length === 0 || wanted.files.some((it) => name.startsWith(it));
  const all = {};
  for (const protocol of wanted.protocols) {
    const report = ({ test, outcome, why }) => {
      if (outcome === 'failed' || wanted.verbose) console.log(`${outcome} ${test}`);
      if (outcome === 'failed') console.log(why.replace(/^/gm, '    '));
    };
    const results = await tabSuite(allFiles.filter(fits), protocol, { report });
    all[`RESP${protocol}`] = results;
    for (const file of allFiles.filter(fits)) {
      const of = counts(results.filter(({ test }) => test.startsWith(file)));
      console.log(`tab RESP${protocol} ${file.padEnd(40)} ${JSON.stringify(of)}`);
    }
    const sum = counts(results);
    const percent = (100 * sum.passed) / (sum.passed + sum.failed);
    console.log(
      `conformance: tab RESP${protocol} ${sum.passed} of ${sum.passed + sum.failed} (${percent.toFixed(1)} %), ${sum.skipped} skipped`,
    );
  }
  if (wanted.json) writeFileSync(wanted.json, JSON.stringify(all, null, 1));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => tab(process.argv.slice(2)));
}
