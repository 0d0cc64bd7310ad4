/** Where the processes stand in the picture: primaries on top, below them who follows them, sentinels at the bottom. */

import type { TopologyNode } from '../../client/api';

export const NODE = { width: 132, height: 50 } as const;
const GAP = { x: 14, y: 40 } as const;
const MARGIN = 12;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middles, by name. */
  readonly places: ReadonlyMap<string, Place>;
}

/** How many steps a server is from the primary at the top of its chain; -1 for a sentinel. */
export function level(node: TopologyNode, byName: ReadonlyMap<string, TopologyNode>): number {
  if (node.role === 'sentinel') return -1;
  let depth = 0;
  const seen = new Set([node.name]);
  let above = node.role === 'replica' ? node.primary : null;
  while (above !== null && !seen.has(above)) {
    depth += 1;
    seen.add(above);
    const next = byName.get(above);
    above = next?.role === 'replica' ? next.primary : null;
  }
  // Who follows somebody outside of the lab is no primary either.
  return node.role === 'replica' ? Math.max(depth, 1) : depth;
}

/** Places for all nodes in a picture of this width; sentinels are told from stopped ones by `isSentinel`. */
export function layout(
  nodes: readonly TopologyNode[],
  width: number,
  isSentinel: (name: string) => boolean,
): Layout {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const rows = new Map<number, string[]>();
  for (const node of nodes) {
    const found = isSentinel(node.name) ? -1 : level(node, byName);
    // Sentinels are below everybody.
    const row = found === -1 ? Number.MAX_SAFE_INTEGER : found;
    rows.set(row, [...(rows.get(row) ?? []), node.name]);
  }
  const most = Math.max(1, Math.floor((width - MARGIN * 2 + GAP.x) / (NODE.width + GAP.x)));
  const places = new Map<string, Place>();
  let y = MARGIN + NODE.height / 2;
  for (const [, names] of [...rows].sort(([a], [b]) => a - b)) {
    const lines = Math.ceil(names.length / most);
    const each = Math.ceil(names.length / lines);
    for (let line = 0; line < lines; line += 1) {
      const here = names.slice(line * each, (line + 1) * each);
      here.forEach((name, index) => {
        places.set(name, { x: ((index + 0.5) * width) / here.length, y });
      });
      y += NODE.height + (line + 1 < lines ? GAP.y / 2 : GAP.y);
    }
  }
  const height = Math.max(NODE.height, y - NODE.height / 2 - GAP.y) + MARGIN;
  return { width, height, places };
}
