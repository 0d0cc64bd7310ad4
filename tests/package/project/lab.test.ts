/** What the package says of itself. */

import { LabError, openLab, ReplyError, type Client, type Lab, type Value } from 'resplay';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let lab: Lab;
let redis: Client;

beforeEach(async () => {
  lab = await openLab({ clock: 'manual', now: 0, seed: 7 });
  redis = await lab.connect();
});

afterEach(() => lab.close());

describe('a client', () => {
  test('replies are JavaScript values', async () => {
    const run = async (script: string): Promise<Value> =>
      redis.call('EVAL', `redis.setresp(3) ${script}`, '0');
    expect(await redis.call('SET', 'key', '歌')).toBe('OK');
    expect(await redis.call('GET', 'key')).toBe('歌');
    expect(await redis.callBytes('GET', 'key')).toEqual(new TextEncoder().encode('歌'));
    expect(await redis.call('GET', 'none')).toBeNull();
    expect(await redis.call('INCRBY', 'n', 2 ** 53)).toBe(9007199254740992n);
    expect(await redis.call('HSET', 'h', 'a', 1, 'b', 2)).toBe(2);
    expect(await redis.call('HGETALL', 'h')).toEqual(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    expect(await redis.call('SADD', 's', 'x', 'y')).toBe(2);
    expect(await redis.call('SMEMBERS', 's')).toEqual(new Set(['x', 'y']));
    expect(await redis.call('ZADD', 'z', 0.1, 'm', -Infinity, 'l')).toBe(2);
    expect(await redis.call('ZSCORE', 'z', 'm')).toBe(0.1);
    expect(await redis.call('ZRANGE', 'z', 0, -1, 'WITHSCORES')).toEqual([
      ['l', -Infinity],
      ['m', 0.1],
    ]);
    expect(await run('return true')).toBe(true);
    expect(await run('return {big_number="123456789012345678901234567890"}')).toBe(
      123456789012345678901234567890n,
    );
    expect(await redis.call<string>('INFO', 'server')).toContain('redis_version:7.2');
    const two = await lab.connect(6379, { resp: 2 });
    expect(await two.call('HGETALL', 'h')).toEqual(['a', '1', 'b', '2']);
    expect(await two.call('ZSCORE', 'z', 'm')).toBe('0.1');
  });

  test('every byte goes there and back, and what is no UTF-8 comes as bytes', async () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await redis.call('SET', every, every);
    expect(await redis.call('GET', every)).toEqual(every);
    expect(await redis.call('KEYS', '*')).toEqual([every]);
    const big = new Uint8Array(30 << 20).map((_, at) => at * 31);
    await redis.call('SET', 'big', big);
    const back = await redis.call<Uint8Array>('GET', 'big');
    expect(Buffer.compare(back, big)).toBe(0);
  });

  test('errors reject, or stand in their places', async () => {
    const error = await redis.call('NOSUCH').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ReplyError);
    expect(error).toMatchObject({ message: expect.stringContaining('unknown command') as string });
    const replies = await redis.pipeline([
      ['SET', 'k', 'v'],
      ['INCR', 'k'],
      ['GET', 'k'],
    ]);
    expect([replies[0], replies[2]]).toEqual(['OK', 'v']);
    expect(replies[1]).toBeInstanceOf(ReplyError);
    expect(await redis.pipeline([])).toEqual([]);
    await expect(redis.call('SUBSCRIBE', 'x')).rejects.toThrow('use subscribe()');
    await expect(redis.call('client', 'reply', 'off')).rejects.toThrow('use a stream');
    await expect(lab.connect(7)).rejects.toMatchObject({ name: 'LabError', code: 'refused' });
    await expect(lab.connect(6379, { db: 99 })).rejects.toThrow('DB index is out of range');
  });

  test('transactions', async () => {
    expect(
      await redis.multi([
        ['INCR', 'n'],
        ['INCR', 'n'],
      ]),
    ).toEqual([1, 2]);
    await redis.call('WATCH', 'n');
    await (await lab.connect()).call('INCR', 'n');
    expect(await redis.multi([['INCR', 'n']])).toBeNull();
    expect(await redis.call('GET', 'n')).toBe('3');
    await expect(redis.multi([['INCR', 'n'], ['NOSUCH']])).rejects.toThrow('unknown command');
    expect(
      await redis.multi([
        ['LPUSH', 'n', 'x'],
        ['GET', 'n'],
      ]),
    ).toMatchObject([{ message: expect.stringContaining('WRONGTYPE') as string }, '3']);
  });

  for (const resp of [2, 3] as const) {
    test(`messages in RESP${resp}`, async () => {
      const listener = await lab.connect(6379, { resp });
      const told: unknown[] = [];
      const first = await listener.subscribe(['a', 'b'], (message, channel) =>
        told.push([channel, message]),
      );
      const second = await listener.psubscribe('a*');
      const both = await listener.subscribe('a', (message) => told.push(message));
      expect(await redis.call('PUBLISH', 'a', '1')).toBe(2);
      await redis.call('PUBLISH', 'b', Uint8Array.of(255));
      await redis.call('PUBLISH', 'ab', '3');
      await lab.advance(0);
      expect(told).toEqual([['a', '1'], '1', ['b', Uint8Array.of(255)]]);
      const read: unknown[] = [];
      for await (const message of second) {
        read.push(message);
        if (read.length === 2) break;
      }
      expect(read).toEqual([
        { pattern: 'a*', channel: 'a', message: '1' },
        { pattern: 'a*', channel: 'ab', message: '3' },
      ]);
      expect(await redis.call('PUBSUB', 'NUMPAT')).toBe(0);
      await first.close();
      // Somebody else still listens to `a`.
      expect(await redis.call('PUBLISH', 'a', '4')).toBe(1);
      expect(await redis.call('PUBLISH', 'b', '5')).toBe(0);
      await lab.advance(0);
      expect(told.at(-1)).toBe('4');
      await both.close();
      expect(await listener.call('GET', 'none')).toBeNull();
      const last = await listener.subscribe('c');
      await listener.close();
      for await (const message of last) expect(message).toBeUndefined();
    });
  }

  test('whoever tracks keys hears of them', async () => {
    const pushes: unknown[] = [];
    const end = redis.onPush((push) => pushes.push(push));
    await redis.call('CLIENT', 'TRACKING', 'ON');
    await redis.call('GET', 'key');
    await (await lab.connect()).call('SET', 'key', '1');
    await lab.advance(0);
    expect(pushes).toEqual([['invalidate', ['key']]]);
    end();
  });

  test('what waits is told when the connection goes', async () => {
    const other = await lab.connect();
    const closed = vi.fn();
    other.onClose(closed);
    const waiting = other.call('BLPOP', 'queue', 0);
    const id = await redis.call<string>('CLIENT', 'LIST');
    const [, number = ''] = /id=(\d+)[^\n]* cmd=blpop/.exec(id) ?? [];
    expect(await redis.call('CLIENT', 'KILL', 'ID', number)).toBe(1);
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    expect(closed).toHaveBeenCalledOnce();
    await expect(other.call('PING')).rejects.toMatchObject({ code: 'closed' });
    await lab.close();
    await expect(redis.call('PING')).rejects.toBeInstanceOf(LabError);
    expect(() => lab.open()).toThrow('The lab is closed');
  });
});

describe('time', () => {
  test('stands still until it is led ahead', async () => {
    await redis.call('SET', 'key', 'v', 'PX', 1000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(lab.now).toBe(0);
    expect(await redis.call('PTTL', 'key')).toBe(1000);
    await lab.advance(999);
    expect(await redis.call('PTTL', 'key')).toBe(1);
    await lab.advance(1);
    expect(await redis.call('GET', 'key')).toBeNull();
    const at = lab.now;
    for (const time of [0, 0.5, 1799.999, 12_345.678, 1_799_999]) await lab.advance(time);
    expect(lab.now - at).toBeCloseTo(1_814_145.177, 2);
    await expect(lab.advance(-1)).rejects.toThrow(RangeError);
    await expect(lab.advance(NaN)).rejects.toThrow(RangeError);
    expect(await lab.clock.step()).toBeGreaterThan(0);
  });

  test('who waits is served at its own moment, and may react', async () => {
    const waiter = await lab.connect();
    const at: number[] = [];
    const waits = (async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        expect(await waiter.call('BLPOP', 'nothing', 1)).toBeNull();
        at.push(lab.now);
      }
    })();
    await lab.advance(4000);
    await waits;
    expect(at).toEqual([1000, 2000, 3000]);
  });

  test('goes by itself when it is real, and as fast as one likes', async () => {
    await using real = await openLab();
    const client = await real.connect();
    expect(Math.abs(real.now - Date.now())).toBeLessThan(5000);
    await client.call('SET', 'key', 'v', 'PX', 60_000);
    expect(await client.call('BLPOP', 'nothing', 0.05)).toBeNull();
    real.clock.setSpeed(1000);
    await real.until(async () => (await client.call('GET', 'key')) === null, { within: 120_000 });
    real.clock.pause();
    expect(real.clock.isPaused).toBe(true);
    const then = real.now;
    await real.advance(5000);
    expect(real.now - then).toBe(5000);
    await expect(real.until(() => false, { within: 500 })).rejects.toThrow('within 500 ms');
  });

  test('fake timers of a test do not stop a lab', async () => {
    vi.useFakeTimers();
    try {
      await using real = await openLab();
      const client = await real.connect();
      const other = await real.connect();
      const waiting = other.call('BLPOP', 'queue', 0);
      await client.call('RPUSH', 'queue', 'job');
      expect(await waiting).toEqual(['queue', 'job']);
      await real.advance(10_000);
      await redis.call('SET', 'key', 'v', 'EX', 5);
      await lab.advance(5000);
      expect(await redis.call('GET', 'key')).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test('the same seed, time and commands give the same lab', async () => {
    const live = async (seed: number): Promise<Value[]> => {
      await using one = await openLab({ clock: 'manual', now: 1e12, seed });
      const client = await one.connect();
      const members = Array.from({ length: 200 }, (_, n) => `m${n}`);
      await client.call('SADD', 's', ...members);
      await one.advance(1234);
      return await client.pipeline([
        ['SRANDMEMBER', 's', 20],
        ['XADD', 'x', '*', 'f', 'v'],
        ['INFO', 'server'],
        ['SPOP', 's', 20],
      ]);
    };
    expect(await live(3)).toEqual(await live(3));
    expect(await live(3)).not.toEqual(await live(4));
  });
});

describe('files', () => {
  test('a lab starts from files, and with a configuration', async () => {
    await redis.pipeline([['SET', 'key', 'value'], ['FUNCTION', 'LOAD', FUNCTIONS], ['SAVE']]);
    const dump = lab.files.read('/var/lib/redis/dump.rdb');
    await using other = await openLab({
      clock: 'manual',
      config: 'maxmemory 100mb\nappendonly no',
      files: { '/var/lib/redis/dump.rdb': dump },
    });
    const client = await other.connect();
    expect(await client.call('GET', 'key')).toBe('value');
    expect(await client.call('FCALL', 'one', 0)).toBe(1);
    expect(await client.call('CONFIG', 'GET', 'maxmemory')).toEqual(
      new Map([['maxmemory', '104857600']]),
    );
    await client.call('FLUSHALL');
    expect(await other.load(dump)).toBe(1);
    expect(await client.call('GET', 'key')).toBe('value');
    await expect(other.load(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'damaged',
    });
    expect(() => other.files.read('/nosuch')).toThrow('No such file');
    await expect(openLab({ config: 'maxmemory lots' })).rejects.toMatchObject({ code: 'refused' });
  });

  test('what was not synced is gone with the power', async () => {
    await using one = await openLab({
      clock: 'manual',
      config: 'appendonly yes\nappendfsync always',
    });
    const client = await one.connect();
    await client.call('SET', 'kept', '1');
    await client.call('CONFIG', 'SET', 'appendfsync', 'no');
    await client.call('SET', 'lost', '1');
    const { cause, commands } = await one.pullThePlug();
    expect(cause).toBe('power');
    expect(commands.map(({ text }) => text)).toEqual([expect.stringContaining('lost')]);
    const again = await one.connect();
    expect(await again.call('MGET', 'kept', 'lost')).toEqual(['1', null]);
  });

  test('a process says what it does, and what it does not like', async () => {
    expect(lab.log(6379).some(({ text }) => text.includes('Ready to accept'))).toBe(true);
    await expect(lab.launch(['redis-server', '--port', '6379'])).rejects.toMatchObject({
      code: 'refused',
    });
    await expect(lab.launch(['redis-server', '--port', 'x'])).rejects.toThrow('port');
    await expect(lab.kill(7)).rejects.toThrow('There is no process 7');
    const { name } = await lab.launch(['redis-server', '--port', '7001'], { host: 'db2' });
    expect(name).toBe('db2:7001');
    expect(lab.instances.map((instance) => instance.name)).toEqual(['6379', 'db2:7001']);
    lab.pause('db2:7001');
    const there = lab.open(7001, { host: 'db2' });
    let heard = '';
    there.onData = (bytes) => (heard += new TextDecoder().decode(bytes));
    there.write(new TextEncoder().encode('PING\r\n'));
    await lab.advance(100);
    expect(heard).toBe('');
    lab.resume('db2:7001');
    await lab.advance(100);
    expect(heard).toBe('+PONG\r\n');
  });
});

test('bytes as Web streams', async () => {
  const { readable, writable } = lab.webStream();
  const writer = writable.getWriter();
  const reader = readable.getReader();
  await writer.write(new TextEncoder().encode('PING\r\n'));
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('+PONG\r\n');
  await writer.close();
  expect((await reader.read()).done).toBe(true);
});

test('a thousand labs, one after another, take no more room than a few', async () => {
  const rooms: number[] = [];
  for (let count = 0; count < 1000; count += 1) {
    await using one = await openLab({ clock: 'manual' });
    await (await one.connect()).call('SET', 'key', 'v'.repeat(100_000));
    if (count % 100 === 99)
      rooms.push(process.memoryUsage().arrayBuffers + process.memoryUsage().rss);
  }
  expect(rooms.at(-1)).toBeLessThan((rooms[1] ?? 0) + (100 << 20));
});

const FUNCTIONS = "#!lua name=mine\nredis.register_function('one', function() return 1 end)";
