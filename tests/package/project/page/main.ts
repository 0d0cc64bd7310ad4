/** Uses the package as a page would, and says how it went. */

import './globals';
import { Redis } from 'ioredis';
import { Duplex } from 'readable-stream';
import { openLab } from 'resplay';
import { sockets } from 'resplay/sockets';

const fetched = (name: string): boolean =>
  performance.getEntriesByType('resource').some((entry) => entry.name.includes(name));

async function run(): Promise<unknown> {
  const isIdle = !fetched('engine_bg');
  const began = performance.now();
  const lab = await openLab();
  const client = await lab.connect();
  await client.call('SET', 'greeting', 'hello');
  const first = performance.now() - began;

  const luaBefore = fetched('lua');
  // Together: what comes behind a script waits for it.
  const ordered = await Promise.all([
    client.call('EVAL', "return redis.call('INCR', KEYS[1])", 1, 'n'),
    client.call('INCR', 'n'),
  ]);

  const { connector } = sockets(Duplex);
  const redis = new Redis({ Connector: connector(lab) });
  const listener = new Redis({ Connector: connector(lab) });
  const heard = new Promise((resolve) => listener.once('message', (...told) => resolve(told)));
  await listener.subscribe('news');
  await redis.publish('news', 'from a page');
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  await redis.set('bytes', Buffer.from(bytes));
  const big = 'x'.repeat(3 << 20);
  await redis.set('big', big);
  const result = {
    isIdle,
    first,
    lua: [luaBefore, fetched('lua')],
    ordered,
    ioredis: await redis.get('greeting'),
    script: await redis.eval('return ARGV[1]', 0, 'scripted'),
    pipeline: await redis.pipeline().incr('m').incr('m').exec(),
    heard: await heard,
    bytes: await client.call<Uint8Array>('GET', 'bytes').then((value) => [...value]),
    big: (await redis.get('big')) === big,
    blocked: await redis.blpop('nothing', 0.05),
  };
  redis.disconnect();
  listener.disconnect();

  // A page that shows a failover needs no minute for it.
  const quick = await openLab({ clock: 'manual' });
  await quick.launch(['redis-server', '--port', '6380', '--replicaof', '127.0.0.1', '6379']);
  await quick.until(() => quick.node(6380).link);
  const before = quick.now;
  await quick.advance(60_000);
  const led = quick.now - before;
  await quick.close();
  await lab.close();
  return { ...result, led, error: null };
}

declare global {
  var outcome: unknown;
}

globalThis.outcome = await run().catch((error: unknown) => ({
  error: error instanceof Error ? error.stack : String(error),
}));
