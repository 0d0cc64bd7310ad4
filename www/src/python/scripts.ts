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

export const scripts = { music, sales, threads, lock, pipeline } as const;
export type ScriptName = keyof typeof scripts;
