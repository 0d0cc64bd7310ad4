import { expect, it } from 'vitest';
import { roundUp } from './metric-plot';

it('tops an axis with a round number that no value exceeds', () => {
  expect(roundUp(0, false)).toBe(2);
  expect(roundUp(7, false)).toBe(8);
  expect(roundUp(1001, false)).toBe(2000);
  expect(roundUp(1_200_000, true)).toBe(2 * 1024 * 1024);
  for (let value = 1; value < 1e12; value *= 1.37) {
    expect(roundUp(value, false)).toBeGreaterThanOrEqual(value);
    expect(roundUp(value, true)).toBeGreaterThanOrEqual(value);
    expect(roundUp(value, true)).toBeLessThan(value * 2.1 + 1);
  }
});
