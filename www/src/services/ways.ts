/** The ways in which an application server may add one to a score that others add to at the same time. */

import type { Reply } from '../client/api';
import type { RedisConnection } from './redis';

export const ways = ['none', 'setnx', 'lock', 'short', 'owner', 'watch', 'incr'] as const;
export type Way = (typeof ways)[number];

/** Where the score is that WATCH and INCR work at, and the lock's name. */
export const SCORE = 'score';
export const LOCK = 'score:lock';

/** Longest wait for a lock, in milliseconds, and most attempts of a transaction. */
const PATIENCE = 10_000;
const MAX_ATTEMPTS = 1000;

/** A step of a client, as the timeline shows it. */
export type StepKind =
  | 'asked'
  /** The lock is somebody else's. */
  | 'waits'
  | 'locked'
  | 'read'
  | 'written'
  | 'released'
  /** When it let its lock go, that had run out. */
  | 'late'
  /** It has let somebody else's lock go. */
  | 'stolen'
  /** What it watched has changed: from the beginning. */
  | 'retried'
  | 'gaveUp'
  | 'answered';

/** What a request has to work with. */
export interface Work {
  readonly redis: RedisConnection;
  /** A value of its own, by which it knows its lock. */
  readonly token: string;
  /** Milliseconds that its work between reading and writing takes. */
  readonly delay: number;
  /** It is slower than others. */
  readonly slow: boolean;
  tell(kind: StepKind, value?: number): void;
  sleep(time: number): Promise<void>;
  /** Works with what it has read, for the time that this takes. */
  think(): Promise<void>;
  /** The score in the database, which is not Redis: reads it, thinks, writes one more; the new score. */
  addInDatabase(): Promise<number>;
  now(): number;
}

/** It has waited for too long. */
export class GaveUp extends Error {}

const isNull = (reply: Reply): boolean => reply.kind === 'null';

const textOf = (reply: Reply): string | undefined =>
  reply.kind === 'string' ? reply.value.text : undefined;

/** Lets a lock go if it is still one's own, in one step. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Takes the lock, for so many milliseconds, trying again after `pause`. */
async function acquire(work: Work, time: number, pause: number): Promise<void> {
  const { redis, token } = work;
  const until = work.now() + PATIENCE;
  let waits = false;
  while (isNull(await redis.call('SET', LOCK, token, 'NX', 'PX', Math.max(1, Math.round(time))))) {
    if (!waits) work.tell('waits');
    waits = true;
    if (work.now() + pause > until) throw new GaveUp('The lock was not free in time');
    await work.sleep(pause);
  }
  work.tell('locked');
}

/** Lets the lock go if it is still one's own. */
async function release(work: Work): Promise<void> {
  const released = await work.redis.call('EVAL', RELEASE, 1, LOCK, work.token);
  const mine = released.kind === 'integer' && released.value === 1;
  work.tell(mine ? 'released' : 'late');
}

/** Lets the lock go, whosever it is. GETDEL rather than DEL tells whose it was. */
async function releaseAny(work: Work): Promise<void> {
  const owner = textOf(await work.redis.call('GETDEL', LOCK));
  if (owner === work.token) work.tell('released');
  else work.tell(owner === undefined ? 'late' : 'stolen');
}

async function locked(
  work: Work,
  { time, pause, letGo }: { time: number; pause: number; letGo: (work: Work) => Promise<void> },
): Promise<number> {
  await acquire(work, time, pause);
  try {
    return await work.addInDatabase();
  } finally {
    await letGo(work);
  }
}

async function watched(work: Work): Promise<number> {
  const { redis } = work;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    await redis.call('WATCH', SCORE);
    const score = Number(textOf(await redis.call('GET', SCORE)) ?? 0);
    work.tell('read', score);
    await work.think();
    await redis.call('MULTI');
    await redis.call('SET', SCORE, score + 1);
    if (!isNull(await redis.call('EXEC'))) {
      work.tell('written', score + 1);
      return score + 1;
    }
    work.tell('retried');
  }
  throw new GaveUp('The score changed again and again');
}

/** Adds one; the new score. */
export const adding: Readonly<Record<Way, (work: Work) => Promise<number>>> = {
  none: (work) => work.addInDatabase(),
  setnx: (work) => locked(work, { time: 3000, pause: 10, letGo: releaseAny }),
  // As redis-py has it: a token of one's own, a look each tenth of a second, a script that lets go.
  lock: (work) => locked(work, { time: 10_000, pause: 100, letGo: release }),
  // It runs out while the work goes on.
  short: (work) => locked(work, { time: work.delay / 2, pause: 10, letGo: release }),
  // Long enough for all but the slow.
  owner: (work) => locked(work, { time: work.delay * 2, pause: 10, letGo: releaseAny }),
  watch: watched,
  incr: async (work) => {
    const reply = await work.redis.call('INCR', SCORE);
    const score = reply.kind === 'integer' ? Number(reply.value) : 0;
    work.tell('written', score);
    return score;
  },
};
