/** Where replies end, in bytes that come in any pieces. Each byte is looked at once, whatever its reply's size. */

import { RemoteError } from './problem';

export interface Limits {
  /** Bytes of a reply. */
  readonly size: number;
  /** Strings, numbers and lists in it, all told. */
  readonly items: number;
  /** Lists in lists. */
  readonly depth: number;
}

const LIMITS: Limits = { size: 64 << 20, items: 1_000_000, depth: 64 };
/** Lines are short, but for errors and statuses. */
const LONGEST_LINE = 1 << 20;

const LF = 10;
const CR = 13;

export class ReplySplitter {
  private buffer = new Uint8Array(4096);
  /** Bytes that there are. */
  private end = 0;
  /** Bytes that were looked at. */
  private at = 0;
  /** Bytes of a string that are still to come, its line end included. */
  private rest = 0;
  private items = 0;
  /** How many items are still missing from each list that is open. */
  private readonly open: number[] = [];

  constructor(private readonly limits: Limits = LIMITS) {}

  /** Takes bytes, and gives the replies that are whole now. Throws `RemoteError`. */
  feed(bytes: Uint8Array): Uint8Array[] {
    this.keep(bytes);
    const replies: Uint8Array[] = [];
    let start = 0;
    while (this.step()) {
      if (this.open.length > 0 || this.rest > 0) continue;
      replies.push(this.buffer.slice(start, this.at));
      start = this.at;
      this.items = 0;
    }
    this.buffer.copyWithin(0, start, this.end);
    this.end -= start;
    this.at -= start;
    if (this.end + this.rest > this.limits.size) throw new RemoteError('tooBig');
    return replies;
  }

  private keep(bytes: Uint8Array): void {
    const needed = this.end + bytes.length;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, this.end));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.end);
    this.end = needed;
  }

  /** Goes on to the end of the next line or string; false when it is not there yet. */
  private step(): boolean {
    if (this.rest > 0) {
      const taken = Math.min(this.rest, this.end - this.at);
      this.at += taken;
      this.rest -= taken;
      if (this.rest > 0) return false;
      this.itemDone();
      return true;
    }
    const lineEnd = this.buffer.subarray(0, this.end).indexOf(LF, this.at);
    if (lineEnd < 0) {
      if (this.end - this.at > LONGEST_LINE) throw new RemoteError('tooBig');
      if (this.end > this.at) kindAt(this.buffer, this.at);
      return false;
    }
    const kind = kindAt(this.buffer, this.at);
    const line = this.buffer.subarray(this.at + 1, lineEnd);
    if (line.at(-1) !== CR) throw foreign(this.buffer.subarray(this.at, lineEnd));
    this.at = lineEnd + 1;
    this.items += 1;
    if (this.items > this.limits.items) throw new RemoteError('tooBig');
    this.header(kind, line.subarray(0, -1));
    return true;
  }

  private header(kind: string, line: Uint8Array): void {
    if ('$!='.includes(kind)) {
      const length = lengthOf(line);
      if (length < 0) this.itemDone();
      else this.rest = length + 2;
    } else if ('*~>%|'.includes(kind)) {
      const length = Math.max(0, lengthOf(line));
      // Attributes stand before what they belong to: together they are one item.
      const count = kind === '%' ? length * 2 : kind === '|' ? length * 2 + 1 : length;
      if (count === 0) this.itemDone();
      else if (this.open.push(count) > this.limits.depth) throw new RemoteError('tooBig');
    } else this.itemDone();
  }

  /** One item less is missing from the list that it is in, which may be the last of its own list. */
  private itemDone(): void {
    for (let last = this.open.length - 1; last >= 0; last -= 1) {
      const missing = (this.open[last] ?? 1) - 1;
      this.open[last] = missing;
      if (missing > 0) return;
      this.open.pop();
    }
  }
}

const KINDS = '+-:$*!=_#,(~>%|';

function kindAt(buffer: Uint8Array, at: number): string {
  const kind = String.fromCharCode(buffer[at] ?? 0);
  if (!KINDS.includes(kind)) throw foreign(buffer.subarray(at, at + 80));
  return kind;
}

function lengthOf(line: Uint8Array): number {
  const text = String.fromCharCode(...line.subarray(0, 20));
  const value = Number(text);
  if (!/^-?\d{1,15}$/.test(text) || value < -1) throw foreign(line);
  return value;
}

/** What came instead of a reply, as far as it can be shown. */
function foreign(bytes: Uint8Array): RemoteError {
  const text = new TextDecoder().decode(bytes.subarray(0, 80));
  return new RemoteError('foreign', JSON.stringify(text.trimEnd()));
}
