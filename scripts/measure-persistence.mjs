// What saving costs in Chromium, measured in the built page with its data in IndexedDB: reopening a lab, the longest
// time that a command waits while BGSAVE and BGREWRITEAOF run, and writes under appendfsync always and everysec.
// Usage: npm run bench:persistence (after npm run build) [-- --keys 1000000]. Commands go from the page to the worker
// and back, so that every figure holds two hops of messages. The figures depend on who else uses the machine.
/* global window, document */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from './browser.mjs';
import { main } from './project.mjs';
import { serve } from './serve.mjs';

const { values: options } = parseArgs({
  options: { keys: { type: 'string', default: '1000000' } },
});

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
    at: (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))],
  };
  window.tools = tools;
}

const number = (value, digits = 1) =>
  value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });

function row(what, figures) {
  console.log(`${what.padEnd(44)} ${figures}`);
}

async function measure() {
  const server = await serve({ port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'resplay-measure-'));
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    args: chromiumArguments,
  });
  try {
    const page = browser.pages()[0] ?? (await browser.newPage());
    page.setDefaultTimeout(0);
    await page.addInitScript(helpers);
    const address = `http://localhost:${server.address().port}/`;
    const open = async (lab) => {
      await page.goto(`${address}?lab=${lab}`);
      return page.evaluate(async () => {
        const keys = await window.tools.ready();
        // Milliseconds since the navigation began.
        return { keys, time: performance.now() };
      });
    };
    const large = Number(options.keys);

    await open('empty');
    const empty = await open('empty');
    row('opening an empty lab, to the first reply', `${number(empty.time, 0)} ms`);
    for (const keys of [10_000, large]) {
      await open(`keys-${keys}`);
      await page.evaluate(async (keys) => {
        const { tools } = window;
        await tools.call('CONFIG', 'SET', 'save', '');
        await tools.fill(keys);
        await tools.call('SAVE');
      }, keys);
      const { keys: found, time } = await open(`keys-${keys}`);
      if (found !== keys) throw new Error(`${found} keys of ${keys} are there`);
      row(`reopening a lab of ${number(keys, 0)} keys (RDB)`, `${number(time, 0)} ms`);
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
      row(
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
    const { keys: replayed, time } = await open(`keys-${large}`);
    if (replayed !== large) throw new Error(`${replayed} keys of ${large} are there`);
    row(`reopening a lab of ${number(large, 0)} keys (AOF)`, `${number(time, 0)} ms`);

    await open('writes');
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
    row('SET under everysec, 4 clients, pipelines of 100', `${number(everysec, 0)} a second`);

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
      row(`${what} under always`, `p50 ${number(p50, 2)} ms, p99 ${number(p99, 2)} ms`);
    }
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(measure);
