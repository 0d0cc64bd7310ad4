/** ls */

import { FileError, nameOf, parentOf, resolve, type Entry } from '../files';
import { options, type Options, type Run } from '../program';

/** Characters in a line of a terminal. */
const WIDTH = 80;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HALF_A_YEAR_MS = (365.2425 / 2) * 24 * 3600 * 1000;

interface Named {
  readonly name: string;
  readonly entry: Entry;
}

/** Lists files and folders. */
export async function ls(run: Run): Promise<number> {
  const { files, shell, stdout, stderr } = run;
  const given = options(run, 'aAlhtrRd1SF', '', {
    all: 'a',
    'almost-all': 'A',
    recursive: 'R',
    'human-readable': 'h',
    directory: 'd',
    reverse: 'r',
  });
  const operands = given.rest.length > 0 ? [...given.rest].sort() : ['.'];
  let status = 0;
  const single: Named[] = [];
  const folders: Named[] = [];
  for (const name of operands) {
    try {
      const entry = await files.stat(resolve(shell.folder, name));
      (entry.isDirectory && !given.has('d') ? folders : single).push({ name, entry });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await stderr.write(`ls: cannot access '${name}': ${error.message}\n`);
      status = 2;
    }
  }
  if (single.length > 0) await stdout.write(listed(run, ordered(single, given), given, false));
  let separator = single.length > 0 ? '\n' : '';
  const titled = operands.length > 1 || given.has('R');
  for (let next = folders.shift(); next; next = folders.shift()) {
    const inside = await contents(run, next, given);
    const title = titled ? `${separator}${next.name}:\n` : '';
    separator = '\n';
    await stdout.write(title + listed(run, inside, given, true));
    if (given.has('R')) {
      const below = inside.filter(
        ({ name, entry }) => entry.isDirectory && name !== '.' && name !== '..',
      );
      const { name: above } = next;
      folders.unshift(
        ...below.map(({ name, entry }) => ({ name: `${above.replace(/\/$/, '')}/${name}`, entry })),
      );
    }
  }
  return status;
}

async function contents(run: Run, folder: Named, given: Options): Promise<Named[]> {
  const { files } = run;
  const entries = await files.list(folder.entry.path);
  const named = entries.map((entry) => ({ name: nameOf(entry.path), entry }));
  const all = given.has('a') || given.has('A');
  const shown = ordered(all ? named : named.filter(({ name }) => !name.startsWith('.')), given);
  if (!given.has('a')) return shown;
  const above = await files.stat(parentOf(folder.entry.path));
  return [{ name: '.', entry: folder.entry }, { name: '..', entry: above }, ...shown];
}

function ordered(named: readonly Named[], given: Options): Named[] {
  const byName = (one: Named, other: Named): number => (one.name < other.name ? -1 : 1);
  const sorted = [...named].sort((one, other) => {
    if (given.has('t')) return other.entry.modified - one.entry.modified || byName(one, other);
    if (given.has('S')) return other.entry.size - one.entry.size || byName(one, other);
    return byName(one, other);
  });
  return given.has('r') ? sorted.reverse() : sorted;
}

function listed(run: Run, named: readonly Named[], given: Options, total: boolean): string {
  const mark = given.has('F')
    ? ({ entry }: Named): string => (entry.isDirectory ? '/' : '')
    : () => '';
  const names = named.map((one) => quoted(one.name, run.stdout.isTerminal) + mark(one));
  if (given.has('l')) return long(run, named, names, given, total);
  if (!run.stdout.isTerminal || given.has('1')) return names.map((name) => `${name}\n`).join('');
  return columns(names);
}

/** At a terminal, names that a shell would take apart are quoted. */
const quoted = (name: string, terminal: boolean): string =>
  terminal && /[\s'"\\$&|;<>()*?#~[\]`!]/.test(name) ? `'${name.replace(/'/g, "'\\''")}'` : name;

/** Names in as few lines as fit, read downwards. */
export function columns(names: readonly string[]): string {
  if (names.length === 0) return '';
  const width = (name: string): number => Array.from(name).length;
  for (let rows = 1; rows <= names.length; rows += 1) {
    const count = Math.ceil(names.length / rows);
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(...names.slice(column * rows, (column + 1) * rows).map(width)),
    );
    const whole = widths.reduce((sum, one) => sum + one, 0) + 2 * (count - 1);
    if (whole > WIDTH && rows < names.length) continue;
    return Array.from({ length: rows }, (_, row) => {
      const cells = widths.map((one, column) => ({ one, name: names[column * rows + row] }));
      const present = cells.filter(
        (cell): cell is { one: number; name: string } => cell.name !== undefined,
      );
      return present
        .map(({ one, name }, at) =>
          at === present.length - 1 ? name : name + ' '.repeat(one + 2 - width(name)),
        )
        .join('');
    })
      .map((line) => `${line}\n`)
      .join('');
  }
  return '';
}

/** Whose files these are: the disk keeps no owners, but it is known who puts what where. */
function owner(path: string): string {
  if (/^\/(var\/(lib|log)|etc)\/redis(\/|$)/.test(path)) return 'redis';
  return path.startsWith('/home/learner') ? 'learner' : 'root';
}

function long(
  run: Run,
  named: readonly Named[],
  names: readonly string[],
  given: Options,
  total: boolean,
): string {
  const human = given.has('h');
  const { now } = run.shell;
  const { began } = run.lab.clock.time;
  const size = ({ entry }: Named): string => {
    const bytes = entry.isDirectory ? 4096 : entry.size;
    return human ? humanSize(bytes) : String(bytes);
  };
  const blocks = (one: Named): number =>
    one.entry.isDirectory ? 4 : Math.ceil(one.entry.size / 4096) * 4;
  const sizes = Math.max(0, ...named.map((one) => size(one).length));
  const owners = Math.max(0, ...named.map(({ entry }) => owner(entry.path).length));
  const lines = named.map((one, index) => {
    const { entry } = one;
    const who = owner(entry.path).padEnd(owners);
    const mode = entry.isDirectory ? 'drwxr-xr-x 2' : '-rw-r--r-- 1';
    return `${mode} ${who} ${who} ${size(one).padStart(sizes)} ${time(entry.modified || (began ?? now), now)} ${names[index] ?? ''}\n`;
  });
  const sum = named.reduce((all, one) => all + blocks(one), 0);
  const shown = human ? humanSize(sum * 1024) : String(sum);
  return (total ? `total ${shown}\n` : '') + lines.join('');
}

/** As `-h` has it: rounded up, one decimal below ten. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit += 1;
  }
  if (unit === 0) return String(bytes);
  const shown = value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  return `${shown === '10.0' ? '10' : shown}${'BKMGT'[unit] ?? ''}`;
}

function time(at: number, now: number): string {
  const date = new Date(at);
  const day = `${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCDate()).padStart(2)}`;
  const recent = at <= now && now - at < HALF_A_YEAR_MS;
  const clock = date.toISOString().slice(11, 16);
  return `${day} ${recent ? clock : String(date.getUTCFullYear()).padStart(5)}`;
}
