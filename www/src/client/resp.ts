/** RESP for code on the page: commands as bytes, bytes as replies. */

import type { Argument, Reply } from './api';
import { bytesOf, redisString } from './bytes';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const CR = 13;
const LF = 10;

/** A command as an array of bulk strings. */
export function encodeCommand(args: readonly Argument[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [encoder.encode(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = bytesOf(arg);
    parts.push(encoder.encode(`$${bytes.length}\r\n`), bytes, Uint8Array.of(CR, LF));
  }
  return concat(parts);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** There is not yet enough to go on with. */
class Incomplete extends Error {}

/** Takes bytes in pieces, gives replies. */
export class ReplyReader {
  private buffer: Uint8Array = new Uint8Array();
  private at = 0;

  feed(bytes: Uint8Array): void {
    this.buffer = this.buffer.length === 0 ? bytes : concat([this.buffer, bytes]);
  }

  /** The next complete reply; undefined when more bytes must come first. Throws when the bytes are no RESP. */
  next(): Reply | undefined {
    this.at = 0;
    try {
      const reply = this.reply();
      this.buffer = this.buffer.subarray(this.at);
      return reply;
    } catch (error) {
      if (error instanceof Incomplete) return undefined;
      throw error;
    }
  }

  private reply(): Reply {
    const first = this.buffer[this.at];
    const line = this.line();
    switch (first === undefined ? '' : String.fromCharCode(first)) {
      case '+':
        return { kind: 'status', text: line };
      case '-':
        return { kind: 'error', text: line };
      case ':':
        return { kind: 'integer', value: integer(line) };
      case '$':
        return line === '-1'
          ? { kind: 'null' }
          : { kind: 'string', value: redisString(this.bulk(line)) };
      case '!':
        return { kind: 'error', text: decoder.decode(this.bulk(line)) };
      case '=': {
        const bytes = this.bulk(line);
        const format = decoder.decode(bytes.subarray(0, 3));
        return { kind: 'verbatim', format, value: redisString(bytes.slice(4)) };
      }
      case '_':
        return { kind: 'null' };
      case '#':
        return { kind: 'boolean', value: line === 't' };
      case ',':
        return { kind: 'double', value: double(line), text: line };
      case '(':
        return { kind: 'bignumber', text: line };
      case '*':
        return line === '-1'
          ? { kind: 'null' }
          : { kind: 'array', items: this.items(Number(line)) };
      case '~':
        return { kind: 'set', items: this.items(Number(line)) };
      case '>':
        return { kind: 'push', items: this.items(Number(line)) };
      case '%':
        return { kind: 'map', entries: this.entries(Number(line)) };
      case '|':
        // Attributes tell about the reply that follows; nobody here asks for them.
        this.entries(Number(line));
        return this.reply();
      default:
        throw new Error(`Protocol error, got ${JSON.stringify(line)}`);
    }
  }

  /** The rest of a line behind its first byte. */
  private line(): string {
    const end = this.buffer.indexOf(CR, this.at);
    if (end < 0 || end + 1 >= this.buffer.length) throw new Incomplete();
    const line = decoder.decode(this.buffer.subarray(this.at + 1, end));
    this.at = end + 2;
    return line;
  }

  private bulk(length: string): Uint8Array {
    const end = this.at + Number(length);
    if (end + 2 > this.buffer.length) throw new Incomplete();
    // A copy: the string may outlive the buffer by far.
    const bytes = this.buffer.slice(this.at, end);
    this.at = end + 2;
    return bytes;
  }

  private items(count: number): Reply[] {
    const items: Reply[] = [];
    while (items.length < count) items.push(this.reply());
    return items;
  }

  private entries(count: number): [Reply, Reply][] {
    const entries: [Reply, Reply][] = [];
    while (entries.length < count) entries.push([this.reply(), this.reply()]);
    return entries;
  }
}

function integer(line: string): number | bigint {
  const value = Number(line);
  return Number.isSafeInteger(value) ? value : BigInt(line);
}

function double(line: string): number {
  if (line === 'inf') return Infinity;
  if (line === '-inf') return -Infinity;
  return Number(line);
}
