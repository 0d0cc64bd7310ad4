// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../client/api';
import { ReplyReader } from '../client/resp';
import { follow, redirection, repeatOf } from './cli-rules';
import { raw, terminal } from './format';
import { slotOf } from './slots';
import { isSensitive, words } from './words';

function parsed(text: string): Reply {
  const reader = new ReplyReader();
  reader.feed(new TextEncoder().encode(text));
  const reply = reader.next();
  if (!reply) throw new Error('not a whole reply');
  return reply;
}

const split = (line: string): string[] | undefined =>
  words(line)?.map((word) => new TextDecoder().decode(word));

const args = (line: string): Uint8Array[] => words(line) ?? [];

/** The cases of the engine's own redis-cli (src/cli/format.rs), which both must print alike. */
function cases(test: string): [string, string][] {
  const source = readFileSync('src/cli/format.rs', 'utf8');
  const body = source.slice(source.indexOf(`fn ${test}`));
  const literal = /"((?:[^"\\]|\\.)*)"/g;
  const pairs = body
    .slice(0, body.indexOf('];'))
    .matchAll(/\(\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*"),?\s*\)/g);
  const read = (text: string): string =>
    text.replace(literal, (_, inside: string) =>
      inside.replace(/\\(x[0-9a-f]{2}|.)/g, (_all, code: string) =>
        code.startsWith('x')
          ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
          : ({ r: '\r', n: '\n', t: '\t' }[code] ?? code),
      ),
    );
  return [...pairs].map(([, bytes = '', printed = '']) => [read(bytes), read(printed)]);
}

describe('replies', () => {
  it('are printed as the engine prints them', () => {
    const found = cases('prints_what_redis_cli_prints_at_a_terminal');
    expect(found.length).toBeGreaterThan(25);
    for (const [bytes, printed] of found) expect(terminal(parsed(bytes)), bytes).toBe(printed);
    const bare = cases('raw_prints_bytes_alone');
    expect(bare.length).toBeGreaterThan(8);
    for (const [bytes, printed] of bare) expect(raw(parsed(bytes)), bytes).toBe(printed);
  });
});

describe('lines', () => {
  it('are split as redis-cli splits them', () => {
    expect(split('  set  a "b c" ')).toEqual(['set', 'a', 'b c']);
    expect(split('"\\x41\\n\\"" \'it\\\'s\' ""')).toEqual(['A\n"', "it's", '']);
    expect(split('a"b c"')).toEqual(['ab c']);
    expect(split('"中😀"')).toEqual(['中😀']);
    expect(split('')).toEqual([]);
    for (const odd of ['"a', "'a", '"a"b', 'a"']) expect(split(odd), odd).toBeUndefined();
  });

  it('that hold passwords are known', () => {
    for (const line of [
      'auth x',
      'CONFIG SET a 0 requirepass x',
      'hello 3 auth u x',
      'acl setuser me >x',
    ])
      expect(isSensitive(args(line)), line).toBe(true);
    for (const line of ['set auth x', 'config get requirepass', 'hello 3'])
      expect(isSensitive(args(line)), line).toBe(false);
  });

  it('may say how often', () => {
    expect(repeatOf(args('5 INCR n'))).toBe(5);
    expect(repeatOf(args('-1 INCR n'))).toBe(0);
    expect(repeatOf(args('INCR n'))).toBeUndefined();
    expect(repeatOf(args('5'))).toBeUndefined();
  });

  it('change the prompt', () => {
    const start = { db: 0, inMulti: false, before: 0 };
    const ok: Reply = { kind: 'status', text: 'OK' };
    const chosen = follow(start, args('select 3'), ok);
    expect(chosen.db).toBe(3);
    const multi = follow(chosen, args('multi'), ok);
    const inside = follow(multi, args('select 5'), ok);
    expect(inside).toEqual({ db: 5, inMulti: true, before: 3 });
    expect(follow(inside, args('exec'), { kind: 'null' })).toMatchObject({ db: 3, inMulti: false });
    expect(follow(start, args('select 99'), { kind: 'error', text: 'ERR' }).db).toBe(0);
  });
});

describe('clusters', () => {
  it('have keys in slots, by what stands in braces', () => {
    const slot = (key: string): number => slotOf(new TextEncoder().encode(key));
    // As CLUSTER KEYSLOT answers.
    expect(slot('foo')).toBe(12182);
    expect(slot('bar')).toBe(5061);
    expect(slot('')).toBe(0);
    expect(slot('a{foo}b')).toBe(12182);
    expect(slot('{}foo')).not.toBe(12182);
  });

  it('send on', () => {
    const error = (text: string): Reply => ({ kind: 'error', text });
    expect(redirection(error('MOVED 12182 127.0.0.1:7002'))).toEqual({
      asking: false,
      slot: 12182,
      address: '127.0.0.1:7002',
    });
    expect(redirection(error('ASK 1 h:1'))?.asking).toBe(true);
    expect(redirection(error('MOVED permanently'))).toBeUndefined();
  });
});
