/** What is shown of keys besides their names: type, encoding, length, memory, and how long they have left. */

import type { KeyRow, RedisString, Reply } from '../client/api';
import { bytesOf } from '../client/bytes';
import { numberOf, textOf } from './info';
import type { Nodes } from './nodes';

/** Keys that are asked about in one round trip. */
const AT_ONCE = 200;

/** The command that counts the elements of a value, by its type. */
const LENGTHS: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  list: 'LLEN',
  hash: 'HLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  stream: 'XLEN',
};

const ASPECTS = 4;

/** What the server's answers to the questions about one key say; undefined when the key is gone. */
function rowOf(key: RedisString, answers: readonly Reply[]): KeyRow | undefined {
  const [type, encoding, left, memory] = answers;
  const name = type?.kind === 'error' ? '' : textOf(type);
  if (name === 'none') return undefined;
  const milliseconds = numberOf(left) ?? -1;
  return {
    key,
    type: name,
    // What the server does not tell stays empty.
    encoding: encoding?.kind === 'error' ? '' : textOf(encoding),
    length: Number.NaN,
    memory: numberOf(memory) ?? Number.NaN,
    expiresAt: milliseconds < 0 ? null : Date.now() + milliseconds,
  };
}

/** The first answer that says that the user may not ask. */
export const forbidden = (replies: readonly Reply[]): Reply | undefined =>
  replies.find(
    ({ kind, ...reply }) => kind === 'error' && 'text' in reply && /^NOPERM/.test(reply.text),
  );

/** Rows of keys, in their order; those that are gone are left out. */
export async function keyRows(
  nodes: Nodes,
  keys: readonly RedisString[],
  name: string,
  db: number,
  complain: (reply: Reply | undefined) => void,
): Promise<KeyRow[]> {
  const rows = new Map<RedisString, KeyRow>();
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const some = keys.slice(from, from + AT_ONCE);
    for (const [owner, mine] of byOwner(nodes, some, name)) {
      const replies = await nodes.ask(mine.flatMap(questions), owner, db);
      complain(forbidden(replies));
      const found = mine.flatMap((key, index) => {
        const answers = replies.slice(index * ASPECTS, (index + 1) * ASPECTS);
        return rowOf(key, answers) ?? [];
      });
      const counted = found.filter(({ type }) => type in LENGTHS);
      const lengths = await nodes.ask(
        counted.map(({ key, type }) => [LENGTHS[type] ?? '', bytesOf(key)]),
        owner,
        db,
      );
      for (const row of found) rows.set(row.key, row);
      counted.forEach((row, index) =>
        rows.set(row.key, { ...row, length: numberOf(lengths[index]) ?? Number.NaN }),
      );
    }
  }
  return keys.flatMap((key) => rows.get(key) ?? []);
}

function questions(key: RedisString): (string | Uint8Array)[][] {
  const bytes = bytesOf(key);
  return [
    ['TYPE', bytes],
    ['OBJECT', 'ENCODING', bytes],
    ['PTTL', bytes],
    ['MEMORY', 'USAGE', bytes],
  ];
}

function byOwner(
  nodes: Nodes,
  keys: readonly RedisString[],
  name: string,
): Map<string, RedisString[]> {
  const groups = new Map<string, RedisString[]>();
  for (const key of keys) {
    const owner = nodes.kind === 'cluster' ? nodes.ownerOf(bytesOf(key)) : name;
    const group = groups.get(owner);
    if (group) group.push(key);
    else groups.set(owner, [key]);
  }
  return groups;
}
