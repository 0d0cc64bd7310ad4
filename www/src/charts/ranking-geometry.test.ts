import { describe, expect, it } from 'vitest';
import { rankingGeometry } from './ranking-geometry';

const lengths = (scores: number[]) => rankingGeometry(scores).bars.map(({ length }) => length);

describe('where the bars lie', () => {
  it('is in proportion to the scores', () => {
    const { zero, bars } = rankingGeometry([80, 40, 0]);
    expect(zero).toBe(0);
    expect(bars.map(({ length }) => length)).toEqual([1, 0.5, 0]);
  });

  it('puts negative scores on the other side of zero', () => {
    const { zero, bars } = rankingGeometry([30, -10]);
    expect(zero).toBeCloseTo(0.25);
    expect(bars).toEqual([
      { length: 0.75, negative: false },
      { length: 0.25, negative: true },
    ]);
  });

  it('has no bar for a set of zeros, and none for no scores', () => {
    expect(lengths([0, 0])).toEqual([0, 0]);
    expect(lengths([])).toEqual([]);
  });

  it('stays finite and within the width for the largest and the infinite scores', () => {
    for (const scores of [
      [Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324],
      [Infinity, 1, -1, -Infinity],
      [Infinity, Infinity],
      [-Infinity],
      [5e-324],
    ]) {
      const { zero, bars } = rankingGeometry(scores);
      expect(zero).toBeGreaterThanOrEqual(0);
      expect(zero).toBeLessThanOrEqual(1);
      for (const { length, negative } of bars) {
        expect(length).toBeGreaterThanOrEqual(0);
        expect(length).toBeLessThanOrEqual((negative ? zero : 1 - zero) + 0.005);
      }
    }
  });

  it('draws an infinite score longer than any finite one', () => {
    const [infinite, finite] = lengths([Infinity, 1e308]);
    expect(infinite).toBeGreaterThan(finite ?? 1);
  });
});
