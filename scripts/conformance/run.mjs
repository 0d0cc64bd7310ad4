// Running one unit or one file of tests, and counting what came of it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../project.mjs';
import { redisPy, suiteFor } from './fetch.mjs';
import { servers, startServer } from './servers.mjs';

/** What of the suite's tests is skipped: names, or tags with a `-` before them, to reasons. */
export function skips() {
  const text = readFileSync(join(root, 'scripts/conformance/skips.txt'), 'utf8');
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => line.split('\t')));
}

/** Runs a program until it ends or its time is over: { code, text, late }. It and all it starts die. */
function timed(program, args, { cwd, env, seconds }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let text = '';
    let late = false;
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, seconds * 1000);
    const add = (data) => (text += data.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', (error) => {
      text += error.message;
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      kill();
      resolve({ code, text, late });
    });
  });
}

// eslint-disable-next-line no-control-regex
const plain = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');

/** The counts of a run of the suite. */
function counted(text) {
  const names = (pattern) => [...plain(text).matchAll(pattern)].map((match) => match[1].trim());
  return {
    ok: names(/^\[ok\]: (.*?)(?: \(\d+ ms\))?$/gm).length,
    failed: [
      ...names(/^\[err\]: (.*?)$/gm),
      ...names(/^\[exception\]: (.*?)$/gm),
      ...names(/^\[timeout\]: (.*?)$/gm),
    ],
  };
}

/** The counts of a run of the suite of sentinels, which goes on with the next file after a failure. */
function countedOfSentinels(text) {
  const names = (pattern) => [...plain(text).matchAll(pattern)].map((match) => match[1].trim());
  return {
    ok: names(/^\d\d:\d\d:\d\d> (.*): OK$/gm).length,
    failed: [
      ...names(/^\d\d:\d\d:\d\d> (.*FAILED: .*)$/gm),
      ...names(/^(FAILED: caught an error .*)$/gm),
    ],
  };
}

/** A place to run the suite in, one for each that runs at the same time. */
export class Place {
  constructor(kind) {
    this.kind = kind;
    // Below those that the system gives to clients, and hardly another run's.
    this.port = 20_100 + Math.floor(Math.random() * 100) * 100;
    this.options = kind === 'real' ? debugging : [...debugging, ...as70];
    // Only a program that is one file can be started by the suite.
    this.folder = suiteFor(servers[kind === 'wasm' ? 'real' : kind]()[0]);
  }

  /** Runs a file of the suite of sentinels, which starts five of them and five servers. */
  async sentinels(name, seconds) {
    const args = ['--single', name];
    const began = Date.now();
    const result = await timed('./runtest-sentinel', args, { cwd: this.folder, seconds });
    const { ok, failed } = countedOfSentinels(result.text);
    if (result.late) failed.push(`it was stopped after ${seconds} seconds`);
    if (ok === 0 && failed.length === 0) failed.push(result.text.slice(-500));
    return { ok, failed, seconds: (Date.now() - began) / 1000, text: result.text };
  }

  /** Runs a unit; `mode` is 'external' or 'spawned'. */
  async unit(name, mode, seconds) {
    const skipped = [...skips().keys()].filter((test) => !test.startsWith('-'));
    const tags = [...skips().keys()].filter((test) => test.startsWith('-'));
    const skipFile = join(this.folder, 'skips');
    writeFileSync(skipFile, skipped.map((test) => `${test}\n`).join(''));
    const args = [
      '--clients',
      '1',
      '--tags',
      tags.join(' '),
      '--skipfile',
      skipFile,
      '--single',
      name,
    ];
    args.push('--durable', '--timeout', String(seconds));
    args.push('--baseport', String(this.port), '--portcount', '1000');
    const server = mode === 'external' && (await startServer(this.kind, this.options));
    if (server) args.push('--host', '127.0.0.1', '--port', String(server.port));
    const began = Date.now();
    const result = await timed('./runtest', args, { cwd: this.folder, seconds });
    const { ok, failed } = counted(result.text);
    if (result.late) failed.push(`it was stopped after ${seconds} seconds`);
    if (server) {
      if (server.ended()) {
        failed.push(`the server is gone: ${server.ended()}: ${lastWords(server.log())}`);
      }
      await server.stop();
    }
    if (ok === 0 && failed.length === 0 && result.code !== 0) failed.push(result.text.slice(-500));
    return { ok, failed, seconds: (Date.now() - began) / 1000, text: result.text };
  }
}

/** What lets a server that answers as 7.2, and measures no command unasked, look like the 7.0 that the suite knows. */
const as70 = ['--set-max-listpack-entries', '0', '--latency-tracking', 'yes'];

const debugging = ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'];

/** What a crashed server said. */
function lastWords(log) {
  const panic = log.match(/panicked at[^\n]*\n[^\n]*/);
  return panic ? panic[0].replace('\n', ' ') : log.trim().split('\n').slice(-2).join(' ');
}

/** Runs a file of redis-py's tests with RESP2 or RESP3. */
export async function pythonFile(kind, file, protocol, seconds) {
  const { python, folder } = redisPy();
  const server = await startServer(kind, debugging);
  const temporary = mkdtempSync(join(tmpdir(), 'redis-py-'));
  const began = Date.now();
  const result = await timed(
    python,
    [
      ...[
        '-m',
        'pytest',
        '-q',
        '-p',
        'no:cacheprovider',
        '-o',
        'asyncio_mode=auto',
        '-rf',
        '--tb=line',
        '--timeout=60',
      ],
      ...['-m', 'not onlycluster and not redismod and not ssl and not graph'],
      ...[`--redis-url=redis://127.0.0.1:${server.port}/0`, `--protocol=${protocol}`, file],
    ],
    { cwd: folder, seconds, env: { PYTHONDONTWRITEBYTECODE: '1', TMPDIR: temporary } },
  );
  const last = (pattern) => Number([...result.text.matchAll(pattern)].at(-1)?.[1] ?? 0);
  const failed = [...result.text.matchAll(/^(?:FAILED|ERROR) (\S+)(.*)$/gm)];
  const names = failed.map((match) => match[1].replace(/^.*?::/, '') + match[2].slice(0, 160));
  if (result.late) names.push(`it was stopped after ${seconds} seconds`);
  if (server.ended())
    names.push(`the server is gone: ${server.ended()}: ${lastWords(server.log())}`);
  await server.stop();
  rmSync(temporary, { recursive: true, force: true });
  const ok = last(/(\d+) passed/g);
  if (ok === 0 && names.length === 0) names.push(result.text.slice(-300));
  return { ok, failed: names, seconds: (Date.now() - began) / 1000, text: result.text };
}
