/** Commands as lines that redis-cli takes, and as the bytes of an append-only file. */

import { redisString } from '../client/bytes';
import { concat, encodeCommand } from '../client/resp';
import { parseEscaped, quoted } from '../panels/show-bytes';
import { LinkError } from './shared-lab';

const decoder = new TextDecoder();

/** The commands that data is made by: what a server itself would write to its append-only file, and times that are left. */
const MAKERS = new Set(
  'SELECT SET RPUSH SADD ZADD HMSET XADD XGROUP XCLAIM XSETID FUNCTION EXPIRE PEXPIRE'.split(' '),
);

/** The commands in the bytes of an append-only file that the lab itself has written. */
export function commandsIn(file: Uint8Array): Uint8Array[][] {
  const commands: Uint8Array[][] = [];
  let at = 0;
  const number = (): number => {
    const end = file.indexOf(13, at);
    const value = Number(decoder.decode(file.subarray(at + 1, end)));
    at = end + 2;
    return value;
  };
  while (at < file.length) {
    // An annotation, which is no command.
    if (file[at] === 0x23) at = file.indexOf(10, at) + 1;
    else {
      const words = number();
      commands.push(
        Array.from({ length: words }, () => {
          const length = number();
          const word = file.slice(at, at + length);
          at += length + 2;
          return word;
        }),
      );
    }
  }
  return commands;
}

/** One line a command. Deadlines become times that are left, for the lab may be opened at any time. */
export function linesOf(commands: readonly (readonly Uint8Array[])[], now: number): string {
  const lines: string[] = [];
  for (const command of commands) {
    const words = command.map((word) => quoted(redisString(word)));
    const [name, key = '', at] = words;
    // A reader begins in the first database.
    if (lines.length === 0 && name === 'SELECT' && key === '0') continue;
    if (name === 'PEXPIREAT') {
      const left = Math.max(1, Math.round(Number(at) - now));
      lines.push(left % 1000 === 0 ? `EXPIRE ${key} ${left / 1000}` : `PEXPIRE ${key} ${left}`);
    } else lines.push(words.join(' '));
  }
  return lines.join('\n');
}

/** Lines that are there to be run: without empty ones. */
export const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '');

/** The words of a line as redis-cli takes it apart; undefined when its quotes do not match. */
export function wordsOf(line: string): Uint8Array[] | undefined {
  const words: Uint8Array[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|([^\s"']+))(?=\s|$)/uy;
  const end = line.trimEnd().length;
  while (pattern.lastIndex < end) {
    const found = pattern.exec(line);
    if (found === null) return undefined;
    const [, double, single, plain] = found;
    if (double !== undefined) words.push(parseEscaped(double));
    else words.push(new TextEncoder().encode(single?.replaceAll("\\'", "'") ?? plain ?? ''));
  }
  return words;
}

/** The bytes of an append-only file that holds these lines; a `LinkError` when they are no data. */
export function fileOf(text: string): Uint8Array {
  const commands = linesIn(text).map((line) => {
    const words = wordsOf(line);
    const name = words?.[0] === undefined ? '' : decoder.decode(words[0]).toUpperCase();
    if (words === undefined || !MAKERS.has(name)) throw new LinkError('badValue', 'data');
    return encodeCommand(words);
  });
  return concat(commands);
}
