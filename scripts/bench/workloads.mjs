// What is measured: the commands of redis-benchmark and a few more, as redis-benchmark sends them. Runs in Node and in
// a browser's worker alike, so nothing is imported here.

/** Keys, members and fields are drawn from so many, as by redis-benchmark -r. */
export const KEYS = 100_000;

/** A source of chance that is the same in every run (xorshift32). */
export function chance(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What redis-benchmark puts in place of __rand_int__. */
const number = (value) => String(value).padStart(12, '0');
const RANDOM = '__rand_int__';
const key = `key:${RANDOM}`;
const element = `element:${RANDOM}`;
const list = Array.from({ length: 1000 }, (_, at) => `element:${number(at)}`);
const numbered = (count, make) => Array.from({ length: count }, (_, at) => make(at));

/**
 * The workloads: a command, in which each __rand_int__ is drawn anew, and what is there before. `standard` names the test
 * of redis-benchmark that sends the same. `fill` is a list of commands; `consumes` says that each command takes away
 * something of what was filled in, so that no more are sent than there is. `weight` is how many fewer are sent,
 * because each is so much work.
 */
export const workloads = [
  { name: 'PING_INLINE', standard: 'ping_inline', inline: 'PING\r\n' },
  { name: 'PING_MBULK', standard: 'ping_mbulk', command: ['PING'] },
  { name: 'SET', standard: 'set', command: ['SET', key, 'xxx'] },
  { name: 'GET', standard: 'get', command: ['GET', key], fill: strings },
  { name: 'INCR', standard: 'incr', command: ['INCR', `counter:${RANDOM}`] },
  { name: 'LPUSH', standard: 'lpush', command: ['LPUSH', 'mylist', 'xxx'] },
  { name: 'RPUSH', standard: 'rpush', command: ['RPUSH', 'mylist', 'xxx'] },
  { name: 'LPOP', standard: 'lpop', command: ['LPOP', 'mylist'], fill: longList, consumes: true },
  { name: 'RPOP', standard: 'rpop', command: ['RPOP', 'mylist'], fill: longList, consumes: true },
  { name: 'SADD', standard: 'sadd', command: ['SADD', 'myset', element] },
  { name: 'HSET', standard: 'hset', command: ['HSET', 'myhash', element, 'xxx'] },
  { name: 'SPOP', standard: 'spop', command: ['SPOP', 'myset'], fill: wholeSet, consumes: true },
  { name: 'ZADD', standard: 'zadd', command: ['ZADD', 'myzset', RANDOM, element] },
  {
    name: 'ZPOPMIN',
    standard: 'zpopmin',
    command: ['ZPOPMIN', 'myzset'],
    fill: wholeSortedSet,
    consumes: true,
  },
  ...[100, 300, 500, 600].map((count) => ({
    name: `LRANGE_${count}`,
    standard: `lrange_${count}`,
    command: ['LRANGE', 'mylist', '0', String(count - 1)],
    fill: () => [['RPUSH', 'mylist', ...numbered(1000, () => 'xxx')]],
    weight: count / 10,
  })),
  {
    name: 'MSET (10 keys)',
    standard: 'mset',
    command: ['MSET', ...numbered(10, () => [key, 'xxx']).flat()],
    weight: 4,
  },
  { name: 'ZINCRBY', command: ['ZINCRBY', 'myzset', '1', element], fill: wholeSortedSet },
  {
    name: 'ZREVRANGE 0 9 WITHSCORES',
    command: ['ZREVRANGE', 'myzset', '0', '9', 'WITHSCORES'],
    fill: wholeSortedSet,
    weight: 2,
  },
  { name: 'ZRANK', command: ['ZRANK', 'myzset', element], fill: wholeSortedSet },
  {
    name: 'ZUNIONSTORE (3 × 10 000)',
    command: ['ZUNIONSTORE', 'out', '3', 'z0', 'z1', 'z2'],
    fill: threeSortedSets,
    weight: 4000,
  },
  {
    name: 'SINTER (2 × 1000)',
    command: ['SINTER', 's0', 's1'],
    fill: () => [
      ['SADD', 's0', ...list],
      ['SADD', 's1', ...numbered(1000, (at) => `element:${number(at * 2)}`)],
    ],
    weight: 400,
  },
  {
    name: 'BITCOUNT (64 KB)',
    command: ['BITCOUNT', 'bits'],
    fill: () => [
      ['SETBIT', 'bits', '524287', '1'],
      ['SETRANGE', 'bits', '1000', 'some text'],
    ],
    weight: 40,
  },
  {
    name: 'MULTI, ten SET, EXEC',
    commands: [['MULTI'], ...numbered(10, () => ['SET', key, 'xxx']), ['EXEC']],
    weight: 4,
  },
  { name: 'EVAL', command: ['EVAL', "return redis.call('INCR', KEYS[1])", '1', key], weight: 10 },
];

function strings() {
  return numbered(KEYS, (at) => ['SET', `key:${number(at)}`, 'xxx']);
}

function longList() {
  return numbered(400, () => ['RPUSH', 'mylist', ...numbered(1000, () => 'xxx')]);
}

function wholeSet() {
  return numbered(400, (row) => [
    'SADD',
    'myset',
    ...numbered(1000, (at) => `element:${number(row * 1000 + at)}`),
  ]);
}

function wholeSortedSet() {
  const random = chance(7);
  return numbered(400, (row) => [
    'ZADD',
    'myzset',
    ...numbered(1000, (at) => [String(random(KEYS)), `element:${number(row * 1000 + at)}`]).flat(),
  ]);
}

function threeSortedSets() {
  return numbered(3, (which) => [
    'ZADD',
    `z${which}`,
    ...numbered(10_000, (at) => [String(at), `element:${number(at * (which + 1))}`]).flat(),
  ]);
}

const encoder = new TextEncoder();

/** Commands as RESP. */
export function request(commands) {
  const resp = (words) =>
    `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  return encoder.encode(commands.map(resp).join(''));
}

/** One call's worth of a workload: `pipeline` times its command. */
function batch(workload, pipeline, random) {
  if (workload.inline) return encoder.encode(workload.inline.repeat(pipeline));
  const commands = workload.commands ?? [workload.command];
  const draw = (word) => word.replaceAll(RANDOM, () => number(random(KEYS)));
  const times = numbered(pipeline, () => commands.map((command) => command.map(draw)));
  return request(times.flat());
}

/** How many commands of a workload are sent in a round. */
export function countOf(workload, pipeline, scale = 1) {
  const most = (pipeline === 1 ? 40_000 : 200_000) * scale;
  return Math.max(1, Math.round(most / (workload.weight ?? 1) / pipeline)) * pipeline;
}

/** Fills an engine with what a workload needs; `send` takes request bytes and answers reply bytes. */
export function fill(workload, send) {
  // As the peers are started: with save points FLUSHALL would wait for the disk.
  send(request([['CONFIG', 'SET', 'save', ''], ['FLUSHALL']]));
  const commands = workload.fill?.() ?? [];
  for (let from = 0; from < commands.length; from += 100) {
    send(request(commands.slice(from, from + 100)));
  }
}

/** The requests of one round, made before the clock starts. */
export function requests(workload, pipeline, scale, seed) {
  const random = chance(seed);
  const calls = countOf(workload, pipeline, scale) / pipeline;
  return numbered(calls, () => batch(workload, pipeline, random));
}

/** Commands a second of one round: `send` takes request bytes and answers reply bytes. */
export function round(workload, pipeline, scale, seed, send, now) {
  fill(workload, send);
  const calls = requests(workload, pipeline, scale, seed);
  // Once, so that what is compiled late is compiled.
  send(calls[0]);
  let answered = 0;
  const start = now();
  for (const bytes of calls) answered += send(bytes).length;
  const seconds = (now() - start) / 1000;
  if (answered === 0) throw new Error(`${workload.name} was not answered`);
  return (calls.length * pipeline) / seconds;
}
