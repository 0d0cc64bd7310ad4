import { describe, expect, it } from 'vitest';
import { Spring } from './spring';

describe('a spring', () => {
  it('arrives, never overshoots, and then rests', () => {
    const spring = new Spring(0, 15);
    spring.target = 1;
    let frames = 0;
    while (spring.step(1 / 60, 0.001)) {
      expect(spring.value).toBeLessThanOrEqual(1);
      frames += 1;
      expect(frames).toBeLessThan(60);
    }
    expect(spring.value).toBe(1);
    expect(spring.step(1 / 60, 0.001)).toBe(false);
  });

  it('moves in the very first frame', () => {
    const spring = new Spring(0, 15);
    spring.target = 1;
    spring.step(1 / 60, 0.001);
    expect(spring.value).toBeGreaterThan(0.02);
  });

  it('goes on smoothly when it is aimed elsewhere on the way', () => {
    const spring = new Spring(0, 15);
    spring.target = 1;
    for (let i = 0; i < 6; i += 1) spring.step(1 / 60, 0.001);
    const before = spring.value;
    spring.target = -1;
    spring.step(1 / 60, 0.001);
    expect(Math.abs(spring.value - before)).toBeLessThan(0.15);
  });

  it('survives a frame that comes very late', () => {
    const spring = new Spring(0, 15);
    spring.target = 1;
    spring.step(10, 0.001);
    expect(spring.value).toBe(1);
  });
});
