// The engine in Chromium's worker, driven from here.
/* global window, Worker */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from '../browser.mjs';
import { generated, root } from '../project.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** Serves the engine and what measures it, and an empty page. */
function serve() {
  const folders = [join(root, generated), join(root, 'scripts/bench')];
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    // What wasm-bindgen has put beside the engine may lie in a folder of its own.
    const path = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (name === '' || name.includes('..') || !path) {
      response.writeHead(name === '' ? 200 : 404, { 'content-type': 'text/html' });
      return response.end('<!doctype html><title>bench</title>');
    }
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' });
    createReadStream(path).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** A worker with an engine: `round` answers commands a second, `hops` the times of calls from the page's thread. */
export async function startChromium() {
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: chromiumArguments,
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    const worker = new Worker('/worker.mjs', { type: 'module' });
    const waiting = new Map();
    let last = 0;
    worker.onmessage = ({ data: { id, answer, error } }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(answer);
    };
    const started = new Promise((resolve, reject) => {
      waiting.set(0, { resolve, reject });
      worker.onerror = (event) => reject(new Error(event.message));
    });
    window.ask = (message, transfer = []) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        worker.postMessage({ ...message, id: last }, transfer);
      });
    await started;
  });
  return {
    version: browser.version(),
    round: (name, pipeline, scale, seed) =>
      page.evaluate((message) => window.ask(message), { name, pipeline, scale, seed }),
    /** Milliseconds of calls from the page's thread to the worker and back, sorted; a pipeline of so many PINGs. */
    hops: (pipeline, calls) =>
      page.evaluate(
        async ([pipeline, calls]) => {
          const ping = new TextEncoder().encode('*1\r\n$4\r\nPING\r\n'.repeat(pipeline));
          const times = [];
          for (let call = 0; call < calls; call += 1) {
            const bytes = ping.slice();
            const start = performance.now();
            await window.ask({ bytes }, [bytes.buffer]);
            times.push(performance.now() - start);
          }
          return times.sort((one, other) => one - other);
        },
        [pipeline, calls],
      ),
    async stop() {
      await browser.close();
      server.close();
    },
  };
}
