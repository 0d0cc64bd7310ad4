/** Scripts to begin with, as a course has them. */

const music = `import redis

r = redis.Redis(decode_responses=True)
r.delete('ranking')
r.zadd('ranking', {'song1': 3, 'song2': 1, 'song3': 5, 'song7': 8})
for _ in range(10):
    r.zincrby('ranking', 1, 'song3')

print('%-8s %s' % ('歌曲', '点播次数'))
for name, score in r.zrevrange('ranking', 0, 9, withscores=True):
    print('%-8s %d' % (name, score))
`;

const sales = `import redis

r = redis.Redis(decode_responses=True)
days = ['sales:mon', 'sales:tue', 'sales:wed']
r.delete('ranking', *days)
r.zadd('sales:mon', {'mate': 120, 'nova': 80, 'mix': 45})
r.zadd('sales:tue', {'mate': 60, 'nova': 140, 'pura': 30})
r.zadd('sales:wed', {'mix': 90, 'nova': 75, 'pura': 110})

r.zunionstore('ranking', days)
print('sum of the days :', r.zrevrange('ranking', 0, -1, withscores=True))
r.zunionstore('ranking', days, aggregate='max')
print('the best day    :', r.zrevrange('ranking', 0, -1, withscores=True))
`;

/** Thirty threads that add one each, by a function with this body. */
const thirty = (body: string): string => `import threading
import time

import redis

r = redis.Redis(decode_responses=True)
r.set('score', 0)


def add_one():
${body}

clients = [threading.Thread(target=add_one) for _ in range(30)]
for client in clients:
    client.start()
for client in clients:
    client.join()
print('thirty clients have added one each:', r.get('score'))
`;

const threads = thirty(`    score = int(r.get('score'))
    time.sleep(0.01)
    r.set('score', score + 1)
`);

const lock = thirty(`    with r.lock('score:lock', timeout=3, blocking_timeout=3):
        score = int(r.get('score'))
        time.sleep(0.01)
        r.set('score', score + 1)
`);

const requests = `import threading

import requests

# An application server of the lab: each request reads a score, works for a moment, writes one more.
# The ways are those of the experiment with thirty clients: none, setnx, lock, short, owner, watch, incr.
server = 'http://127.0.0.1:8001'
way = 'none'
requests.post(server + '/reset')


def add_one():
    requests.get(server + '/add', params={'way': way})


clients = [threading.Thread(target=add_one) for _ in range(30)]
for client in clients:
    client.start()
for client in clients:
    client.join()
print('thirty requests have added one each:', requests.get(server + '/score').text.strip())
`;

const pipeline = `import time

import redis

r = redis.Redis()
count = 1000

start = time.perf_counter()
for number in range(count):
    r.set('key:%d' % number, number)
print('one by one : %.3f s' % (time.perf_counter() - start))

start = time.perf_counter()
with r.pipeline(transaction=False) as pipe:
    for number in range(count):
        pipe.set('key:%d' % number, number)
    pipe.execute()
print('a pipeline : %.3f s' % (time.perf_counter() - start))
`;

const nodeRanking = `import { createClient } from 'redis';

const client = await createClient()
  .on('error', (error) => console.log(error.message))
  .connect();

await client.del('ranking');
await client.zAdd('ranking', [
  { value: 'song1', score: 3 },
  { value: 'song2', score: 1 },
  { value: 'song3', score: 5 },
  { value: 'song7', score: 8 },
]);
for (let time = 0; time < 10; time += 1) {
  await client.zIncrBy('ranking', 1, 'song3');
}

console.log('歌曲     点播次数');
for (const { value, score } of await client.zRangeWithScores('ranking', 0, 9, { REV: true })) {
  console.log(value.padEnd(8), score);
}

await client.close();
`;

const nodePipeline = `import Redis from 'ioredis';

const redis = new Redis();
const count = 1000;

console.time('one by one');
for (let number = 0; number < count; number += 1) {
  await redis.set(\`key:\${number}\`, number);
}
console.timeEnd('one by one');

console.time('a pipeline');
const pipeline = redis.pipeline();
for (let number = 0; number < count; number += 1) {
  pipeline.set(\`key:\${number}\`, number);
}
await pipeline.exec();
console.timeEnd('a pipeline');

redis.disconnect();
`;

const nodeMessages = `import Redis from 'ioredis';

const listener = new Redis();
const sender = new Redis();

listener.on('message', (channel, message) => {
  console.log(\`\${channel}: \${message}\`);
});
await listener.subscribe('news', 'music');

for (const title of ['song1', 'song2', 'song3']) {
  const heard = await sender.publish('music', \`now playing \${title}\`);
  console.log(\`\${heard} client has heard of \${title}\`);
}
await sender.publish('news', 'that was all');

// A connection that is open keeps the script alive: without these two lines it goes on until Stop.
sender.disconnect();
listener.disconnect();
`;

const nodeThirty = `import { createClient } from 'redis';
import { setTimeout as sleep } from 'node:timers/promises';

const clients = await Promise.all(Array.from({ length: 30 }, () => createClient().connect()));
const [first] = clients;

async function withoutLock(client) {
  const score = Number(await client.get('score'));
  await sleep(10);
  await client.set('score', score + 1);
}

async function withLock(client) {
  const token = crypto.randomUUID();
  while ((await client.set('score:lock', token, { NX: true, EX: 3 })) === null) await sleep(20);
  await withoutLock(client);
  // Only whoever holds the lock may open it.
  if ((await client.get('score:lock')) === token) await client.del('score:lock');
}

for (const addOne of [withoutLock, withLock]) {
  await first.set('score', 0);
  await Promise.all(clients.map(addOne));
  console.log(\`\${addOne.name}: thirty clients have added one each: \${await first.get('score')}\`);
}

for (const client of clients) client.destroy();
`;

/** A script, and the name that its file gets. */
export interface Example {
  readonly file: string;
  readonly text: string;
}

export const examples = {
  music: { file: 'music.py', text: music },
  sales: { file: 'sales.py', text: sales },
  threads: { file: 'threads.py', text: threads },
  lock: { file: 'lock.py', text: lock },
  requests: { file: 'requests30.py', text: requests },
  pipeline: { file: 'pipeline.py', text: pipeline },
  nodeRanking: { file: 'ranking.js', text: nodeRanking },
  nodePipeline: { file: 'pipeline.js', text: nodePipeline },
  nodeMessages: { file: 'messages.js', text: nodeMessages },
  nodeThirty: { file: 'thirty.js', text: nodeThirty },
} as const satisfies Record<string, Example>;

export type ExampleName = keyof typeof examples;
