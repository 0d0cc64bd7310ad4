import { describe, expect, it } from 'vitest';
import type { Reply } from './api';
import { concat, encodeCommand, ReplyReader, type ReplyShapes } from './resp';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string): Reply | undefined {
  const reader = new ReplyReader();
  reader.feed(bytes(text));
  return reader.next();
}

describe('encodeCommand', () => {
  it('counts bytes, not characters', () => {
    const command = encodeCommand(['SET', '歌', -1.5, Uint8Array.of(0, 255)]);
    expect(command).toEqual(
      concat([
        bytes('*4\r\n$3\r\nSET\r\n$3\r\n歌\r\n$4\r\n-1.5\r\n$2\r\n'),
        Uint8Array.of(0, 255, 13, 10),
      ]),
    );
  });

  it('writes arguments of every length', () => {
    for (const length of [0, 1, 63, 64, 65, 127, 128, 5000]) {
      for (const character of ['a', '歌', '\u007f']) {
        const text = character.repeat(length);
        const size = bytes(text).length;
        expect(encodeCommand([text, text])).toEqual(
          bytes(`*2\r\n$${size}\r\n${text}\r\n$${size}\r\n${text}\r\n`),
        );
      }
    }
  });
});

describe('ReplyReader', () => {
  it('reads every type of RESP2 and RESP3', () => {
    const ok: Reply = { kind: 'status', text: 'OK' };
    expect(read('+OK\r\n')).toEqual(ok);
    expect(read('-ERR x\r\n')).toEqual({ kind: 'error', text: 'ERR x' });
    expect(read(':-3\r\n')).toEqual({ kind: 'integer', value: -3 });
    expect(read(':9223372036854775807\r\n')).toEqual({
      kind: 'integer',
      value: 9223372036854775807n,
    });
    expect(read('$4\r\na\r\nb\r\n')).toEqual({ kind: 'string', value: { text: 'a\r\nb' } });
    expect(read('$-1\r\n')).toEqual({ kind: 'null' });
    expect(read('*-1\r\n')).toEqual({ kind: 'null' });
    expect(read('_\r\n')).toEqual({ kind: 'null' });
    expect(read('#t\r\n')).toEqual({ kind: 'boolean', value: true });
    expect(read(',-inf\r\n')).toEqual({ kind: 'double', value: -Infinity, text: '-inf' });
    expect(read('(123\r\n')).toEqual({ kind: 'bignumber', text: '123' });
    expect(read('=6\r\ntxt:hi\r\n')).toEqual({
      kind: 'verbatim',
      format: 'txt',
      value: { text: 'hi' },
    });
    expect(read('*2\r\n+OK\r\n*0\r\n')).toEqual({
      kind: 'array',
      items: [ok, { kind: 'array', items: [] }],
    });
    expect(read('~1\r\n+OK\r\n')).toEqual({ kind: 'set', items: [ok] });
    expect(read('%1\r\n+OK\r\n+OK\r\n')).toEqual({ kind: 'map', entries: [[ok, ok]] });
    expect(read('|1\r\n+ttl\r\n:5\r\n+OK\r\n')).toEqual(ok);
  });

  it('keeps bytes that are no UTF-8', () => {
    const reader = new ReplyReader();
    reader.feed(concat([bytes('$2\r\n'), Uint8Array.of(0x61, 0xff), bytes('\r\n')]));
    expect(reader.next()).toEqual({
      kind: 'string',
      value: { text: 'a\\xff', bytes: Uint8Array.of(0x61, 0xff) },
    });
  });

  it('waits for the rest, wherever the bytes were cut', () => {
    const whole = bytes('*2\r\n$3\r\nabc\r\n:1\r\n+OK\r\n');
    for (let cut = 1; cut < whole.length; cut++) {
      const reader = new ReplyReader();
      const replies: Reply[] = [];
      for (const part of [whole.subarray(0, cut), whole.subarray(cut)]) {
        reader.feed(part);
        for (let reply = reader.next(); reply !== undefined; reply = reader.next())
          replies.push(reply);
      }
      expect(replies.map((reply) => reply.kind)).toEqual(['array', 'status']);
    }
  });

  it('makes of replies what it is told to', () => {
    const reader = new ReplyReader();
    reader.feed(bytes('>2\r\n$1\r\na\r\n%1\r\n:1\r\n#f\r\n_\r\n'));
    const same = <Value>(value: Value): Value => value;
    const shapes: ReplyShapes<unknown> = {
      status: same,
      error: same,
      integer: same,
      string: (string) => string.length,
      verbatim: same,
      null: () => 'none',
      boolean: same,
      double: same,
      bigNumber: same,
      list: (kind, items) => [kind, ...items],
      map: same,
    };
    expect(reader.isPush).toBe(true);
    expect(reader.read(shapes)).toEqual(['push', 1, [[1, false]]]);
    expect(reader.isPush).toBe(false);
    expect(reader.read(shapes)).toBe('none');
    expect(reader.read(shapes)).toBeUndefined();
  });

  it('refuses what is no RESP', () => {
    expect(() => read('hello\r\n')).toThrow('Protocol error');
    for (const length of ['-2', 'x', '', '1.5', '99999999999999999999'])
      expect(() => read(`$${length}\r\n`)).toThrow('Protocol error');
  });
});
