import { describe, expect, it } from 'vitest';
import { bytesText, countText, durationText, groupThousands } from './numbers';

describe('figures', () => {
  it('groups whole numbers only, and loses nothing', () => {
    expect(groupThousands('81')).toBe('81');
    expect(groupThousands('12345')).toBe('12,345');
    expect(groupThousands('-4611686018427387904')).toBe('-4,611,686,018,427,387,904');
    for (const text of ['inf', '-inf', '1e+20', '0.1', '12345.678', '1.7976931348623157e+308'])
      expect(groupThousands(text)).toBe(text);
  });

  it('shows sizes in at most four figures', () => {
    expect(bytesText(0)).toBe('0 B');
    expect(bytesText(812)).toBe('812 B');
    expect(bytesText(1229)).toBe('1.2 KB');
    expect(bytesText(34 * 1024 * 1024)).toBe('34 MB');
  });

  it('shows counts in at most four figures', () => {
    expect(countText(9999)).toBe('9,999');
    expect(countText(123_456)).toBe('123k');
    expect(countText(3_400_000)).toBe('3.4M');
  });

  it('counts down to the second, and never below zero', () => {
    expect(durationText(-5)).toBe('0s');
    expect(durationText(1)).toBe('1s');
    expect(durationText(59_001)).toBe('1m 00s');
    expect(durationText(7_800_000)).toBe('2h 10m');
    expect(durationText(99 * 3_600_000)).toBe('4d 3h');
  });
});
