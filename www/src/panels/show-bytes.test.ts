import { describe, expect, it } from 'vitest';
import { bytesOf, redisString } from '../client/bytes';
import { escapedOf, isPlain, lineOf, parseEscaped, quoted, sameBytes } from './show-bytes';

describe('Redis strings on screen', () => {
  it('shows text as it is, and what can not be seen as escapes', () => {
    expect(lineOf({ text: '歌曲 7' })).toBe('歌曲 7');
    expect(lineOf({ text: 'a\nb\u202e' })).toBe('a\\nb\\xe2\\x80\\xae');
    expect(lineOf(redisString(Uint8Array.of(0, 255, 65)))).toBe('\\x00\\xffA');
  });

  it('cuts names of any length', () => {
    expect(lineOf({ text: 'x'.repeat(1_000_000) }).length).toBe(301);
  });

  it('quotes an argument only when it must be', () => {
    expect(quoted({ text: 'user:1' })).toBe('user:1');
    expect(quoted({ text: 'Ana Silva' })).toBe('"Ana Silva"');
    expect(quoted({ text: '' })).toBe('""');
    expect(quoted({ text: 'a"b' })).toBe('"a\\"b"');
    expect(quoted({ text: 'a\tb' })).toBe('"a\\tb"');
  });

  it('reads its own escapes back, for every byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(sameBytes(parseEscaped(escapedOf(redisString(all))), all)).toBe(true);
    expect(isPlain(redisString(all))).toBe(false);
  });

  it('takes text between escapes as UTF-8, and a lone backslash as itself', () => {
    expect(sameBytes(parseEscaped('歌\\n\\'), bytesOf('歌\n\\'))).toBe(true);
    expect(sameBytes(parseEscaped('\\q\\xZZ'), bytesOf('qxZZ'))).toBe(true);
  });
});
