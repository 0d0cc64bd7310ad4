import { describe, expect, it, vi } from 'vitest';
import { pause, Turns } from './turns';

describe('Turns', () => {
  it('calls at once when there is more to do, and lets others in between', async () => {
    const order: string[] = [];
    const turns = new Turns(() => {
      order.push('turn');
      turns.over(order.length < 3 ? 0 : undefined);
    });
    void pause().then(() => order.push('other'));
    turns.over(0);
    await vi.waitFor(() => expect(order.filter((what) => what === 'turn')).toHaveLength(2));
    expect(order).toEqual(['other', 'turn', 'turn']);
  });

  it('calls once when it is due, however often that was said', async () => {
    const turn = vi.fn();
    const turns = new Turns(turn);
    turns.over(0);
    turns.over(1000);
    turns.over(5);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(turn).toHaveBeenCalledTimes(1);
  });

  it('tells who waits when a turn is over, or when that takes too long', async () => {
    const turns = new Turns(() => undefined);
    let told = 0;
    const waiting = [turns.next(), turns.next(10_000)].map((turn) => turn.then(() => told++));
    await turns.next(5);
    expect(told).toBe(0);
    turns.over(undefined);
    await Promise.all(waiting);
    expect(told).toBe(2);
  });
});
