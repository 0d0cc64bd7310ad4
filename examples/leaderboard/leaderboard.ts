/** A leaderboard: the best score of each player, for a day. */

/** What it needs of a client. ioredis has it, and so have the clients of resplay. */
export interface Redis {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

export interface Entry {
  readonly rank: number;
  readonly player: string;
  readonly score: number;
}

const DAY_SECONDS = 24 * 60 * 60;

/**
 * Keeps a score if it is the player's best, starts the board's day with its first score, and tells who has taken the
 * lead: all of it at once, whoever else plays.
 */
const SUBMIT = `
  local board, player, score, seconds = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
  local before = redis.call('ZREVRANGE', board, 0, 0)[1]
  local changed = redis.call('ZADD', board, 'GT', 'CH', score, player)
  if redis.call('TTL', board) < 0 then redis.call('EXPIRE', board, seconds) end
  local after = redis.call('ZREVRANGE', board, 0, 0)[1]
  if after ~= before then redis.call('PUBLISH', board .. ':leader', after) end
  return changed`;

export class Leaderboard {
  readonly name: string;
  private readonly redis: Redis;

  constructor(redis: Redis, name: string) {
    this.redis = redis;
    this.name = name;
  }

  /** Answers whether this is the player's best score so far. */
  async submit(player: string, score: number): Promise<boolean> {
    return (await this.redis.call('EVAL', SUBMIT, 1, this.name, player, score, DAY_SECONDS)) === 1;
  }

  /** The best, with those of equal score on the same rank. */
  async top(count: number): Promise<Entry[]> {
    const players = (await this.redis.call('ZREVRANGE', this.name, 0, count - 1)) as string[];
    const entries = await Promise.all(players.map((player) => this.entry(player)));
    return entries.filter((entry) => entry !== null);
  }

  /** Where a player stands; null for one who has not played. */
  async entry(player: string): Promise<Entry | null> {
    const found = await this.redis.call('ZSCORE', this.name, player);
    if (found === null) return null;
    const score = Number(found);
    const better = await this.redis.call('ZCOUNT', this.name, `(${score}`, '+inf');
    return { rank: Number(better) + 1, player, score };
  }

  /**
   * Gives points to another player; throws when there are not enough. It needs a connection on which nothing else
   * happens meanwhile: WATCH is the connection's.
   */
  async give(from: string, to: string, points: number): Promise<void> {
    for (;;) {
      await this.redis.call('WATCH', this.name);
      const score = Number((await this.redis.call('ZSCORE', this.name, from)) ?? 0);
      if (score < points) {
        await this.redis.call('UNWATCH');
        throw new Error(`${from} has ${score} points, not ${points}`);
      }
      await this.redis.call('MULTI');
      await this.redis.call('ZINCRBY', this.name, -points, from);
      await this.redis.call('ZINCRBY', this.name, points, to);
      // null: the board has changed since it was looked at.
      if ((await this.redis.call('EXEC')) !== null) return;
    }
  }
}
