/** A lesson's lab made of real processes, for a test: folders and ports of the lab stand for others on this machine. */

import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withLines } from './configure';
import { wordsOf } from './deeds';
import type { Cell, Lesson } from './format';
import { linesToEnter } from './running';

/** What the lab's own redis.conf sets, as far as lessons ask for it. */
const CONF = `port 6379
daemonize yes
dir /var/lib/redis
logfile /var/log/redis/redis-server.log
save 900 1
save 300 10
save 60 10000
databases 16
appendonly no
appendfsync everysec
maxmemory 0
`;

const FOLDERS = [
  'etc/redis',
  'etc/init.d',
  'var/lib/redis',
  'var/log/redis',
  'home/learner',
  'tmp',
];

/** How long a server is waited for, in milliseconds. */
const PATIENCE_MS = 15_000;

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

const where = (program: string): string =>
  spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim();

/** With redis-py, as set-up of the tests installs it. */
const PYTHON = fileURLToPath(new URL('../../../.tools/venv/bin/python', import.meta.url));

/** Whether this machine has what a real lab is made of. */
export const hasRealPrograms = (): boolean =>
  ['redis-server', 'redis-cli', 'redis-benchmark', 'script', 'bash'].every(has) &&
  existsSync(PYTHON);

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Two digits that stand for the 63 of 6379 and 26379, so that nothing printed is wider or narrower. */
export async function freeDigits(taken: Set<number>): Promise<number> {
  for (let digits = 64; digits < 99; digits += 1) {
    if (taken.has(digits)) continue;
    taken.add(digits);
    const ports = [0, 79, 80, 81].flatMap((rest) => [
      digits * 100 + rest,
      20_000 + digits * 100 + rest,
    ]);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return digits;
  }
  throw new Error('no ports are free');
}

/** A program at a terminal of its own. */
class Session {
  private text = '';
  private readonly child: ChildProcess;
  private ended = false;

  constructor(line: string, folder: string, path: string) {
    this.child = spawn('script', ['-q', '-E', 'never', '-c', line, '/dev/null'], {
      cwd: folder,
      // A terminal that can do nothing: redis-cli prints its prompt, and reads lines as they come.
      env: { ...process.env, PATH: path, TERM: 'dumb', LC_ALL: 'C.UTF-8', COLUMNS: '80' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.child.stdout?.on('data', (bytes: Buffer) => (this.text += bytes.toString()));
    this.child.once('close', () => (this.ended = true));
  }

  /** All that was printed, as it stands on a screen. */
  get printed(): string {
    return this.text
      .replace(/\r+\n/g, '\n')
      .split('\n')
      .map((line) => line.slice(line.lastIndexOf('\r') + 1))
      .join('\n');
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  async until(fits: (printed: string) => boolean, ms = PATIENCE_MS): Promise<boolean> {
    const end = Date.now() + ms;
    while (!fits(this.printed) && !this.ended && Date.now() < end) await sleep(20);
    return fits(this.printed);
  }

  async untilEnded(ms = PATIENCE_MS): Promise<boolean> {
    return this.until(() => this.ended, ms);
  }

  end(): void {
    this.child.stdin?.destroy();
    if (!this.ended) this.child.kill('SIGKILL');
  }
}

/** What goes into the background leaves its terminal before that is closed. */
const started = (line: string): string =>
  /^redis-(server|sentinel) /.test(line) ? `${line}; sleep 0.3` : line;

const PROMPT = /(?:^|\n)((?:[\w.-]+:\d+(?:\[\d+\])?(?:\(TX\))?|not connected)> )$/;

export class RealLab {
  private readonly root = mkdtempSync(join(tmpdir(), 'lesson-'));
  private readonly path = `${this.root}/bin:${process.env['PATH'] ?? ''}`;
  private readonly consoles = new Map<string, Session>();
  private readonly held: Session[] = [];
  private readonly folders = new Map<string, string>();
  /** What each process was started with. */
  private readonly started = new Map<string, { line: string; folder: string }>();

  constructor(private readonly digits: number) {
    for (const folder of [...FOLDERS, 'bin'])
      mkdirSync(join(this.root, folder), { recursive: true });
    const program = (name: string, text: string): void => {
      writeFileSync(join(this.root, name), `#!/bin/bash\n${text}\n`);
      chmodSync(join(this.root, name), 0o755);
    };
    program('bin/sudo', 'exec "$@"');
    // The port that is meant where none is named.
    for (const name of ['redis-cli', 'redis-benchmark'])
      program(`bin/${name}`, `exec ${where(name)} -p ${this.real('6379')} "$@"`);
    symlinkSync(where('redis-server'), join(this.root, 'bin/redis-sentinel'));
    const port = this.real('6379');
    // The messages of an installation's script; what the server says of its file is its own.
    program(
      'etc/init.d/redis-server',
      `stop() {
  echo -n 'Stopping redis-server: '
  pid=$(cat ${this.root}/pid-6379 2>/dev/null)
  # Again each second, as Debian's script does: a server that writes its first log does not end yet.
  while kill $pid 2>/dev/null; do
    for i in $(seq 20); do kill -0 $pid 2>/dev/null || break 2; sleep 0.05; done
  done
  echo redis-server.
}
start() {
  echo -n 'Starting redis-server: '
  if redis-server ${this.root}/etc/redis/redis.conf --pidfile ${this.root}/pid-6379; then
    for i in $(seq 100); do redis-cli -p ${port} ping >/dev/null 2>&1 && break; sleep 0.05; done
    echo redis-server.
  else echo failed; fi
}
case $1 in stop) stop ;; start) start ;; restart) stop; start ;; esac`,
    );
  }

  /** The lab's folders and ports as they are on this machine. */
  private real(text: string): string {
    return text
      .replace(
        /(?<![\w./])\/(etc\/redis|etc\/init\.d|var\/lib\/redis|var\/log\/redis|home\/learner|tmp)\b/g,
        `${this.root}/$1`,
      )
      .replace(/\b(2?)63(\d\d)\b/g, `$1${this.digits}$2`);
  }

  /** What was printed, in the words of the lab. */
  private told(text: string): string {
    return text
      .replaceAll(this.root, '')
      .replace(new RegExp(`\\b(2?)${this.digits}(\\d\\d)\\b`, 'g'), '$163$2')
      .replace(/^-rw[-\w]* 1 \w+ +\w+ /gm, '-rw-r--r-- 1 redis redis ')
      .replace(/^total \d+$/gm, 'total 4');
  }

  async open({ lab }: Lesson): Promise<void> {
    this.write('/etc/redis/redis.conf', withLines(CONF, lab.config));
    await this.start('6379');
    for (const line of lab.servers) {
      const [, port = ''] = /--port (\d+)/.exec(line) ?? [];
      const folder = join(this.root, 'var/lib', `redis-${port}`);
      mkdirSync(folder);
      await this.launch(`${line} --daemonize yes`, folder);
    }
  }

  private write(path: string, text: string): void {
    writeFileSync(this.real(path), this.real(text));
  }

  /** Runs a program to its end; what it has printed. */
  private run(program: string, words: readonly string[], cwd = this.root): Promise<string> {
    return new Promise((resolve) => {
      const options = { cwd, env: { ...process.env, PATH: this.path } };
      execFile(program, words, options, (_, printed) => resolve(printed.trim()));
    });
  }

  private cli(port: string, ...words: string[]): Promise<string> {
    return this.run('redis-cli', ['-p', this.real(port), ...words]);
  }

  private async launch(line: string, folder: string): Promise<void> {
    const [, port = ''] = /--port (\d+)/.exec(line) ?? [];
    this.started.set(port, { line, folder });
    await this.run('bash', ['-c', this.real(line)], folder);
    await this.untilAnswers(port);
  }

  private async untilAnswers(port: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!/PONG|NOAUTH/.test(await this.cli(port, 'ping')) && Date.now() < end) await sleep(50);
  }

  private async start(port: string): Promise<void> {
    if (port === '6379') await this.run(this.real('/etc/init.d/redis-server'), ['start']);
    const known = this.started.get(port);
    if (known) await this.launch(known.line, known.folder);
    await this.untilAnswers(port);
  }

  private async kill(port: string): Promise<void> {
    const [, pid] = /process_id:(\d+)/.exec(await this.cli(port, 'info', 'server')) ?? [];
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
  }

  // ---------------------------------------------------------------------------------------------------------- cells

  async console({ port, session, answer, code }: Cell): Promise<string> {
    const name = `${port} ${session}`;
    let cli = this.consoles.get(name);
    if (!cli) {
      cli = new Session(`redis-cli -p ${this.real(port)}`, this.root, this.path);
      this.consoles.set(name, cli);
      await cli.until((text) => PROMPT.test(text));
    }
    let text = '';
    for (const line of linesToEnter(answer?.code ?? code)) {
      const before = cli.printed;
      const [, prompt = ''] = PROMPT.exec(before) ?? [];
      cli.type(`${this.real(line)}\n`);
      await cli.until(
        (all) => all.length > before.length && PROMPT.test(all.slice(before.length - 1)),
      );
      text += `${prompt}${line}\n${cli.printed.slice(before.length).replace(PROMPT, '\n')}`;
    }
    return this.told(text).replace(/\n+$/, '\n');
  }

  /** Enters the lines of a cell at a shell; what holds its terminal is looked at until it has printed what it should. */
  async shell(cell: Cell, fits: (text: string) => boolean): Promise<string> {
    const { terminal, answer, code } = cell;
    let text = '';
    const lines = linesToEnter(answer?.code ?? code);
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      const folder = this.folders.get(terminal) ?? '/home/learner';
      text += `learner@lab:${folder === '/home/learner' ? '~' : folder}$ ${line}\n`;
      if (line.startsWith('cd ')) {
        this.folders.set(terminal, line.slice(3));
        continue;
      }
      const session = new Session(started(this.real(line)), this.real(folder), this.path);
      if (/^redis-(server|sentinel) /.test(line) && terminal !== '1') {
        this.held.push(session);
        const before = text;
        await session.until((printed) => fits(this.told(before + printed)), 20_000);
        return this.told(text + session.printed);
      }
      const asked = (printed: string): boolean => printed.endsWith('[y/N]: ');
      if (lines[at + 1] === 'y' && (await session.until(asked)))
        session.type(`${lines[(at += 1)] ?? ''}\n`);
      await session.untilEnded();
      text += session.printed.replace('[y/N]: ', '[y/N]: y\n');
      if (!text.endsWith('\n')) text += '\n';
      const [, port] = /^redis-server .*--port (\d+)/.exec(line) ?? [];
      if (port !== undefined) await this.untilAnswers(port);
    }
    if (/\b(?:stop|restart|shutdown|kill)\b/.test(code)) this.closeConsoles();
    return this.told(text);
  }

  async config({ path, whole, crlf, restart, code }: Cell): Promise<void> {
    const file = this.real(path);
    let text = whole
      ? `${code}\n`
      : withLines(this.told(readFileSync(file, 'utf8')), code.split('\n'));
    if (crlf) text = text.replace(/\n/g, '\r\n');
    // The port of a sentinel that names none.
    if (/^sentinel monitor/m.test(text) && !/^port/m.test(text)) text += 'port 26379\n';
    this.write(path, text);
    if (restart === '') return;
    this.closeConsoles();
    await this.cli(restart, 'shutdown');
    await this.start(restart);
  }

  /** Does what a cell of kind `lab` says, as far as it can be done to this machine. */
  async deeds({ answer, code }: Cell): Promise<void> {
    for (const line of (answer?.code ?? code).split('\n')) {
      const [name, first = '', second = ''] = wordsOf(line);
      if (name === 'kill' && first === '-9') {
        this.closeConsoles();
        await this.kill(second);
      } else if (name === 'start') await this.start(first);
      else if (name === 'restart') {
        this.closeConsoles();
        await this.cli(first, 'shutdown');
        await this.start(first);
      } else if (name === 'power') {
        // No plug can be pulled here: the kernel keeps what was written.
        this.closeConsoles();
        await this.kill('6379');
        await this.start('6379');
      } else if (name === 'wait') await this.pass(Number(first));
      else if (name === 'cut') await this.cli(second, 'replicaof', '127.0.0.1', '1');
      else if (name === 'mend') await this.cli(second, 'replicaof', '127.0.0.1', this.real(first));
      else if (name === 'cp') copyFileSync(this.real(first), this.real(second));
    }
  }

  /** Time passes: a few seconds do, of more the keys are told. */
  private async pass(seconds: number): Promise<void> {
    if (seconds <= 30) {
      // Of long waits most is patience.
      await sleep(seconds < 15 ? seconds * 1000 : seconds * 700);
      return;
    }
    for (const key of (await this.cli('6379', 'keys', '*')).split('\n')) {
      const left = Number(await this.cli('6379', 'pttl', key));
      if (left > 0)
        await this.cli('6379', 'pexpire', key, String(Math.max(1, left - seconds * 1000)));
    }
    await sleep(50);
  }

  /** Runs a script of Python from its first line to its last. */
  async python({ answer, code }: Cell): Promise<string> {
    // The port that is meant where none is named.
    const usual = `redis.Redis(port=${this.real('6379')}, `;
    const script = this.real((answer?.code ?? code).replaceAll('redis.Redis(', usual));
    return this.told(await this.run(PYTHON, ['-c', script]));
  }

  private closeConsoles(): void {
    for (const session of this.consoles.values()) session.end();
    this.consoles.clear();
  }

  async close(): Promise<void> {
    this.closeConsoles();
    const ports = ['26379', '26380', '26381', '6379', '6300', '6380', '6381'];
    await Promise.all(ports.map((port) => this.kill(port)));
    for (const session of this.held) session.end();
    await sleep(100);
    rmSync(this.root, { recursive: true, force: true });
  }
}
