/** What redis-cli does besides commands: --stat, --bigkeys, --scan, --pipe, --rdb. */

import { concat, encodeCommand } from '../../client/resp';
import { resolve } from '../files';
import { Usage, type Run } from '../program';
import { readAll, sleep } from '../streams';
import { Link, ServerClosed, itemsOf, textOf, type Client } from './client';
import type { CliOptions } from './redis-cli';

/** Bytes of a snapshot that are taken at most. */
const MAX_SNAPSHOT = 256 << 20;

/** Works with a connection that is logged in, and closes it. */
async function connected(
  run: Run,
  options: CliOptions,
  work: (client: Client) => Promise<number>,
): Promise<number> {
  const link = new Link(run.lab);
  // Ctrl-C: whoever waits for a reply hears that nothing more comes.
  const stop = (): void => link.close();
  run.signal.addEventListener('abort', stop);
  try {
    const client = await link.connect(options.host, options.port);
    if (!client) {
      throw new Usage(
        `Could not connect to Redis at ${options.host}:${options.port}: Connection refused\n`,
      );
    }
    const { user, password } = options;
    if (password !== undefined) {
      const words = user === undefined ? [password] : [user, password];
      const [reply] = await client.exchange(encodeCommand(['AUTH', ...words]), 1);
      if (reply?.kind === 'error') await run.stderr.write(`AUTH failed: ${reply.text}\n`);
    }
    if (options.db !== 0) await client.call('SELECT', options.db);
    return await work(client);
  } catch (error) {
    if (run.signal.aborted) return 130;
    if (error instanceof ServerClosed) {
      await run.stderr.write('Error: Server closed the connection\n');
      return 1;
    }
    throw error;
  } finally {
    run.signal.removeEventListener('abort', stop);
    link.close();
  }
}

const human = (bytes: number): string => {
  if (bytes < 1024) return `${bytes}B`;
  const units = ['K', 'M', 'G', 'T'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(2)}${units[unit] ?? ''}`;
};

export function statistics(run: Run, options: CliOptions): Promise<number> {
  return connected(run, options, async (client) => {
    const interval = options.interval > 0 ? options.interval : 1;
    let before = 0;
    for (let row = 0; !run.signal.aborted; row += 1) {
      const info = textOf(await client.call('INFO'));
      const value = (name: string): number =>
        Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
      let keys = 0;
      for (const [, count] of info.matchAll(/^db\d+:keys=(\d+)/gm)) keys += Number(count);
      if (row % 20 === 0) {
        await run.stdout.write(
          '------- data ------ --------------------- load -------------------- - child -\n' +
            'keys       mem      clients blocked requests            connections          \n',
        );
      }
      const requests = value('total_commands_processed');
      const since = row === 0 ? 0 : requests - before;
      before = requests;
      const child = value('rdb_bgsave_in_progress')
        ? 'SAVE'
        : value('aof_rewrite_in_progress')
          ? 'AOF'
          : '';
      await run.stdout.write(
        `${String(keys).padEnd(11)}${human(value('used_memory')).padEnd(8)} ${String(value('connected_clients')).padEnd(8)}` +
          `${String(value('blocked_clients')).padEnd(8)}${`${requests} (+${since})`.padEnd(19)} ` +
          `${String(value('total_connections_received')).padEnd(12)}${child}\n`,
      );
      if (options.repeat > 1 && row + 1 >= options.repeat) break;
      await sleep(interval * 1000, run.signal);
    }
    return run.signal.aborted ? 130 : 0;
  });
}

/** The keys that SCAN finds, some at a time. */
async function* scanned(
  run: Run,
  client: Client,
  { pattern, count }: CliOptions,
): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    const filter = pattern === '*' ? [] : ['MATCH', pattern];
    const [next, keys] = itemsOf(await client.call('SCAN', cursor, ...filter, 'COUNT', count));
    cursor = textOf(next);
    yield itemsOf(keys).map(textOf);
  } while (cursor !== '0' && !run.signal.aborted);
}

export function scanKeys(run: Run, options: CliOptions): Promise<number> {
  return connected(run, options, async (client) => {
    try {
      for await (const keys of scanned(run, client, options)) {
        for (const key of keys) {
          await run.stdout.write(
            run.stdout.isTerminal && options.raw !== true ? `"${key}"\n` : `${key}\n`,
          );
        }
      }
    } catch (error) {
      throw error instanceof Error && error.name === 'Error' && !(error instanceof ServerClosed)
        ? new Usage(`SCAN error: ${error.message}\n`)
        : error;
    }
    return 0;
  });
}

interface Kind {
  readonly name: string;
  readonly sizer: string;
  readonly unit: string;
  count: number;
  total: number;
  biggest: number;
  key: string;
}

const kind = (name: string, sizer: string, unit: string): Kind => ({
  name,
  sizer,
  unit,
  count: 0,
  total: 0,
  biggest: -1,
  key: '',
});

export function bigKeys(run: Run, options: CliOptions): Promise<number> {
  return connected(run, options, async (client) => {
    const { stdout } = run;
    const kinds = [
      kind('list', 'LLEN', 'items'),
      kind('hash', 'HLEN', 'fields'),
      kind('string', 'STRLEN', 'bytes'),
      kind('stream', 'XLEN', 'entries'),
      kind('set', 'SCARD', 'members'),
      kind('zset', 'ZCARD', 'members'),
    ];
    const all = Number(textOf(await client.call('DBSIZE')));
    await stdout.write(
      '\n# Scanning the entire keyspace to find biggest keys as well as\n' +
        '# average sizes per key type.  You can use -i 0.1 to sleep 0.1 sec\n' +
        '# per 100 SCAN commands (not usually needed).\n\n',
    );
    let [sampled, length] = [0, 0];
    for await (const keys of scanned(run, client, options)) {
      if (keys.length === 0) continue;
      const types = await client.exchange(
        concat(keys.map((key) => encodeCommand(['TYPE', key]))),
        keys.length,
      );
      for (const [at, key] of keys.entries()) {
        const found = kinds.find(({ name }) => name === textOf(types[at]));
        if (!found) continue;
        const size = Number(textOf(await client.call(found.sizer, key)));
        const progress = all === 0 ? 0 : (100 * sampled) / all;
        sampled += 1;
        length += new TextEncoder().encode(key).length;
        found.count += 1;
        found.total += size;
        if (size <= found.biggest) continue;
        found.biggest = size;
        found.key = key;
        const percent = `${progress.toFixed(2).padStart(5, '0')}%`;
        await stdout.write(
          `[${percent}] Biggest ${found.name.padEnd(6)} found so far '"${key}"' with ${size} ${found.unit}\n`,
        );
      }
    }
    await stdout.write(
      `\n-------- summary -------\n\nSampled ${sampled} keys in the keyspace!\n` +
        `Total key length in bytes is ${length} (avg len ${(sampled ? length / sampled : 0).toFixed(2)})\n\n`,
    );
    for (const { name, biggest, key, unit } of kinds.filter(({ count }) => count > 0)) {
      await stdout.write(`Biggest ${name.padStart(6)} found '"${key}"' has ${biggest} ${unit}\n`);
    }
    await stdout.write('\n');
    for (const { name, count, total, unit } of kinds) {
      const share = (sampled ? (100 * count) / sampled : 0).toFixed(2).padStart(5, '0');
      const average = (count ? total / count : 0).toFixed(2);
      await stdout.write(
        `${count} ${name}s with ${total} ${unit} (${share}% of keys, avg size ${average})\n`,
      );
    }
    return 0;
  });
}

export function pipeCommands(run: Run, options: CliOptions): Promise<number> {
  return connected(run, options, async (client) => {
    const { stdout, stderr } = run;
    const bytes = await readAll(run.stdin);
    const mark = crypto.randomUUID();
    const echo = encodeCommand(['ECHO', mark]);
    let [errors, replies] = [0, 0];
    await stdout.write('All data transferred. Waiting for the last reply...\n');
    // How many commands these are is known when the mark comes back.
    let waiting = await client.exchange(concat([bytes, Uint8Array.of(13, 10), echo]), 1);
    for (;;) {
      const [reply] = waiting;
      if (reply?.kind === 'string' && reply.value.text === mark) break;
      replies += 1;
      if (reply?.kind === 'error') {
        errors += 1;
        await stderr.write(`${reply.text}\n`);
      }
      waiting = await client.exchange(new Uint8Array(), 1);
    }
    await stdout.write(
      `Last reply received from server.\nerrors: ${errors}, replies: ${replies}\n`,
    );
    return errors > 0 ? 1 : 0;
  });
}

export function transferSnapshot(run: Run, options: CliOptions): Promise<number> {
  return connected(run, options, async (client) => {
    const { stdout, files, shell } = run;
    await stdout.write('sending REPLCONF capa eof\n');
    await client.call('REPLCONF', 'capa', 'eof');
    await stdout.write('sending REPLCONF rdb-only 1\n');
    const [only] = await client.exchange(encodeCommand(['REPLCONF', 'rdb-only', '1']), 1);
    if (only?.kind === 'error') await stdout.write('Could not set rdb-only\n');
    let held = await client.send(new TextEncoder().encode('SYNC\r\n'));
    const more = async (): Promise<void> => {
      held = concat([held, await client.read()]);
      if (held.length > MAX_SNAPSHOT)
        throw new Usage('Fail to write the snapshot: File too large\n');
    };
    // Line ends are what a primary sends while it gets the snapshot ready.
    let line = '';
    while (line === '') {
      while (!held.includes(10)) await more();
      const end = held.indexOf(10);
      line = new TextDecoder().decode(held.subarray(0, end)).trim();
      held = held.slice(end + 1);
    }
    if (line.startsWith('-')) throw new Usage(`SYNC with master failed: ${line}\n`);
    const mark = line.startsWith('$EOF:') ? line.slice(5) : undefined;
    const path = resolve(shell.folder, options.file);
    let size: number;
    if (mark === undefined) {
      size = Number(line.slice(1));
      await stdout.write(`SYNC sent to master, writing ${size} bytes to '${options.file}'\n`);
      while (held.length < size) await more();
    } else {
      await stdout.write(
        `SYNC sent to master, writing bytes of bulk transfer until EOF marker to '${options.file}'\n`,
      );
      const ending = new TextEncoder().encode(mark);
      let at = 0;
      for (;;) {
        const found = find(held, ending, at);
        if (found >= 0) {
          size = found;
          break;
        }
        at = Math.max(0, held.length - ending.length);
        await more();
      }
    }
    await files.write(path, held.subarray(0, size));
    await stdout.write(
      mark === undefined
        ? 'Transfer finished with success.\n'
        : `Transfer finished with success after ${size} bytes\n`,
    );
    return 0;
  });
}

/** Where a sequence of bytes begins, from an offset on; -1 if nowhere. */
function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
