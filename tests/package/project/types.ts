/** Nothing runs here: the types say what is right and what is not. */

import { Redis } from 'ioredis';
import { openLab, type Client, type Lab, type Message, type Value } from 'resplay';
import { connector, intercept, stream } from 'resplay/node';
import { serve } from 'resplay/serve';
import { sockets } from 'resplay/sockets';
import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';

export async function right(): Promise<void> {
  await using lab: Lab = await openLab({
    clock: 'manual',
    now: new Date(0),
    seed: 1n,
    config: 'appendonly yes',
    files: { '/etc/text': 'text', '/etc/bytes': Uint8Array.of(1) },
    wasm: { engine: new URL('file:///engine.wasm'), lua: new Uint8Array() },
  });
  await using client: Client = await lab.connect(6379, { resp: 2, db: 1, password: 'secret' });
  const value: Value = await client.call('SET', 'key', 1, 2n, Uint8Array.of(3));
  const text: string = await client.call<string>('GET', 'key');
  const bytes: Uint8Array = await client.callBytes<Uint8Array>('GET', 'key');
  const replies: Value[] = await client.pipeline([['PING'], ['GET', text]], { bytes: true });
  const executed: Value[] | null = await client.multi([['INCR', 'n']]);
  const subscription = await client.subscribe(['a', 'b']);
  for await (const { channel, message, pattern } of subscription) {
    const told: [string, string | Uint8Array, string | undefined] = [channel, message, pattern];
    told satisfies [Message['channel'], Message['message'], Message['pattern']];
  }
  await lab.advance(1000);
  await lab.until(() => lab.node(6380).role === 'replica', { within: 1000, every: 10 });
  const instance = await lab.launch(['redis-server', '--port', '6380'], { host: 'db2' });
  instance.state satisfies 'loading' | 'running' | 'paused' | 'stopped';
  new Redis(6380, { Connector: connector(lab) }).disconnect();
  const socket: Duplex = stream(lab, 6380, { host: 'db2' }).setNoDelay().unref();
  socket.end();
  sockets(PassThrough).stream(lab).destroy();
  using interception = intercept(lab, { hosts: ['redis.internal'] });
  interception.restore();
  const { readable, writable } = lab.webStream();
  await readable.pipeTo(writable);
  const server = await serve(['--port', '7000']);
  await server.stop();
  console.log(value, bytes, replies, executed);
}

export async function wrong(lab: Lab, client: Client): Promise<void> {
  // @ts-expect-error -- there are two clocks
  await openLab({ clock: 'fast' });
  // @ts-expect-error -- a command has a name
  await client.call();
  // @ts-expect-error -- and arguments that can be sent
  await client.call('SET', 'key', { a: 1 });
  // @ts-expect-error -- a pipeline is of commands
  await client.pipeline(['PING']);
  // @ts-expect-error -- a reply is a value
  await client.call<() => void>('GET', 'key');
  // @ts-expect-error -- words are words
  await lab.launch('redis-server --port 6380');
  // @ts-expect-error -- it is told, not set
  lab.now = 0;
}
