import { describe, expect, test } from 'vitest';
import { everything, fitting, partsOf, saveName, type LogLine } from './lines';

const texts = [
  '7:C 30 Nov 2026 12:17:45.365 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
  '7:M 30 Nov 2026 12:17:45.366 * Ready to accept connections tcp',
  '7:S 30 Nov 2026 12:17:46.001 - Accepted 127.0.0.1:5000',
  '9:X 30 Nov 2026 12:17:47.001 . a message # with * marks',
  'no such line',
] as const;
const lines: readonly LogLine[] = texts.map((text, at) => ({
  number: at + 1,
  process: text.startsWith('9') ? '26379' : '6379',
  text,
}));
const numbers = (filter: Partial<typeof everything>): readonly number[] =>
  fitting(lines, { ...everything, ...filter }).map(({ number }) => number);

describe('lines of a log', () => {
  test('are taken apart, and nothing of them is lost', () => {
    for (const text of texts.slice(0, 4)) {
      const parts = partsOf(text);
      if (!parts) throw new Error(text);
      expect(parts.who + parts.when + parts.mark + parts.message).toBe(text);
    }
    expect(texts.map((text) => partsOf(text)?.level)).toEqual([
      'warning',
      'notice',
      'verbose',
      'debug',
      undefined,
    ]);
    expect(partsOf(texts[3])?.message).toBe('a message # with * marks');
  });

  test('are chosen by process, level and text', () => {
    expect(numbers({})).toEqual([1, 2, 3, 4, 5]);
    expect(numbers({ process: '26379' })).toEqual([4]);
    expect(numbers({ level: 'verbose' })).toEqual([1, 2, 3, 5]);
    expect(numbers({ level: 'warning' })).toEqual([1, 5]);
    expect(numbers({ text: ' READY ' })).toEqual([2]);
    expect(numbers({ text: '12:17:45', level: 'notice', process: '6379' })).toEqual([1, 2]);
  });

  test('are saved under a name that is one', () => {
    expect(saveName('')).toBe('redis-lab.log');
    expect(saveName('db2:6379')).toBe('redis-db2-6379.log');
  });
});
