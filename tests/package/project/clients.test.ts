/** Clients that were written for sockets, over streams into a lab. */

import net from 'node:net';
import { Redis as IORedis } from 'ioredis';
import { createClient } from 'redis';
import { openLab, type Lab } from 'resplay';
import { connector, intercept, stream } from 'resplay/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let lab: Lab;
const open: { disconnect(): unknown }[] = [];

function ioredis(port = 6379, options = {}): IORedis {
  const redis = new IORedis(port, { Connector: connector(lab), ...options });
  open.push(redis);
  return redis;
}

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  for (const client of open.splice(0)) client.disconnect();
  await lab.close();
});

describe('ioredis, by its Connector', () => {
  test('commands, pipelines, transactions, scripts, scans', async () => {
    const redis = ioredis();
    expect(await redis.set('key', 'value', 'EX', 100)).toBe('OK');
    expect(await redis.pipeline().get('key').ttl('key').hset('h', { a: 1, b: 2 }).exec()).toEqual([
      [null, 'value'],
      [null, 100],
      [null, 2],
    ]);
    expect(await redis.hgetall('h')).toEqual({ a: '1', b: '2' });
    expect(await redis.multi().incr('n').lpush('n', 'x').exec()).toMatchObject([
      [null, 1],
      [{ message: expect.stringContaining('WRONGTYPE') as string }],
    ]);
    expect(await redis.eval('return {KEYS[1], ARGV[1]}', 1, 'k', 'v')).toEqual(['k', 'v']);
    await redis.mset(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`many:${n}`, n])));
    const found = new Set<string>();
    for await (const keys of redis.scanStream({ match: 'many:*' }))
      for (const key of keys as string[]) found.add(key);
    expect(found.size).toBe(500);
  });

  test('bytes of every value, and values of megabytes', async () => {
    const redis = ioredis();
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await redis.set('every', every);
    expect(every.equals((await redis.getBuffer('every')) ?? Buffer.of())).toBe(true);
    const big = Buffer.alloc(8 << 20, 'resplay\r\n');
    await redis.set('big', big);
    expect(big.equals((await redis.getBuffer('big')) ?? Buffer.of())).toBe(true);
  });

  test('messages, and a list that is waited for', async () => {
    const redis = ioredis();
    const listener = ioredis();
    const heard = new Promise((resolve) => listener.once('message', (...told) => resolve(told)));
    await listener.subscribe('news');
    expect(await redis.publish('news', 'hello')).toBe(1);
    expect(await heard).toEqual(['news', 'hello']);
    const waiting = ioredis().blpop('queue', 10);
    await vi.waitFor(async () => expect(await redis.client('LIST')).toContain('cmd=blpop'));
    await redis.rpush('queue', 'job');
    expect(await waiting).toEqual(['queue', 'job']);
    expect(await redis.blpop('nothing', 0.05)).toBeNull();
  });

  test('it connects again when the server comes back, and hears who is not there', async () => {
    const redis = ioredis(6379, { retryStrategy: () => 10 });
    await redis.set('key', 'value');
    await redis.save();
    const closed = new Promise((resolve) => redis.once('close', resolve));
    await lab.kill(6379);
    await closed;
    const refused = new Promise<Error>((resolve) => redis.once('error', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED', port: 6379 });
    await lab.start(6379);
    expect(await redis.get('key')).toBe('value');
    const nobody = ioredis(7000, { retryStrategy: null, lazyConnect: true });
    nobody.on('error', () => undefined);
    await expect(nobody.connect()).rejects.toThrow();
  });

  test('a server that needs a password', async () => {
    await (await lab.connect()).call('CONFIG', 'SET', 'requirepass', 'secret');
    expect(await ioredis(6379, { password: 'secret' }).ping()).toBe('PONG');
    const wrong = ioredis(6379, { password: 'guess', retryStrategy: null });
    wrong.on('error', () => undefined);
    await expect(wrong.ping()).rejects.toThrow();
  });
});

describe('any client, by intercepting its connections', () => {
  let restore: () => void;
  beforeEach(() => ({ restore } = intercept(lab)));
  afterEach(() => restore());

  for (const RESP of [2, 3] as const) {
    test(`node-redis in RESP${RESP}`, async () => {
      const client = createClient({ url: 'redis://lab:6379', RESP });
      await client.connect();
      expect(await client.set('key', 'value')).toBe('OK');
      expect(await client.hSet('h', { a: '1' })).toBe(1);
      expect({ ...(await client.hGetAll('h')) }).toEqual({ a: '1' });
      expect(await client.multi().incr('n').get('key').exec()).toEqual([1, 'value']);
      const many = await Promise.all(Array.from({ length: 1000 }, () => client.incr('many')));
      expect(many.at(-1)).toBe(1000);
      const listener = client.duplicate();
      await listener.connect();
      const heard = new Promise((resolve) => {
        void listener.subscribe('news', (...told) => resolve(told));
      });
      await vi.waitFor(async () => expect(await client.publish('news', 'hello')).toBe(1));
      expect(await heard).toEqual(['hello', 'news']);
      const big = Buffer.alloc(3 << 20, 1).toString('latin1');
      await client.set('big', big);
      expect(await client.get('big')).toBe(big);
      listener.destroy();
      await client.close();
    });
  }

  test('ioredis finds the primary through sentinels', async () => {
    await lab.files.write('/etc/s.conf', 'port 26379\nsentinel monitor main 10.0.0.1 6379 1\n');
    await lab.launch(['redis-sentinel', '/etc/s.conf']);
    const redis = new IORedis({ sentinels: [{ host: 'lab', port: 26379 }], name: 'main' });
    open.push(redis);
    expect(await redis.set('found', 'yes')).toBe('OK');
    expect(await (await lab.connect()).call('GET', 'found')).toBe('yes');
  });

  test('other hosts of the lab by name, other places as ever, and all of them when it is over', async () => {
    await lab.launch(['redis-server', '--port', '7000'], { host: 'db2' });
    const there = new IORedis('redis://db2:7000');
    open.push(there);
    expect(await there.config('GET', 'port')).toContain('7000');
    const server = net.createServer((socket) => socket.end('outside'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const heard = await new Promise((resolve) =>
      net.connect(port, '127.0.0.1').on('data', (data) => resolve(data.toString())),
    );
    expect(heard).toBe('outside');
    server.close();
    restore();
    const gone = new IORedis({ host: 'lab', retryStrategy: null, lazyConnect: true });
    gone.on('error', () => undefined);
    await expect(gone.connect()).rejects.toThrow();
  });
});

describe('a stream', () => {
  const words = (socket: NodeJS.ReadableStream): Promise<string> =>
    new Promise((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));

  test('is a Duplex that does as a socket does', async () => {
    const socket = stream(lab);
    expect(socket.connecting).toBe(true);
    // What is written before it is connected waits.
    socket.write('PING\r\n');
    expect(await words(socket)).toBe('+PONG\r\n');
    expect(socket.connecting).toBe(false);
    expect(socket.setNoDelay().setKeepAlive().unref().ref()).toBe(socket);
    const idle = new Promise((resolve) => socket.setTimeout(20, () => resolve('idle')));
    expect(await idle).toBe('idle');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end('QUIT\r\n');
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  test('ends when the server hangs up', async () => {
    const socket = stream(lab);
    const ended = new Promise((resolve) => socket.once('end', resolve));
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    await lab.kill(6379);
    await ended;
  });

  test('what nobody reads stays with the server, which bounds it', async () => {
    const redis = await lab.connect();
    await redis.call('SET', 'large', new Uint8Array(1 << 20));
    const socket = stream(lab);
    socket.write('GET large\r\n'.repeat(40));
    await vi.waitFor(async () => expect(await redis.call('CLIENT', 'LIST')).toContain('cmd=get'));
    let length = 0;
    await new Promise<void>((resolve) => {
      socket.on('data', (data: Buffer) => {
        length += data.length;
        if (length === 40 * ((1 << 20) + '$1048576\r\n\r\n'.length)) resolve();
      });
    });
    socket.destroy();
  });
});
