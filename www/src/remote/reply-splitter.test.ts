import { describe, expect, it } from 'vitest';
import { concat } from '../client/resp';
import fc from '../testing/properties';
import { RemoteError } from './problem';
import { ReplySplitter } from './reply-splitter';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Replies of every kind, as bytes. */
const reply = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer().map((value) => `:${value}\r\n`),
    fc.stringMatching(/^[\w ]*$/).map((text) => `+${text}\r\n`),
    fc.stringMatching(/^[\w ]*$/).map((text) => `-ERR ${text}\r\n`),
    fc.string({ unit: 'binary-ascii' }).map((text) => `$${bytes(text).length}\r\n${text}\r\n`),
    fc.constantFrom('$-1\r\n', '*-1\r\n', '_\r\n', '#t\r\n', ',1.5\r\n', '(123\r\n', '*0\r\n'),
    fc.array(tie('one'), { maxLength: 4 }).map((items) => `*${items.length}\r\n${items.join('')}`),
    fc.array(tie('one'), { maxLength: 4 }).map((items) => `>${items.length}\r\n${items.join('')}`),
    fc
      .array(fc.tuple(tie('one'), tie('one')), { maxLength: 3 })
      .map((pairs) => `%${pairs.length}\r\n${pairs.flat().join('')}`),
    fc.tuple(tie('one'), tie('one'), tie('one')).map((parts) => `|1\r\n${parts.join('')}`),
  ),
})).one;

describe('ReplySplitter', () => {
  it('finds where replies end, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 6 }), fc.array(fc.nat(40)), (replies, cuts) => {
        const splitter = new ReplySplitter();
        const all = concat(replies.map(bytes));
        const found: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          found.push(...splitter.feed(all.slice(at, at + cut)));
          at += cut;
        }
        expect(found.map((one) => new TextDecoder().decode(one))).toEqual(replies);
      }),
    );
  });

  it('refuses what is no reply, or is beyond its limits', () => {
    const fed = (text: string): string => {
      const splitter = new ReplySplitter({ size: 1000, items: 20, depth: 3 });
      try {
        for (let at = 0; at < text.length; at += 100)
          splitter.feed(bytes(text.slice(at, at + 100)));
      } catch (error) {
        return error instanceof RemoteError ? error.code : String(error);
      }
      return 'taken';
    };
    expect(fed('HTTP/1.1 400 Bad Request\r\n')).toBe('foreign');
    expect(fed('SSH-2.0')).toBe('foreign');
    expect(fed('+OK\n')).toBe('foreign');
    expect(fed('$x\r\n')).toBe('foreign');
    expect(fed('$-2\r\n')).toBe('foreign');
    expect(fed('*?\r\n')).toBe('foreign');
    expect(fed('$2000\r\n')).toBe('tooBig');
    expect(fed('*1\r\n'.repeat(4))).toBe('tooBig');
    expect(fed(`*30\r\n${':1\r\n'.repeat(30)}`)).toBe('tooBig');
    expect(fed(`*30\r\n${':1\r\n'.repeat(10)}`)).toBe('taken');
  });
});
