// Loading and saving a million keys: the native host and its peers, each on the files that redis-server has written, by
// what they log themselves.
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostProgram } from './host.mjs';
import { Peer, programs } from './peers.mjs';
import { median, table } from './report.mjs';

const KEYS = 1_000_000;

/** Seconds that a server has logged for loading its files. */
function logged(log) {
  const found = [...log.matchAll(/DB loaded from [^:]*: ([\d.]+) seconds/g)];
  // Of a log each file is told, and all of it where the server does.
  const whole = found.find(([text]) => /disk|append only file/.test(text));
  if (whole) return Number(whole[1]);
  return found.length > 0 ? found.reduce((sum, match) => sum + Number(match[1]), 0) : undefined;
}

/** Has a redis-server write the files: a snapshot, and a log of commands alone. */
async function write(folder) {
  const server = await Peer.start(
    programs.redis(),
    ['--appendonly', 'yes', '--aof-use-rdb-preamble', 'no', '--auto-aof-rewrite-percentage', '0'],
    mkdtempSync(join(tmpdir(), 'bench-')),
  );
  const commands = Array.from({ length: KEYS }, (_, at) => [
    'SET',
    `key:${String(at).padStart(8, '0')}`,
    `value:${at}`,
  ]);
  server.fill(commands);
  server.cli('SAVE');
  copyFileSync(join(server.folder, 'dump.rdb'), join(folder, 'dump.rdb'));
  server.cli('SHUTDOWN', 'NOSAVE');
  cpSync(join(server.folder, 'appendonlydir'), join(folder, 'appendonlydir'), { recursive: true });
  server.stop();
}

async function load(program, files, appendonly) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  cpSync(files, folder, { recursive: true });
  if (!appendonly) rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true });
  const server = await Peer.start(program, ['--appendonly', appendonly ? 'yes' : 'no'], folder);
  while (server.cli('DBSIZE').startsWith('LOADING')) await new Promise((go) => setTimeout(go, 50));
  const keys = Number(server.cli('DBSIZE'));
  const start = performance.now();
  if (!appendonly) server.cli('SAVE');
  const saving = (performance.now() - start) / 1000;
  // What it has printed is read when nothing else is done.
  await new Promise((go) => setTimeout(go, 200));
  server.stop();
  if (keys !== KEYS) throw new Error(`${program} has loaded ${keys} keys:\n${server.log}`);
  return { loading: logged(server.log), saving: appendonly ? undefined : saving };
}

export async function loading({ rounds }) {
  const files = mkdtempSync(join(tmpdir(), 'bench-'));
  await write(files);
  const places = { redis: programs.redis(), valkey: programs.valkey(), native: hostProgram() };
  const rows = [];
  for (const [what, appendonly] of [
    ['RDB', false],
    ['AOF of SETs', true],
  ]) {
    if (appendonly && !existsSync(join(files, 'appendonlydir'))) continue;
    const times = Object.fromEntries(Object.keys(places).map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, program] of Object.entries(places)) {
        times[name].push(await load(program, files, appendonly));
      }
    }
    for (const key of appendonly ? ['loading'] : ['loading', 'saving']) {
      const row = { name: `${what}, ${key === 'loading' ? 'loading' : 'SAVE'}` };
      for (const name of Object.keys(places))
        row[name] = median(times[name].map((time) => time[key]));
      rows.push(row);
      console.log(`loading ${JSON.stringify(row)}`);
    }
  }
  rmSync(files, { recursive: true, force: true });
  return rows;
}

export function loadingTable(rows) {
  const shown = (seconds) => (seconds === undefined ? '' : `${seconds.toFixed(2)} s`);
  const cells = rows.map(({ name, redis, valkey, native }) => [
    name,
    shown(redis),
    shown(valkey),
    shown(native),
  ]);
  return table(['1 000 000 keys', 'redis-server', 'valkey', 'native host'], cells);
}
