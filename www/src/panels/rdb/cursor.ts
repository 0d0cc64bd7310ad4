import { SHOWN_BYTES, type DamageCause } from './fields';

/** What a reader says when it needs that many bytes from the cursor on. */
export type Want = number;

/** The file is not what it should be at `at`. */
export class Damage extends Error {
  constructor(
    readonly at: number,
    override readonly cause: DamageCause,
    readonly detail = '',
  ) {
    super(cause);
  }
}

/** A place in a file of which only a window is in memory. */
export class Cursor {
  at = 0;
  private window: Uint8Array = new Uint8Array(0);
  private start = 0;

  constructor(public size: number) {}

  /** Whether `length` bytes from here on are in memory. */
  has(length: number): boolean {
    return this.at >= this.start && this.at + length <= this.start + this.window.length;
  }

  /** Puts bytes that begin at `start` into memory. */
  fill(start: number, bytes: Uint8Array): void {
    this.start = start;
    this.window = bytes;
  }

  /** Bytes from `at` on that are in memory: at most `length`, fewer where the window ends. */
  slice(at: number, length: number): Uint8Array {
    const from = Math.max(0, at - this.start);
    return this.window.subarray(from, Math.max(from, Math.min(from + length, this.window.length)));
  }

  /** What is shown of a field that ends at the cursor. */
  shown(from: number): Uint8Array {
    return this.slice(from, Math.min(SHOWN_BYTES, this.at - from));
  }
}

/** The next `length` bytes (few: they are all put into memory); the cursor goes behind them. */
export function* take(cursor: Cursor, length: number): Generator<Want, Uint8Array> {
  if (length > cursor.size - cursor.at) throw new Damage(cursor.at, 'truncated');
  while (!cursor.has(length)) {
    // The file may have become shorter since its size was asked.
    if (length > cursor.size - cursor.at) throw new Damage(cursor.at, 'truncated');
    yield length;
  }
  const bytes = cursor.slice(cursor.at, length);
  cursor.at += length;
  return bytes;
}

/** Little-endian, unsigned, to 8 bytes. */
export function unsigned(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index -= 1)
    value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return value;
}

export function signed(bytes: Uint8Array): bigint {
  return BigInt.asIntN(bytes.length * 8, unsigned(bytes));
}

/** A length as RDB writes it, or the number of a special encoding. */
export interface Length {
  readonly value: number;
  readonly special: boolean;
}

export function* length(cursor: Cursor): Generator<Want, Length> {
  const at = cursor.at;
  const [first = 0] = yield* take(cursor, 1);
  const form = first >> 6;
  if (form === 0) return { value: first & 63, special: false };
  if (form === 3) return { value: first & 63, special: true };
  if (form === 1) {
    const [second = 0] = yield* take(cursor, 1);
    return { value: ((first & 63) << 8) | second, special: false };
  }
  if (first !== 0x80 && first !== 0x81) throw new Damage(at, 'length', hex(first));
  const bytes = yield* take(cursor, first === 0x80 ? 4 : 8);
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return { value, special: false };
}

export function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
