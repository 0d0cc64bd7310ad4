// The built page in Chromium, its data in IndexedDB: how soon it answers, what a call from the page's thread to the
// worker and back takes, reopening a lab, the longest time that a command waits while BGSAVE and BGREWRITEAOF run,
// writes under appendfsync always and everysec, and frames with a chart of twenty bars.
//
// Commands go from the page to the worker and back, so that every figure holds two hops of messages.
/* global window, document, requestAnimationFrame */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from '../browser.mjs';
import { build } from '../build.mjs';
import { serve } from '../serve.mjs';
import { startChromium } from './chromium.mjs';
import { lab } from './lab.mjs';
import { grouped, median, table } from './report.mjs';

/** Runs in the page: what the measurements have in common. */
function helpers() {
  const app = () => document.querySelector('resplay-app');
  const tools = {
    get lab() {
      return app().lab;
    },
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    async opened() {
      while (!app()?.lab) await tools.sleep(1);
      return tools.lab;
    },
    /** Resolves once commands are run, with the number of keys. */
    async ready() {
      const lab = await tools.opened();
      for (;;) {
        try {
          const connection = await lab.connect();
          const reply = await connection.call('DBSIZE');
          connection.close();
          return reply.value;
        } catch {
          await tools.sleep(1);
        }
      }
    },
    async fill(keys) {
      const connection = await tools.lab.connect();
      const value = 'x'.repeat(50);
      for (let from = 0; from < keys; from += 1000) {
        const many = Array.from({ length: Math.min(1000, keys - from) }, (_, at) => [
          'SET',
          `key:${from + at}`,
          value,
        ]);
        await connection.pipeline(many);
      }
      connection.close();
    },
    async call(...words) {
      const connection = await tools.lab.connect();
      const reply = await connection.call(...words);
      connection.close();
      return reply;
    },
    async info(field) {
      const { value } = await tools.call('INFO', 'persistence');
      return new RegExp(`${field}:(\\S+)`).exec(value.text)?.[1];
    },
    /** Round trips, in milliseconds and sorted, of PINGs one after another until `done`. */
    async pings(done) {
      const connection = await tools.lab.connect();
      const times = [];
      while (!done()) {
        const start = performance.now();
        await connection.call('PING');
        times.push(performance.now() - start);
      }
      connection.close();
      return times.sort((one, other) => one - other);
    },
    /** Times of frames over five seconds, sorted, and the writes a second that there were. */
    async frames(persecond) {
      const connection = await tools.lab.connect();
      const times = [];
      const seconds = 5;
      const start = performance.now();
      let done = false;
      let written = 0;
      let last = start;
      const look = (time) => {
        times.push(time - last);
        last = time;
        if (!done) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      while (performance.now() - start < seconds * 1000) {
        const due = Math.floor(((performance.now() - start) / 1000) * persecond) - written;
        const many = Array.from({ length: Math.min(due, 1000) }, (_, at) => [
          'ZINCRBY',
          'ranking',
          1,
          `song${(written + at) % 20}`,
        ]);
        if (many.length > 0) await connection.pipeline(many);
        written += many.length;
        await tools.sleep(5);
      }
      done = true;
      connection.close();
      return [times.slice(1).sort((one, other) => one - other), written / seconds];
    },
    at: (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))],
  };
  window.tools = tools;
}

const number = (value, digits = 1) =>
  value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });

/** Rows of the table, told as they come. */
class Rows {
  list = [];

  add(what, figures) {
    this.list.push({ what, figures });
    console.log(`page: ${what}: ${figures}`);
  }
}

async function open(page, address, lab) {
  await page.goto(`${address}?lab=${lab}`);
  return page.evaluate(async () => {
    const keys = await window.tools.ready();
    // Milliseconds since the navigation began.
    return { keys, time: performance.now() };
  });
}

/** Milliseconds to the first reply of a browser that has never seen the page, and of one that has. */
async function firstReply(address, rows) {
  const visits = { 'a first visit': [], 'a later visit': [] };
  for (let round = 0; round < 5; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const browser = await chromium.launchPersistentContext(folder, {
      executablePath: findChromium(),
      args: chromiumArguments,
    });
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.addInitScript(helpers);
    for (const times of Object.values(visits)) {
      times.push((await open(page, address, 'first')).time);
      await page.goto('about:blank');
    }
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [visit, times] of Object.entries(visits)) {
    rows.add(`${visit}: navigation to the first reply`, `${number(median(times), 0)} ms`);
  }
}

async function hops(rows) {
  const worker = await startChromium();
  for (const pipeline of [1, 100]) {
    const times = await worker.hops(pipeline, 2000);
    const at = (part) => number(times[Math.floor(times.length * part)], 2);
    const what = pipeline === 1 ? 'a PING' : `a pipeline of ${pipeline} PINGs`;
    rows.add(`${what}, to the worker and back`, `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  }
  await worker.stop();
}

/** Frames with a chart of twenty bars, while so many writes a second change it. */
async function frames(page, address, rows) {
  await open(page, address, 'frames');
  await page.evaluate(() =>
    window.tools.call(
      'ZADD',
      'ranking',
      ...Array.from({ length: 20 }, (_, at) => [at, `song${at}`]).flat(),
    ),
  );
  const chart = page.locator('resplay-ranking-chart').first();
  await chart.getByLabel('How many members').selectOption('20');
  for (const persecond of [0, 1_000, 20_000]) {
    const [times, written] = await page.evaluate(
      ([persecond]) => window.tools.frames(persecond),
      [persecond],
    );
    const at = (part) => number(times[Math.min(times.length - 1, Math.floor(times.length * part))]);
    const what = persecond === 0 ? 'at rest' : `at ${grouped(Math.round(written))} writes a second`;
    rows.add(
      `frames of a chart of 20 bars, ${what}`,
      `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`,
    );
  }
}

async function storage(page, address, rows, large) {
  for (const keys of [10_000, large]) {
    await open(page, address, `keys-${keys}`);
    await page.evaluate(async (keys) => {
      const { tools } = window;
      await tools.call('CONFIG', 'SET', 'save', '');
      await tools.fill(keys);
      await tools.call('SAVE');
    }, keys);
    const { keys: found, time } = await open(page, address, `keys-${keys}`);
    if (found !== keys) throw new Error(`${found} keys of ${keys} are there`);
    rows.add(`reopening a lab of ${number(keys, 0)} keys (RDB)`, `${number(time, 0)} ms`);
  }

  for (const [command, field] of [
    [[], undefined],
    [['BGSAVE'], 'rdb_bgsave_in_progress'],
    [['CONFIG', 'SET', 'appendonly', 'yes'], 'aof_rewrite_in_progress'],
    [['BGREWRITEAOF'], 'aof_rewrite_in_progress'],
  ]) {
    const figures = await page.evaluate(
      async ([command, field]) => {
        const { tools } = window;
        let done = false;
        const pings = tools.pings(() => done);
        if (command.length > 0) await tools.call(...command);
        const start = performance.now();
        if (field === undefined) await tools.sleep(3000);
        else while ((await tools.info(field)) !== '0') await tools.sleep(20);
        const took = performance.now() - start;
        done = true;
        const times = await pings;
        return [times.length, tools.at(times, 0.5), tools.at(times, 0.99), times.at(-1), took];
      },
      [command, field],
    );
    const [count, p50, p99, longest, took] = figures;
    const what = command.join(' ') || 'nothing';
    rows.add(
      `PING while ${what} runs`,
      `p50 ${number(p50)} ms, p99 ${number(p99)} ms, longest ${number(longest)} ms, ` +
        `${count} in ${number(took / 1000)} s`,
    );
  }

  await page.evaluate(async () => {
    const { tools } = window;
    await tools.call('CONFIG', 'SET', 'aof-use-rdb-preamble', 'no');
    await tools.call('BGREWRITEAOF');
    while ((await tools.info('aof_rewrite_in_progress')) !== '0') await tools.sleep(20);
    await tools.call('CONFIG', 'REWRITE');
  });
  const { keys: replayed, time } = await open(page, address, `keys-${large}`);
  if (replayed !== large) throw new Error(`${replayed} keys of ${large} are there`);
  rows.add(`reopening a lab of ${number(large, 0)} keys (AOF)`, `${number(time, 0)} ms`);

  await open(page, address, 'writes');
  const everysec = await page.evaluate(async () => {
    const { tools } = window;
    await tools.call('CONFIG', 'SET', 'save', '');
    await tools.call('CONFIG', 'SET', 'appendonly', 'yes');
    while ((await tools.info('aof_rewrite_in_progress')) !== '0') await tools.sleep(20);
    let written = 0;
    const end = performance.now() + 5000;
    const client = async (id) => {
      const connection = await tools.lab.connect();
      while (performance.now() < end) {
        const many = Array.from({ length: 100 }, (_, at) => [
          'SET',
          `key:${id}:${(written + at) % 10_000}`,
          'x'.repeat(50),
        ]);
        await connection.pipeline(many);
        written += many.length;
      }
      connection.close();
    };
    await Promise.all([0, 1, 2, 3].map(client));
    return written / 5;
  });
  rows.add('SET under everysec, 4 clients, pipelines of 100', `${number(everysec, 0)} a second`);

  for (const pipeline of [1, 100]) {
    const [p50, p99] = await page.evaluate(async (pipeline) => {
      const { tools } = window;
      await tools.call('CONFIG', 'SET', 'appendfsync', 'always');
      const connection = await tools.lab.connect();
      const times = [];
      for (let turn = 0; turn < 1000; turn++) {
        const many = Array.from({ length: pipeline }, (_, at) => ['SET', `key:${at}`, `${turn}`]);
        const start = performance.now();
        await connection.pipeline(many);
        times.push(performance.now() - start);
      }
      connection.close();
      times.sort((one, other) => one - other);
      return [tools.at(times, 0.5), tools.at(times, 0.99)];
    }, pipeline);
    const what = pipeline === 1 ? 'a SET' : `a pipeline of ${pipeline} SETs`;
    rows.add(`${what} under always`, `p50 ${number(p50, 2)} ms, p99 ${number(p99, 2)} ms`);
  }
}

/** Everything about the page, with `keys` keys in the large lab. */
export async function page({ keys }) {
  await build();
  const rows = new Rows();
  const server = await serve({ port: 0 });
  const address = `http://localhost:${server.address().port}/`;
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await firstReply(address, rows);
    await hops(rows);
    const browser = await chromium.launchPersistentContext(folder, {
      executablePath: findChromium(),
      args: chromiumArguments,
    });
    const tab = browser.pages()[0] ?? (await browser.newPage());
    tab.setDefaultTimeout(0);
    await tab.addInitScript(helpers);
    await frames(tab, address, rows);
    await lab(tab, address, rows, { open, number });
    await storage(tab, address, rows, keys);
    await browser.close();
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return rows.list;
}

export function pageTable(rows) {
  return table(
    ['', 'measured'],
    rows.map(({ what, figures }) => [what, figures]),
  );
}
