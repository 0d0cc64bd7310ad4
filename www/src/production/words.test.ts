// @vitest-environment node
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, redisString } from '../client/bytes';
import fc from '../testing/properties';
import { line, parts, readLines, word } from './words';

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const ODD = [
  ...['plain', 'with space', 'tab\there', 'line\nbreak', 'quote"d', "quote'd", 'back\\slash'],
  ...['#comment', '$HOME', '${X:-y}', '`id`', '', ' ', '\\x41', '"', "'", '\\', '\u0000', '\u007f'],
  ...['é', '北京', '🙂', '\u2028', '\u202e', '\ufeff', 'yes', '-1', '%s%n', '</script>', '\r\n'],
];

describe('a word', () => {
  it('is bare only where that is safe', () => {
    expect(word('hello')).toBe('hello');
    expect(word('~cart:*')).toBe('~cart:*');
    expect(word(6379)).toBe('6379');
    expect(word('')).toBe('""');
    expect(word('a b')).toBe('"a b"');
    expect(word('#hash')).toBe('#hash');
    expect(word('say "hi"\\\n')).toBe('"say \\"hi\\"\\\\\\n"');
    expect(word(redisString(Uint8Array.of(0xff, 0x41)))).toBe('"\\xffA"');
    // What turns the direction of text, and would show another line than there is.
    expect(word('\u202e')).toBe('"\\xe2\\x80\\xae"');
  });

  it('is read again as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1 }), (words) => {
        const written = line(...words.map(redisString));
        expect(written).not.toMatch(/[\n\r\0]/);
        // A file's comments begin with the first character of a line.
        const read = readLines(bytes(`x ${written}`))[0]?.words.slice(1);
        expect(read?.map((one) => [...bytesOf(one)])).toEqual(words.map((one) => [...one]));
      }),
    );
  });

  it.runIf(has('redis-server'))('is read by a real server as it was', () => {
    const folder = mkdtempSync(join(tmpdir(), 'words-'));
    const values = [
      ...ODD.map(bytes),
      Uint8Array.of(0xff, 0xfe, 0x80),
      new Uint8Array(5000).fill(0x22),
    ];
    const socket = join(folder, 'socket');
    const conf = values.map((value, at) =>
      line('user', `user${at}`, 'on', redisString(new Uint8Array([0x3e, ...value]))),
    );
    writeFileSync(
      join(folder, 'redis.conf'),
      `port 0\nunixsocket ${socket}\ndaemonize yes\nsave ""\nlogfile ${join(folder, 'log')}\n` +
        `dir ${folder}\n${conf.join('\n')}\n`,
    );
    const run = (...words: string[]): string =>
      spawnSync('redis-cli', ['-s', socket, ...words], { encoding: 'utf8' }).stdout;
    try {
      const { status, stdout, stderr } = spawnSync('redis-server', [join(folder, 'redis.conf')], {
        encoding: 'utf8',
      });
      expect(status, stdout + stderr).toBe(0);
      for (let tries = 0; tries < 1000 && !run('PING').startsWith('PONG'); tries += 1);
      const users = run('ACL', 'LIST');
      values.forEach((value, at) => {
        const hash = createHash('sha256').update(value).digest('hex');
        expect(users, String(at)).toMatch(new RegExp(`user user${at} on [^\\n]*#${hash}`));
      });
    } finally {
      run('SHUTDOWN', 'NOSAVE');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the lines of a file', () => {
  it('are read in words, those that a sentinel wrote without quotes too', () => {
    const text = '# comment\n\n  port 26379 \nsentinel auth-pass mymaster a"b\nx "a b" \'c\' \\d\n';
    expect(readLines(bytes(text)).map(({ words }) => words.map((it) => it.text))).toEqual([
      ['port', '26379'],
      ['sentinel', 'auth-pass', 'mymaster', 'a"b'],
      ['x', 'a b', 'c', '\\d'],
    ]);
  });

  it('may be anything', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => void readLines(any)));
  });
});

it('a line of ACL LIST falls into its parts', () => {
  expect(parts({ text: 'user  a on' }).map(({ text }) => text)).toEqual(['user', 'a', 'on']);
  expect(parts({ text: '' })).toEqual([]);
});
