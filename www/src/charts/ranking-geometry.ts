/** Where the bars of a ranking lie, as fractions of the width: `zero`, and how long each bar is from there. */
export interface RankingGeometry {
  readonly zero: number;
  readonly bars: readonly { readonly length: number; readonly negative: boolean }[];
}

/** An infinite bar is drawn to the edge, the longest finite one to here. */
const FINITE_WITH_INFINITE = 0.9;
const SHORTEST_VISIBLE = 0.004;

/** Lays out scores from zero. Scores up to the largest double and infinities keep their order. */
export function rankingGeometry(scores: readonly number[]): RankingGeometry {
  let high = 0;
  let low = 0;
  let infinite = false;
  for (const score of scores) {
    if (!Number.isFinite(score)) infinite = true;
    else if (score > high) high = score;
    else if (score < low) low = score;
  }
  // Divided before they are added: high - low of two huge scores would be infinite.
  const scale = Math.max(high, -low) || 1;
  let up = high / scale;
  let down = Math.abs(low) / scale;
  if (scores.includes(Infinity)) up = Math.max(up, 1);
  if (scores.includes(-Infinity)) down = Math.max(down, 1);
  const span = up + down || 1;
  const room = infinite ? FINITE_WITH_INFINITE : 1;
  return {
    zero: down / span,
    bars: scores.map((score) => {
      const negative = score < 0;
      if (!Number.isFinite(score)) return { length: (negative ? down : up) / span, negative };
      const length = (Math.abs(score / scale) / span) * room;
      return { length: score === 0 ? 0 : Math.max(length, SHORTEST_VISIBLE), negative };
    }),
  };
}
