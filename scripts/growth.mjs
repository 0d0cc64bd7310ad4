// What ZADD, ZRANK and ZREVRANGE 0 9 cost in a sorted set of a million members, over what they cost in one of
// a thousand: the engine as wasm, requests in and replies out, a command a call and in pipelines of 100.
// Usage: npm run growth (after npm run build:wasm). The aim is 3. What a million members cost beyond is memory
// that is not in the cache, so the figures depend on who else uses the machine's: the best round counts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { TextEncoder } from 'node:util';
import { Failure, generated, main, root } from './project.mjs';

const sizes = [1_000, 1_000_000];
const rounds = 100;
const commandsPerRound = 1_600;

const random = (below) => Math.floor(Math.random() * below);
const member = (number) => `member:${String(number).padStart(7, '0')}`;

const commands = {
  ZADD: (size) => ['ZADD', 'ranking', String(random(1e6)), member(random(size))],
  ZRANK: (size) => ['ZRANK', 'ranking', member(random(size))],
  'ZREVRANGE 0 9': () => ['ZREVRANGE', 'ranking', '0', '9', 'WITHSCORES'],
};

/** Commands as RESP. */
function request(list) {
  const resp = (words) =>
    `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  return new TextEncoder().encode(list.map(resp).join(''));
}

/** An engine with a sorted set of `size` members of random scores, added out of order. */
function subject({ Engine }, size) {
  const engine = new Engine(1n, 6379);
  const client = engine.connect(6379);
  for (let from = 0; from < size; from += 100) {
    const numbers = Array.from({ length: 100 }, (_, index) => ((from + index) * 7919) % size);
    const batch = numbers.map((number) => ['ZADD', 'ranking', String(random(1e6)), member(number)]);
    engine.send(client, request(batch));
  }
  return { engine, client, size };
}

/** Nanoseconds a command. */
function time({ engine, client, size }, make, pipeline) {
  const requests = Array.from({ length: commandsPerRound / pipeline }, () =>
    request(Array.from({ length: pipeline }, () => make(size))),
  );
  const start = performance.now();
  for (const bytes of requests) engine.send(client, bytes);
  return ((performance.now() - start) / commandsPerRound) * 1e6;
}

async function growth() {
  const folder = join(root, generated);
  const module = await import(pathToFileURL(join(folder, 'engine.js')).href).catch(() => {
    throw new Failure('There is no engine yet: run npm run build:wasm first.');
  });
  module.initSync({ module: readFileSync(join(folder, 'engine_bg.wasm')) });
  const subjects = sizes.map((size) => subject(module, size));
  for (const pipeline of [1, 100]) {
    console.log(pipeline === 1 ? 'a command a call' : `pipelines of ${pipeline}`);
    for (const [name, make] of Object.entries(commands)) {
      const times = subjects.map(() => []);
      for (let round = 0; round < rounds; round += 1) {
        subjects.forEach((one, index) => times[index].push(time(one, make, pipeline)));
      }
      const [small, large] = times.map((list) => Math.min(...list));
      const figures = [small, large].map((ns) => `${ns.toFixed(0)} ns`.padStart(9)).join('');
      console.log(`  ${name.padEnd(14)}${figures}   × ${(large / small).toFixed(2)}`);
    }
  }
}

await main(growth);
