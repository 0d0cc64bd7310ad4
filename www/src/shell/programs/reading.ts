/** Programs that read files: cat, head, tail, less, grep, wc, diff. */

import { FileError, nameOf, resolve } from '../files';
import { Usage, complain, options, reason, type Run } from '../program';
import { linesOf, readAll, sleep } from '../streams';
import { normalDiff } from './difference';

/** How often `tail -f` looks, in milliseconds of real time. */
const FOLLOW_MS = 150;

/** The content of a named file, or of the standard input for `-`. */
async function content(run: Run, name: string): Promise<Uint8Array> {
  if (name === '-') return readAll(run.stdin);
  return run.files.read(resolve(run.shell.folder, name));
}

/** Does something with each named file (the standard input if there is none), and complains of those that fail. */
async function each(
  run: Run,
  names: readonly string[],
  work: (bytes: Uint8Array, name: string, first: boolean) => Promise<void>,
  told: (name: string, error: string) => string = (name, error) => `${name}: ${error}`,
): Promise<number> {
  let status = 0;
  let first = true;
  for (const name of names.length > 0 ? names : ['-']) {
    let bytes: Uint8Array;
    try {
      bytes = await content(run, name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = await complain(run, told(name, error.message));
      continue;
    }
    await work(bytes, name, first);
    first = false;
  }
  return status;
}

export async function cat(run: Run): Promise<number> {
  const given = options(run, 'nbAETv', '', {
    number: 'n',
    'show-all': 'A',
    'number-nonblank': 'b',
  });
  if (given.rest.length === 0 && given.given.size === 0) {
    for await (const chunk of run.stdin) await run.stdout.write(chunk);
    return 0;
  }
  let number = 0;
  // A file may go on with the line that the one before has begun.
  let begins = true;
  return each(run, given.rest, async (bytes) => {
    if (given.given.size === 0) return run.stdout.write(bytes);
    const text = new TextDecoder().decode(bytes);
    const shown = text.split(/(?<=\n)/).map((line) => {
      const numbered = begins && (given.has('n') || (given.has('b') && line !== '\n'));
      begins = line.endsWith('\n');
      const visible = given.has('A') ? line.replace(/\t/g, '^I').replace(/\r/g, '^M') : line;
      const ended = given.has('A', 'E') ? visible.replace(/\n$/, '$\n') : visible;
      return numbered ? `${String((number += 1)).padStart(6)}\t${ended}` : ended;
    });
    await run.stdout.write(text === '' ? '' : shown.join(''));
  });
}

/** -20 is -n 20. */
const withCount = (run: Run): Run => ({
  ...run,
  args: run.args.flatMap((arg, index) => {
    const match = /^-(\d+)(f?)$/.exec(arg);
    if (!match || /^-[a-z]*[nc]$/.test(run.args[index - 1] ?? '')) return [arg];
    const [, lines = '', follows] = match;
    return ['-n', lines, ...(follows === '' ? [] : ['-f'])];
  }),
});

function count(run: Run, text: string, what: string): { sign: string; value: number } {
  const match = /^([+-]?)(\d+)$/.exec(text);
  if (!match) throw new Usage(`${run.name}: invalid number of ${what}: ‘${text}’\n`);
  return { sign: match[1] ?? '', value: Number(match[2]) };
}

/** Where the line of this number begins, counted from 0. */
function lineStart(bytes: Uint8Array, number: number): number {
  let at = 0;
  for (let line = 0; line < number; line += 1) {
    const end = bytes.indexOf(10, at);
    if (end < 0) return bytes.length;
    at = end + 1;
  }
  return at;
}

/** Where the last so many lines begin. */
function lastLines(bytes: Uint8Array, number: number): number {
  if (number === 0) return bytes.length;
  let at = bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length;
  for (let line = 0; line < number; line += 1) {
    const end = bytes.lastIndexOf(10, at - 1);
    if (end < 0 || at === 0) return 0;
    at = end;
  }
  return at + 1;
}

export async function head(original: Run): Promise<number> {
  const run = withCount(original);
  const given = options(run, 'qv', 'nc', { lines: 'n', bytes: 'c', quiet: 'q' });
  const lines = count(run, given.value('n') ?? '10', 'lines');
  const bytesWanted = given.value('c');
  const titled = given.has('v') || (given.rest.length > 1 && !given.has('q'));
  return each(
    run,
    given.rest,
    async (bytes, name, first) => {
      if (titled) await run.stdout.write(title(name, first));
      if (bytesWanted !== undefined) {
        const { sign, value } = count(run, bytesWanted, 'bytes');
        const end = sign === '-' ? Math.max(0, bytes.length - value) : value;
        return run.stdout.write(bytes.subarray(0, end));
      }
      const all =
        lines.sign === '-' ? lastLines(bytes, lines.value) : lineStart(bytes, lines.value);
      await run.stdout.write(bytes.subarray(0, all));
    },
    opening,
  );
}

const title = (name: string, first: boolean): string =>
  `${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`;

const opening = (name: string, error: string): string =>
  error === 'Is a directory'
    ? `error reading '${name}': ${error}`
    : `cannot open '${name}' for reading: ${error}`;

export async function tail(original: Run): Promise<number> {
  const run = withCount(original);
  const given = options(run, 'fFqv', 'nc', { lines: 'n', bytes: 'c', follow: 'f', quiet: 'q' });
  const lines = count(run, given.value('n') ?? '10', 'lines');
  const bytesWanted = given.value('c');
  const titled = given.has('v') || (given.rest.length > 1 && !given.has('q'));
  const ends = new Map<string, number>();
  const status = await each(
    run,
    given.rest,
    async (bytes, name, first) => {
      ends.set(name, bytes.length);
      if (titled) await run.stdout.write(title(name, first));
      let from: number;
      if (bytesWanted !== undefined) {
        const { sign, value } = count(run, bytesWanted, 'bytes');
        from = Math.max(0, sign === '+' ? value - 1 : bytes.length - value);
      } else if (lines.sign === '+') from = lineStart(bytes, Math.max(0, lines.value - 1));
      else from = lastLines(bytes, lines.value);
      await run.stdout.write(bytes.subarray(from));
    },
    opening,
  );
  if (given.has('f', 'F')) {
    if (ends.size === 0) return complain(run, 'no files remaining');
    if (run.stdout.isTerminal && !run.background) run.terminal.hold();
    await follow(run, ends, titled);
  }
  return run.signal.aborted ? 130 : status;
}

async function follow(run: Run, ends: Map<string, number>, titled: boolean): Promise<void> {
  let last = [...ends.keys()].at(-1);
  while (!run.signal.aborted && ends.size > 0) {
    await sleep(FOLLOW_MS, run.signal);
    for (const [name, end] of ends) {
      const path = resolve(run.shell.folder, name);
      const found = await run.files.find(path);
      if (!found || found.size === end) continue;
      if (found.size < end) {
        await run.stderr.write(`tail: ${name}: file truncated\n`);
        ends.set(name, 0);
        continue;
      }
      const bytes = await run.files.read(path, end);
      if (titled && last !== name) await run.stdout.write(title(name, false));
      last = name;
      await run.stdout.write(bytes);
      ends.set(name, end + bytes.length);
    }
  }
}

/** A file to page through; what is no terminal gets it as it is. */
export async function less(run: Run): Promise<number> {
  const given = options(run, 'NSRFXi', '');
  const [name] = given.rest;
  if (name === undefined && run.stdin.isTerminal) {
    throw new Usage(`Missing filename ("less --help" for help)\n`);
  }
  let bytes: Uint8Array;
  try {
    bytes = await content(run, name ?? '-');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await run.stderr.write(
      error.message === 'Is a directory'
        ? `${name ?? ''} is a directory\n`
        : `${name ?? ''}: ${error.message}\n`,
    );
    return 1;
  }
  if (!run.stdout.isTerminal || run.background) {
    await run.stdout.write(bytes);
    return 0;
  }
  const text = new TextDecoder().decode(bytes);
  const path = name === undefined ? '' : resolve(run.shell.folder, name);
  await run.terminal.edit({
    kind: 'less',
    path,
    text,
    fresh: false,
    save: () => Promise.resolve(),
  });
  return 0;
}

export async function wc(run: Run): Promise<number> {
  const given = options(run, 'lwcm', '', { lines: 'l', words: 'w', bytes: 'c' });
  const all = !given.has('l', 'w', 'c', 'm');
  const rows: { counts: number[]; name: string }[] = [];
  let size = 0;
  const status = await each(run, given.rest, (bytes, name) => {
    const text = new TextDecoder().decode(bytes);
    const counts = [
      ...(all || given.has('l') ? [text.split('\n').length - 1] : []),
      ...(all || given.has('w') ? [text.split(/\s+/).filter((word) => word !== '').length] : []),
      ...(all || given.has('c', 'm') ? [bytes.length] : []),
    ];
    rows.push({ counts, name: given.rest.length === 0 ? '' : name });
    size += bytes.length;
    return Promise.resolve();
  });
  if (rows.length > 1) {
    const sums = rows[0]?.counts.map((_, column) =>
      rows.reduce((sum, row) => sum + (row.counts[column] ?? 0), 0),
    );
    rows.push({ counts: sums ?? [], name: 'total' });
  }
  const several = (rows[0]?.counts.length ?? 0) > 1;
  // As wide as the sum of all sizes, whatever is counted.
  const aligned = several || rows.length > 1;
  const width = given.rest.length === 0 && several ? 7 : aligned ? String(size).length : 0;
  for (const { counts, name } of rows) {
    const line = counts.map((one) => String(one).padStart(width)).join(' ');
    await run.stdout.write(`${line}${name === '' ? '' : ` ${name}`}\n`);
  }
  return status;
}

/** A basic regular expression of POSIX as JavaScript's: what a backslash makes special there is special here without. */
function basic(pattern: string): string {
  return pattern.replace(/\\(.)|[(){}+?|]/gs, (found, escaped: string | undefined) => {
    if (escaped === undefined) return `\\${found}`;
    return '(){}+?|'.includes(escaped) ? escaped : found;
  });
}

export async function grep(run: Run): Promise<number> {
  const given = options(run, 'ivncrREFwoqhHlsx', 'eABCm', {
    'ignore-case': 'i',
    'invert-match': 'v',
    'line-number': 'n',
    count: 'c',
    recursive: 'r',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    color: 's',
  });
  const operands = [...given.rest];
  const wanted = given.value('e') ?? operands.shift();
  if (wanted === undefined) {
    throw new Usage(
      "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
      2,
    );
  }
  let source = given.has('F')
    ? wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    : given.has('E')
      ? wanted
      : basic(wanted);
  if (given.has('w')) source = `\\b(?:${source})\\b`;
  if (given.has('x')) source = `^(?:${source})$`;
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, given.has('i') ? 'giu' : 'gu');
  } catch {
    throw new Usage(`grep: Invalid regular expression\n`, 2);
  }
  const recursive = given.has('r', 'R');
  const names: { name: string; path: string | undefined }[] = [];
  let status = 1;
  const failed: string[] = [];
  if (operands.length === 0 && recursive) operands.push('.');
  for (const name of operands) {
    const path = resolve(run.shell.folder, name);
    const found = await run.files.find(path);
    if (!found) failed.push(`grep: ${name}: No such file or directory\n`);
    else if (!found.isDirectory) names.push({ name, path });
    else if (!recursive) failed.push(`grep: ${name}: Is a directory\n`);
    else {
      for (const below of await run.files.below(path)) {
        const rest = below.path.slice(path === '/' ? 1 : path.length + 1);
        if (!below.isDirectory)
          names.push({ name: `${name.replace(/\/$/, '')}/${rest}`, path: below.path });
      }
    }
  }
  if (operands.length === 0) names.push({ name: '(standard input)', path: undefined });
  const titled = (operands.length > 1 || recursive || given.has('H')) && !given.has('h');
  const [before, after] = [given.value('B', 'C') ?? '0', given.value('A', 'C') ?? '0'].map(Number);
  const gaps = given.has('A', 'B', 'C') ? { any: false } : undefined;
  for (const { name, path } of names) {
    const lines =
      path === undefined ? linesOf(run.stdin) : linesOf(fixed(await run.files.read(path)));
    const found = await matching(run, lines, pattern, {
      title: titled ? name : '',
      before: before ?? 0,
      after: after ?? 0,
      given: (letter) => given.has(letter),
      most: Number(given.value('m') ?? Infinity),
      gaps,
    });
    if (found > 0) status = 0;
    if (given.has('c')) await run.stdout.write(`${titled ? `${name}:` : ''}${found}\n`);
    if (given.has('l') && found > 0) await run.stdout.write(`${name}\n`);
  }
  for (const complaint of failed) await run.stderr.write(complaint);
  return failed.length > 0 && (status === 1 || !given.has('q')) ? 2 : status;
}

// eslint-disable-next-line @typescript-eslint/require-await -- what reads lines knows asynchronous input only
async function* fixed(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

interface Matching {
  readonly title: string;
  readonly before: number;
  readonly after: number;
  readonly most: number;
  /** Where lines are missing that is shown; whether any stand above, of whatever file. */
  readonly gaps: { any: boolean } | undefined;
  given(letter: string): boolean;
}

/** Prints the lines that fit; how many there are. */
async function matching(
  run: Run,
  lines: AsyncIterable<string>,
  pattern: RegExp,
  { title: name, before, after, most, given, gaps }: Matching,
): Promise<number> {
  const silent = given('c') || given('l') || given('q');
  let found = 0;
  let number = 0;
  let printed = -1;
  let left = 0;
  const kept: [number, string][] = [];
  const print = async (at: number, line: string, mark: string): Promise<void> => {
    if (silent) return;
    if (gaps && (printed < 0 ? gaps.any : at > printed + 1)) await run.stdout.write('--\n');
    if (gaps) gaps.any = true;
    printed = at;
    const head = (name === '' ? '' : name + mark) + (given('n') ? `${at}${mark}` : '');
    await run.stdout.write(`${head}${line}\n`);
  };
  for await (const line of lines) {
    number += 1;
    pattern.lastIndex = 0;
    const fits = pattern.test(line) !== given('v');
    if (fits) {
      found += 1;
      for (const [at, text] of kept.splice(0)) await print(at, text, '-');
      if (given('o')) {
        pattern.lastIndex = 0;
        for (const [part] of line.matchAll(pattern))
          if (part !== '') await print(number, part, ':');
      } else await print(number, line, ':');
      left = after;
      if (found >= most) break;
    } else if (left > 0) {
      left -= 1;
      await print(number, line, '-');
    } else if (before > 0) {
      kept.push([number, line]);
      if (kept.length > before) kept.shift();
    }
  }
  return found;
}

export async function diff(run: Run): Promise<number> {
  const given = options(run, 'qusiwb', '', { brief: 'q', unified: 'u' });
  const [one, other, ...more] = given.rest;
  if (one === undefined || other === undefined || more.length > 0) {
    const text =
      one === undefined
        ? "missing operand after 'diff'"
        : other === undefined
          ? `missing operand after '${one}'`
          : `extra operand '${more[0] ?? ''}'`;
    throw new Usage(`diff: ${text}\ndiff: Try 'diff --help' for more information.\n`, 2);
  }
  if (given.has('u'))
    throw new Usage('diff: -u is not here; this diff knows the normal format\n', 2);
  const texts: string[] = [];
  for (const name of [one, other]) {
    try {
      const found =
        name === '-' ? undefined : await run.files.find(resolve(run.shell.folder, name));
      const inside =
        found?.isDirectory && name === other ? `${name.replace(/\/$/, '')}/${nameOf(one)}` : name;
      texts.push(new TextDecoder().decode(await content(run, inside)));
    } catch (error) {
      await run.stderr.write(`diff: ${name}: ${reason(error)}\n`);
      return 2;
    }
  }
  const [left = '', right = ''] = texts;
  if (left === right) {
    if (given.has('s')) await run.stdout.write(`Files ${one} and ${other} are identical\n`);
    return 0;
  }
  if (given.has('q')) await run.stdout.write(`Files ${one} and ${other} differ\n`);
  else {
    const lines = normalDiff(left, right);
    if (lines === undefined) throw new Usage('diff: memory exhausted\n', 2);
    await run.stdout.write(lines);
  }
  return 1;
}
