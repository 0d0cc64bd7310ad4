// ioredis's documented flows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Redis from 'ioredis';
import { onBothHosts } from './hosts.mjs';

onBothHosts((server) => {
  /** A test with connections that are closed behind it. */
  const flow = (name, run) =>
    test(`ioredis: ${name}`, async () => {
      const open = [];
      const connect = (options) => {
        open.push(new Redis({ port: server.port, host: '127.0.0.1', ...options }));
        return open.at(-1);
      };
      const redis = connect();
      try {
        await redis.flushall();
        await run(redis, connect);
      } finally {
        for (const connection of open) connection.disconnect();
      }
    });

  flow('strings, expiry, hashes, lists, sets, sorted sets', async (redis) => {
    assert.equal(await redis.set('mykey', 'value'), 'OK');
    assert.equal(await redis.get('mykey'), 'value');
    assert.equal(await redis.set('brief', 'value', 'EX', 10), 'OK');
    assert.ok((await redis.ttl('brief')) > 0);
    assert.equal(await redis.hset('user', { name: 'Bob', age: 20 }), 2);
    assert.deepEqual(await redis.hgetall('user'), { name: 'Bob', age: '20' });
    await redis.rpush('list', 1, 2, 3);
    assert.deepEqual(await redis.lrange('list', 0, -1), ['1', '2', '3']);
    assert.equal(await redis.sadd('set', [1, 3, 5, 7]), 4);
    assert.equal(await redis.sismember('set', 3), 1);
    await redis.zadd('sortedSet', 1, 'one', 2, 'dos', 4, 'quatro', 3, 'three');
    assert.deepEqual(await redis.zrange('sortedSet', 0, 2, 'WITHSCORES'), [
      ...['one', '1', 'dos', '2', 'three', '3'],
    ]);
    await redis.set('binary', Buffer.from([0, 255, 13, 10]));
    assert.deepEqual(await redis.getBuffer('binary'), Buffer.from([0, 255, 13, 10]));
  });

  flow('pipelines and transactions', async (redis, connect) => {
    const results = await redis.pipeline().set('foo', 'bar').get('foo').incr('foo').exec();
    assert.deepEqual(results.slice(0, 2), [
      [null, 'OK'],
      [null, 'bar'],
    ]);
    assert.match(results[2][0].message, /not an integer/);
    const many = redis.pipeline();
    for (let at = 0; at < 5000; at += 1) many.set(`many:${at}`, 'x'.repeat(1000)).get(`many:${at}`);
    assert.equal((await many.exec()).length, 10_000);
    assert.deepEqual(await redis.multi().set('a', '1').incr('a').exec(), [
      [null, 'OK'],
      [null, 2],
    ]);
    await redis.watch('a');
    await connect().set('a', '5');
    assert.equal(await redis.multi().incr('a').exec(), null);
  });

  flow('pub/sub', async (redis, connect) => {
    const subscriber = connect();
    const heard = new Promise((resolve) => subscriber.on('message', (...words) => resolve(words)));
    const pattern = new Promise((resolve) =>
      subscriber.on('pmessage', (...words) => resolve(words)),
    );
    assert.equal(await subscriber.subscribe('news'), 1);
    assert.equal(await subscriber.psubscribe('n*'), 2);
    assert.equal(await redis.publish('news', 'hello'), 2);
    assert.deepEqual(await heard, ['news', 'hello']);
    assert.deepEqual(await pattern, ['n*', 'news', 'hello']);
  });

  flow('blocking pop', async (redis, connect) => {
    const waiting = connect().blpop('queue', 5);
    await redis.rpush('queue', 'job');
    assert.deepEqual(await waiting, ['queue', 'job']);
    assert.equal(await redis.brpop('queue', 0.05), null);
  });

  flow('SCAN streams', async (redis) => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`f${at}`, at]));
    await redis.hset('large', fields);
    await redis.mset(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`key:${at}`, at])));
    const keys = new Set();
    for await (const batch of redis.scanStream({ match: 'key:*' })) {
      batch.forEach((key) => keys.add(key));
    }
    assert.equal(keys.size, 500);
    let count = 0;
    for await (const batch of redis.hscanStream('large')) count += batch.length / 2;
    assert.equal(count, 1000);
  });

  flow('streams', async (redis) => {
    const id = await redis.xadd('stream', '*', 'name', 'ada');
    assert.deepEqual(await redis.xrange('stream', '-', '+'), [[id, ['name', 'ada']]]);
    await redis.xgroup('CREATE', 'stream', 'readers', '0');
    const read = await redis.xreadgroup('GROUP', 'readers', 'me', 'STREAMS', 'stream', '>');
    assert.deepEqual(read, [['stream', [[id, ['name', 'ada']]]]]);
    assert.equal(await redis.xack('stream', 'readers', id), 1);
  });

  flow('scripts', async (redis) => {
    redis.defineCommand('echoKey', {
      numberOfKeys: 2,
      lua: 'return {KEYS[1],KEYS[2],ARGV[1],ARGV[2]}',
    });
    assert.deepEqual(await redis.echoKey('k1', 'k2', 'a1', 'a2'), ['k1', 'k2', 'a1', 'a2']);
    assert.equal(await redis.eval("return redis.call('incr', KEYS[1])", 1, 'counter'), 1);
  });
});
