/** console, as Node prints. */

import { formatWithOptions, inspect } from 'node-inspect-extracted';
import { labElapsed } from './lab';
import { named } from './modules';
import { print } from './output';

/** Columns by which a group stands in. */
const INDENT = 2;

let indent = 0;
const counts = new Map<string, number>();
const timers = new Map<string, number>();

function write(error: boolean, args: readonly unknown[]): void {
  const text = named(formatWithOptions({}, ...args));
  const lines = indent === 0 ? text : text.replace(/^/gm, ' '.repeat(indent));
  print(`${lines}\n`, error);
}

const out = (...args: unknown[]): void => write(false, args);
const err = (...args: unknown[]): void => write(true, args);

function elapsed(label: string): string | undefined {
  const began = timers.get(label);
  if (began === undefined) {
    err(`(node) Warning: No such label '${label}' for console.time()`);
    return undefined;
  }
  const time = labElapsed() - began;
  if (time < 1000) return `${label}: ${Number(time.toPrecision(time < 1 ? 3 : 5))}ms`;
  return `${label}: ${(time / 1000).toFixed(3)}s`;
}

/** How wide a text stands in a table; characters of East Asia are twice as wide as others. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Rows in a frame; the first is the heads. */
function framed(rows: readonly (readonly string[])[]): string {
  const [heads = []] = rows;
  const widths = heads.map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? '') + 2)),
  );
  const rule = (left: string, between: string, right: string): string =>
    left + widths.map((width) => '─'.repeat(width)).join(between) + right;
  const line = (row: readonly string[]): string =>
    `│${widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return ` ${cell}${' '.repeat(width - widthOf(cell) - 1)}`;
      })
      .join('│')}│`;
  const [first, ...rest] = rows.map(line);
  return [rule('┌', '┬', '┐'), first, rule('├', '┼', '┤'), ...rest, rule('└', '┴', '┘')].join('\n');
}

function table(data: unknown, columns?: readonly string[]): void {
  if (typeof data !== 'object' || data === null) {
    out(data);
    return;
  }
  const cell = (value: unknown): string =>
    inspect(value, { depth: typeof value === 'object' ? 0 : 2, breakLength: Infinity });
  const isMap = data instanceof Map;
  const entries: [string, unknown][] =
    isMap || data instanceof Set
      ? [...data].map((value, at) => [String(at), value])
      : Object.entries(data);
  const rows = entries.map(([index, value]) => {
    const cells = new Map<string, string>();
    let single: string | undefined;
    if (isMap) {
      const [key, held] = value as [unknown, unknown];
      cells.set('Key', cell(key)).set('Values', cell(held));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, held] of Object.entries(value)) {
        if (columns === undefined || columns.includes(key)) cells.set(key, cell(held));
      }
    } else single = cell(value);
    return { index, cells, single };
  });
  const keys = columns ?? [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
  const withValues = rows.some(({ single }) => single !== undefined);
  const index = isMap || data instanceof Set ? '(iteration index)' : '(index)';
  out(
    framed([
      [index, ...keys, ...(withValues ? ['Values'] : [])],
      ...rows.map(({ index: name, cells, single }) => [
        name,
        ...keys.map((key) => cells.get(key) ?? ''),
        ...(withValues ? [single ?? ''] : []),
      ]),
    ]),
  );
}

export const console = {
  log: out,
  info: out,
  debug: out,
  error: err,
  warn: err,
  trace: (...args: unknown[]): void => {
    const { stack = '' } = new Error();
    const lines = named(stack).split('\n').slice(1);
    err(
      [`Trace${args.length > 0 ? `: ${formatWithOptions({}, ...args)}` : ''}`, ...lines].join('\n'),
    );
  },
  dir: (value: unknown, options: object = {}): void => {
    out(inspect(value, { customInspect: false, ...options }));
  },
  dirxml: out,
  table,
  assert: (condition: unknown, ...args: unknown[]): void => {
    if (condition) return;
    const [first, ...rest] = args;
    if (typeof first === 'string') err(`Assertion failed: ${first}`, ...rest);
    else if (args.length > 0) err('Assertion failed:', ...args);
    else err('Assertion failed');
  },
  count: (label = 'default'): void => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    out(`${label}: ${count}`);
  },
  countReset: (label = 'default'): void => {
    counts.delete(label);
  },
  group: (...args: unknown[]): void => {
    if (args.length > 0) out(...args);
    indent += INDENT;
  },
  groupCollapsed: (...args: unknown[]): void => console.group(...args),
  groupEnd: (): void => {
    indent = Math.max(0, indent - INDENT);
  },
  time: (label = 'default'): void => {
    timers.set(label, labElapsed());
  },
  timeLog: (label = 'default', ...args: unknown[]): void => {
    const text = elapsed(label);
    if (text !== undefined) out(text, ...args);
  },
  timeEnd: (label = 'default'): void => {
    const text = elapsed(label);
    if (text !== undefined) out(text);
    timers.delete(label);
  },
};
