import { redisString } from '../../client/bytes';
import { lineOf } from '../show-bytes';
import { Cursor, Damage, hex, length, signed, take, unsigned, type Want } from './cursor';
import {
  READ_BYTES,
  SHOWN_BYTES,
  SHOWN_ENTRIES,
  type Field,
  type FieldKind,
  type FieldRole,
} from './fields';
import { decompress } from './lzf';
import { unpack, type PackedFormat } from './packed';

/**
 * An RDB file, field by field: what each stretch of bytes is for and what it says. The format is that of Redis 2.6
 * to 7.2 (rdb.h and rdb.c name the numbers).
 *
 * A generator, so that a file of any size can be read in pieces: it yields fields, and a number when it needs that
 * many bytes from the cursor on. It never throws; where the file is damaged the last field says so. What it asks
 * for at once is at most `READ_BYTES` and some; longer strings are passed over.
 */
export function* annotate(cursor: Cursor): Generator<Want | Field, void> {
  // Where the last field ended: what is damaged begins there, wherever it was noticed.
  let told = cursor.at;
  try {
    for (const step of items(cursor)) {
      if (typeof step !== 'number') told = step.at + step.length;
      yield step;
    }
    if (told < cursor.size) yield* remainder(cursor, told, 'rest', 'rest');
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    yield* remainder(cursor, told, 'damage', 'damaged', error);
  }
}

function* items(cursor: Cursor): Generator<Want | Field, void> {
  if (cursor.at === 0) yield* head(cursor);
  while (yield* item(cursor));
}

/** All that is left of the file as one field. */
function* remainder(
  cursor: Cursor,
  at: number,
  kind: FieldKind,
  role: FieldRole,
  error?: Damage,
): Generator<Want | Field, void> {
  cursor.at = at;
  const count = Math.min(SHOWN_BYTES, cursor.size - at);
  if (count > 0 && !cursor.has(count)) yield count;
  const bytes = cursor.slice(at, count);
  cursor.at = cursor.size;
  yield {
    ...plain(at, Math.max(0, cursor.size - at), kind, role, bytes, error?.detail),
    ...(error === undefined ? {} : { cause: error.cause, found: error.at }),
    begins: true,
  };
}

function plain(
  at: number,
  size: number,
  kind: FieldKind,
  role: FieldRole,
  bytes: Uint8Array,
  text = '',
): Field {
  return {
    at,
    length: size,
    kind,
    role,
    bytes,
    prefix: 0,
    depth: 0,
    ...(text === '' ? {} : { text }),
  };
}

/** A field of a fixed number of bytes, said by `say`. */
function* fixed(
  cursor: Cursor,
  count: number,
  kind: FieldKind,
  role: FieldRole,
  say: (bytes: Uint8Array) => string,
  depth: 0 | 1 = 0,
): Generator<Want | Field, void> {
  const at = cursor.at;
  const bytes = yield* take(cursor, count);
  yield { ...plain(at, count, kind, role, bytes, say(bytes)), depth };
}

function ascii(bytes: Uint8Array): string {
  return lineOf(redisString(bytes));
}

function* head(cursor: Cursor): Generator<Want | Field, void> {
  const magic = yield* take(cursor, Math.min(5, cursor.size));
  if (ascii(magic) !== 'REDIS') throw new Damage(0, 'magic', ascii(magic));
  yield { ...plain(0, 5, 'head', 'magic', magic, 'REDIS'), begins: true };
  const version = yield* take(cursor, 4);
  const text = ascii(version);
  if (!/^\d{4}$/.test(text)) throw new Damage(5, 'version', text);
  yield plain(5, 4, 'head', 'version', version, String(Number(text)));
}

/** One opcode and what belongs to it, or one key; false when the file ends there. */
function* item(cursor: Cursor): Generator<Want | Field, boolean> {
  let begins = true;
  for (;;) {
    const at = cursor.at;
    const opcode = yield* take(cursor, 1);
    const [code = 0] = opcode;
    const known = OPCODES[code];
    if (known !== undefined) {
      yield { ...plain(at, 1, 'opcode', known, opcode, hex(code)), begins };
      begins = false;
    }
    switch (code) {
      case 0xfa:
        yield* string(cursor, 'head', 'auxKey');
        yield* string(cursor, 'head', 'auxValue');
        return true;
      case 0xfe:
        yield* number(cursor, 'count', 'database');
        return true;
      case 0xfb:
        yield* number(cursor, 'count', 'keyCount');
        yield* number(cursor, 'count', 'expireCount');
        return true;
      case 0xf4:
        for (let part = 0; part < 3; part += 1) yield* number(cursor, 'count', 'slotNumber');
        return true;
      case 0xf5:
        yield* string(cursor, 'value', 'library');
        return true;
      case 0xf7:
        yield* moduleValue(cursor);
        return true;
      case 0xff:
        yield* end(cursor);
        return false;
      // These stand before the key they are about.
      case 0xfc:
        yield* fixed(cursor, 8, 'time', 'expiresAt', (bytes) => String(signed(bytes)));
        break;
      case 0xfd:
        yield* fixed(cursor, 4, 'time', 'expiresAt', (bytes) => `${signed(bytes)}000`);
        break;
      case 0xf8:
        yield* number(cursor, 'time', 'idle');
        break;
      case 0xf9:
        yield* fixed(cursor, 1, 'time', 'frequency', ([count = 0]) => String(count));
        break;
      default: {
        const type = TYPES[code];
        if (type === undefined) throw new Damage(at, 'opcode', hex(code));
        yield {
          ...plain(at, 1, 'type', 'valueType', opcode),
          type: type.type,
          stored: type.stored,
          begins,
        };
        yield* string(cursor, 'key', 'key');
        yield* type.value(cursor);
        return true;
      }
    }
  }
}

const OPCODES: Readonly<Record<number, FieldRole>> = {
  0xf4: 'opSlot',
  0xf5: 'opFunction',
  0xf7: 'opModule',
  0xf8: 'opIdle',
  0xf9: 'opFrequency',
  0xfa: 'opAux',
  0xfb: 'opResize',
  0xfc: 'opExpireMs',
  0xfd: 'opExpireSeconds',
  0xfe: 'opSelect',
  0xff: 'opEnd',
};

function* end(cursor: Cursor): Generator<Want | Field, void> {
  // Before version 5 nothing followed; a checksum that is switched off is eight zeros.
  if (cursor.size - cursor.at < 8) return;
  const at = cursor.at;
  const bytes = yield* take(cursor, 8);
  const value = unsigned(bytes);
  yield plain(
    at,
    8,
    'head',
    value === 0n ? 'noChecksum' : 'checksum',
    bytes,
    value.toString(16).padStart(16, '0'),
  );
}

/** A length that stands for itself. */
function* number(
  cursor: Cursor,
  kind: FieldKind,
  role: FieldRole,
  depth: 0 | 1 = 0,
): Generator<Want | Field, number> {
  const at = cursor.at;
  const { value, special } = yield* length(cursor);
  if (special) throw new Damage(at, 'length', String(value));
  const bytes = cursor.slice(at, cursor.at - at);
  yield { ...plain(at, cursor.at - at, kind, role, bytes, String(value)), depth };
  return value;
}

/** A string in whatever encoding; with a format, one that holds a packed structure. */
function* string(
  cursor: Cursor,
  kind: FieldKind,
  role: FieldRole,
  depth: 0 | 1 = 0,
  format?: PackedFormat,
): Generator<Want | Field, void> {
  const at = cursor.at;
  const { value, special } = yield* length(cursor);
  const base = { at, kind, role, depth };
  if (special && value < 3) {
    const width = 1 << value;
    const prefix = cursor.at - at;
    const bytes = yield* take(cursor, width);
    const text = String(signed(bytes));
    yield {
      ...base,
      length: cursor.at - at,
      bytes: cursor.shown(at),
      prefix,
      text,
      size: text.length,
      encoding: { form: 'integer', bits: (width * 8) as 8 | 16 | 32 },
    };
    return;
  }
  let size = value;
  let stored = value;
  if (special) {
    if (value !== 3) throw new Damage(at, 'length', String(value));
    stored = (yield* length(cursor)).value;
    size = (yield* length(cursor)).value;
  }
  const start = cursor.at;
  const prefix = start - at;
  if (stored > cursor.size - start) throw new Damage(at, 'truncated');
  const read = Math.min(stored, READ_BYTES);
  // The prefix stays in memory with what it stands before.
  cursor.at = at;
  const seen = (yield* take(cursor, prefix + read)).subarray(prefix);
  const content = special ? decompress(seen, Math.min(size, READ_BYTES)) : seen;
  // Only a string that was read whole tells whether its size is as promised.
  if (content === undefined || (read === stored && content.length !== Math.min(size, READ_BYTES)))
    throw new Damage(start, 'lzf');
  const bytes = cursor.slice(at, Math.min(SHOWN_BYTES, prefix + stored));
  cursor.at = start + stored;
  const packed = format === undefined ? undefined : unpack(format, content, size, SHOWN_ENTRIES);
  yield {
    ...base,
    length: prefix + stored,
    bytes,
    prefix,
    size,
    encoding: special ? { form: 'lzf', packed: stored } : { form: 'plain' },
    ...(packed === undefined
      ? { text: lineOf(redisString(cutText(content, size)), 120) }
      : { packed: { format: format ?? '', ...packed } }),
  };
}

/** Enough of a string for a line; a character that was cut in two is left out. */
function cutText(content: Uint8Array, size: number): Uint8Array {
  if (content.length === size && size <= 480) return content;
  let end = Math.min(content.length, 480);
  while (end > 470 && ((content[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return content.subarray(0, end);
}

type Value = (cursor: Cursor) => Generator<Want | Field, void>;

const text: Value = (cursor) => string(cursor, 'value', 'string');

const packedAs = (format: PackedFormat): Value =>
  function* (cursor) {
    yield* string(cursor, 'value', 'node', 0, format);
  };

/** A count, then as many times what `each` reads. */
const counted = (each: Value): Value =>
  function* (cursor) {
    const count = yield* number(cursor, 'count', 'count');
    for (let index = 0; index < count; index += 1) yield* each(cursor);
  };

const strings = (...roles: FieldRole[]): Value =>
  counted(function* (cursor) {
    for (const role of roles) yield* string(cursor, 'value', role, 1);
  });

/** Scores as text, until version 8: a length, or 253 to 255 for what is no number. */
const textScores = counted(function* (cursor) {
  yield* string(cursor, 'value', 'member', 1);
  const at = cursor.at;
  const [size = 0] = yield* take(cursor, 1);
  const special = { 253: 'nan', 254: 'inf', 255: '-inf' }[size];
  cursor.at = at;
  const bytes = yield* take(cursor, special === undefined ? 1 + size : 1);
  const score = special ?? ascii(bytes.subarray(1));
  yield { ...plain(at, bytes.length, 'value', 'score', bytes, score), prefix: 1, depth: 1 };
});

function real(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return String(bytes.length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true));
}

const scores = counted(function* (cursor) {
  yield* string(cursor, 'value', 'member', 1);
  yield* fixed(cursor, 8, 'value', 'score', real, 1);
});

const nodes = counted(function* (cursor) {
  yield* string(cursor, 'value', 'node', 1, 'ziplist');
});

const nodes2 = counted(function* (cursor) {
  const at = cursor.at;
  const container = yield* number(cursor, 'count', 'container', 1);
  if (container !== 1 && container !== 2) throw new Damage(at, 'container', String(container));
  if (container === 1) yield* string(cursor, 'value', 'element', 1);
  else yield* string(cursor, 'value', 'node', 1, 'listpack');
});

const streamId = (bytes: Uint8Array): string => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `${view.getBigUint64(0)}-${view.getBigUint64(8)}`;
};
const clock = (bytes: Uint8Array): string => String(signed(bytes));

/** Streams; `version` 1 to 3 as the types 15, 19 and 21. */
const stream = (version: number): Value =>
  function* (cursor) {
    yield* counted(function* (entries) {
      yield* string(entries, 'key', 'streamId', 1);
      yield* string(entries, 'value', 'node', 1, 'listpack');
    })(cursor);
    const figures = version === 1 ? 3 : 8;
    for (let index = 0; index < figures; index += 1) yield* number(cursor, 'count', 'streamNumber');
    yield* counted(function* (groups) {
      yield* string(groups, 'key', 'group', 1);
      for (let index = 0; index < (version === 1 ? 2 : 3); index += 1)
        yield* number(groups, 'count', 'streamNumber', 1);
      yield* counted(function* (pending) {
        yield* fixed(pending, 16, 'value', 'pending', streamId, 1);
        yield* fixed(pending, 8, 'time', 'streamNumber', clock, 1);
        yield* number(pending, 'count', 'streamNumber', 1);
      })(groups);
      yield* counted(function* (consumers) {
        yield* string(consumers, 'key', 'consumer', 1);
        for (let index = 0; index < (version === 3 ? 2 : 1); index += 1)
          yield* fixed(consumers, 8, 'time', 'streamNumber', clock, 1);
        yield* counted((ids) => fixed(ids, 16, 'value', 'pending', streamId, 1))(consumers);
      })(groups);
    })(cursor);
  };

/** What a module wrote: each part says what it is. */
function* moduleValue(cursor: Cursor): Generator<Want | Field, void> {
  yield* number(cursor, 'count', 'moduleId');
  for (;;) {
    const at = cursor.at;
    const opcode = yield* number(cursor, 'opcode', 'moduleOpcode', 1);
    if (opcode === 0) return;
    if (opcode === 1 || opcode === 2) yield* number(cursor, 'value', 'moduleNumber', 1);
    else if (opcode === 3) yield* fixed(cursor, 4, 'value', 'moduleNumber', real, 1);
    else if (opcode === 4) yield* fixed(cursor, 8, 'value', 'moduleNumber', real, 1);
    else if (opcode === 5) yield* string(cursor, 'value', 'string', 1);
    else throw new Damage(at, 'module', String(opcode));
  }
}

interface TypeInfo {
  /** As TYPE names it. */
  readonly type: string;
  /** How the file keeps it. */
  readonly stored: string;
  readonly value: Value;
}

const as = (type: string, stored: string, value: Value): TypeInfo => ({ type, stored, value });

const TYPES: Readonly<Record<number, TypeInfo>> = {
  0: as('string', 'string', text),
  1: as('list', 'strings', strings('element')),
  2: as('set', 'hashtable', strings('member')),
  3: as('zset', 'skiplist', textScores),
  4: as('hash', 'hashtable', strings('field', 'value')),
  5: as('zset', 'skiplist', scores),
  7: as('module', 'module', moduleValue),
  9: as('hash', 'zipmap', packedAs('zipmap')),
  10: as('list', 'ziplist', packedAs('ziplist')),
  11: as('set', 'intset', packedAs('intset')),
  12: as('zset', 'ziplist', packedAs('ziplist')),
  13: as('hash', 'ziplist', packedAs('ziplist')),
  14: as('list', 'quicklist', nodes),
  15: as('stream', 'listpacks', stream(1)),
  16: as('hash', 'listpack', packedAs('listpack')),
  17: as('zset', 'listpack', packedAs('listpack')),
  18: as('list', 'quicklist', nodes2),
  19: as('stream', 'listpacks', stream(2)),
  20: as('set', 'listpack', packedAs('listpack')),
  21: as('stream', 'listpacks', stream(3)),
};
