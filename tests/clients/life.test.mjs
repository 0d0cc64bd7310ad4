// How the hosts start, end and keep files.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import IORedis from 'ioredis';
import { freePort, servers } from '../../scripts/conformance/servers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
const children = [];
const connections = [];

/** A connection that a test which fails does not leave behind. */
class Redis extends IORedis {
  constructor(options) {
    super({ ...options, maxRetriesPerRequest: 1 });
    connections.push(this);
  }
}

after(() => {
  for (const connection of connections) connection.disconnect();
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a host; `ready` resolves when it says so, `ended` to its exit code or signal and what it printed. */
function start(kind, words, input = '') {
  const [program, ...args] = servers[kind]();
  const child = spawn(program, [...args, ...words], { cwd: folder });
  children.push(child);
  let text = '';
  // It may have ended without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let isReady;
  const ready = new Promise((resolve) => {
    isReady = resolve;
  });
  const add = (data) => {
    text += data.toString();
    if (text.includes('Ready to accept connections')) isReady();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ end: signal ?? code, text }));
  });
  const failed = ended.then(({ end }) => {
    throw new Error(`it ended before it was ready: ${end}\n${text}`);
  });
  // Who waits for its end alone is not to be told twice.
  const started = Promise.race([ready, failed]);
  started.catch(() => undefined);
  return { child, ready: started, ended, text: () => text };
}

for (const kind of ['native', 'wasm']) {
  describe(`${kind} host`, { timeout: 60_000 }, () => {
    test('a configuration file, options and standard input are read; SIGTERM saves and ends', async () => {
      const port = await freePort();
      const dir = mkdtempSync(join(folder, 'a-'));
      const conf = join(dir, 'redis.conf');
      writeFileSync(
        conf,
        `maxmemory 100mb\nalways-show-logo yes\nsave 900 1\npidfile pid\ndir ${dir}\n`,
      );
      const options = [conf, '--port', String(port), '--unixsocket', 'socket', '-'];
      const first = start(kind, options, 'timeout 7\n');
      await first.ready;
      assert.match(first.text(), new RegExp(` PID: ${first.child.pid}\\n`));
      assert.equal(readFileSync(join(dir, 'pid'), 'utf8'), `${first.child.pid}\n`);
      const redis = new Redis({ path: join(dir, 'socket') });
      assert.deepEqual(Object.values(await redis.config('GET', 'timeout')).at(-1), '7');
      assert.deepEqual(Object.values(await redis.config('GET', 'maxmemory')).at(-1), '104857600');
      await redis.set('kept', 'by the snapshot');
      redis.disconnect();
      first.child.kill('SIGTERM');
      const { end, text } = await first.ended;
      assert.equal(end, 0, text);
      assert.match(text, /Received SIGTERM[^]*DB saved on disk[^]*bye bye/);
      const second = start(kind, [conf, '--port', String(port)]);
      await second.ready;
      const again = new Redis({ port });
      assert.equal(await again.get('kept'), 'by the snapshot');
      again.disconnect();
      second.child.kill('SIGINT');
      assert.equal((await second.ended).end, 0);
    });

    test('what appendfsync always has acknowledged is there after kill -9', async () => {
      const port = await freePort();
      const dir = mkdtempSync(join(folder, 'b-'));
      const words = ['--port', String(port), '--dir', dir, '--appendonly', 'yes', '--save', ''];
      const first = start(kind, [...words, '--appendfsync', 'always']);
      await first.ready;
      const clients = Array.from({ length: 10 }, () => new Redis({ port }));
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(clients.map((client) => client.incr('n')));
      }
      clients.forEach((client) => client.disconnect());
      first.child.kill('SIGKILL');
      await first.ended;
      const second = start(kind, words);
      await second.ready;
      const redis = new Redis({ port });
      assert.equal(await redis.get('n'), '200');
      redis.disconnect();
      second.child.kill('SIGKILL');
      await second.ended;
    });

    test('what it cannot start with is said as redis-server says it', async () => {
      const bad = await start(kind, ['--port', 'x']).ended;
      assert.equal(bad.end, 1);
      assert.match(
        bad.text,
        /\*\*\* FATAL CONFIG FILE ERROR \(Redis 7\.2\.4\) \*\*\*[^]*>>> 'port "x"'/,
      );
      const missing = await start(kind, ['/nosuch/redis.conf']).ended;
      assert.equal(missing.end, 1);
      assert.match(missing.text, /can't open config file '\/nosuch\/redis.conf': No such file/);
      const port = await freePort();
      const first = start(kind, ['--port', String(port), '--save', '']);
      await first.ready;
      const second = await start(kind, ['--port', String(port)]).ended;
      assert.equal(second.end, 1);
      assert.match(second.text, /Address already in use[^]*Failed listening on port/);
      first.child.kill('SIGTERM');
      assert.equal((await first.ended).end, 0);
      const sentinel = await start(kind, ['--sentinel', '--port', String(port)]).ended;
      assert.equal(sentinel.end, 1);
      assert.match(sentinel.text, /Sentinel needs config file on disk to save state/);
    });

    test('a sentinel finds what it watches, and clients find the primary through it', async () => {
      const port = await freePort();
      const host = start(kind, ['--port', String(port), '--save', '']);
      await host.ready;
      const conf = join(folder, `sentinel-${port}.conf`);
      writeFileSync(conf, `port 0\nsentinel monitor trio 127.0.0.1 ${port} 1\n`);
      const own = await freePort();
      const sentinel = start(kind, [conf, '--sentinel', '--port', String(own)]);
      await sentinel.ready;
      const redis = new Redis({ sentinels: [{ host: '127.0.0.1', port: own }], name: 'trio' });
      assert.equal(await redis.set('found', 'yes'), 'OK');
      const direct = new Redis({ port: own });
      const flags = async () => (await direct.call('SENTINEL', 'MASTER', 'trio'))[9];
      for (let tries = 0; tries < 100 && (await flags()) !== 'master'; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal(await flags(), 'master');
      assert.match(readFileSync(conf, 'utf8'), /sentinel myid [0-9a-f]{40}/);
      redis.disconnect();
      direct.disconnect();
    });

    test('replies that nobody reads are kept within bounds, and the client is served when it reads', async () => {
      const port = await freePort();
      const host = start(kind, ['--port', String(port), '--save', '']);
      await host.ready;
      const redis = new Redis({ port });
      await redis.set('large', 'x'.repeat(1 << 20));
      const socket = connect(port, '127.0.0.1');
      const count = 200;
      socket.write('*2\r\n$3\r\nGET\r\n$5\r\nlarge\r\n'.repeat(count));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      // 200 MB were asked for; 64 MB may wait, in a buffer that has grown by doubling.
      const used = Number((await redis.info('memory')).match(/used_memory:(\d+)/)[1]);
      assert.ok(used < 150 * (1 << 20), `${used} bytes`);
      let received = 0;
      const wanted = count * ((1 << 20) + '$1048576\r\n\r\n'.length);
      await new Promise((resolve) => {
        socket.on('data', (data) => {
          received += data.length;
          if (received >= wanted) resolve();
        });
      });
      assert.equal(received, wanted);
      socket.destroy();
      redis.disconnect();
      host.child.kill('SIGKILL');
      await host.ended;
    });
  });
}
