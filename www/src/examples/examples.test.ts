import { describe, expect, it } from 'vitest';
import { examples } from './index';

const lines = (id: string) =>
  examples.find((example) => example.id === id)?.steps.flatMap((step) => step.lines) ?? [];

describe('examples', () => {
  it('have each their own id, and end in a view of a key that they write', () => {
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
    for (const { id, opens } of examples)
      expect(
        lines(id).some(
          (line) => typeof opens.key === 'string' && line.split(' ').includes(opens.key),
        ),
      ).toBe(true);
  });

  it('count up the music ranking to 81, 61 and 51', () => {
    const plays = new Map<string, number>();
    for (const line of lines('music')) {
      const [name, , ...rest] = line.split(' ');
      if (name === 'ZADD')
        for (let i = 0; i < rest.length; i += 2) plays.set(rest[i + 1] ?? '', Number(rest[i]));
      if (name === 'ZINCRBY')
        plays.set(rest[1] ?? '', (plays.get(rest[1] ?? '') ?? 0) + Number(rest[0]));
    }
    const order = [...plays].sort(([, a], [, b]) => b - a);
    expect(order.length).toBe(9);
    expect(order.slice(0, 3)).toEqual([
      ['song7', 81],
      ['song5', 61],
      ['song3', 51],
    ]);
  });

  it('tell the truth about the phones: MAX and SUM have different leaders', () => {
    const days = lines('phones')
      .filter((line) => line.startsWith('ZADD'))
      .map((line) => {
        const [, , ...rest] = line.split(' ');
        const day = new Map<string, number>();
        for (let i = 0; i < rest.length; i += 2) day.set(rest[i + 1] ?? '', Number(rest[i]));
        return day;
      });
    expect(days.length).toBe(3);
    const leader = (join: (a: number, b: number) => number) => {
      const total = new Map<string, number>();
      for (const day of days)
        for (const [phone, sold] of day) total.set(phone, join(total.get(phone) ?? 0, sold));
      return [...total].sort(([, a], [, b]) => b - a)[0];
    };
    expect(leader(Math.max)).toEqual(['Comet', 260]);
    expect(leader((a, b) => a + b)).toEqual(['Breeze', 485]);
    // What was sold since the launch never falls.
    for (const [phone, sold] of days[1] ?? [])
      expect(sold).toBeGreaterThanOrEqual(days[0]?.get(phone) ?? 0);
  });
});
