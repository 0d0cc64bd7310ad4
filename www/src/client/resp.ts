/** RESP for code on the page: commands as bytes, bytes as replies. */

import type { Argument, Reply } from './api';
import { bytesOf, redisString } from './bytes';

const decoder = new TextDecoder();
const CR = 13;
const LF = 10;
const ARRAY = 0x2a;
const BULK = 0x24;
const PUSH = 0x3e;

/** A command as an array of bulk strings. */
export function encodeCommand(args: readonly Argument[]): Uint8Array<ArrayBuffer> {
  return encodeCommands([args]);
}

/** Commands, one behind the other. */
export function encodeCommands(
  commands: readonly (readonly Argument[])[],
): Uint8Array<ArrayBuffer> {
  const writer = new CommandWriter();
  for (const args of commands) {
    writer.header(ARRAY, args.length);
    for (const arg of args) writer.argument(arg);
  }
  return writer.written();
}

/** Up to so many characters are written one by one: calling the encoder takes longer. */
const SHORT = 64;

class CommandWriter {
  private bytes = new Uint8Array(128);
  private at = 0;

  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.at);
  }

  header(kind: number, count: number): void {
    this.makeRoom(24);
    this.bytes[this.at++] = kind;
    this.ascii(String(count));
    this.end();
  }

  argument(argument: Argument): void {
    if (typeof argument === 'string' && argument.length <= SHORT) {
      const from = this.at;
      this.header(BULK, argument.length);
      this.makeRoom(argument.length + 2);
      if (this.ascii(argument)) {
        this.end();
        return;
      }
      this.at = from;
    }
    const bytes = bytesOf(argument);
    this.header(BULK, bytes.length);
    this.makeRoom(bytes.length + 2);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    this.end();
  }

  /** False as soon as a character is not ASCII. */
  private ascii(text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      this.bytes[this.at++] = code;
    }
    return true;
  }

  private end(): void {
    this.bytes[this.at++] = CR;
    this.bytes[this.at++] = LF;
  }

  private makeRoom(length: number): void {
    const needed = this.at + length;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
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

/** What a reader makes of the replies that it reads. */
export interface ReplyShapes<Value> {
  status(text: string): Value;
  error(text: string): Value;
  /** A bigint when it is beyond what a number holds exactly. */
  integer(value: number | bigint): Value;
  string(bytes: Uint8Array): Value;
  verbatim(format: string, bytes: Uint8Array): Value;
  null(): Value;
  boolean(value: boolean): Value;
  double(value: number, text: string): Value;
  bigNumber(text: string): Value;
  list(kind: 'array' | 'set' | 'push', items: Value[]): Value;
  map(entries: [Value, Value][]): Value;
}

/** Replies without loss, as the page wants them. */
const exact: ReplyShapes<Reply> = {
  status: (text) => ({ kind: 'status', text }),
  error: (text) => ({ kind: 'error', text }),
  integer: (value) => ({ kind: 'integer', value }),
  string: (bytes) => ({ kind: 'string', value: redisString(bytes) }),
  verbatim: (format, bytes) => ({ kind: 'verbatim', format, value: redisString(bytes) }),
  null: () => ({ kind: 'null' }),
  boolean: (value) => ({ kind: 'boolean', value }),
  double: (value, text) => ({ kind: 'double', value, text }),
  bigNumber: (text) => ({ kind: 'bignumber', text }),
  list: (kind, items) => ({ kind, items }),
  map: (entries) => ({ kind: 'map', entries }),
};

/** There is not yet enough to go on with. */
class Incomplete extends Error {}

/** Takes bytes in pieces, gives replies. */
export class ReplyReader {
  private buffer: Uint8Array = new Uint8Array();
  private at = 0;

  feed(bytes: Uint8Array): void {
    this.buffer = this.buffer.length === 0 ? bytes : concat([this.buffer, bytes]);
  }

  /** Whether what comes next was not asked for (RESP3). */
  get isPush(): boolean {
    return this.buffer[0] === PUSH;
  }

  /** The next complete reply; undefined when more bytes must come first. Throws when the bytes are no RESP. */
  next(): Reply | undefined {
    return this.read(exact);
  }

  /** The same, made into something else. */
  read<Value>(shapes: ReplyShapes<Value>): Value | undefined {
    if (this.buffer.length === 0) return undefined;
    this.at = 0;
    try {
      const reply = this.reply(shapes);
      this.buffer = this.buffer.subarray(this.at);
      return reply;
    } catch (error) {
      if (error instanceof Incomplete) return undefined;
      throw error;
    }
  }

  private reply<Value>(shapes: ReplyShapes<Value>): Value {
    const first = this.buffer[this.at];
    const line = this.line();
    switch (first === undefined ? '' : String.fromCharCode(first)) {
      case '+':
        return shapes.status(line);
      case '-':
        return shapes.error(line);
      case ':':
        return shapes.integer(integer(line));
      case '$':
        return line === '-1' ? shapes.null() : shapes.string(this.bulk(line));
      case '!':
        return shapes.error(decoder.decode(this.bulk(line)));
      case '=': {
        const bytes = this.bulk(line);
        return shapes.verbatim(decoder.decode(bytes.subarray(0, 3)), bytes.slice(4));
      }
      case '_':
        return shapes.null();
      case '#':
        return shapes.boolean(line === 't');
      case ',':
        return shapes.double(double(line), line);
      case '(':
        return shapes.bigNumber(line);
      case '*':
        return line === '-1' ? shapes.null() : shapes.list('array', this.items(line, shapes));
      case '~':
        return shapes.list('set', this.items(line, shapes));
      case '>':
        return shapes.list('push', this.items(line, shapes));
      case '%':
        return shapes.map(this.entries(line, shapes));
      case '|':
        // Attributes tell about the reply that follows; nobody here asks for them.
        this.entries(line, shapes);
        return this.reply(shapes);
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

  private bulk(line: string): Uint8Array {
    const end = this.at + count(line);
    if (end + 2 > this.buffer.length) throw new Incomplete();
    // A copy: the string may outlive the buffer by far.
    const bytes = this.buffer.slice(this.at, end);
    this.at = end + 2;
    return bytes;
  }

  private items<Value>(line: string, shapes: ReplyShapes<Value>): Value[] {
    const length = count(line);
    const items: Value[] = [];
    while (items.length < length) items.push(this.reply(shapes));
    return items;
  }

  private entries<Value>(line: string, shapes: ReplyShapes<Value>): [Value, Value][] {
    const length = count(line);
    const entries: [Value, Value][] = [];
    while (entries.length < length) entries.push([this.reply(shapes), this.reply(shapes)]);
    return entries;
  }
}

/** A length or a number of items. */
function count(line: string): number {
  const value = Number(line);
  if (!Number.isSafeInteger(value) || value < 0 || line === '')
    throw new Error(`Protocol error, got ${JSON.stringify(line)} for a length`);
  return value;
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
