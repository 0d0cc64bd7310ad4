import { describe, expect, it } from 'vitest';
import type { LabTime } from './api';
import { timeAfter } from './lab-time';

const told: LabTime = {
  now: 10_000,
  began: 0,
  present: 10_000,
  paused: false,
  speed: 1,
  hurries: false,
  past: false,
};

describe('the time in a lab', () => {
  it('goes on as it was told to', () => {
    expect(timeAfter(told, 500)).toBe(10_500);
    expect(timeAfter({ ...told, speed: 0.5 }, 500)).toBe(10_250);
    expect(timeAfter({ ...told, speed: 100 }, 500)).toBe(60_000);
  });

  it('stands still while the clock does, while the past is shown, and while the lab is led ahead', () => {
    for (const still of ['paused', 'past', 'hurries'] as const)
      expect(timeAfter({ ...told, [still]: true }, 500)).toBe(10_000);
  });
});
