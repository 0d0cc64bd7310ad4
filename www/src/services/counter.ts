/**
 * Two application servers that add to one score, which is a row of a database outside Redis (or, for WATCH and INCR, a key
 * in it). Between reading and writing they work for a while, so that they get in each other's way unless they lock.
 */

import { ConnectionError, type BridgeEnd } from '../client/bridge-end';
import { ReplyError } from '../client/errors';
import { bytesOf } from '../client/bytes';
import type { Request, Response } from './http';
import { RedisPool, type RedisConnection } from './redis';
import { adding, GaveUp, LOCK, SCORE, ways, type StepKind, type Way, type Work } from './ways';

/** Steps that are kept. */
const KEPT = 20_000;

/** Milliseconds that reading the row, and writing it, take. */
const ROW_TIME = 1;

/** Longest work, in milliseconds. */
const MAX_DELAY = 60_000;

export interface Step {
  readonly number: number;
  /** Milliseconds since 1970, by the lab's clock. */
  readonly at: number;
  readonly client: number;
  /** The port of the application server. */
  readonly server: number;
  readonly kind: StepKind;
  readonly value?: number;
  /** Updates of others that a write has undone. */
  readonly lost?: number;
}

/** What `/steps` answers. */
export interface Steps {
  readonly steps: readonly Step[];
  /** The score in the database, and the one in Redis. */
  readonly row: number;
  readonly key: number;
}

const isWay = (name: string): name is Way => (ways as readonly string[]).includes(name);

/** Numbers by chance between 0 and 1, the same after each reset (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const json = (value: unknown): Response => ({
  status: 200,
  body: `${JSON.stringify(value)}\n`,
  type: 'application/json',
});

const text = (status: number, body: string): Response => ({ status, body: `${body}\n` });

/** A number in a query, within bounds; undefined when it is none. */
function parameter(url: URL, name: string, least: number, most: number): number | undefined {
  const given = url.searchParams.get(name);
  if (given === null || !/^\d{1,9}$/.test(given)) return undefined;
  return Math.min(most, Math.max(least, Number(given)));
}

export class Counter {
  private readonly pool: RedisPool;
  private row = 0;
  private steps: Step[] = [];
  private told = 0;
  private requests = 0;
  private delay = 20;
  private random = chance(1);

  constructor(private readonly bridge: BridgeEnd) {
    this.pool = new RedisPool(bridge, 6379);
  }

  /** Answers a request to the application server at a port. */
  async handle(server: number, { method, url }: Request): Promise<Response> {
    switch (`${method === 'HEAD' ? 'GET' : method} ${url.pathname}`) {
      case 'GET /':
        return json({
          endpoints: ['GET /add?way=', 'GET /score', 'GET /steps?after=', 'POST /reset?delay='],
          ways,
        });
      case 'GET /add':
        return this.add(server, url);
      case 'GET /score':
        return text(200, String(this.row));
      case 'GET /steps':
        return json(await this.stepsAfter(parameter(url, 'after', 0, 1e9) ?? 0));
      case 'POST /reset':
        return this.reset(parameter(url, 'delay', 0, MAX_DELAY));
    }
    const known = ['/', '/add', '/score', '/steps', '/reset'].includes(url.pathname);
    return known ? text(405, `${method} is not for this`) : text(404, `No ${url.pathname} here`);
  }

  private async reset(delay = this.delay): Promise<Response> {
    this.row = 0;
    this.steps = [];
    this.requests = 0;
    this.delay = delay;
    this.random = chance(1);
    return this.answered(async () => {
      await this.pool.with((redis) => redis.call('DEL', SCORE, LOCK));
      return text(200, '0');
    });
  }

  private async stepsAfter(after: number): Promise<Steps> {
    const row = this.row;
    const reply = await this.pool
      .with((redis) => redis.call('GET', SCORE))
      .catch(() => ({ kind: 'null' as const }));
    const key =
      reply.kind === 'string' ? Number(new TextDecoder().decode(bytesOf(reply.value))) : 0;
    return { steps: this.steps.filter(({ number }) => number > after), row, key };
  }

  private async add(server: number, url: URL): Promise<Response> {
    const way = url.searchParams.get('way') ?? 'none';
    if (!isWay(way)) return text(400, `way is one of ${ways.join(', ')}`);
    const client = parameter(url, 'client', 0, 1e6) ?? this.requests + 1;
    this.requests += 1;
    // One in five is slow, and always the same ones.
    const slow = this.requests % 5 === 2;
    return this.answered(() =>
      this.pool.with(async (redis) => {
        const work = this.work(redis, client, server, way === 'owner' && slow);
        work.tell('asked');
        try {
          const score = await adding[way](work);
          work.tell('answered', score);
          return text(200, String(score));
        } catch (error) {
          if (!(error instanceof GaveUp)) throw error;
          work.tell('gaveUp');
          return text(409, error.message);
        }
      }),
    );
  }

  /** An answer, also where Redis gives none. */
  private async answered(work: () => Promise<Response>): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ConnectionError || error instanceof ReplyError)
        return text(503, error.message);
      throw error;
    }
  }

  private work(redis: RedisConnection, client: number, server: number, slow: boolean): Work {
    const { bridge, delay } = this;
    const think = delay * (slow ? 4 : 0.5 + this.random());
    const tell = (kind: StepKind, value?: number, lost?: number): void => {
      const step = { number: ++this.told, at: bridge.time, client, server, kind };
      this.steps.push({
        ...step,
        ...(value === undefined ? {} : { value }),
        ...(lost === undefined ? {} : { lost }),
      });
      if (this.steps.length > KEPT) this.steps = this.steps.slice(-KEPT / 2);
    };
    return {
      redis,
      token: `${client}:${this.requests}`,
      delay,
      slow,
      tell,
      sleep: (time) => bridge.sleep(time),
      think: () => bridge.sleep(think),
      now: () => bridge.time,
      addInDatabase: async () => {
        await bridge.sleep(ROW_TIME);
        const score = this.row;
        tell('read', score);
        await bridge.sleep(think);
        await bridge.sleep(ROW_TIME);
        // What others have written since is overwritten.
        const lost = this.row - score;
        this.row = score + 1;
        tell('written', score + 1, lost);
        return score + 1;
      },
    };
  }
}
