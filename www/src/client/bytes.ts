/** Redis strings as JavaScript sees them: bytes that are usually, but need not be, UTF-8. */

import type { Argument, RedisString } from './api';

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes an argument is sent as. */
export function bytesOf(argument: Argument): Uint8Array {
  if (typeof argument === 'string') return encoder.encode(argument);
  if (typeof argument === 'number' || typeof argument === 'bigint')
    return encoder.encode(decimal(argument));
  if (argument instanceof Uint8Array) return argument;
  return argument.bytes ?? encoder.encode(argument.text);
}

/** Infinite numbers have their own spelling in Redis. */
function decimal(value: number | bigint): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return String(value);
}

/** The string for bytes that came from the server. */
export function redisString(bytes: Uint8Array): RedisString {
  try {
    return { text: strictDecoder.decode(bytes) };
  } catch {
    return { text: escapeBytes(bytes), bytes };
  }
}

/** A string that two Redis strings share exactly when their bytes are the same: for maps and data joins. */
export function identityOf(value: RedisString): string {
  if (value.bytes === undefined) return value.text;
  // No text that came from UTF-8 holds half a surrogate pair, so that this can be no other string's text.
  return `\ud800${Array.from(value.bytes, (byte) => String.fromCharCode(byte)).join('')}`;
}

/** Printable ASCII as it is, everything else as `\xHH`. */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text +=
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}
