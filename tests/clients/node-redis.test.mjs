// node-redis's documented flows, in RESP2 and RESP3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'redis';
import { onBothHosts } from './hosts.mjs';

onBothHosts((server) => {
  for (const RESP of [2, 3]) {
    /** A test with clients that are closed behind it. */
    const flow = (name, run) =>
      test(`node-redis, RESP${RESP}: ${name}`, async () => {
        const open = [];
        const connect = async () => {
          const client = createClient({ RESP, socket: { port: server.port, host: '127.0.0.1' } });
          open.push(client);
          await client.connect();
          return client;
        };
        try {
          const client = await connect();
          await client.flushAll();
          await run(client, connect);
        } finally {
          for (const client of open) client.destroy();
        }
      });

    flow('strings, hashes, lists, sets, sorted sets', async (client) => {
      assert.equal(
        await client.set('key', 'value', { expiration: { type: 'EX', value: 10 } }),
        'OK',
      );
      assert.equal(await client.get('key'), 'value');
      assert.equal(await client.get('absent'), null);
      await client.hSet('user', { name: 'Ada', age: '36' });
      assert.deepEqual({ ...(await client.hGetAll('user')) }, { name: 'Ada', age: '36' });
      await client.rPush('list', ['a', 'b', 'c']);
      assert.deepEqual(await client.lRange('list', 0, -1), ['a', 'b', 'c']);
      await client.sAdd('set', ['x', 'y']);
      assert.equal(await client.sIsMember('set', 'x'), 1);
      await client.zAdd('ranking', [
        { score: 1.5, value: 'a' },
        { score: 2, value: 'b' },
      ]);
      assert.deepEqual(await client.zRangeWithScores('ranking', 0, -1), [
        { value: 'a', score: 1.5 },
        { value: 'b', score: 2 },
      ]);
      assert.equal(await client.zScore('ranking', 'a'), 1.5);
    });

    flow('pipelining, MULTI and WATCH', async (client, connect) => {
      const replies = await Promise.all([client.set('a', '1'), client.incr('a'), client.get('a')]);
      assert.deepEqual(replies, ['OK', 2, '2']);
      assert.deepEqual(await client.multi().set('b', '1').incrBy('b', 41).get('b').exec(), [
        ...['OK', 42, '42'],
      ]);
      await client.watch('a');
      await (await connect()).set('a', 'else');
      await assert.rejects(client.multi().set('a', 'mine').exec(), /watch/i);
    });

    flow('pub/sub', async (client, connect) => {
      const subscriber = await connect();
      const heard = new Promise((resolve) => {
        void subscriber.subscribe('news', (message, channel) => resolve([channel, message]));
      });
      const pattern = new Promise((resolve) => {
        void subscriber.pSubscribe('n*', (message, channel) => resolve([channel, message]));
      });
      const counts = async () => (await client.pubSubNumSub(['news'])).news;
      while ((await counts()) < 1 || (await client.pubSubNumPat()) < 1);
      await client.publish('news', 'hello');
      assert.deepEqual(await heard, ['news', 'hello']);
      assert.deepEqual(await pattern, ['news', 'hello']);
      await subscriber.unsubscribe('news');
    });

    flow('blocking pop', async (client, connect) => {
      const waiting = (await connect()).blPop('queue', 5);
      await client.rPush('queue', 'job');
      assert.deepEqual({ ...(await waiting) }, { key: 'queue', element: 'job' });
      assert.equal(await client.blPop('queue', 0.05), null);
    });

    flow('SCAN iterators', async (client) => {
      await client.mSet(Array.from({ length: 500 }, (_, at) => [`key:${at}`, String(at)]));
      const keys = new Set();
      for await (const batch of client.scanIterator({ MATCH: 'key:*', COUNT: 50 })) {
        batch.forEach((key) => keys.add(key));
      }
      assert.equal(keys.size, 500);
    });

    flow('streams', async (client) => {
      const id = await client.xAdd('stream', '*', { name: 'ada' });
      const [entry] = await client.xRange('stream', '-', '+');
      assert.equal(entry.id, id);
      assert.deepEqual({ ...entry.message }, { name: 'ada' });
      await client.xGroupCreate('stream', 'readers', '0');
      assert.equal(await client.xLen('stream'), 1);
    });

    flow('scripts', async (client) => {
      const reply = await client.eval('return {KEYS[1], ARGV[1], 7}', {
        keys: ['k'],
        arguments: ['a'],
      });
      assert.deepEqual(reply, ['k', 'a', 7]);
      const sha = await client.scriptLoad("return redis.call('incrby', KEYS[1], ARGV[1])");
      assert.equal(await client.evalSha(sha, { keys: ['n'], arguments: ['5'] }), 5);
    });
  }
});
