import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { draw, TrafficSource } from './traffic';

describe('TrafficSource', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps its rate, and stops', () => {
    let commands = 0;
    const count = (bytes: Uint8Array): void => {
      commands += new TextDecoder().decode(bytes).split('*1\r\n').length - 1;
    };
    const source = new TrafficSource({ commands: [['PING']], perSecond: 1000 }, count);
    vi.advanceTimersByTime(2000);
    expect(commands).toBeGreaterThan(1950);
    expect(commands).toBeLessThanOrEqual(2000);
    source.setRate(0);
    const before = commands;
    vi.advanceTimersByTime(1000);
    expect(commands).toBeLessThanOrEqual(before + 1);
    const stopped = vi.fn();
    source.onStop = stopped;
    source.stop();
    source.stop();
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('draws arguments within their bounds', () => {
    for (let turn = 0; turn < 100; turn++) {
      expect(['a', 'b']).toContain(draw({ oneOf: ['a', 'b'] }));
      expect([3, 4, 5]).toContain(Number(draw({ min: 3, max: 5 })));
    }
    expect(draw('fixed')).toBe('fixed');
  });
});
