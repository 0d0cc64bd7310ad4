// How the time of a command and the bytes of an element grow with what is stored: the engine as wasm, beside redis-server.
import { startEngine } from './engine.mjs';
import { hostProgram } from './host.mjs';
import { Peer, programs } from './peers.mjs';
import { grouped, median, table } from './report.mjs';
import { chance, request } from './workloads.mjs';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** Of keys alone, in servers of their own: a tab has four gigabytes. */
const NATIVE_SIZES = [...SIZES, 10_000_000];
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

async function ofServer(program, make, fill, size) {
  const server = await Peer.start(program);
  const before = used(server.cli('INFO', 'memory'));
  for (let from = 0; from < size; from += 100_000) {
    const share = [...parts(Math.min(100_000, size - from))];
    server.fill(share.flatMap((part) => fill(part[0] + from, part[1] + from)));
  }
  const bytes = (used(server.cli('INFO', 'memory')) - before) / size;
  // redis-benchmark draws members as they are named here; an index with zeros before it is none, so that one stands
  // for all which is as far from its end of the list as they are on average.
  const command =
    fill === list
      ? ['LINDEX', 'l', String(Math.floor(size / 4))]
      : make(1, () => 0).map((word) => {
          if (word === member(0)) return 'member:__rand_int__';
          return word === '0' && make.length > 0 ? '__rand_int__' : word;
        });
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
    for (const size of name === 'GET' ? NATIVE_SIZES : SIZES) {
      const row = { name, size };
      if (SIZES.includes(size)) row.engine = await ofEngine(make, fill, size);
      row.host = await ofServer(hostProgram(), make, fill, size);
      row.redis = await ofServer(programs.redis(), make, fill, size);
      rows.push(row);
      console.log(`growth ${JSON.stringify(row)}`);
    }
  }
  return rows;
}

/** A row a command and place: times at each size, those at 10⁶ over those at 10³, and bytes an element at 10⁶. */
export function growthTable(rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const places = { engine: 'wasm', host: 'native host', redis: 'redis-server' };
  const cells = names.flatMap((name) =>
    Object.entries(places).map(([place, who]) => {
      const of = (size) => rows.find((row) => row.name === name && row.size === size)?.[place];
      const shown = (size) => (of(size) ? `${of(size).ns.toFixed(0)} ns` : '');
      const [first, last] = [of(SIZES[0]), of(SIZES.at(-1))];
      return [
        `${name}, ${who}`,
        ...NATIVE_SIZES.map(shown),
        `× ${(last.ns / first.ns).toFixed(2)}`,
        last.bytes.toFixed(1),
      ];
    }),
  );
  const heads = ['', ...NATIVE_SIZES.map(grouped), '10⁶ / 10³', 'bytes an element'];
  return table(heads, cells);
}
