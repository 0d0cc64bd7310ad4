import type { Argument, RedisString } from '../client/api';
import { bytesOf, identityOf, redisString } from '../client/bytes';

// Control characters, and the invisible marks that would let one name pass for another.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const NAMED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** Whether a Redis string can be shown and typed as it is. */
export function isPlain(value: RedisString): boolean {
  return value.bytes === undefined && !UNPRINTABLE.test(value.text);
}

/** What a Redis string looks like on one line; long ones are cut, because a name may have megabytes. */
export function lineOf(value: RedisString, limit = 300): string {
  const cut = value.text.length > limit;
  const text = cut ? value.text.slice(0, limit) : value.text;
  const shown = value.bytes !== undefined || isPlain({ text }) ? text : escapeUnprintable(text);
  return cut ? `${shown}…` : shown;
}

/** The inside of redis-cli's quoted string. `parseEscaped` reads it back. */
export function escapedOf(value: RedisString): string {
  let text = '';
  for (const byte of bytesOf(value)) {
    const character = String.fromCharCode(byte);
    if (character === '\\' || character === '"') text += `\\${character}`;
    else if (NAMED[character] !== undefined) text += NAMED[character];
    else if (byte >= 0x20 && byte < 0x7f) text += character;
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/** The bytes that a text with redis-cli's escapes stands for; an unknown escape is its character. */
export function parseEscaped(text: string): Uint8Array {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  const pattern = /\\x([0-9a-fA-F]{2})|\\([^])|([^\\]+)|\\$/gu;
  for (const [whole, hex, escape, plain] of text.matchAll(pattern)) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (escape !== undefined) bytes.push(...encoder.encode(unescape1(escape)));
    else bytes.push(...encoder.encode(plain ?? whole));
  }
  return Uint8Array.from(bytes);
}

/** An argument as it would be typed at the console. */
export function quoted(value: RedisString): string {
  if (!isPlain(value)) return `"${escapedOf(value)}"`;
  if (/^[^\s"'\\]+$/u.test(value.text)) return value.text;
  return `"${value.text.replace(/["\\]/g, '\\$&')}"`;
}

function unescape1(character: string): string {
  const named = Object.entries(NAMED).find(([, escape]) => escape === `\\${character}`);
  return named?.[0] ?? character;
}

function escapeUnprintable(text: string): string {
  let shown = '';
  for (const character of text) {
    if (!UNPRINTABLE.test(character)) shown += character;
    else shown += NAMED[character] ?? escapedOf({ text: character });
  }
  return shown;
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** A string that two keys share exactly when they are the same key, in whatever form they came. */
export function keyIdentity(key: Argument | undefined): string | undefined {
  return key === undefined ? undefined : identityOf(redisString(bytesOf(key)));
}

/** For Lit: the same key in another object is no change. */
export function keyChanged(now: Argument | undefined, before: Argument | undefined): boolean {
  return keyIdentity(now) !== keyIdentity(before);
}
