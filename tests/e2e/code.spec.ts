import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { CodePage } from './code-page';
import { ask } from './lab-calls';

test('a ranking in redis-py, printed in Chinese, moves the bars', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const printed = await lab.run(`
import redis

r = redis.Redis(host='127.0.0.1', port=6379, decode_responses=True)
r.zadd('ranking', {'song1': 3, 'song2': 1, 'song7': 80})
r.zincrby('ranking', 1, 'song7')
for name, score in r.zrevrange('ranking', 0, 9, withscores=True):
    print('歌曲 %s 点播 %d 次' % (name, score))
`);
  expect(printed.trim().split('\n')).toEqual([
    '歌曲 song7 点播 81 次',
    '歌曲 song1 点播 3 次',
    '歌曲 song2 点播 1 次',
  ]);
  await lab.expectBars('song7 81', 'song1 3', 'song2 1');
  await expectAccessible(page, 'the code view');
});

test('sales of three days, pipelines on one pool, and errors as CPython has them', async ({
  page,
}) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const printed = await lab.run(`
import redis

pool = redis.ConnectionPool(host='redis', port=6379, decode_responses=True)
r = redis.Redis(connection_pool=pool)
r.zadd('d1', {'a': 1, 'b': 5})
r.zadd('d2', {'a': 4, 'b': 2})
r.zunionstore('max', ['d1', 'd2'], aggregate='max')
print(r.zrange('max', 0, -1, withscores=True))
one = redis.Redis(connection_pool=pool).pipeline()
two = redis.Redis(connection_pool=pool).pipeline(transaction=False)
one.set('x', 1).incr('x')
two.incr('x').get('x')
print(one.execute(), two.execute())
try:
    redis.Redis(port=6399).ping()
except redis.exceptions.ConnectionError as error:
    print(error)
try:
    r.lpush('x', 1)
except redis.exceptions.ResponseError as error:
    print(error)
`);
  expect(printed.trim().split('\n')).toEqual([
    "[('a', 4.0), ('b', 5.0)]",
    "[True, 2] [3, '3']",
    'Error 111 connecting to localhost:6399. Connection refused.',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
  ]);
});

const THIRTY = `
import threading, time
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
    score = int(r.get('score'))
    time.sleep(0.001)
    r.set('score', score + 1)

def with_lock():
    with r.lock('lock', timeout=10, blocking_timeout=30, sleep=0.02):
        without()
`;

test('thirty threads lose updates without a lock and none with it', async ({ page }) => {
  test.setTimeout(120_000);
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const printed = await lab.run(`${THIRTY}
print(sum(run(without) < 30 for _ in range(10)))
print([run(with_lock) for _ in range(3)] == [30] * 3)
`);
  const [short = '', all = ''] = printed.trim().split('\n');
  expect(Number(short)).toBeGreaterThanOrEqual(9);
  expect(all).toBe('True');
});

test('threads wait for one another by lists, messages, queues and pools', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const printed = await lab.run(`
import queue, threading
from concurrent.futures import ThreadPoolExecutor
import redis

r = redis.Redis(decode_responses=True)
done = queue.Queue()
ready = threading.Event()

def take():
    done.put(r.blpop('jobs', timeout=5))

def listen():
    listener = r.pubsub()
    listener.subscribe('news')
    for message in listener.listen():
        if message['type'] == 'subscribe':
            ready.set()
        else:
            done.put(message['data'])
            return

for work in (take, listen):
    threading.Thread(target=work).start()
ready.wait()
r.rpush('jobs', 'first')
r.publish('news', 'hello')
print(sorted(str(done.get()) for _ in range(2)))
with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(lambda number: r.incr('n'), range(20))))
print(r.blpop('nothing', timeout=1))
`);
  expect(printed.trim().split('\n')).toEqual(["[\"('jobs', 'first')\", 'hello']", '210', 'None']);
});

test('a script that never ends is stopped at once, and the data stays', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  await lab.begin(`
import redis
redis.Redis().set('kept', 'yes')
print('begun')
while True:
    pass
`);
  await expect(lab.printed).toContainText('begun', { timeout: 30_000 });
  await lab.code.getByRole('button', { name: 'Stop' }).click();
  await expect(lab.code.getByRole('status')).toHaveText('Stopped.');
  await lab.enter('GET kept');
  await lab.expectOutput('"yes"');
  const printed = await lab.run("import redis; print(redis.Redis().get('kept'))");
  expect(printed.trim()).toBe("b'yes'");
});

test('a traceback points into the learner’s lines', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const printed = await lab.run(
    'def fails():\n    return 1 / 0\n\nfails()\n',
    'Ended with an error.',
  );
  expect(printed).toContain('File "script.py", line 2, in fails');
  expect(printed).toContain('ZeroDivisionError: division by zero');
});

test('redis-py’s Sentinel finds the new primary', async ({ page }) => {
  test.setTimeout(90_000);
  const lab = new CodePage(page);
  await lab.open();
  await page.getByRole('tab', { name: 'Servers' }).click();
  const scenario = page.locator('resplay-servers').getByLabel('Scenario', { exact: true });
  await scenario.selectOption({ label: 'Three sentinels' });
  await expect(scenario).toBeEnabled({ timeout: 30_000 });
  await lab.show();
  const script = `
from redis.sentinel import Sentinel

sentinel = Sentinel([('127.0.0.1', 26379), ('127.0.0.1', 26380)], decode_responses=True)
print(sentinel.discover_master('mymaster'))
primary = sentinel.master_for('mymaster')
primary.set('by', 'sentinel')
print(primary.get('by'))
`;
  expect((await lab.run(script)).trim()).toBe("('127.0.0.1', 6379)\nsentinel");
  await page.getByRole('tab', { name: 'Servers' }).click();
  const servers = page.locator('resplay-servers');
  await servers.getByRole('button', { name: 'Kill the primary' }).click();
  const hurry = servers.getByRole('button', { name: '+60 s' });
  await hurry.click();
  await expect(hurry).toBeEnabled({ timeout: 30_000 });
  await lab.show();
  const after = (await lab.run(script)).trim();
  expect(after).toMatch(/^\('127\.0\.0\.1', 638[01]\)\nsentinel$/);
});

test('scripts are files of the lab’s disk, and are there again after a reload', async ({
  page,
}) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  await lab.button('New Python script').click();
  await lab.write("print('kept')\n");
  await lab.button('New JavaScript script').click();
  await lab.write("console.log('kept too')\n");
  await lab.button('Rename the script').click();
  await lab.code.getByRole('textbox', { name: 'Name' }).fill('sums.txt');
  await page.keyboard.press('Enter');
  await expect(lab.code.getByRole('alert')).toContainText('Another script has this name');
  await lab.code.getByRole('textbox', { name: 'Name' }).fill('排行.js');
  await page.keyboard.press('Enter');
  await expect(lab.script('排行.js')).toHaveAttribute('aria-selected', 'true');
  // As soon as it is typed, not when the page is left in peace.
  await expect
    .poll(() => lab.files())
    .toEqual({
      'script.py': "print('kept')\n",
      '排行.js': "console.log('kept too')\n",
    });
  await page.reload();
  await expect(lab.prompt).toHaveText(/6379> ?$/);
  await lab.show();
  await lab.script('script.py').click();
  expect(await lab.source()).toBe("print('kept')\n");
  await lab.script('排行.js').click();
  expect(await lab.source()).toBe("console.log('kept too')\n");
  // What others write comes in, and what they remove goes.
  await lab.writeFile('other.py', '# by somebody else\n');
  await lab.script('other.py').click();
  expect(await lab.source()).toBe('# by somebody else\n');
  await lab.writeFile('other.py', '# changed\n');
  await expect.poll(() => lab.source()).toBe('# changed\n');
  await lab.removeFile('other.py');
  await expect(lab.script('other.py')).toHaveCount(0);
  // Deleting is undone.
  await lab.script('排行.js').click();
  await lab.button('Delete the script').click();
  await expect.poll(() => lab.files()).toEqual({ 'script.py': "print('kept')\n" });
  await lab.button('Undo').click();
  expect(await lab.source()).toBe("console.log('kept too')\n");
  await lab.button('Duplicate the script').click();
  await expect(lab.script('排行2.js')).toHaveAttribute('aria-selected', 'true');
  await expect.poll(async () => Object.keys(await lab.files()).length).toBe(3);
  await expectAccessible(page, 'several scripts', 'resplay-code');
});

test('a script is not lost to a power cut, nor turned back with the lab’s clock', async ({
  page,
}) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  await lab.write('# first\n');
  await expect.poll(() => lab.files()).toEqual({ 'script.py': '# first\n' });
  await lab.pullThePlug();
  await lab.write('# second\n');
  await expect.poll(() => lab.files()).toEqual({ 'script.py': '# second\n' });
  await lab.lookBack();
  await lab.write('# third\n');
  await lab.lookAtPresent();
  await expect.poll(() => lab.files()).toEqual({ 'script.py': '# third\n' });
  expect(await lab.source()).toBe('# third\n');
  await lab.lookBack();
  await lab.fork();
  await expect.poll(() => lab.files()).toEqual({ 'script.py': '# third\n' });
  expect(await lab.source()).toBe('# third\n');
});

test('a script of this computer is dropped into the view; others are refused', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  await lab.drop('fetched.mjs', "console.log('dropped')\n");
  await expect(lab.script('fetched.js')).toHaveAttribute('aria-selected', 'true');
  expect(await lab.source()).toBe("console.log('dropped')\n");
  await lab.drop('picture.png', 'no text');
  await expect(lab.code.getByRole('alert')).toContainText('picture.png was not opened');
});

test('a script in each language at once; a second one in Python waits its turn', async ({
  page,
}) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  await lab.begin("import time\nprint('begun')\ntime.sleep(600)\n");
  await expect(lab.printed).toContainText('begun', { timeout: 30_000 });
  await lab.button('New JavaScript script').click();
  expect((await lab.run("console.log('meanwhile')")).trim()).toBe('meanwhile');
  await lab.button('New Python script').click();
  await lab.begin("print('second')\n");
  await expect(lab.status).toHaveText('Python runs script.py: end that first, or wait for it.');
  await lab.script('script.py').click();
  await lab.button('Stop').click();
  await expect(lab.status).toHaveText('Stopped.');
  await lab.script('script2.py').click();
  expect((await lab.run("print('second')\n")).trim()).toBe('second');
  await lab.script('script.js').click();
  expect((await lab.printed.innerText()).trim()).toBe('meanwhile');
  expect(await ask(page, ['PING'])).toEqual(['PONG']);
});

test('a line of a traceback leads to the script', async ({ page }) => {
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  await lab.begin(`${'#\n'.repeat(200)}1 / 0\n`);
  await lab.printed.getByRole('button', { name: 'File "script.py", line 201' }).click();
  await expect(lab.code.locator('.cm-activeLine')).toHaveText('1 / 0');
  await expect(lab.code.locator('.cm-activeLine')).toBeInViewport();
});
