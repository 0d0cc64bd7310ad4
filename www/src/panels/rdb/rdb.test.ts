import { describe, expect, it } from 'vitest';
import { Crc64 } from './crc64';
import type { Field } from './fields';
import { decompress } from './lzf';
import { unpack } from './packed';
import { RdbPages, checksum, type Read } from './pages';

/** Made by redis-server 7.0.15: every type and most encodings, an expiry, a function, a consumer group, two databases. */
const DUMP = `UkVESVMwMDEw+glyZWRpcy12ZXIGNy4wLjE1+gpyZWRpcy1iaXRzwED6BWN0aW1lwkq/BGv6CHVzZWQtbWVtwoDaEQD6CGFv
Zi1iYXNlwAD1QEQjIWx1YSBuYW1lPWxpYgpyZWRpcy5yZWdpc3Rlcl9mdW5jdGlvbigiZiIsIGZ1bmN0aW9uKCkgcmV0dXJu
IDEgZW5kKf4A+w4BEgRqb2JzAgIQEAAAAAMAgWECgWICwSwC/wINDQAAAAIAgWQCgWUC/wQDYmlnBQFlwAUBYsACAWHAAQFk
wAQBY8ADAAhncmVldGluZwVoZWxsbxMDbG9nARAAAAAAAAAAAQAAAAAAAAABJSUAAAAKAAEBAAEBAYVmaWVsZAYAAQIBAAEA
AYV2YWx1ZQYEAf8BAQEBAQAAAQEBZwEBAQEAAAAAAAAAAQAAAAAAAAABDjuLCqIBAAABAQJjMQ47iwqiAQAAAQAAAAAAAAAB
AAAAAAAAAAEAA24zMsKghgEAEQVib2FyZBQUAAAABACBeAIBAYF5AoMyLjUE/xAGdXNlcjoxGRkAAAAEAIRuYW1lBYNBbmEE
g2FnZQQhAf8AA24xNsHoAwAEc29uZwPmrYwCBHRhZ3MCAWIBYQsEaW50cw4CAAAAAwAAAP3/AQACAAUEYmlnegUBZQAAAAAA
ABVAAWQAAAAAAAAQQAFjAAAAAAAACEABYgAAAAAAAABAAWEAAAAAAADwP/wA2MMsuwMAAAAEbG9uZ8MJPwFhYeAyAAFhYQAC
bjjA+/4D+wEAAAVvdGhlcsAB/8mE/Is2kVum`;

const dump = Uint8Array.from(atob(DUMP.replace(/\n/g, '')), (character) => character.charCodeAt(0));

const readFrom =
  (bytes: Uint8Array): Read =>
  (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length));

async function fieldsOf(bytes: Uint8Array, pageFields = 1000): Promise<Field[]> {
  const pages = new RdbPages(bytes.length, readFrom(bytes), pageFields);
  const fields: Field[] = [];
  for (let index = 0; ; index += 1) {
    const page = await pages.page(index);
    fields.push(...page.fields);
    if (!page.more) return fields;
  }
}

/** Every byte of the file belongs to exactly one field. */
function expectWhole(fields: readonly Field[], size: number, what = ''): void {
  let at = 0;
  for (const field of fields) {
    if (field.at !== at || field.length < 0) expect.fail(`${what}: ${at} is not ${field.at}`);
    at += field.length;
  }
  expect(at, what).toBe(size);
}

const line = (bytes: string): Uint8Array =>
  Uint8Array.from(bytes.split(' '), (byte) => parseInt(byte, 16));

/** One key in the smallest file around it. */
const fileWith = (type: number, value: Uint8Array): Uint8Array =>
  Uint8Array.from([...new TextEncoder().encode('REDIS0003'), type, 1, 0x6b, ...value, 0xff]);

describe('a dump of redis-server', () => {
  it('is read to its end, every byte told once', async () => {
    const fields = await fieldsOf(dump);
    expectWhole(fields, dump.length);
    expect(fields.filter(({ role }) => role === 'damaged')).toEqual([]);
    expect(fields.at(-1)?.role).toBe('checksum');
  });

  it('tells keys with their types and encodings', async () => {
    const fields = await fieldsOf(dump);
    const keys: Record<string, string> = {};
    fields.forEach((field, index) => {
      const type = fields[index - 1];
      if (field.role === 'key')
        keys[field.text ?? ''] = `${type?.type ?? ''} ${type?.stored ?? ''}`;
    });
    expect(keys).toEqual({
      greeting: 'string string',
      n8: 'string string',
      n16: 'string string',
      n32: 'string string',
      long: 'string string',
      song: 'string string',
      other: 'string string',
      'user:1': 'hash listpack',
      big: 'hash hashtable',
      ints: 'set intset',
      tags: 'set hashtable',
      board: 'zset listpack',
      bigz: 'zset skiplist',
      jobs: 'list quicklist',
      log: 'stream listpacks',
    });
  });

  it('tells values: integers, compressed text, what is packed', async () => {
    const fields = await fieldsOf(dump);
    const after = (key: string): Field | undefined =>
      fields[fields.findIndex(({ role, text }) => role === 'key' && text === key) + 1];
    expect(after('n8')).toMatchObject({ text: '-5', encoding: { form: 'integer', bits: 8 } });
    expect(after('n16')).toMatchObject({ text: '1000', encoding: { form: 'integer', bits: 16 } });
    expect(after('n32')).toMatchObject({ text: '100000', encoding: { form: 'integer', bits: 32 } });
    expect(after('song')).toMatchObject({ text: '歌', encoding: { form: 'plain' }, prefix: 1 });
    expect(after('long')).toMatchObject({
      text: 'a'.repeat(63),
      size: 63,
      encoding: { form: 'lzf', packed: 9 },
    });
    expect(after('user:1')?.packed).toEqual({
      format: 'listpack',
      count: 4,
      entries: ['name', 'Ana', 'age', '33'],
      damaged: false,
    });
    expect(after('ints')?.packed?.entries).toEqual(['-3', '1', '2']);
    expect(after('board')?.packed?.entries).toEqual(['x', '1', 'y', '2.5']);
    expect(fields.find(({ role }) => role === 'expiresAt')?.text).toBe('4102444800000');
    expect(fields.filter(({ role }) => role === 'score').map(({ text }) => text)).toContain('5.25');
    expect(fields.filter(({ role }) => role === 'node').map(({ packed }) => packed?.entries)).toContainEqual(['a', 'b', '300']); // prettier-ignore
  });

  it('has the checksum that its bytes give', async () => {
    const fields = await fieldsOf(dump);
    const stored = fields.at(-1)?.text;
    const { signal } = new AbortController();
    expect(await checksum(readFrom(dump), dump.length - 8, signal)).toBe(stored);
  });

  it('comes in pages, back and forth', async () => {
    const whole = await fieldsOf(dump);
    for (const size of [1, 2, 3, 7, 50]) {
      const pages = new RdbPages(dump.length, readFrom(dump), size);
      const forth: Field[][] = [];
      for (let index = 0, more = true; more; index += 1) {
        const page = await pages.page(index);
        forth.push([...page.fields]);
        more = page.more;
      }
      expect(forth.flat(), `pages of ${size}`).toEqual(whole);
      for (let index = forth.length - 1; index >= 0; index -= 1)
        expect((await pages.page(index)).fields).toEqual(forth[index]);
    }
  });

  it('is read through a window smaller than itself', async () => {
    // 3 MB in one value, then many keys: more than a window.
    const text = new TextEncoder();
    const parts: number[] = [...text.encode('REDIS0010'), 0, 1, 0x62, 0x80, 0, 0x30, 0, 0];
    const big = new Uint8Array(0x300000).fill(0x78);
    const keys: number[] = [];
    for (let index = 0; index < 20_000; index += 1) {
      const key = text.encode(`key:${String(index).padStart(6, '0')}`);
      keys.push(0, key.length, ...key, 5, ...text.encode('value'));
    }
    const bytes = new Uint8Array(parts.length + big.length + keys.length + 1);
    bytes.set(parts);
    bytes.set(big, parts.length);
    bytes.set([...keys, 0xff], parts.length + big.length);
    let longest = 0;
    const pages = new RdbPages(bytes.length, (offset, length) => {
      longest = Math.max(longest, length);
      return Promise.resolve(bytes.slice(offset, offset + length));
    });
    const fields: Field[] = [];
    for (let index = 0, more = true; more; index += 1) {
      const page = await pages.page(index);
      fields.push(...page.fields);
      more = page.more;
    }
    expectWhole(fields, bytes.length);
    expect(fields.filter(({ role }) => role === 'key')).toHaveLength(20_001);
    expect(longest).toBeLessThan(200_000);
  });
});

describe('damage', () => {
  it('is told, with its place, wherever the file is cut', async () => {
    for (let size = 0; size < dump.length; size += 1) {
      const fields = await fieldsOf(dump.slice(0, size));
      expectWhole(fields, size, `cut at ${size}`);
      // Eight bytes of checksum are the only ones that may be missing unnoticed: old versions had none.
      if (size < dump.length - 8) expect(fields.at(-1)?.role, `cut at ${size}`).toBe('damaged');
    }
  });

  it('never throws, loops or loses a byte, whatever is changed', async () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let turn = 0; turn < 1000; turn += 1) {
      const bytes = dump.slice();
      for (let change = 0; change <= random(3); change += 1)
        bytes[9 + random(bytes.length - 9)] = random(3) === 0 ? 0xff : random(256);
      expectWhole(await fieldsOf(bytes), bytes.length, `turn ${turn}`);
    }
  });

  it('is named', async () => {
    const cause = async (bytes: Uint8Array): Promise<unknown> => {
      const { found: at, cause, text } = (await fieldsOf(bytes)).at(-1) ?? {};
      return { at, cause, text };
    };
    expect(await cause(new TextEncoder().encode('GIF89a...'))).toEqual({ at: 0, cause: 'magic', text: 'GIF89' }); // prettier-ignore
    expect(await cause(new TextEncoder().encode('REDISabcd'))).toMatchObject({ at: 5, cause: 'version' }); // prettier-ignore
    expect(await cause(new Uint8Array())).toMatchObject({ at: 0, cause: 'magic' });
    const odd = dump.slice();
    odd[9] = 0x40;
    expect(await cause(odd)).toEqual({ at: 9, cause: 'opcode', text: '0x40' });
    // A length of 2^62 is refused before anything is read.
    expect(await cause(fileWith(0, line('81 40 00 00 00 00 00 00 00')))).toMatchObject({ cause: 'truncated' }); // prettier-ignore
    // A compressed string that says it is a terabyte.
    expect(await cause(fileWith(0, line('c3 02 81 00 00 01 00 00 00 00 00 00 61')))).toMatchObject({ cause: 'lzf' }); // prettier-ignore
  });
});

describe('old and rare encodings', () => {
  it('are read', async () => {
    const value = async (type: number, bytes: string): Promise<Field[]> =>
      (await fieldsOf(fileWith(type, line(bytes)))).slice(4, -1);
    expect((await value(3, '02 01 61 03 31 2e 35 01 62 fe')).map(({ text }) => text)).toEqual(['2', 'a', '1.5', 'b', 'inf']); // prettier-ignore
    const zipmap = await value(9, '0b 02 01 61 01 00 31 01 62 01 00 32 ff');
    expect(zipmap[0]?.packed).toMatchObject({ count: 4, entries: ['a', '1', 'b', '2'] });
    const ziplist = await value(13, '12 12 00 00 00 0d 00 00 00 03 00 00 01 61 03 f3 02 01 62 ff');
    expect(ziplist[0]?.packed?.entries).toEqual(['a', '2', 'b']);
    const module = await value(7, '81 00 00 00 00 00 00 00 01 02 05 05 01 78 00');
    expect(module.map(({ role }) => role)).toEqual(['moduleId', 'moduleOpcode', 'moduleNumber', 'moduleOpcode', 'string', 'moduleOpcode']); // prettier-ignore
  });

  it('of packed structures that lie about their size are damaged', () => {
    expect(unpack('listpack', line('ff 00 00 00 01 00 01 01 ff'), 9, 10).damaged).toBe(true);
    expect(unpack('intset', line('03 00 00 00 01 00 00 00 01 00'), 10, 10).damaged).toBe(true);
    expect(unpack('listpack', line('0b 00 00 00 01 00 bf 61 61 01 ff'), 11, 10).damaged).toBe(true);
  });
});

describe('LZF and CRC64', () => {
  it('decompress what fits, refuse what points outside', () => {
    expect(decompress(line('01 61 61 e0 32 00'), 1000)?.length).toBe(2 + 0x32 + 7 + 2);
    expect(decompress(line('01 61 61 e0 32 00'), 10)?.length).toBe(10);
    expect(decompress(line('00 61 20 05'), 10)).toBeUndefined();
    expect(decompress(line('05 61'), 10)?.length).toBe(1);
  });

  it('has the check value of the catalogue', () => {
    const crc = new Crc64();
    crc.update(new TextEncoder().encode('123456789'));
    expect(crc.hex()).toBe('e9c6d914c4b8d9ca');
  });
});
