import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { ShellPage } from './shell-page';

/** What course notes have a learner type, in a fresh lab and nothing else. */

test.setTimeout(180_000);

test('a replica by flag: its log holds one terminal, redis-cli works in another', async ({
  page,
}) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  expect(await lab.do('redis-cli set song blues')).toContain('OK');
  await lab.say('redis-server --port 6300 --slaveof 127.0.0.1 6379');
  await lab.expectScreen('Resplay, as Redis 7.2.4 64 bit');
  await lab.expectScreen('Port: 6300');
  await lab.expectScreen('MASTER <-> REPLICA sync: Finished with success');
  await lab.newTerminal();
  expect(await lab.do('redis-cli -p 6300 get song')).toBe('"blues"\n');
  expect(await lab.do('redis-cli -p 6300 set song rock')).toContain(
    "(error) READONLY You can't write against a read only replica.",
  );
  expect(await lab.do('ps -ef | grep 6300')).toMatch(/redis-server \*:6300\n.*grep 6300\n/);
  await lab.turnTo(1);
  await lab.press('Control+c');
  await lab.expectScreen('Redis is now ready to exit, bye bye...');
  await lab.expectPrompt('learner@lab:~$');
  expect(await lab.do('redis-cli -p 6300 ping')).toBe(
    'Could not connect to Redis at 127.0.0.1:6300: Connection refused\n',
  );
});

test('a replica by SLAVEOF, typed at the prompt of redis-cli', async ({ page }) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('redis-cli set song blues');
  await lab.do('redis-server --port 6301 --daemonize yes');
  const prompt = '127.0.0.1:6301>';
  await lab.do('redis-cli -p 6301', prompt);
  expect(await lab.do('SLAVEOF 127.0.0.1 6379', prompt)).toBe('OK\n');
  await expect
    .poll(() => lab.do('get song', prompt), { timeout: 30_000, intervals: [500] })
    .toBe('"blues"\n');
  expect(await lab.do('info replication', prompt)).toContain('role:slave');
  await lab.press('Control+d');
  await lab.expectPrompt('learner@lab:~$');
});

test('a replica by a copied configuration file, changed in vi', async ({ page }) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('redis-cli set song blues');
  await lab.do('sudo cp /etc/redis/redis.conf /etc/redis/6302.conf');
  await lab.say('sudo vi /etc/redis/6302.conf');
  await lab.vi(
    ':set nu',
    '/^port',
    'ccport 6302',
    'oslaveof 127.0.0.1 6379',
    '/^dbfilename',
    'ccdbfilename 6302.rdb',
  );
  await lab.vi('/^logfile', 'cclogfile /var/log/redis/6302.log', 'odaemonize yes');
  await page.keyboard.type(':wq');
  await page.keyboard.press('Enter');
  await lab.expectPrompt('learner@lab:~$');
  expect(await lab.do('diff /etc/redis/redis.conf /etc/redis/6302.conf')).toContain(
    '< port 6379\n---\n> port 6302\n> slaveof 127.0.0.1 6379\n',
  );
  await lab.do('redis-server /etc/redis/6302.conf');
  await expect
    .poll(() => lab.do('redis-cli -p 6302 get song'), { timeout: 30_000, intervals: [500] })
    .toBe('"blues"\n');
  expect(await lab.do('tail -20 /var/log/redis/6302.log')).toContain(
    'MASTER <-> REPLICA sync: Finished with success',
  );
});

test('a failover by hand', async ({ page }) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('redis-server --port 6300 --slaveof 127.0.0.1 6379 --daemonize yes');
  await lab.do('redis-server --port 6301 --slaveof 127.0.0.1 6379 --daemonize yes');
  await lab.do('redis-cli set song blues');
  for (const port of [6300, 6301]) {
    await expect
      .poll(() => lab.do(`redis-cli -p ${port} get song`), { timeout: 30_000, intervals: [500] })
      .toBe('"blues"\n');
  }
  expect(await lab.do('sudo /etc/init.d/redis-server stop')).toBe(
    'Stopping redis-server: redis-server.\n',
  );
  expect(await lab.do('redis-cli ping')).toContain('Connection refused');
  expect(await lab.do('redis-cli -p 6300 slaveof no one')).toBe('OK\n');
  expect(await lab.do('redis-cli -p 6301 slaveof 127.0.0.1 6300')).toBe('OK\n');
  expect(await lab.do('redis-cli -p 6300 set song rock')).toBe('OK\n');
  await expect
    .poll(() => lab.do('redis-cli -p 6301 get song'), { timeout: 30_000, intervals: [500] })
    .toBe('"rock"\n');
});

test('sentinel, from an empty sentinel.conf to the old primary that comes back as a replica', async ({
  page,
}) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('redis-server --port 6300 --slaveof 127.0.0.1 6379 --daemonize yes');
  await lab.do('redis-cli set song blues');
  await lab.do('touch sentinel.conf');
  await lab.say('vi sentinel.conf');
  await lab.vi(
    'isentinel monitor mymaster 127.0.0.1 6379 1',
    'osentinel down-after-milliseconds mymaster 2000',
  );
  await page.keyboard.type(':x');
  await page.keyboard.press('Enter');
  await lab.expectPrompt('learner@lab:~$');
  await lab.say('redis-sentinel sentinel.conf');
  await lab.expectScreen('Running in sentinel mode');
  await lab.expectScreen('+slave slave 127.0.0.1:6300 127.0.0.1 6300 @ mymaster 127.0.0.1 6379');
  await lab.newTerminal();
  await lab.do('sudo /etc/init.d/redis-server stop');
  await lab.turnTo(1);
  await lab.expectScreen('+switch-master mymaster 127.0.0.1 6379 127.0.0.1 6300');
  await lab.turnTo(2);
  expect(await lab.do('redis-cli -p 26379 sentinel get-master-addr-by-name mymaster')).toBe(
    '1) "127.0.0.1"\n2) "6300"\n',
  );
  expect(await lab.do('redis-cli -p 6300 set song rock')).toBe('OK\n');
  await lab.do('sudo service redis-server start');
  await expect
    .poll(() => lab.do('redis-cli get song'), { timeout: 60_000, intervals: [1000] })
    .toBe('"rock"\n');
  expect(await lab.do('redis-cli role')).toContain('1) "slave"');
});

test('the AOF is switched on in redis.conf, and a misspelt policy is refused with its line', async ({
  page,
}) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.say('sudo vim /etc/redis/redis.conf');
  await lab.vi('/^appendonly', 'ccappendonly yes');
  await page.keyboard.type(':wq');
  await page.keyboard.press('Enter');
  await lab.expectPrompt('learner@lab:~$');
  expect(await lab.do('sudo /etc/init.d/redis-server restart')).toBe(
    'Stopping redis-server: redis-server.\nStarting redis-server: redis-server.\n',
  );
  expect(await lab.do('redis-cli config get appendonly')).toBe('1) "appendonly"\n2) "yes"\n');
  await lab.do('redis-cli set song blues');
  expect(await lab.do('ls /var/lib/redis/appendonlydir')).toContain('appendonly.aof.1.incr.aof');
  expect(
    await lab.do('redis-check-aof /var/lib/redis/appendonlydir/appendonly.aof.manifest'),
  ).toContain('All AOF files and manifest are valid');

  await lab.say('sudo nano /etc/redis/redis.conf');
  await lab.replaceInEditor('appendfsync everysec', 'appendfsync alwarys');
  // Which line would be refused is said while it is typed.
  const line = (await lab.editorText()).split('\n').indexOf('appendfsync alwarys') + 1;
  await expect(lab.editor.getByRole('list')).toContainText(`Line ${line}: argument(s) must be`);
  await expectAccessible(
    page,
    'the editor',
    'resplay-app',
    'resplay-panels',
    'resplay-shell',
    'resplay-file-editor',
  );
  await lab.editor.locator('.cm-content').press('Control+o');
  await expect(lab.editor.getByRole('status')).toContainText('written');
  await lab.editor.locator('.cm-content').press('Control+x');
  await lab.expectPrompt('learner@lab:~$');
  expect(await lab.do('sudo /etc/init.d/redis-server restart')).toBe(
    'Stopping redis-server: redis-server.\nStarting redis-server: \n' +
      '*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\n' +
      `Reading the configuration file, at line ${line}\n` +
      ">>> 'appendfsync alwarys'\n" +
      'argument(s) must be one of the following: everysec, always, no\nfailed\n',
  );
  expect(await lab.do('redis-server /etc/redis/redis.conf')).toContain(`at line ${line}\n`);
});

test('a password in redis.conf is asked for', async ({ page }) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('echo "requirepass 123456" | cat /etc/redis/redis.conf - > new.conf');
  await lab.do('sudo mv new.conf /etc/redis/redis.conf');
  await lab.do('sudo systemctl restart redis-server');
  expect(await lab.do('redis-cli get song')).toContain('(error) NOAUTH Authentication required.');
  const prompt = '127.0.0.1:6379>';
  await lab.do('redis-cli', prompt);
  expect(await lab.do('auth wrong', prompt)).toContain('(error) WRONGPASS');
  expect(await lab.do('auth 123456', prompt)).toBe('OK\n');
  expect(await lab.do('get song', prompt)).toBe('(nil)\n');
  await lab.do('quit');
  const warning =
    "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n";
  expect(await lab.do('redis-cli -a 123456 ping')).toBe(`${warning}PONG\n`);
  // What held a password is not in the history.
  await lab.press('ArrowUp');
  await expect(lab.terminal.getByRole('textbox')).toHaveValue('redis-cli -a 123456 ping');
  await lab.press('ArrowUp');
  await expect(lab.terminal.getByRole('textbox')).toHaveValue('quit');
  await lab.press('ArrowUp');
  await expect(lab.terminal.getByRole('textbox')).toHaveValue('get song');
  await lab.press('ArrowUp');
  await expect(lab.terminal.getByRole('textbox')).toHaveValue('redis-cli');
});

test('the log: tail -20 and tail -f', async ({ page }) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('redis-cli bgsave');
  const log = await lab.do('tail -20 /var/log/redis/redis-server.log');
  expect(log).toMatch(/^1001:C \d\d Nov \d{4} [\d:.]{12} \* oO0OoO0OoO0Oo Redis is starting/);
  expect(log).toContain('Ready to accept connections tcp');
  await lab.say('tail -n 1 -f /var/log/redis/redis-server.log');
  await lab.newTerminal();
  await lab.do('redis-cli save');
  await lab.turnTo(1);
  await lab.expectScreen('* DB saved on disk');
  await lab.press('Control+c');
  await lab.expectPrompt('learner@lab:~$');
});

test('redis-cli and its like: pipes, modes, benchmark, and what they say that do not know', async ({
  page,
}) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  await lab.do('printf "set a 1\\nincr a\\nzadd z 1 m 2 n\\n" > commands.txt');
  expect(await lab.do('redis-cli < commands.txt')).toBe('OK\n(integer) 2\n(integer) 2\n');
  expect(await lab.do('cat commands.txt | redis-cli | wc -l')).toBe('3\n');
  expect(await lab.do('echo "value with spaces" | redis-cli -x set text')).toBe('OK\n');
  expect(await lab.do('redis-cli get text')).toBe('"value with spaces\\n"\n');
  expect(await lab.do('redis-cli -n 2 dbsize')).toBe('(integer) 0\n');
  expect(await lab.do('redis-cli -r 3 incr n')).toBe('(integer) 1\n(integer) 2\n(integer) 3\n');
  expect((await lab.do('redis-cli --scan | grep -c .')).trim()).toBe('4');
  expect(await lab.do('redis-cli --bigkeys')).toContain('Sampled 4 keys in the keyspace!');
  expect(await lab.do('printf "set p 1\\r\\nnosuch\\r\\n" | redis-cli --pipe')).toContain(
    'errors: 1, replies: 2',
  );
  await lab.do('redis-cli --rdb copy.rdb');
  expect(await lab.do('redis-check-rdb copy.rdb')).toContain('[info] 5 keys read');
  expect(await lab.do('redis-benchmark -n 500 -c 5 -P 10 -t set,get -q')).toMatch(
    /^SET: \d+\.\d\d requests per second, p50=\d+\.\d{3} msec\nGET: \d+\.\d\d requests/,
  );
  expect(await lab.do('redis-cli -r 2 --stat')).toContain('------- data ------');
  expect(await lab.do('redis-cli --nosuch')).toBe(
    "Unrecognized option or bad number of args for: '--nosuch'\n",
  );
  expect(await lab.do('emacs')).toBe('emacs: command not found\n');
  expect(await lab.do('echo $(date)')).toContain('$(…): this small shell does not know that');
  await expectAccessible(page, 'the shell', 'resplay-app', 'resplay-panels', 'resplay-shell');
});

test('processes: background, signals, ports, services', async ({ page }) => {
  const lab = new ShellPage(page);
  await lab.open();
  await lab.show();
  expect(await lab.do('redis-server --port 6300 &')).toMatch(/^\[1\] \d+\n/);
  await lab.expectScreen('Ready to accept connections tcp');
  await lab.expectPrompt('learner@lab:~$');
  const [pid = ''] = /\d+/.exec(await lab.do('pgrep -f 6300')) ?? [];
  expect(await lab.do('netstat -tlnp | grep 6300')).toContain(`${pid}/redis-server`);
  await lab.do(`kill -STOP ${pid}`);
  expect(await lab.do('ps aux | grep 6300')).toMatch(/ T {4}.*redis-server \*:6300/);
  await lab.do(`kill -CONT ${pid}`);
  await lab.do(`kill ${pid}`);
  await lab.expectScreen('Received SIGTERM scheduling shutdown...');
  await lab.expectScreen('bye bye...');
  expect(await lab.do(`kill ${pid}`)).toContain(`bash: kill: (${pid}) - No such process\n`);
  expect(await lab.screen()).toContain('[1]+  Done                    redis-server --port 6300');
  expect(await lab.do('sudo systemctl status redis-server')).toContain('active (running)');
  // A fresh lab has both configurations, with everything that can be set.
  expect(await lab.do('sudo service redis-sentinel start')).toBe(
    'Starting redis-sentinel: redis-sentinel.\n',
  );
  expect(await lab.do('redis-cli -p 26379 sentinel get-master-addr-by-name mymaster')).toBe(
    '1) "127.0.0.1"\n2) "6379"\n',
  );
  expect(await lab.do('grep repl-backlog-size /etc/redis/redis.conf')).toBe(
    '# repl-backlog-size 1mb\n',
  );
  expect(await lab.do('grep "^sentinel myid" /etc/redis/sentinel.conf')).toMatch(
    /^sentinel myid [0-9a-f]{40}\n$/,
  );
  expect(await lab.do('grep -c "^# sentinel" /etc/redis/sentinel.conf')).toBe('15\n');
  expect(await lab.do('sudo apt-get install redis-server')).toContain(
    'redis-server is already the newest version',
  );
  await lab.do('sudo -i', 'root@lab:~#');
  expect(await lab.do('whoami', 'root@lab:~#')).toBe('root\n');
  await lab.do('exit');
  await lab.say('sleep 600; echo never');
  await lab.press('Control+c');
  await lab.expectPrompt('learner@lab:~$');
  expect(await lab.screen()).not.toContain('\nnever');
});
