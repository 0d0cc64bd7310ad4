import { describe, expect, it } from 'vitest';
import { matches } from './match';

describe('what was printed and what was expected', () => {
  it('are compared line by line, but for blanks at the ends', () => {
    expect(matches('OK\n(integer) 1', 'OK  \n(integer) 1\n\n')).toBe(true);
    expect(matches('OK\n(integer) 1', 'OK\n(integer) 2')).toBe(false);
    expect(matches('OK', 'OK\nOK')).toBe(false);
    expect(matches('', '')).toBe(true);
    expect(matches('', 'something')).toBe(false);
  });

  it('may vary where a placeholder stands, and nowhere else', () => {
    expect(matches('(integer) <number>', '(integer) -12.5')).toBe(true);
    expect(matches('(integer) <number>', '(integer) many')).toBe(false);
    expect(matches('id: <id>', `id: ${'a0'.repeat(20)}`)).toBe(true);
    expect(matches('id: <id>', 'id: a0')).toBe(false);
    expect(matches('at … of … (x)', 'at 1 of 2 (x)')).toBe(true);
    expect(matches('at … of … (x)', 'at 1 of 2 [x]')).toBe(false);
    expect(matches('a.c …', 'abc 1')).toBe(false);
  });

  it('any number of lines may stand for a line of …', () => {
    expect(matches('first\n…\nlast', 'first\nlast')).toBe(true);
    expect(matches('first\n…\nlast', 'first\n1\n2\nlast')).toBe(true);
    expect(matches('first\n…\nlast', 'first\n1\n2')).toBe(false);
    expect(matches('…\nx: <number>\n…', 'a\nx: 1\nb\nx: y')).toBe(true);
  });

  it('a time that redis-cli tells is no difference, unless it is expected', () => {
    expect(matches('OK\n(nil)', '(0.57s)\nOK\n(0.61s)\n(nil)\n(1.20s)')).toBe(true);
    expect(matches('(nil)\n(<number>s)', '(nil)\n(1.05s)')).toBe(true);
    expect(matches('(nil)\n(<number>s)', '(nil)')).toBe(false);
    expect(matches('OK', 'OK\n(0.57 s)')).toBe(false);
  });

  it('takes no time with many placeholders on a long line', () => {
    const start = performance.now();
    expect(matches('…a'.repeat(40), 'a'.repeat(4000))).toBe(false);
    expect(matches(`${'…a'.repeat(12)}b`, 'a'.repeat(5000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
