/** What belongs to the shell itself, and small programs: cd, pwd, echo, history, sudo, … */

import { FileError, resolve } from '../files';
import { Usage, complain, options, type Run } from '../program';
import { readAll, sleep } from '../streams';

export async function cd(run: Run): Promise<number> {
  const { args, shell, files, stderr, stdout } = run;
  if (args.length > 1) throw new Usage('bash: cd: too many arguments\n');
  const home = shell.user === 'root' ? '/root' : '/home/learner';
  const [name = home] = args;
  const path = name === '-' ? (before.get(shell) ?? shell.folder) : resolve(shell.folder, name);
  try {
    const found = await files.stat(path);
    if (!found.isDirectory) throw new FileError('Not a directory');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await stderr.write(`bash: cd: ${name}: ${error.message}\n`);
    return 1;
  }
  if (name === '-') await stdout.write(`${path}\n`);
  before.set(shell, shell.folder);
  shell.folder = path;
  return 0;
}

/** The folders before, for `cd -`. */
const before = new WeakMap<object, string>();

export async function pwd(run: Run): Promise<number> {
  await run.stdout.write(`${run.shell.folder}\n`);
  return 0;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  '\\': '\\',
};

const unescaped = (text: string): string =>
  text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|([ntrabe\\]))/g,
    (_, hex: string | undefined, letter: string) =>
      hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(parseInt(hex, 16)),
  );

export async function echo(run: Run): Promise<number> {
  const args = [...run.args];
  let [newline, escapes] = [true, false];
  while (/^-[neE]+$/.test(args[0] ?? '')) {
    const option = args.shift() ?? '';
    if (option.includes('n')) newline = false;
    escapes = option.includes('e') || (escapes && !option.includes('E'));
  }
  const text = args.join(' ');
  await run.stdout.write((escapes ? unescaped(text) : text) + (newline ? '\n' : ''));
  return 0;
}

export async function printf(run: Run): Promise<number> {
  const [format, ...values] = run.args;
  if (format === undefined) throw new Usage('bash: printf: usage: printf format [arguments]\n', 2);
  do {
    const text = unescaped(format).replace(/%(%|[sd])/g, (_, kind: string) => {
      if (kind === '%') return '%';
      const value = values.shift() ?? '';
      return kind === 'd' ? String(Math.trunc(Number(value)) || 0) : value;
    });
    await run.stdout.write(text);
  } while (values.length > 0 && /%[sd]/.test(format));
  return 0;
}

export async function history(run: Run): Promise<number> {
  const { shell, args, stdout } = run;
  const wanted = args[0] === undefined ? shell.history.length : Number(args[0]);
  if (!Number.isInteger(wanted) || wanted < 0) {
    throw new Usage(`bash: history: ${args[0] ?? ''}: numeric argument required\n`);
  }
  const from = Math.max(0, shell.history.length - wanted);
  const lines = shell.history.slice(from);
  await stdout.write(
    lines.map((line, index) => `${String(from + index + 1).padStart(5)}  ${line}\n`).join(''),
  );
  return 0;
}

export async function jobs(run: Run): Promise<number> {
  for (const { number, source, done } of run.shell.jobs) {
    await run.stdout.write(
      `[${number}]+  ${done ? 'Done   ' : 'Running'}                 ${source} &\n`,
    );
  }
  return 0;
}

export function exit(run: Run): number {
  run.shell.exit();
  return Number(run.args[0] ?? 0) || 0;
}

export function clear(run: Run): number {
  run.terminal.clear();
  return 0;
}

/** Everything is allowed here: sudo runs what it is given. */
export async function sudo(run: Run): Promise<number> {
  const args = [...run.args];
  let shellWanted = false;
  while (args[0]?.startsWith('-')) {
    const option = args.shift() ?? '';
    if (option === '-i' || option === '-s') shellWanted = true;
    else if (option === '-u') args.shift();
    else if (option === '--') break;
    else if (option !== '-H' && option !== '-E' && option !== '-n' && option !== '-S') {
      throw new Usage(
        `sudo: invalid option -- '${option.replace(/^-+/, '')}'\nusage: sudo [-i] [-u user] [command [arg ...]]\n`,
      );
    }
  }
  if (
    args[0] === 'su' &&
    args.slice(1).every((arg) => arg === '-' || arg === 'root' || arg === '-l')
  ) {
    shellWanted = true;
    args.length = 0;
  }
  if (args.length > 0) return run.shell.execute(run, args);
  if (!shellWanted) throw new Usage('usage: sudo [-i] [-u user] [command [arg ...]]\n');
  run.shell.becomeRoot();
  return 0;
}

export async function su(run: Run): Promise<number> {
  const who = run.args.filter((arg) => !arg.startsWith('-'));
  if (who.length > 0 && who[0] !== 'root')
    return complain(
      run,
      `user ${who[0] ?? ''} does not exist or the user entry does not contain all the required fields`,
    );
  run.shell.becomeRoot();
  return 0;
}

export async function whoami(run: Run): Promise<number> {
  await run.stdout.write(`${run.shell.user}\n`);
  return 0;
}

export async function hostname(run: Run): Promise<number> {
  await run.stdout.write('lab\n');
  return 0;
}

export async function date(run: Run): Promise<number> {
  const now = new Date(run.shell.now);
  const text = now.toUTCString();
  const number = String(now.getUTCDate()).padStart(2);
  const clock = now.toISOString().slice(11, 19);
  await run.stdout.write(
    `${text.slice(0, 3)} ${text.slice(8, 11)} ${number} ${clock} UTC ${now.getUTCFullYear()}\n`,
  );
  return 0;
}

export async function which(run: Run): Promise<number> {
  const known = run.shell.programs();
  let status = 0;
  for (const name of run.args) {
    if (known.includes(name)) await run.stdout.write(`/usr/bin/${name}\n`);
    else status = 1;
  }
  return status;
}

/** Waits, by the clock of the lab. */
export async function pause(run: Run): Promise<number> {
  const [text, ...more] = run.args;
  if (text === undefined)
    throw new Usage("sleep: missing operand\nTry 'sleep --help' for more information.\n");
  let seconds = 0;
  for (const one of [text, ...more]) {
    const match = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(one);
    if (!match)
      throw new Usage(
        `sleep: invalid time interval '${one}'\nTry 'sleep --help' for more information.\n`,
      );
    seconds += Number(match[1]) * ({ '': 1, s: 1, m: 60, h: 3600, d: 86400 }[match[2] ?? ''] ?? 1);
  }
  const { clock } = run.lab;
  const { now, paused, speed } = clock.time;
  // Without news of the clock, its time is what has passed since, at its speed.
  await sleep(paused ? 2 ** 31 - 1 : Math.min(2 ** 31 - 1, (seconds * 1000) / speed), run.signal);
  return clock.time.now < now || run.signal.aborted ? 130 : 0;
}

/** Runs the lines of a file. */
export async function bash(run: Run): Promise<number> {
  const given = options(run, 'ex', 'c');
  const line = given.value('c');
  if (line !== undefined) return run.shell.source(run, line);
  const [name] = given.rest;
  if (name === undefined) {
    if (run.stdin.isTerminal) return 0;
    return run.shell.source(run, new TextDecoder().decode(await readAll(run.stdin)));
  }
  const path = resolve(run.shell.folder, name);
  if (!(await run.files.find(path))) {
    await run.stderr.write(`bash: ${name}: No such file or directory\n`);
    return 127;
  }
  const text = await run.files.readText(path);
  return run.shell.source(run, text);
}
