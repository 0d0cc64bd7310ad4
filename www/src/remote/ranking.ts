/** The top of a sorted set, asked for some times a second. */

import type { Argument, RankingEntry, RankingOptions, RankingUpdate, Reply } from '../client/api';
import { bytesOf, redisString } from '../client/bytes';
import { itemsOf, numberOf, stringOf, textOf } from './info';

/** The questions about a ranking; `rankingOf` reads the answers. */
export function rankingCommands({ key, limit, order }: RankingOptions): Argument[][] {
  const range = order === 'asc' ? 'ZRANGE' : 'ZREVRANGE';
  const last = Math.min(Math.max(limit, 1), 1000) - 1;
  const bytes = bytesOf(key);
  return [
    ['TYPE', bytes],
    ['ZCARD', bytes],
    [range, bytes, 0, last, 'WITHSCORES'],
    ['PTTL', bytes],
  ];
}

/** What the answers say; an error that is one of permission or the server's state. */
export function rankingOf(replies: readonly Reply[]): RankingUpdate | Reply {
  const [type, total, range, ttl] = replies;
  const wrong = range?.kind === 'error' && range.text.startsWith('WRONGTYPE');
  const failed = replies.find(
    (reply) => reply.kind === 'error' && !reply.text.startsWith('WRONGTYPE'),
  );
  if (failed && failed !== type && failed !== ttl) return failed;
  const left = numberOf(ttl) ?? -1;
  const name = type?.kind === 'error' ? 'zset' : textOf(type);
  const entries = wrong ? [] : scoredOf(range);
  return {
    state: wrong ? 'wrongtype' : entries.length === 0 ? 'missing' : 'ok',
    type: name,
    total: wrong ? 0 : (numberOf(total) ?? entries.length),
    entries,
    expiresAt: left < 0 ? null : Date.now() + left,
  };
}

/** Members and scores, in turn, or in pairs as RESP3 has them. */
export function scoredOf(reply: Reply | undefined, first = 1): RankingEntry[] {
  const items = itemsOf(reply);
  const flat = items.flatMap((item) => ('items' in item ? item.items : [item]));
  const entries: RankingEntry[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const scoreText = textOf(flat[at + 1]);
    const score =
      scoreText === 'inf' ? Infinity : scoreText === '-inf' ? -Infinity : Number(scoreText);
    entries.push({
      rank: first + at / 2,
      member: redisString(stringOf(flat[at])),
      score,
      scoreText,
    });
  }
  return entries;
}
