import { describe, expect, it } from 'vitest';
import { concat, encodeCommand } from '../client/resp';
import fc, { tries } from '../testing/properties';
import { commandsIn, fileOf, linesOf, wordsOf } from './commands';

const word = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
);
const command = fc
  .array(word, { minLength: 1, maxLength: 5 })
  .map((words) => [new TextEncoder().encode('SET'), ...words]);
const texts = (words: readonly Uint8Array[] | undefined): string[] | undefined =>
  words?.map((bytes) => new TextDecoder().decode(bytes));

describe('commands as lines', () => {
  it('are the same commands again, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 6 }), (commands) => {
        const file = concat(commands.map((words) => encodeCommand(words)));
        expect(commandsIn(file)).toEqual(commands);
        expect(fileOf(linesOf(commands, 0))).toEqual(file);
      }),
      tries(500),
    );
  });

  it('tell the time that is left instead of a deadline', () => {
    const file = concat([
      encodeCommand(['SELECT', '0']),
      encodeCommand(['SET', 'a', '1']),
      encodeCommand(['PEXPIREAT', 'a', '61500']),
      encodeCommand(['SELECT', '3']),
      encodeCommand(['PEXPIREAT', 'b', '60000']),
    ]);
    expect(linesOf(commandsIn(file), 1000).split('\n')).toEqual([
      'SET a 1',
      'PEXPIRE a 60500',
      'SELECT 3',
      'EXPIRE b 59',
    ]);
  });

  it('are taken apart as redis-cli does', () => {
    expect(texts(wordsOf(String.raw`SET "a b" 'c\'d' "\x41\n" e`))).toEqual([
      'SET',
      'a b',
      "c'd",
      'A\n',
      'e',
    ]);
    expect(texts(wordsOf('  GET  a  '))).toEqual(['GET', 'a']);
    for (const line of ['"a', "'a", '"a"b', 'a"']) expect(wordsOf(line), line).toBeUndefined();
  });

  it('are taken for data only when they make some', () => {
    for (const line of [
      'CONFIG SET dir /',
      'SHUTDOWN',
      'EVAL "while true do end" 0',
      '"',
      'DEBUG SLEEP 9',
    ])
      expect(() => fileOf(line), line).toThrow('badValue');
  });
});
