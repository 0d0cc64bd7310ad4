// Bytes a key, by used_memory of the engine and of its peers.
import { setTimeout } from 'node:timers/promises';
import { startEngine } from './engine.mjs';
import { hostProgram } from './host.mjs';
import { Peer, programs } from './peers.mjs';
import { grouped, table } from './report.mjs';
import { request } from './workloads.mjs';

const numbers = (count) => Array.from({ length: count }, (_, at) => String(at).padStart(8, '0'));

/** Groups of `size` of a list. */
function groups(list, size) {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, at) => list.slice(at * size, (at + 1) * size));
}

const one = (command, size) => (count) =>
  groups(numbers(count), size).map((part) => [command, 'one', ...part.map((n) => `member:${n}`)]);

/** What is stored: how many keys or elements, and the commands that make so many. */
const shapes = [
  [
    'strings, 16-byte values',
    300_000,
    (count) => numbers(count).map((n) => ['SET', `key:${n}`, `value:${n}xx`]),
  ],
  [
    'hashes of 5 small fields',
    100_000,
    (count) =>
      numbers(count).map((n) => [
        'HSET',
        `user:${n}`,
        ...['name', 'mail', 'city', 'age', 'score'].flatMap((field) => [field, n.slice(2)]),
      ]),
  ],
  [
    'one hash, per field',
    300_000,
    (count) =>
      groups(numbers(count), 500).map((part) => [
        'HSET',
        'one',
        ...part.flatMap((n) => [`field:${n}`, `value:${n}`]),
      ]),
  ],
  [
    'lists of 10 small elements',
    50_000,
    (count) =>
      numbers(count).map((n) => ['RPUSH', `list:${n}`, ...numbers(10).map((at) => `item:${at}`)]),
  ],
  ['one list, per element', 500_000, one('RPUSH', 500)],
  [
    'sets of 10 small members',
    50_000,
    (count) =>
      numbers(count).map((n) => ['SADD', `set:${n}`, ...numbers(10).map((at) => `m:${at}`)]),
  ],
  ['one set, per member', 300_000, one('SADD', 500)],
  [
    'sorted sets of 10 small members',
    50_000,
    (count) =>
      numbers(count).map((n) => [
        'ZADD',
        `z:${n}`,
        ...numbers(10).flatMap((at) => [String(Number(at) * 7), `m:${at}`]),
      ]),
  ],
  [
    'one sorted set, per member',
    300_000,
    (count) =>
      groups(numbers(count), 500).map((part) => [
        'ZADD',
        'one',
        ...part.flatMap((n) => [String((Number(n) * 7919) % 1_000_003), `member:${n}`]),
      ]),
  ],
  [
    'one stream of 2 fields, per entry',
    200_000,
    (count) =>
      numbers(count).map((n) => ['XADD', 'one', `${Number(n) + 1}-1`, 'name', n, 'score', '17']),
  ],
];

/** A table that grows moves bit by bit, here as there: what a timer does ten times a second finishes it. */
const settling = 20;

const used = (info) => Number(/used_memory:(\d+)/.exec(info)[1]);

async function ofServer(program, commands, count) {
  // Sets of 7.2 are listpacks; the others have theirs by default.
  const server = await Peer.start(program);
  const before = used(server.cli('INFO', 'memory'));
  server.fill(commands);
  await setTimeout(settling * 100);
  const bytes = (used(server.cli('INFO', 'memory')) - before) / count;
  server.stop();
  return bytes;
}

async function ofEngine(commands, count) {
  const { send, tick, free } = await startEngine();
  const ask = (...words) => new TextDecoder().decode(send(request([words])));
  ask('CONFIG', 'SET', 'save', '');
  const before = used(ask('INFO', 'memory'));
  for (const part of groups(commands, 500)) send(request(part));
  for (let turn = 0; turn < settling; turn += 1) {
    await setTimeout(100);
    tick();
  }
  const bytes = (used(ask('INFO', 'memory')) - before) / count;
  free();
  return bytes;
}

export async function memory() {
  const rows = [];
  for (const [name, count, make] of shapes) {
    const commands = make(count);
    const row = {
      name,
      count,
      redis: await ofServer(programs.redis(), commands, count),
      valkey: await ofServer(programs.valkey(), commands, count),
      native: await ofServer(hostProgram(), commands, count),
      wasm: await ofEngine(commands, count),
    };
    rows.push(row);
    console.log(`memory ${name}: ${JSON.stringify(row)}`);
  }
  return rows;
}

export function memoryTable(rows) {
  const shown = (bytes) => bytes.toFixed(1);
  const cells = rows.map(({ name, count, redis, valkey, native, wasm }) => [
    name,
    grouped(count),
    shown(redis),
    shown(valkey),
    shown(native),
    shown(wasm),
  ]);
  return table(['', 'stored', 'redis-server', 'valkey', 'native', 'wasm'], cells);
}
