// The servers that are measured, each started anew for every run.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { which } from '../browser.mjs';
import { Failure, root } from '../project.mjs';

/** Longest time until a server answers, in milliseconds. */
const START = 30_000;

/** By name: the program, its words before the options, and whether the suite can start it itself. */
export const servers = {
  real: () => [which('redis-server') ?? missing('redis-server')],
  native: () => [process.env.RESPLAY_SERVER ?? join(root, 'target/debug/resplay-server')],
  wasm: () => [process.execPath, join(root, 'pkg/bin/resplay.mjs'), 'serve'],
};

function missing(name) {
  throw new Failure(`${name} is missing.`);
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Whether a server answers PING at a port. */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.on('connect', () => socket.write('PING\r\n'));
  });
}

/** Starts a server in a folder of its own: { port, ended(), log(), stop() }. */
export async function startServer(kind, options = []) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const port = await freePort();
  const [program, ...words] = servers[kind]();
  const path = join(folder, 'log');
  const log = openSync(path, 'w');
  const args = [...words, '--port', String(port), '--dir', folder, '--save', '', ...options];
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] });
  let ended;
  const over = new Promise((resolve) => {
    child.on('error', (error) => resolve((ended = error.message)));
    child.on('exit', (code, signal) => resolve((ended = `it ended: ${signal ?? `code ${code}`}`)));
  });
  const server = {
    port,
    pid: child.pid,
    /** Why it runs no more, if it does not. */
    ended: () => ended,
    log: () => readFileSync(path, 'utf8'),
    async stop() {
      child.kill('SIGKILL');
      await over;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const until = Date.now() + START;
  while (!(await answers(port))) {
    if (ended || Date.now() > until) {
      const text = server.log();
      await server.stop();
      throw new Failure(`The ${kind} server did not start: ${ended ?? 'no answer'}\n${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return server;
}
