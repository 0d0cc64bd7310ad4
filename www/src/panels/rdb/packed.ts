import { redisString } from '../../client/bytes';
import { lineOf } from '../show-bytes';

/** What a packed structure (listpack, ziplist, intset, zipmap) holds, as far as it was read. */
export interface Packed {
  /** As its own head counts them; undefined when it is too long for its head to say. */
  readonly count?: number;
  readonly entries: readonly string[];
  /** It is not what it should be from there on. */
  readonly damaged: boolean;
}

export type PackedFormat = 'listpack' | 'ziplist' | 'intset' | 'zipmap';

const NONE: Packed = { entries: [], damaged: true };

/** Reads at most `limit` entries. `bytes` may be the beginning only of the structure, which then `size` tells. */
export function unpack(
  format: PackedFormat,
  bytes: Uint8Array,
  size: number,
  limit: number,
): Packed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'intset':
      return intset(view, size, limit);
    case 'listpack':
      return listpack(bytes, view, size, limit);
    case 'ziplist':
      return ziplist(bytes, view, size, limit);
    case 'zipmap':
      return zipmap(bytes, size, limit);
  }
}

function show(bytes: Uint8Array): string {
  return lineOf(redisString(bytes), 40);
}

/** Gathers entries until the structure ends, the limit is reached, or no more of it was given. */
class Walk {
  readonly entries: string[] = [];
  damaged = false;

  constructor(
    readonly bytes: Uint8Array,
    readonly size: number,
    readonly limit: number,
    public at: number,
  ) {}

  get open(): boolean {
    return !this.damaged && this.entries.length < this.limit && this.at < this.bytes.length;
  }

  /** A string of `length` bytes behind `head` bytes; what lies beyond what was given ends the walk. */
  string(head: number, length: number, tail = 0): void {
    const start = this.at + head;
    if (start + length > this.bytes.length) {
      this.damaged = start + length > this.size;
      this.at = this.bytes.length;
      return;
    }
    this.entries.push(show(this.bytes.subarray(start, start + length)));
    this.at = start + length + tail;
  }

  /** A little-endian signed integer of `width` bytes behind `head` bytes. */
  integer(head: number, width: number, tail = 0): void {
    const start = this.at + head;
    if (start + width > this.bytes.length) {
      this.damaged = start + width > this.size;
      this.at = this.bytes.length;
      return;
    }
    let value = 0n;
    for (let index = width - 1; index >= 0; index -= 1)
      value = (value << 8n) | BigInt(this.bytes[start + index] ?? 0);
    this.entries.push(BigInt.asIntN(width * 8, value).toString());
    this.at = start + width + tail;
  }

  immediate(value: number, length: number, tail = 0): void {
    this.entries.push(String(value));
    this.at += length + tail;
  }

  byte(index = 0): number {
    return this.bytes[this.at + index] ?? 0;
  }
}

function intset(view: DataView, size: number, limit: number): Packed {
  if (view.byteLength < 8) return NONE;
  const width = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  if ((width !== 2 && width !== 4 && width !== 8) || 8 + width * count !== size) return NONE;
  const walk = new Walk(
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
    size,
    limit,
    8,
  );
  while (walk.open) walk.integer(0, width);
  return { count, entries: walk.entries, damaged: walk.damaged };
}

/** How many bytes the length at the end of a listpack's entry takes. */
function backLength(length: number): number {
  if (length < 128) return 1;
  if (length < 16384) return 2;
  if (length < 2097152) return 3;
  return length < 268435456 ? 4 : 5;
}

function listpack(bytes: Uint8Array, view: DataView, size: number, limit: number): Packed {
  if (bytes.length < 7 || view.getUint32(0, true) !== size) return NONE;
  const counted = view.getUint16(4, true);
  const walk = new Walk(bytes, size, limit, 6);
  while (walk.open) {
    const first = walk.byte();
    if (first === 0xff) break;
    if (first < 0x80) walk.immediate(first, 1, 1);
    else if (first < 0xc0) walk.string(1, first & 0x3f, backLength(1 + (first & 0x3f)));
    else if (first < 0xe0) {
      const value = ((first & 0x1f) << 8) | walk.byte(1);
      walk.immediate(value >= 4096 ? value - 8192 : value, 2, 1);
    } else if (first < 0xf0) {
      const length = ((first & 0x0f) << 8) | walk.byte(1);
      walk.string(2, length, backLength(2 + length));
    } else if (first === 0xf0) {
      const length =
        (walk.byte(1) | (walk.byte(2) << 8) | (walk.byte(3) << 16) | (walk.byte(4) << 24)) >>> 0;
      walk.string(5, length, backLength(5 + length));
    } else if (first <= 0xf4) {
      walk.integer(1, [2, 3, 4, 8][first - 0xf1] ?? 8, 1);
    } else walk.damaged = true;
  }
  return {
    ...(counted === 0xffff ? {} : { count: counted }),
    entries: walk.entries,
    damaged: walk.damaged,
  };
}

function ziplist(bytes: Uint8Array, view: DataView, size: number, limit: number): Packed {
  if (bytes.length < 11 || view.getUint32(0, true) !== size) return NONE;
  const counted = view.getUint16(8, true);
  const walk = new Walk(bytes, size, limit, 10);
  while (walk.open && walk.byte() !== 0xff) {
    walk.at += walk.byte() === 0xfe ? 5 : 1; // How long the entry before was.
    const first = walk.byte();
    if (first < 0x40) walk.string(1, first);
    else if (first < 0x80) walk.string(2, ((first & 0x3f) << 8) | walk.byte(1));
    else if (first === 0x80) {
      const length =
        ((walk.byte(1) << 24) | (walk.byte(2) << 16) | (walk.byte(3) << 8) | walk.byte(4)) >>> 0;
      walk.string(5, length);
    } else if (first === 0xc0) walk.integer(1, 2);
    else if (first === 0xd0) walk.integer(1, 4);
    else if (first === 0xe0) walk.integer(1, 8);
    else if (first === 0xf0) walk.integer(1, 3);
    else if (first === 0xfe) walk.integer(1, 1);
    else if (first >= 0xf1 && first <= 0xfd) walk.immediate(first - 0xf1, 1);
    else walk.damaged = true;
  }
  return {
    ...(counted === 0xffff ? {} : { count: counted }),
    entries: walk.entries,
    damaged: walk.damaged,
  };
}

function zipmap(bytes: Uint8Array, size: number, limit: number): Packed {
  const walk = new Walk(bytes, size, limit, 1);
  let field = true;
  while (walk.open && walk.byte() !== 0xff) {
    const wide = walk.byte() === 0xfe;
    const length = wide
      ? (walk.byte(1) | (walk.byte(2) << 8) | (walk.byte(3) << 16) | (walk.byte(4) << 24)) >>> 0
      : walk.byte();
    // Behind a value's length stands how many unused bytes follow it.
    const head = (wide ? 5 : 1) + (field ? 0 : 1);
    walk.string(head, length, field ? 0 : walk.byte(head - 1));
    field = !field;
  }
  const counted = bytes[0] ?? 0;
  return {
    ...(counted >= 254 ? {} : { count: counted * 2 }),
    entries: walk.entries,
    damaged: walk.damaged,
  };
}
