// Redis's own suite and redis-py's tests against the native host, a sample against the wasm host, and redis-py's tests
// inside the tab (of the page that is built): passed over what the real server passes.
//
// Usage: npm run conformance                       all of it
//        npm run conformance -- unit/type/zset …   these units (external and spawned) or files alone
//        npm run conformance -- --share            what npm test runs
//        … --only external,spawned,replication,sentinel,python,wasm,tab
//        … --verbose                               with the names of what fails
//        … --json FILE                             results to a file
//        … --refresh                               measures the real server again: real-7.0.15.json
// RESPLAY_SERVER names another native binary (a release build). Two runs go at a time, or --jobs N.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, main, root, run } from '../project.mjs';
import { Place, pythonFile } from './run.mjs';
import { external, python, replication, sentinel, share, spawned, wasmSample } from './suites.mjs';

const realFile = join(root, 'scripts/conformance/real-7.0.15.json');
const PARTS = ['external', 'spawned', 'replication', 'sentinel', 'python', 'wasm', 'tab'];

/** Everything there is to run: { part, name, kind, run(place) }. */
function jobs(chosen, kind, seconds) {
  const list = [];
  for (const name of chosen.external ?? []) {
    list.push({ part: 'external', name, run: (place) => place.unit(name, 'external', seconds) });
  }
  for (const name of chosen.spawned ?? []) {
    list.push({ part: 'spawned', name, run: (place) => place.unit(name, 'spawned', seconds) });
  }
  for (const name of chosen.replication ?? []) {
    const runUnit = (place) => place.unit(name, 'spawned', seconds);
    list.push({ part: 'replication', name, run: runUnit });
  }
  for (const name of chosen.sentinel ?? []) {
    list.push({ part: 'sentinel', name, run: (place) => place.sentinels(name, seconds) });
  }
  for (const file of chosen.python ?? []) {
    for (const protocol of chosen.protocols ?? [2, 3]) {
      const name = `${file} RESP${protocol}`;
      list.push({ part: 'python', name, run: () => pythonFile(kind, file, protocol, seconds) });
    }
  }
  return list.map((job) => ({ ...job, kind }));
}

/** Runs jobs, some at a time; answers results by part and name. */
async function runAll(list, count, report) {
  const results = {};
  const queue = [...list];
  await Promise.all(
    Array.from({ length: count }, async () => {
      const places = new Map();
      for (let job = queue.shift(); job; job = queue.shift()) {
        const key = job.kind;
        if (!places.has(key)) places.set(key, new Place(key));
        const result = await job.run(places.get(key));
        (results[job.part] ??= {})[job.name] = result;
        report(job, result);
      }
    }),
  );
  return results;
}

function options(words) {
  const found = { names: [], jobs: 2, only: PARTS };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--share' || word === '--refresh' || word === '--verbose')
      found[word.slice(2)] = true;
    else if (word === '--jobs') found.jobs = Number(words[(at += 1)]) || 1;
    else if (word === '--seconds') found.seconds = Number(words[(at += 1)]);
    else if (word === '--only') found.only = words[(at += 1)]?.split(',') ?? [];
    else if (word === '--json') found.json = words[(at += 1)];
    else if (word.startsWith('--')) throw new Failure(`What is ${word}?`);
    else found.names.push(word);
  }
  return found;
}

/** What is chosen of the lists, by part. */
function choose({ names, share: isShare, only }) {
  const all = isShare
    ? share
    : { external, spawned, replication, sentinel, python, wasm: wasmSample.external, tab: python };
  const fits = (name) => names.length === 0 || names.some((wanted) => name.includes(wanted));
  const part = (key) => (only.includes(key) ? (all[key] ?? []).filter(fits) : []);
  return {
    external: part('external'),
    spawned: part('spawned'),
    replication: part('replication'),
    sentinel: part('sentinel'),
    python: part('python'),
    wasm: part('wasm'),
    tab: part('tab'),
    wasmPython: isShare || !only.includes('wasm') ? [] : wasmSample.python.filter(fits),
    protocols: isShare ? [3] : [2, 3],
  };
}

/** Runs what is chosen; answers { passed, possible, lines, results }. */
export async function conformance(words) {
  const wanted = options(words);
  const chosen = choose(wanted);
  const seconds = wanted.seconds ?? (wanted.share ? 240 : 900);
  const real = existsSync(realFile) ? JSON.parse(readFileSync(realFile, 'utf8')) : { counts: {} };
  if (wanted.refresh) {
    const list = jobs({ ...chosen, python: [...new Set(chosen.python)] }, 'real', seconds);
    const results = await runAll(list, wanted.jobs, (job, { ok, failed, seconds: took }) => {
      console.log(
        `real ${job.part} ${job.name}: ${ok} ok, ${failed.length} not, ${took.toFixed(0)} s`,
      );
      failed.forEach((name) => console.log(`    ${name}`));
    });
    real.how =
      'Made by npm run conformance -- --refresh: tests passed by redis-server 7.0.15 of Debian 12, without what skips.txt names, a fresh server each';
    for (const [part, units] of Object.entries(results)) {
      real.counts[part] ??= {};
      for (const [name, { ok }] of Object.entries(units)) real.counts[part][name] = ok;
      const sorted = Object.entries(real.counts[part]).sort(([a], [b]) => (a < b ? -1 : 1));
      real.counts[part] = Object.fromEntries(sorted);
    }
    writeFileSync(realFile, `${JSON.stringify(real, null, 2)}\n`);
    return { passed: 0, possible: 0, lines: [], results };
  }
  const list = [
    ...jobs(chosen, 'native', seconds),
    ...jobs(
      { external: chosen.wasm, python: chosen.wasmPython, protocols: [3] },
      'wasm',
      seconds,
    ).map((job) => ({ ...job, of: job.part, part: 'wasm' })),
  ];
  const isNative = list.some(({ kind }) => kind === 'native');
  if (isNative && !process.env.RESPLAY_SERVER) {
    run('cargo', ['build', '-q', '--bin', 'resplay-server']);
  }
  const lines = [];
  const totals = {};
  const line = (job, result) => {
    const possible = real.counts[job.of ?? job.part]?.[job.name];
    const ok = Math.min(result.ok, possible ?? result.ok);
    const total = (totals[job.part] ??= { passed: 0, possible: 0 });
    total.passed += ok;
    // Of what the real server was not asked, all that did not pass counts as missed.
    total.possible += possible ?? ok + result.failed.length;
    const took = `${result.seconds.toFixed(0)} s`.padStart(6);
    const text = `${job.part.padEnd(9)} ${job.name.padEnd(44)} ${String(result.ok).padStart(4)} of ${String(possible ?? '?').padStart(4)} ${took}`;
    lines.push(text);
    console.log(text);
    if (wanted.verbose) result.failed.forEach((name) => console.log(`    ${name}`));
  };
  const results = await runAll(list, wanted.jobs, line);
  for (const protocol of chosen.tab.length > 0 && !wanted.refresh ? chosen.protocols : []) {
    const began = Date.now();
    const { counts, tabSuite } = await import('./tab.mjs');
    const tests = await tabSuite(chosen.tab, protocol);
    const seconds = (Date.now() - began) / 1000;
    for (const file of chosen.tab) {
      const of = tests.filter(({ test }) => test.startsWith(file));
      const failed = of.filter(({ outcome }) => outcome === 'failed');
      const ok = counts(of).passed;
      const result = { ok, failed: failed.map(({ test, why }) => `${test}\n${why}`), seconds: 0 };
      const name = `${file} RESP${protocol}`;
      (results.tab ??= {})[name] = result;
      line({ part: 'tab', of: 'python', name }, result);
    }
    console.log(`tab       RESP${protocol} took ${seconds.toFixed(0)} s`);
  }
  if (wanted.json) writeFileSync(wanted.json, JSON.stringify(results, null, 1));
  const sum = { passed: 0, possible: 0 };
  const summary = [];
  for (const [part, { passed, possible }] of Object.entries(totals)) {
    sum.passed += passed;
    sum.possible += possible;
    const percent = possible > 0 ? ((100 * passed) / possible).toFixed(1) : '0';
    summary.push(`conformance: ${part} ${passed} of ${possible} (${percent} %)`);
  }
  summary.forEach((text) => console.log(text));
  return { ...sum, totals, lines: summary, results };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await conformance(process.argv.slice(2));
  });
}
