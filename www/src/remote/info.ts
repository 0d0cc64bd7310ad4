/** What servers say about themselves: INFO, and replies as plain values. */

import type { DatabaseInfo, Reply } from '../client/api';
import { bytesOf } from '../client/bytes';

/** The text of a reply that is one. */
export function textOf(reply: Reply | undefined): string {
  switch (reply?.kind) {
    case 'string':
    case 'verbatim':
      return reply.value.text;
    case 'status':
    case 'error':
    case 'double':
      return reply.text;
    case 'integer':
      return String(reply.value);
    default:
      return '';
  }
}

/** The number of a reply that is one. */
export function numberOf(reply: Reply | undefined): number | undefined {
  const text = reply?.kind === 'error' ? '' : textOf(reply);
  return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

export const itemsOf = (reply: Reply | undefined): readonly Reply[] =>
  reply && 'items' in reply ? reply.items : [];

/** The bytes of a reply that is a string. */
export const stringOf = (reply: Reply | undefined): Uint8Array =>
  reply?.kind === 'string' ? bytesOf(reply.value) : new Uint8Array();

/** The fields of INFO. */
export class Info {
  private readonly fields = new Map<string, string>();

  constructor(text: string) {
    for (const line of text.split(/\r?\n/)) {
      const at = line.indexOf(':');
      if (at > 0 && !line.startsWith('#')) this.fields.set(line.slice(0, at), line.slice(at + 1));
    }
  }

  text(name: string): string {
    return this.fields.get(name) ?? '';
  }

  number(name: string): number {
    return Number(this.fields.get(name) ?? 0) || 0;
  }

  /** The fields whose names begin with this and end with a number, in the server's order: `slave0`, `master0`. */
  numbered(prefix: string): ReadonlyMap<string, string>[] {
    return [...this.fields]
      .filter(([name]) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .map(([, text]) => pairs(text));
  }

  get databases(): DatabaseInfo[] {
    return [...this.fields].flatMap(([name, text]) => {
      const db = /^db(\d+)$/.exec(name)?.[1];
      if (db === undefined) return [];
      const found = pairs(text);
      const value = (key: string): number => Number(found.get(key) ?? 0) || 0;
      return [{ db: Number(db), keys: value('keys'), expires: value('expires') }];
    });
  }
}

/** `ip=127.0.0.1,port=6380,state=online` */
function pairs(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}
