import { describe, expect, it } from 'vitest';
import { Output, partsOf } from './output';

describe('places in scripts', () => {
  it('are found as Python and JavaScript name them', () => {
    const found = partsOf(
      '  File "a b.py", line 12, in f\n    at g (排行.js:3:5)\nx.js:7\n',
    ).filter((part) => typeof part !== 'string');
    expect(found.map(({ file, line, column }) => [file, line, column])).toEqual([
      ['a b.py', 12, 1],
      ['排行.js', 3, 5],
      ['x.js', 7, 1],
    ]);
  });

  it('leave the text as it is', () => {
    const text = 'File "x.py", line 1\nat y.js:2:3\nz';
    const whole = partsOf(text).map((part) => (typeof part === 'string' ? part : part.text));
    expect(whole.join('')).toBe(text);
  });
});

describe('output', () => {
  const printed = (...pieces: [string, boolean][]): Output => {
    const output = new Output(() => undefined);
    for (const [text, error] of pieces) output.print(text, error);
    output.take();
    return output;
  };
  const text = ({ pieces }: Output): string => pieces.map((piece) => piece.text).join('');

  it('joins what belongs together', () => {
    const output = printed(['a', false], ['b\n', false], ['wrong\n', true], ['c', false]);
    expect(output.pieces.map(({ text: shown, error }) => [shown, error])).toEqual([
      ['ab\n', false],
      ['wrong\n', true],
      ['c', false],
    ]);
    output.print('d', false);
    output.take();
    expect(text(output)).toBe('ab\nwrong\ncd');
  });

  it('is cut at the ends of lines, and keeps its latest', () => {
    const line = `${'x'.repeat(99)}\n`;
    const output = printed([line.repeat(10_000), false]);
    for (const piece of output.pieces) expect(piece.text.endsWith('\n')).toBe(true);
    expect(text(output).length).toBeGreaterThan(199_000);
    expect(text(output).length).toBeLessThan(220_000);
    output.clear();
    expect(output.pieces).toEqual([]);
  });

  it('is bounded also in one endless line, and before it is shown', () => {
    const output = new Output(() => undefined);
    for (let time = 0; time < 1000; time += 1) output.print('y'.repeat(10_000), false);
    output.take();
    expect(text(output).length).toBeLessThan(450_000);
    for (const piece of output.pieces) expect(piece.text.length).toBeLessThanOrEqual(16_000);
  });
});
