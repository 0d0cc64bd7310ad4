/** What redis-cli knows about single commands. */

import type { Reply } from '../client/api';
import { lower } from './words';

type Words = readonly Uint8Array[];

const SUBSCRIBING = ['subscribe', 'psubscribe', 'ssubscribe'];

export const subscribes = (args: Words): boolean => SUBSCRIBING.includes(lower(args, 0));

/** Whether what came is a message that confirms this very command. */
export function isMessageOf(reply: Reply, args: Words): boolean {
  if (reply.kind !== 'push' && reply.kind !== 'array') return false;
  const [kind] = reply.items;
  return kind?.kind === 'string' && kind.value.text.toLowerCase() === lower(args, 0);
}

/** Whether the connection only listens after this. */
export const streams = (args: Words, reply: Reply): boolean =>
  reply.kind === 'status'
    ? lower(args, 0) === 'monitor' && reply.text === 'OK'
    : subscribes(args) && isMessageOf(reply, args);

/** Commands whose text is meant for people, which redis-cli prints without quotes. */
export function printsRaw(args: Words): boolean {
  const [name, sub] = [lower(args, 0), lower(args, 1)];
  switch (name) {
    case 'info':
    case 'lolwut':
      return true;
    case 'debug':
      return ['htstats', 'htstats-key', 'client-eviction'].includes(sub);
    case 'memory':
      return ['malloc-stats', 'doctor'].includes(sub);
    case 'cluster':
      return ['nodes', 'info'].includes(sub) && args.length === 2;
    case 'client':
      return ['list', 'info'].includes(sub);
    case 'latency':
      return (sub === 'graph' && args.length === 3) || (sub === 'doctor' && args.length === 2);
    default:
      return false;
  }
}

/** How often a command is to run, where a first word says so: undefined where it is none, 0 where it makes no sense. */
export function repeatOf(args: Words): number | undefined {
  const text = lower(args, 0);
  if (args.length < 2 || !/^(?:\s*[-+]?\d+)?$/.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** The database that the prompt shows after a command that went well. */
export interface Place {
  readonly db: number;
  readonly inMulti: boolean;
  /** The database before MULTI. */
  readonly before: number;
}

/** Keeps the prompt in step with what a command did to the connection. */
export function follow(place: Place, args: Words, reply: Reply): Place {
  const failed = reply.kind === 'error';
  const name = `${lower(args, 0)} ${args.length}`;
  if (name === 'exec 1' && place.inMulti) {
    const undone = failed || reply.kind === 'null';
    return { ...place, inMulti: false, db: undone ? place.before : place.db };
  }
  if (failed) return place;
  if (name === 'select 2') return { ...place, db: Number.parseInt(lower(args, 1), 10) || 0 };
  if (name === 'multi 1') return { ...place, inMulti: true, before: place.db };
  if (name === 'discard 1') return { ...place, inMulti: false, db: place.before };
  if (name === 'reset 1') return { ...place, inMulti: false, db: 0 };
  return place;
}

/** Where a node of a cluster says that a key is. */
export interface Redirection {
  readonly asking: boolean;
  readonly slot: number;
  readonly address: string;
}

export function redirection(reply: Reply | undefined): Redirection | undefined {
  const match =
    reply?.kind === 'error' ? /^(MOVED|ASK) (\d{1,5}) (\S*:\d{1,5})$/.exec(reply.text) : null;
  if (!match) return undefined;
  const [, word, slot, address = ''] = match;
  return { asking: word === 'ASK', slot: Number(slot), address };
}
