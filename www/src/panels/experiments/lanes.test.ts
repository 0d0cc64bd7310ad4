import { describe, expect, it } from 'vitest';
import type { Step } from '../../services/counter';
import { ticks, timelineOf } from './lanes';

type Told = readonly [number, number, Step['kind'], number?, number?];

const steps = (...told: Told[]): Step[] =>
  told.map(([at, client, kind, value, lost], index) => ({
    number: index + 1,
    at,
    client,
    server: 8001,
    kind,
    ...(value === undefined ? {} : { value }),
    ...(lost === undefined ? {} : { lost }),
  }));

describe('a timeline', () => {
  it('shows who has undone whose update', () => {
    const { lanes, added, lost } = timelineOf(
      steps(
        [0, 1, 'asked'],
        [1, 2, 'asked'],
        [2, 1, 'read', 0],
        [3, 2, 'read', 0],
        [9, 1, 'written', 1, 0],
        [10, 1, 'answered', 1],
        [12, 2, 'written', 1, 1],
        [13, 2, 'answered', 1],
      ),
    );
    expect([added, lost]).toEqual([2, 1]);
    expect(lanes.map(({ marks }) => marks.map(({ kind }) => kind))).toEqual([
      ['written'],
      ['lost'],
    ]);
    expect(lanes[1]?.spans).toEqual([{ kind: 'working', from: 3, to: 12 }]);
  });

  it('has waiting before the lock, and the lock around the work', () => {
    const { lanes } = timelineOf(
      steps(
        [0, 1, 'waits'],
        [5, 1, 'locked'],
        [6, 1, 'read', 4],
        [8, 1, 'written', 5],
        [9, 1, 'stolen'],
      ),
    );
    expect(lanes[0]?.spans).toEqual([
      { kind: 'waiting', from: 0, to: 5 },
      { kind: 'working', from: 6, to: 8 },
      { kind: 'held', from: 5, to: 9 },
    ]);
    expect(lanes[0]?.marks.map(({ kind }) => kind)).toEqual(['written', 'stolen']);
  });

  it('tells work in vain, and what has not ended', () => {
    const { lanes, gaveUp } = timelineOf(
      steps([0, 1, 'read', 0], [4, 1, 'retried'], [5, 1, 'read', 1], [7, 2, 'gaveUp']),
    );
    expect(lanes[0]?.spans).toEqual([
      { kind: 'vain', from: 0, to: 4 },
      { kind: 'working', from: 5, to: 7 },
    ]);
    expect(gaveUp).toBe(1);
  });

  it('of nothing is empty', () => {
    expect(timelineOf([])).toEqual({ lanes: [], from: 0, to: 0, added: 0, gaveUp: 0, lost: 0 });
  });
});

describe('an axis', () => {
  it('has few round numbers', () => {
    expect(ticks(0)).toEqual([0]);
    expect(ticks(100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(730)).toEqual([0, 200, 400, 600]);
  });
});
