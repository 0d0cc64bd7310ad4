/** Replies as redis-cli prints them. */

import type { Reply } from '../client/api';
import { bytesOf } from '../client/bytes';

/** For people, as at a terminal; its last line end included. */
export function terminal(reply: Reply, prefix = ''): string {
  switch (reply.kind) {
    case 'error':
      return `(error) ${reply.text}\n`;
    case 'status':
      return `${reply.text}\n`;
    case 'verbatim':
      return `${reply.value.text}\n`;
    case 'integer':
      return `(integer) ${reply.value}\n`;
    case 'double':
      return `(double) ${reply.text}\n`;
    case 'bignumber':
      return `(big number) ${reply.text}\n`;
    case 'string':
      return `${quoted(bytesOf(reply.value))}\n`;
    case 'null':
      return '(nil)\n';
    case 'boolean':
      return `(${reply.value})\n`;
    case 'array':
    case 'set':
    case 'push':
      return itemsOf(reply.kind, reply.items, prefix);
    case 'map':
      return pairsOf(reply.entries, prefix);
  }
}

/** `--raw`: the bytes alone, without a line end behind them. */
export function raw(reply: Reply): string {
  switch (reply.kind) {
    case 'null':
      return '';
    case 'error':
      return `${reply.text}\n`;
    case 'status':
    case 'double':
    case 'bignumber':
      return reply.text;
    case 'string':
    case 'verbatim':
      return new TextDecoder().decode(bytesOf(reply.value));
    case 'integer':
      return String(reply.value);
    case 'boolean':
      return `(${reply.value})`;
    case 'array':
    case 'set':
    case 'push':
      return reply.items.map(raw).join('\n');
    case 'map':
      return reply.entries.map(([key, value]) => `${raw(key)} ${raw(value)}`).join('\n');
  }
}

function itemsOf(kind: 'array' | 'set' | 'push', items: readonly Reply[], prefix: string): string {
  if (items.length === 0) return `(empty ${kind})\n`;
  const { width, deeper } = indentation(items.length, prefix);
  const mark = kind === 'set' ? '~' : ')';
  return items
    .map((item, index) => numbered(index, width, prefix, mark) + terminal(item, deeper))
    .join('');
}

function pairsOf(pairs: readonly (readonly [Reply, Reply])[], prefix: string): string {
  if (pairs.length === 0) return '(empty hash)\n';
  const { width, deeper } = indentation(pairs.length, prefix);
  return pairs
    .map(([key, value], index) => {
      const name = terminal(key, deeper).slice(0, -1);
      const gap = takesLines(value) ? `\n${deeper}` : '';
      return `${numbered(index, width, prefix, '#')}${name} => ${gap}${terminal(value, deeper)}`;
    })
    .join('');
}

/** The width of the largest number, and what lines below an entry are indented by. */
function indentation(length: number, prefix: string): { width: number; deeper: string } {
  const width = String(length).length;
  return { width, deeper: prefix + ' '.repeat(width + 2) };
}

/** The first entry stands behind the number of the entry that holds it. */
const numbered = (index: number, width: number, prefix: string, mark: string): string =>
  `${index === 0 ? '' : prefix}${String(index + 1).padStart(width)}${mark} `;

/** Whether a map's value is an aggregate that takes several lines; it then begins on its own. */
function takesLines(reply: Reply): boolean {
  const inner =
    'items' in reply
      ? reply.items
      : reply.kind === 'map'
        ? reply.entries.map(([, value]) => value)
        : [];
  const [first] = inner;
  return inner.length > 1 || (first !== undefined && takesLines(first));
}

const ESCAPES = new Map([
  [0x5c, '\\\\'],
  [0x22, '\\"'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x07, '\\a'],
  [0x08, '\\b'],
]);

/** In double quotes, with escapes for all that is no printable ASCII. */
function quoted(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7f;
    text +=
      ESCAPES.get(byte) ??
      (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
  }
  return `${text}"`;
}
