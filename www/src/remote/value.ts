/** A window into a value. */

import type {
  HashField,
  Reply,
  StreamEntry,
  ValueContent,
  ValueOptions,
  ValueUpdate,
} from '../client/api';
import { bytesOf, redisString } from '../client/bytes';
import { itemsOf, stringOf, textOf } from './info';
import { keyRows } from './key-rows';
import type { Nodes } from './nodes';
import { scoredOf } from './ranking';

/** Elements of a set, hash or stream that are read at most to get at a window behind them. */
const MOST_ELEMENTS = 10_000;
const MOST_BYTES = 1 << 20;

export async function readValue(
  nodes: Nodes,
  options: ValueOptions,
  server: string,
  complain: (reply: Reply | undefined) => void,
): Promise<ValueUpdate> {
  const { db = 0 } = options;
  const key = bytesOf(options.key);
  const [row] = await keyRows(nodes, [redisString(key)], server, db, complain);
  if (!row) return { state: 'missing', offset: 0, content: { type: 'none' } };
  const size = Number.isNaN(row.length) ? Infinity : row.length;
  const most = row.type === 'string' ? MOST_BYTES : MOST_ELEMENTS;
  const limit = Math.min(Math.max(options.limit ?? 100, 0), most);
  const offset = Math.max(0, Math.min(options.offset ?? 0, size - 1));
  const window = new Window(nodes, key, server, db, offset, limit, complain);
  return { state: 'ok', row, offset, content: await window.read(row.type) };
}

class Window {
  constructor(
    private readonly nodes: Nodes,
    private readonly key: Uint8Array,
    private readonly server: string,
    private readonly db: number,
    private readonly offset: number,
    private readonly limit: number,
    private readonly complain: (reply: Reply | undefined) => void,
  ) {}

  async read(type: string): Promise<ValueContent> {
    const { offset, limit, key } = this;
    const last = offset + limit - 1;
    switch (type) {
      case 'string':
        return { type, bytes: stringOf(await this.ask('GETRANGE', key, offset, last)) };
      case 'list': {
        const items = itemsOf(await this.ask('LRANGE', key, offset, last));
        return { type, elements: items.map((item) => redisString(stringOf(item))) };
      }
      case 'zset': {
        const reply = await this.ask('ZRANGE', key, offset, last, 'WITHSCORES');
        return { type, entries: scoredOf(reply, offset + 1) };
      }
      case 'set': {
        const members = await this.scanned('SSCAN', 1);
        return { type, members: members.map(([member]) => redisString(member ?? NONE)) };
      }
      case 'hash': {
        const fields = await this.scanned('HSCAN', 2);
        return { type, fields: fields.map(fieldOf) };
      }
      case 'stream': {
        const count = Math.min(offset + limit, MOST_ELEMENTS);
        const entries = itemsOf(await this.ask('XRANGE', key, '-', '+', 'COUNT', count));
        return { type, entries: entries.slice(offset).map(entryOf) };
      }
      default:
        return { type: 'none' };
    }
  }

  private async ask(
    ...command: readonly (string | number | Uint8Array)[]
  ): Promise<Reply | undefined> {
    const [reply] = await this.nodes.askAbout(this.key, [command], this.server, this.db);
    if (reply?.kind === 'error') this.complain(reply);
    return reply;
  }

  /** What comes by a cursor, in tuples of `width`: a window into it begins at the beginning. */
  private async scanned(name: string, width: number): Promise<Uint8Array[][]> {
    const most = Math.min(this.offset + this.limit, MOST_ELEMENTS);
    const found: Uint8Array[][] = [];
    let cursor = '0';
    do {
      const [next, items] = itemsOf(await this.ask(name, this.key, cursor, 'COUNT', 1000));
      const strings = itemsOf(items).map(stringOf);
      for (let at = 0; at + width <= strings.length; at += width)
        found.push(strings.slice(at, at + width));
      cursor = textOf(next);
    } while (cursor !== '0' && cursor !== '' && found.length < most);
    return found.slice(this.offset, this.offset + this.limit);
  }
}

const NONE = new Uint8Array();

const fieldOf = ([field = NONE, value = NONE]: readonly Uint8Array[]): HashField => ({
  field: redisString(field),
  value: redisString(value),
});

function entryOf(reply: Reply): StreamEntry {
  const [id, values] = itemsOf(reply);
  const strings = itemsOf(values).map(stringOf);
  const fields: HashField[] = [];
  for (let at = 0; at + 1 < strings.length; at += 2)
    fields.push(fieldOf(strings.slice(at, at + 2)));
  return { id: redisString(stringOf(id)), fields };
}
