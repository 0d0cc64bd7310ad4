/** The list of keys: found by SCAN, again and again, and asked about as far as they are seen. */

import type {
  DatabaseInfo,
  KeyRow,
  KeysOptions,
  KeysUpdate,
  RedisString,
  Reply,
} from '../client/api';
import { bytesOf, identityOf, redisString } from '../client/bytes';
import { Info, itemsOf, numberOf, stringOf, textOf } from './info';
import { forbidden, keyRows } from './key-rows';
import type { Nodes } from './nodes';

/** Keys that are listed; of a keyspace that has more these are the first that SCAN finds. */
export const MOST_KEYS = 10_000;
/** Keys that the server looks at for one SCAN, and how often it is asked in one pass. */
const COUNT = 1000;
const MOST_CALLS = 1000;

interface Found {
  readonly keys: readonly RedisString[];
  readonly partial: boolean;
}

/** All keys that match, once through. */
async function scan(
  nodes: Nodes,
  { pattern = '*', type = '', db = 0 }: KeysOptions,
  name: string,
  isWanted: () => boolean,
  complain: (reply: Reply | undefined) => void,
): Promise<Found> {
  // A key may be found twice.
  const found = new Map<string, RedisString>();
  const filter = [
    ...(pattern === '*' || pattern === '' ? [] : ['MATCH', pattern]),
    ...(type === '' ? [] : ['TYPE', type]),
  ];
  let calls = 0;
  for (const holder of nodes.holders(name)) {
    let cursor = '0';
    do {
      if (!isWanted()) return { keys: [], partial: true };
      const commands = [['SCAN', cursor, ...filter, 'COUNT', COUNT]];
      const [reply] = await nodes.ask(commands, holder, db);
      if (!reply || reply.kind === 'error') {
        complain(reply);
        return { keys: [...found.values()], partial: true };
      }
      const [next, keys] = itemsOf(reply);
      for (const key of itemsOf(keys)) {
        const string = redisString(stringOf(key));
        found.set(identityOf(string), string);
      }
      cursor = textOf(next);
      calls += 1;
      if (found.size >= MOST_KEYS || calls >= MOST_CALLS)
        return { keys: [...found.values()].slice(0, MOST_KEYS), partial: true };
    } while (cursor !== '0');
  }
  return { keys: [...found.values()], partial: false };
}

/** By bytes, as Redis compares names. */
function compareNames(one: RedisString, other: RedisString): number {
  const [left, right] = [bytesOf(one), bytesOf(other)];
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareRows(one: KeyRow, other: KeyRow, by: KeysOptions['sort']): number {
  const number = (value: number): number => (Number.isNaN(value) ? -1 : value);
  switch (by) {
    case 'type':
      return one.type < other.type ? -1 : one.type > other.type ? 1 : 0;
    case 'length':
      return number(one.length) - number(other.length);
    case 'memory':
      return number(one.memory) - number(other.memory);
    case 'ttl':
      return (one.expiresAt ?? Infinity) < (other.expiresAt ?? Infinity)
        ? -1
        : Number((one.expiresAt ?? Infinity) > (other.expiresAt ?? Infinity));
    default:
      return 0;
  }
}

/** The keys of one view: names in their order, and rows of those that are seen. */
export class KeyList {
  private names: readonly RedisString[] = [];
  private partial = false;
  private databases: readonly DatabaseInfo[] = [];

  constructor(
    private readonly nodes: Nodes,
    private readonly server: string,
    private readonly complain: (reply: Reply | undefined) => void,
  ) {}

  /** Looks for keys. `isWanted` says whether somebody still wants to know. */
  async find(options: KeysOptions, isWanted: () => boolean): Promise<void> {
    const { nodes, complain } = this;
    const { keys, partial } = await scan(nodes, options, this.server, isWanted, complain);
    if (!isWanted()) return;
    const names = [...keys].sort(compareNames);
    this.names = await this.sorted(names, options);
    this.partial = partial;
    this.databases = await this.readDatabases();
  }

  /** Names in the order that was asked for, which may take a look at every key. */
  private async sorted(
    names: readonly RedisString[],
    { sort = 'name', descending = false, db = 0 }: KeysOptions,
  ): Promise<readonly RedisString[]> {
    let ordered = names;
    if (sort !== 'name') {
      const rows = await keyRows(this.nodes, names, this.server, db, this.complain);
      ordered = rows.sort((one, other) => compareRows(one, other, sort)).map(({ key }) => key);
    }
    return descending ? [...ordered].reverse() : ordered;
  }

  private async readDatabases(): Promise<readonly DatabaseInfo[]> {
    if (this.nodes.kind === 'cluster') {
      let keys = 0;
      for (const holder of this.nodes.holders()) {
        const [size] = await this.nodes.ask([['DBSIZE']], holder);
        keys += numberOf(size) ?? 0;
      }
      return [{ db: 0, keys, expires: 0 }];
    }
    const [reply] = await this.nodes.ask([['INFO', 'keyspace']], this.server);
    this.complain(reply && forbidden([reply]));
    return new Info(textOf(reply)).databases;
  }

  /** How many there are, and the rows that are seen as they are now. */
  async look({ offset, limit, db = 0 }: KeysOptions): Promise<KeysUpdate> {
    const total = this.names.length;
    const first = Math.max(0, Math.min(offset, total - limit));
    const seen = this.names.slice(first, first + Math.min(limit, 1000));
    return {
      total,
      offset: first,
      rows: await keyRows(this.nodes, seen, this.server, db, this.complain),
      databases: this.databases,
      partial: this.partial,
    };
  }

  get size(): number {
    return this.names.length;
  }
}
