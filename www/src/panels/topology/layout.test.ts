import { describe, expect, it } from 'vitest';
import type { TopologyNode } from '../../client/api';
import { layout, level, NODE } from './layout';

const node = (
  name: string,
  role: TopologyNode['role'],
  primary: string | null = null,
): TopologyNode => ({ name, role, primary, link: true, offset: 0, watches: [] });

const isSentinel = (name: string): boolean => name.startsWith('26');

describe('the picture', () => {
  it('has a row for each step of a chain, and sentinels below', () => {
    const nodes = [
      node('6379', 'primary'),
      node('6380', 'replica', '6379'),
      node('6381', 'replica', '6380'),
      node('26379', 'sentinel'),
    ];
    const { places } = layout(nodes, 600, isSentinel);
    const rows = nodes.map(({ name }) => places.get(name)?.y ?? 0);
    expect([...rows].sort((a, b) => a - b)).toEqual(rows);
    expect(new Set(rows).size).toBe(4);
  });

  it('ends where servers follow one another in a circle', () => {
    const nodes = [node('1', 'replica', '2'), node('2', 'replica', '1')];
    const byName = new Map(nodes.map((one) => [one.name, one]));
    expect(nodes.map((one) => level(one, byName))).toEqual([1, 1]);
  });

  it('has room for fifteen on a phone', () => {
    const nodes = [node('6379', 'primary')];
    for (let port = 6380; port < 6388; port += 1) nodes.push(node(`${port}`, 'replica', '6379'));
    for (let port = 26_379; port < 26_385; port += 1) nodes.push(node(`${port}`, 'sentinel'));
    const { places, width, height } = layout(nodes, 360, isSentinel);
    const all = [...places.values()];
    expect(all.length).toBe(15);
    all.forEach((one, index) => {
      expect(one.x - NODE.width / 2).toBeGreaterThanOrEqual(0);
      expect(one.x + NODE.width / 2).toBeLessThanOrEqual(width);
      expect(one.y + NODE.height / 2).toBeLessThanOrEqual(height);
      for (const other of all.slice(index + 1))
        expect(
          Math.abs(one.x - other.x) >= NODE.width || Math.abs(one.y - other.y) >= NODE.height,
        ).toBe(true);
    });
  });
});
