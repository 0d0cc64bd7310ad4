/** Replies as JavaScript values. */

import { ReplyError } from '../../www/src/client/errors';
import type { ReplyShapes } from '../../www/src/client/resp';
import type { Value } from './api';

/** Something that was not asked for. */
export class Push {
  readonly items: Value[];

  constructor(items: Value[]) {
    this.items = items;
  }
}

export type Received = Value | Push;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text if it is UTF-8, so that nothing is lost. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes;
  }
}

function shapes(string: (bytes: Uint8Array) => Value): ReplyShapes<Received> {
  return {
    status: (text) => text,
    error: (text) => new ReplyError(text),
    integer: (value) => value,
    string,
    verbatim: (_, bytes) => string(bytes),
    null: () => null,
    boolean: (value) => value,
    double: (value) => value,
    bigNumber: (text) => BigInt(text),
    list: (kind, received) => {
      // Pushes stand alone, never within a reply.
      const items = received as Value[];
      if (kind === 'push') return new Push(items);
      return kind === 'set' ? new Set(items) : items;
    },
    map: (entries) => new Map(entries as [Value, Value][]),
  };
}

export const asText = shapes(textOrBytes);
export const asBytes = shapes((bytes) => bytes);
