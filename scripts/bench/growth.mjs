// How the time of a command and the bytes of an element grow with what is stored: the engine as wasm, beside redis-server.
import { startEngine } from './engine.mjs';
import { Peer, programs } from './peers.mjs';
import { grouped, median, table } from './report.mjs';
import { chance, request } from './workloads.mjs';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const PIPELINE = 100;
const ROUNDS = 15;
const CALLS = 40;

const member = (at) => `member:${String(at).padStart(12, '0')}`;

/** A command on a collection (or keys) of `size`, and what makes one of the numbers `from` to `to`. */
const commands = {
  ZADD: [(size, random) => ['ZADD', 'z', String(random(1e6)), member(random(size))], sortedSet],
  ZRANK: [(size, random) => ['ZRANK', 'z', member(random(size))], sortedSet],
  'ZREVRANGE 0 9': [() => ['ZREVRANGE', 'z', '0', '9'], sortedSet],
  HSET: [(size, random) => ['HSET', 'h', member(random(size)), 'xxx'], hash],
  SADD: [(size, random) => ['SADD', 's', member(random(size))], set],
  LINDEX: [(size, random) => ['LINDEX', 'l', String(random(size))], list],
  GET: [(size, random) => ['GET', member(random(size))], strings],
};

function sortedSet(from, to) {
  const random = chance(from + 1);
  return [['ZADD', 'z', ...range(from, to).flatMap((at) => [String(random(1e6)), member(at)])]];
}

function hash(from, to) {
  return [['HSET', 'h', ...range(from, to).flatMap((at) => [member(at), 'xxx'])]];
}

function set(from, to) {
  return [['SADD', 's', ...range(from, to).map(member)]];
}

function list(from, to) {
  return [['RPUSH', 'l', ...range(from, to).map(member)]];
}

function strings(from, to) {
  return range(from, to).map((at) => ['SET', member(at), 'xxx']);
}

const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);

function* parts(size) {
  for (let from = 0; from < size; from += 500) yield [from, Math.min(size, from + 500)];
}

const used = (info) => Number(/used_memory:(\d+)/.exec(info)[1]);

async function ofEngine(make, fill, size) {
  const { send, free } = await startEngine();
  const ask = (...words) => new TextDecoder().decode(send(request([words])));
  ask('CONFIG', 'SET', 'save', '');
  const before = used(ask('INFO', 'memory'));
  for (const [from, to] of parts(size)) send(request(fill(from, to)));
  const bytes = (used(ask('INFO', 'memory')) - before) / size;
  const random = chance(size);
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const calls = range(0, CALLS).map(() =>
      request(range(0, PIPELINE).map(() => make(size, random))),
    );
    const start = performance.now();
    for (const bytes of calls) send(bytes);
    times.push(((performance.now() - start) / CALLS / PIPELINE) * 1e6);
  }
  free();
  return { ns: Math.min(...times), bytes };
}

async function ofRedis(make, fill, size) {
  const server = await Peer.start(programs.redis());
  const before = used(server.cli('INFO', 'memory'));
  server.fill([...parts(size)].flatMap(([from, to]) => fill(from, to)));
  const bytes = (used(server.cli('INFO', 'memory')) - before) / size;
  // redis-benchmark draws members as they are named here.
  const command = make(1, () => 0).map((word) =>
    word === member(0)
      ? 'member:__rand_int__'
      : word === '0' && make.length > 0
        ? '__rand_int__'
        : word,
  );
  const times = range(0, 3).map(() => {
    const workload = { command };
    return 1e9 / server.sample(workload, PIPELINE, size);
  });
  server.stop();
  return { ns: median(times), bytes };
}

export async function growth({ tests }) {
  const rows = [];
  for (const [name, [make, fill]] of Object.entries(commands)) {
    if (tests.length > 0 && !tests.includes(name)) continue;
    for (const size of SIZES) {
      const engine = await ofEngine(make, fill, size);
      const redis = await ofRedis(make, fill, size);
      rows.push({ name, size, engine, redis });
      console.log(`growth ${name} ${size}: ${JSON.stringify({ engine, redis })}`);
    }
  }
  return rows;
}

/** A row a command: times at each size, the last over the first, and bytes an element at the largest. */
export function growthTable(rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const cells = names.flatMap((name) =>
    ['engine', 'redis'].map((place) => {
      const of = rows.filter((row) => row.name === name).map((row) => row[place]);
      const times = of.map(({ ns }) => `${ns.toFixed(0)} ns`);
      const grows = (of.at(-1).ns / of[0].ns).toFixed(2);
      const who = place === 'engine' ? 'wasm' : 'redis-server';
      return [`${name}, ${who}`, ...times, `× ${grows}`, of.at(-1).bytes.toFixed(1)];
    }),
  );
  return table(['', ...SIZES.map(grouped), 'largest / smallest', 'bytes an element'], cells);
}
