/** redis-benchmark: many clients that send the same command, and how long each waited. What it prints was measured. */

import { concat, encodeCommand } from '../../client/resp';
import { Usage, type Run } from '../program';
import { Link, ServerClosed, ServerError, itemsOf, textOf, type Client } from './client';
import { VERSION } from './redis-server';

interface Options {
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  db: number;
  requests: number;
  clients: number;
  pipeline: number;
  /** Keys end in a number below this, drawn at random. */
  keyspace: number | undefined;
  size: number;
  quiet: boolean;
  csv: boolean;
  tests: readonly string[] | undefined;
}

const MOST_REQUESTS = 100_000_000;
const MOST_CLIENTS = 1000;
const MOST_PIPELINED = 10_000;

const HELP = `Usage: redis-benchmark [OPTIONS] [COMMAND ARGS...]

Options:
 -h <hostname>      Server hostname (default 127.0.0.1)
 -p <port>          Server port (default 6379)
 -a <password>      Password for Redis Auth
 --user <username>  Used to send ACL style 'AUTH username pass'. Needs -a.
 --dbnum <db>       SELECT the specified db number (default 0)
 -c <clients>       Number of parallel connections (default 50).
 -n <requests>      Total number of requests (default 100000)
 -d <size>          Data size of SET/GET value in bytes (default 3)
 -P <numreq>        Pipeline <numreq> requests. Default 1 (no pipeline).
 -r <keyspacelen>   Use random keys for SET/GET/INCR, random values for SADD,
                    random members and scores for ZADD.
 -q                 Quiet. Just show query/sec values
 --csv              Output in CSV format
 -t <tests>         Only run the comma separated list of tests.
 --version          Output version and exit.
`;

const RANDOM = '__rand_int__';

interface Test {
  /** How -t names it. */
  readonly names: readonly string[];
  readonly title: string;
  readonly words: (value: string) => readonly string[];
}

const test = (names: string, title: string, words: (value: string) => readonly string[]): Test => ({
  names: names.split(' '),
  title,
  words,
});

const TESTS: readonly Test[] = [
  test('ping_inline ping', 'PING_INLINE', () => ['PING']),
  test('ping_mbulk ping', 'PING_MBULK', () => ['PING']),
  test('set', 'SET', (value) => ['SET', `key:${RANDOM}`, value]),
  test('get', 'GET', () => ['GET', `key:${RANDOM}`]),
  test('incr', 'INCR', () => ['INCR', `counter:${RANDOM}`]),
  test('lpush', 'LPUSH', (value) => ['LPUSH', 'mylist', value]),
  test('rpush', 'RPUSH', (value) => ['RPUSH', 'mylist', value]),
  test('lpop', 'LPOP', () => ['LPOP', 'mylist']),
  test('rpop', 'RPOP', () => ['RPOP', 'mylist']),
  test('sadd', 'SADD', () => ['SADD', 'myset', `element:${RANDOM}`]),
  test('hset', 'HSET', (value) => ['HSET', 'myhash', `element:${RANDOM}`, value]),
  test('spop', 'SPOP', () => ['SPOP', 'myset']),
  test('zadd', 'ZADD', () => ['ZADD', 'myzset', '0', `element:${RANDOM}`]),
  test('zpopmin', 'ZPOPMIN', () => ['ZPOPMIN', 'myzset']),
  test('lrange lrange_100', 'LPUSH (needed to benchmark LRANGE)', (value) => [
    'LPUSH',
    'mylist',
    value,
  ]),
  test('lrange lrange_100', 'LRANGE_100 (first 100 elements)', () => [
    'LRANGE',
    'mylist',
    '0',
    '99',
  ]),
  test('mset', 'MSET (10 keys)', (value) => [
    'MSET',
    ...Array.from({ length: 10 }, () => [`key:${RANDOM}`, value]).flat(),
  ]),
];

function read(args: readonly string[]): { options: Options; command: readonly string[] } {
  const options: Options = {
    host: '127.0.0.1',
    port: 6379,
    user: undefined,
    password: undefined,
    db: 0,
    requests: 100_000,
    clients: 50,
    pipeline: 1,
    keyspace: undefined,
    size: 3,
    quiet: false,
    csv: false,
    tests: undefined,
  };
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const next = args[at + 1];
    const text = (): string => {
      if (next === undefined)
        throw new Usage(`Invalid option "${word}" or option argument missing\n\n${HELP}`);
      at += 1;
      return next;
    };
    const number = (most: number, least = 1): number => {
      const value = Number.parseInt(text(), 10);
      if (!Number.isInteger(value))
        throw new Usage(`Invalid option "${word}" or option argument missing\n\n${HELP}`);
      return Math.min(most, Math.max(least, value));
    };
    if (word === '-h') options.host = text();
    else if (word === '-p') options.port = number(65535, 0);
    else if (word === '-a') options.password = text();
    else if (word === '--user') options.user = text();
    else if (word === '--dbnum') options.db = number(1 << 20, 0);
    else if (word === '-n') options.requests = number(MOST_REQUESTS);
    else if (word === '-c') options.clients = number(MOST_CLIENTS);
    else if (word === '-P') options.pipeline = number(MOST_PIPELINED);
    else if (word === '-r') options.keyspace = number(2 ** 40, 1);
    else if (word === '-d') options.size = number(1 << 20);
    else if (word === '-q') options.quiet = true;
    else if (word === '--csv') options.csv = true;
    else if (word === '-k' || word === '--threads') text();
    else if (word === '-t') options.tests = text().toLowerCase().split(',');
    else if (word === '--help') throw new Usage(HELP, 0);
    else if (word === '-v' || word === '--version')
      throw new Usage(`redis-benchmark ${VERSION}\n`, 0);
    else if (word.startsWith('-'))
      throw new Usage(`Invalid option "${word}" or option argument missing\n\n${HELP}`);
    else break;
  }
  return { options, command: args.slice(at) };
}

export async function redisBenchmark(run: Run): Promise<number> {
  let parsed;
  try {
    parsed = read(run.args);
  } catch (error) {
    if (!(error instanceof Usage) || error.code !== 0) throw error;
    await run.stdout.write(error.message);
    return 0;
  }
  const { options, command } = parsed;
  const value = 'x'.repeat(options.size);
  const known = TESTS.filter(({ names }) => {
    const { tests } = options;
    return tests === undefined || names.some((name) => tests.includes(name));
  });
  const tests = command.length === 0 ? known : [test('', command.join(' '), () => command)];
  const link = new Link(run.lab);
  const stop = (): void => link.close();
  run.signal.addEventListener('abort', stop);
  try {
    const clients = await connect(link, options);
    const host = await settings(clients[0]);
    if (options.csv)
      await run.stdout.write(
        '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"\n',
      );
    for (const one of tests) {
      const measured = await measure(run, clients, one, value, options);
      await report(run, one.title, measured, options, host);
    }
    if (options.quiet && !options.csv) await run.stdout.write('\n');
    return 0;
  } catch (error) {
    if (run.signal.aborted) return 130;
    if (error instanceof ServerClosed) throw new Usage('Error: Server closed the connection\n');
    if (error instanceof ServerError) {
      throw new Usage(`Error from server: ${error.message}\n`);
    }
    throw error;
  } finally {
    run.signal.removeEventListener('abort', stop);
    link.close();
  }
}

async function connect(link: Link, options: Options): Promise<Client[]> {
  const clients: Client[] = [];
  const count = Math.min(options.clients, options.requests);
  for (let number = 0; number < count; number += 1) {
    const client = await link.connect(options.host, options.port);
    if (!client) {
      throw new Usage(
        `Could not connect to Redis at ${options.host}:${options.port}: Connection refused\n`,
      );
    }
    const { user, password } = options;
    if (password !== undefined)
      await client.call('AUTH', ...(user === undefined ? [password] : [user, password]));
    if (options.db !== 0) await client.call('SELECT', options.db);
    clients.push(client);
  }
  return clients;
}

/** What the server is set to: save points and AOF. */
async function settings(client: Client | undefined): Promise<readonly [string, string]> {
  const value = async (name: string): Promise<string> => {
    try {
      return textOf(itemsOf(await client?.call('CONFIG', 'GET', name))[1]);
    } catch {
      return ''; // Not everybody may ask.
    }
  };
  return [await value('save'), await value('appendonly')];
}

interface Measured {
  /** How long each request waited, in milliseconds, sorted. */
  readonly latencies: Float64Array;
  readonly seconds: number;
}

async function measure(
  run: Run,
  clients: readonly Client[],
  one: Test,
  value: string,
  { requests, pipeline, keyspace }: Options,
): Promise<Measured> {
  const latencies = new Float64Array(requests);
  let [begun, done] = [0, 0];
  const inline = one.title === 'PING_INLINE' ? new TextEncoder().encode('PING\r\n') : undefined;
  const words = one.words(value);
  const fixed = words.map((word) => word.replaceAll(RANDOM, '000000000000'));
  const bytes = inline ?? encodeCommand(keyspace === undefined ? fixed : words);
  const request = (): Uint8Array => {
    if (keyspace === undefined || inline) return bytes;
    const number = (): string => String(Math.floor(Math.random() * keyspace)).padStart(12, '0');
    return encodeCommand(words.map((word) => word.replaceAll(RANDOM, number)));
  };
  const repeated = new Map<number, Uint8Array>();
  const many = (count: number): Uint8Array => {
    if (keyspace !== undefined) return concat(Array.from({ length: count }, request));
    const known = repeated.get(count) ?? concat(Array.from({ length: count }, request));
    repeated.set(count, known);
    return known;
  };
  const start = performance.now();
  const work = async (client: Client): Promise<void> => {
    while (begun < requests && !run.signal.aborted) {
      const count = Math.min(pipeline, requests - begun);
      begun += count;
      const sent = performance.now();
      const replies = await client.exchange(many(count), count);
      const waited = performance.now() - sent;
      for (const reply of replies) {
        if (reply.kind === 'error') throw new ServerError(reply.text);
        latencies[done++] = waited;
      }
    }
  };
  await Promise.all(clients.map(work));
  if (run.signal.aborted) throw new ServerClosed();
  const seconds = (performance.now() - start) / 1000;
  return { latencies: latencies.sort(), seconds };
}

const at = (sorted: Float64Array, percent: number): number =>
  sorted[
    Math.min(sorted.length - 1, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1))
  ] ?? 0;

async function report(
  run: Run,
  title: string,
  { latencies, seconds }: Measured,
  options: Options,
  [save, appendonly]: readonly [string, string],
): Promise<void> {
  const { stdout } = run;
  const { length } = latencies;
  const rate = (length / seconds).toFixed(2);
  const ms = (value: number): string => value.toFixed(3);
  const [min, max] = [latencies[0] ?? 0, latencies.at(-1) ?? 0];
  const average = latencies.reduce((sum, one) => sum + one, 0) / length;
  const figures = [average, min, at(latencies, 50), at(latencies, 95), at(latencies, 99), max].map(
    ms,
  );
  if (options.csv) {
    await stdout.write(`${[title, rate, ...figures].map((one) => `"${one}"`).join(',')}\n`);
    return;
  }
  if (options.quiet) {
    await stdout.write(
      `${title}: ${rate} requests per second, p50=${ms(at(latencies, 50))} msec\n`,
    );
    return;
  }
  const lines = [
    `====== ${title} ======`,
    `  ${length} requests completed in ${seconds.toFixed(2)} seconds`,
    `  ${options.clients} parallel clients`,
    `  ${options.size} bytes payload`,
    '  keep alive: 1',
    `  host configuration "save": ${save}`,
    `  host configuration "appendonly": ${appendonly}`,
    '  multi-thread: no',
    '',
    'Latency by percentile distribution:',
    ...percentiles(latencies),
    '',
    'Cumulative distribution of latencies:',
    ...cumulative(latencies),
    '',
    'Summary:',
    `  throughput summary: ${rate} requests per second`,
    '  latency summary (msec):',
    '          avg       min       p50       p95       p99       max',
    `    ${figures.map((one) => one.padStart(9)).join(' ')}`,
    '',
    '',
  ];
  await stdout.write(lines.join('\n'));
}

/** 0, 50, 75, 87.5 … per cent: each half as far from the whole as the one before. */
function percentiles(latencies: Float64Array): string[] {
  const lines: string[] = [];
  let last = -1;
  for (
    let percent = 0;
    percent <= 100;
    percent = percent === 0 ? 50 : percent + (100 - percent) / 2
  ) {
    const value = at(latencies, percent);
    const count = upTo(latencies, value);
    lines.push(
      `${percent.toFixed(3)}% <= ${value.toFixed(3)} milliseconds (cumulative count ${count})`,
    );
    if (count === latencies.length && count === last) break;
    last = count;
    if (100 - percent < 100 / latencies.length / 2) break;
  }
  const max = latencies.at(-1) ?? 0;
  lines.push(`100.000% <= ${max.toFixed(3)} milliseconds (cumulative count ${latencies.length})`);
  return lines;
}

/** How many are no longer than this. */
function upTo(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cumulative(latencies: Float64Array): string[] {
  const lines: string[] = [];
  const max = latencies.at(-1) ?? 0;
  const step = max > 50 ? 10 : max > 5 ? 1 : 0.1;
  for (let edge = step; lines.length < 100; edge += step) {
    const count = upTo(latencies, edge);
    const percent = ((100 * count) / latencies.length).toFixed(3);
    if (count > 0)
      lines.push(`${percent}% <= ${edge.toFixed(3)} milliseconds (cumulative count ${count})`);
    if (count === latencies.length) break;
  }
  return lines;
}
