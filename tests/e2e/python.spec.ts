import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { tabSuite } from '../../scripts/conformance/tab.mjs';
import { PythonPage } from './python-page';

test.describe.configure({ timeout: 240_000 });

const script = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'python', name), 'utf8');

const lines = (text: string): string[] => text.trim().split('\n');

/** What CPython prints of a script against a real server. */
async function reallyPrinted(code: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'python-'));
  const port = await new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  const options = ['--port', String(port), '--save', '', '--dir', folder];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  try {
    await expect
      .poll(() => spawnSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8' }).stdout)
      .toBe('PONG\n');
    const { stdout } = spawnSync('python3', ['-c', `PORT = ${port}\n${code}`], { timeout: 60_000 });
    return stdout.toString();
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const name of ['sockets.py', 'threads.py']) {
  test(`${name} prints in the tab what CPython prints against a real server`, async ({ page }) => {
    const code = script(name);
    const python = new PythonPage(page);
    await python.open();
    const { output, error } = await python.run(`PORT = 6379\n${code}`);
    expect(error).toBe('');
    expect(lines(output)).toEqual(lines(await reallyPrinted(code)));
  });
}

test('requests, http.client and urllib go over the lab’s sockets', async ({ page }) => {
  const python = new PythonPage(page);
  await python.open();
  const { output } = await python.run(`PORT = 6379\n${script('http.py')}`);
  expect(lines(output)).toEqual([
    '[Errno 111] Connection refused',
    '[Errno 111] Connection refused',
    'ConnectionError RemoteDisconnected',
    'http.client -> RemoteDisconnected Remote end closed connection without response',
    'urlopen -> URLError <urlopen error [Errno 111] Connection refused>',
    '/x',
    'connections of a session: 1',
    'True',
    '/u',
    'thirty threads: 30',
  ]);
});

test('thirty threads lose updates between reading and writing alone, and none with a lock', async ({
  page,
}) => {
  const python = new PythonPage(page);
  await python.open();
  // Three seconds of the lab's time are to be enough for thirty, however busy the machine is.
  await page.evaluate(() => document.querySelector('resplay-app')?.lab?.clock.setSpeed(0.25));
  const { output, error } = await python.run(`
import threading
import redis

r = redis.Redis(decode_responses=True)

def run(add_one):
    r.set('score', 0)
    clients = [threading.Thread(target=add_one) for _ in range(30)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return int(r.get('score'))

def without():
    r.set('score', int(r.get('score')) + 1)

def with_lock():
    with r.lock('lock', blocking_timeout=3):
        without()

print(sum(run(without) < 30 for _ in range(10)))
print([run(with_lock) for _ in range(3)])
`);
  expect(error).toBe('');
  const [short = '', all = ''] = lines(output);
  expect(Number(short)).toBeGreaterThanOrEqual(9);
  expect(all).toBe('[30, 30, 30]');
});

test('a program ends as a process does', async ({ page }) => {
  const python = new PythonPage(page);
  await python.open();
  const first = await python.run(`
import sys, threading, time
import redis
r = redis.Redis(decode_responses=True)
r.delete('ticks')

def tick():
    while True:
        try:
            r.incr('ticks')
            time.sleep(0.01)
        except BaseException as error:
            print('never seen by a program that is over', type(error).__name__)
            raise

threading.Thread(target=tick, daemon=True).start()
waiting = redis.Redis(decode_responses=True).pubsub()
waiting.subscribe('news')
time.sleep(0.1)
print('out')
print('err', file=sys.stderr)
sys.exit(3)
`);
  expect(first).toMatchObject({ error: 'err\n', status: 3 });
  expect(first.output).toMatch(/^out\n/);
  const second = await python.run(`
import time
import redis
r = redis.Redis(decode_responses=True)
before = r.get('ticks')
time.sleep(0.2)
print(int(before) > 0, r.get('ticks') == before, r.pubsub_numsub('news'))
print(sum(client['lib-name'] == 'redis-py' for client in r.client_list()))
`);
  expect(second).toEqual({ output: "True True [('news', 0)]\n1\n", error: '', status: 0 });
});

test('errors are told as CPython tells them', async ({ page }) => {
  const python = new PythonPage(page);
  await python.open();
  const chain = await python.run(`
try:
    1 / 0
except ZeroDivisionError as error:
    raise KeyError('later') from error
`);
  expect(chain.status).toBe(1);
  expect(chain.error).toMatch(
    /^Traceback \(most recent call last\):\n {2}File "script.py", line 3,/,
  );
  expect(chain.error).toContain('The above exception was the direct cause of the following');
  expect(chain.error).toContain("KeyError: 'later'");
  expect(chain.error).not.toContain('_lab');
  const syntax = await python.run('print("a")\nif True print(1)\n');
  expect(syntax.output).toBe('');
  expect(syntax.error).toContain('    if True print(1)\n            ^^^^^\nSyntaxError:');
  const input = await python.run("name = input('Who? ')");
  expect(input.output).toBe('Who? ');
  expect(input.error).toMatch(/EOFError: EOF when reading a line: there is no keyboard/);
  const words = await python.run("import sys; sys.exit('no luck')");
  expect(words).toEqual({ output: '', error: 'no luck\n', status: 1 });
  const thread = await python.run(`
import threading
def fails():
    raise ValueError('in a thread')
thread = threading.Thread(target=fails, name='worker')
thread.start()
thread.join()
print('goes on')
`);
  expect(thread.output).toBe('goes on\n');
  expect(thread.error).toMatch(/^Exception in thread worker:\nTraceback/);
  expect(thread.error).toMatch(/ValueError: in a thread\n$/);
});

test('redis-py in threads, over pools, and asynchronously', async ({ page }) => {
  const python = new PythonPage(page);
  await python.open();
  const { output, error } = await python.run(`
import asyncio, threading
import redis
import redis.asyncio

pool = redis.BlockingConnectionPool(max_connections=3, timeout=20, decode_responses=True)
r = redis.Redis(connection_pool=pool)
r.delete('n')
threads = [threading.Thread(target=r.incr, args=('n',)) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(r.get('n'), sum(client['lib-name'] == 'redis-py' for client in r.client_list()) <= 3)
few = redis.Redis(connection_pool=redis.ConnectionPool(max_connections=1))
held = few.connection_pool.get_connection('PING')
try:
    few.ping()
except redis.exceptions.ConnectionError as error:
    print(error)

async def main():
    async with redis.asyncio.Redis(decode_responses=True) as client:
        await client.delete('a')
        print(await asyncio.gather(*(client.incr('a') for _ in range(5))))
        async with client.pubsub() as listener:
            await listener.subscribe('news')
            await client.publish('news', 'hello')
            async for message in listener.listen():
                if message['type'] == 'message':
                    print(message['data'])
                    break
        print(await client.blpop('nothing', timeout=0.1))
        try:
            await redis.asyncio.Redis(port=6399).ping()
        except redis.exceptions.ConnectionError as error:
            print(error)

asyncio.run(main())
`);
  expect(error).toBe('');
  expect(lines(output)).toEqual([
    '20 True',
    'Too many connections',
    '[1, 2, 3, 4, 5]',
    'hello',
    'None',
    "Error 111 connecting to localhost:6399. Connect call failed ('127.0.0.1', 6399).",
  ]);
});

test('a share of redis-py’s own tests passes in the tab', async () => {
  const files = [
    'tests/test_lock.py',
    'tests/test_pipeline.py',
    'tests/test_asyncio/test_scripting.py',
  ];
  const results = (await tabSuite(files, 3)) as { test: string; outcome: string; why: string }[];
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThanOrEqual(70);
});

test('where calls cannot stand still, code runs, and waiting says what is missing', async ({
  page,
}) => {
  await page.route(`**/${PythonPage.chunk}`, async (route) => {
    const response = await route.fetch();
    const body = `delete WebAssembly.Suspending;\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
  const python = new PythonPage(page);
  await python.open();
  expect(python.suspends).toBe(false);
  const plain = await python.run("print(sum(range(10)), __import__('redis').__version__)");
  expect(plain).toEqual({ output: '45 5.2.1\n', error: '', status: 0 });
  const waits = await python.run('import redis\nredis.Redis().ping()');
  expect(waits.error).toContain('this browser cannot suspend Python');
  const threads = await python.run('import threading\nthreading.Thread(target=print).start()');
  expect(threads.error).toContain("can't start new thread: this browser cannot suspend Python");
});
