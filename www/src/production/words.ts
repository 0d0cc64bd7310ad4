/** The words of a configuration's lines, by the rules of redis.conf. */

import type { RedisString } from '../client/api';
import { bytesOf, redisString } from '../client/bytes';

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Escapes that have a letter. */
const LETTERS: Readonly<Record<number, string>> = {
  0x07: 'a',
  0x08: 'b',
  0x09: 't',
  0x0a: 'n',
  0x0d: 'r',
};

/** A word as it is written: bare where that is safe, else in quotes. What is no UTF-8 becomes escapes. */
export function word(value: string | number | RedisString): string {
  const string = typeof value === 'object' ? value : { text: String(value) };
  if (string.bytes === undefined && /^[!#-&(-[\]-~]+$/.test(string.text)) return string.text;
  let quoted = '';
  for (const character of string.bytes ?? string.text)
    quoted += typeof character === 'number' ? escaped(character) : escapedText(character);
  return `"${quoted}"`;
}

function escaped(byte: number): string {
  const letter = LETTERS[byte];
  if (letter !== undefined) return `\\${letter}`;
  if (byte === BACKSLASH || byte === QUOTE) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function escapedText(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return escaped(code);
  // Marks of direction and lines that only Unicode knows would make a file look other than it is.
  if (/[\p{C}\p{Z}]/u.test(character)) return [...bytesOf(character)].map(escaped).join('');
  return character;
}

/** A directive. */
export const line = (...words: readonly (string | number | RedisString)[]): string =>
  words.map(word).join(' ');

/** A string's parts between spaces. */
export function parts(string: RedisString): readonly RedisString[] {
  const found: RedisString[] = [];
  const bytes = bytesOf(string);
  let from = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    if (at < bytes.length && bytes[at] !== 0x20) continue;
    if (at > from) found.push(redisString(bytes.slice(from, at)));
    from = at + 1;
  }
  return found;
}

/** The lines of a file, each in its words and as it stands; without comments. */
export function readLines(
  bytes: Uint8Array,
): readonly { readonly words: readonly RedisString[]; readonly raw: string }[] {
  // A character for each byte.
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return text.split('\n').flatMap((raw) => {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    // A sentinel writes passwords as they are, quotes and all.
    const words = split(trimmed) ?? trimmed.split(/\s+/).map(fromBinary);
    return [{ words, raw: trimmed }];
  });
}

const WORD = /\s*(?:"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|([^\s"']+))(?=\s|$)/y;

function split(text: string): readonly RedisString[] | undefined {
  const words: RedisString[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    const match = WORD.exec(text);
    if (match === null) return undefined;
    const [, double, single, bare] = match;
    words.push(
      fromBinary(
        double === undefined ? (single?.replaceAll("\\'", "'") ?? bare ?? '') : unescaped(double),
      ),
    );
  }
  return words;
}

const BY_LETTER: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\x07',
};

const unescaped = (text: string): string =>
  text.replace(/\\(?:x([\da-fA-F]{2})|([^]))/g, (_, hex: string | undefined, letter = '') =>
    hex === undefined
      ? (BY_LETTER[String(letter)] ?? String(letter))
      : String.fromCharCode(parseInt(hex, 16)),
  );

/** The string whose bytes are characters here. */
export const fromBinary = (text: string): RedisString =>
  redisString(Uint8Array.from(text, (character) => character.charCodeAt(0)));
