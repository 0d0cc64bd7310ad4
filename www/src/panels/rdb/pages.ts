import { annotate } from './annotate';
import { Crc64 } from './crc64';
import { Cursor } from './cursor';
import type { Field } from './fields';

/** Bytes `offset` to `offset + length` of the file; fewer where it ends. */
export type Read = (offset: number, length: number) => Promise<Uint8Array>;

export interface RdbPage {
  readonly fields: readonly Field[];
  /** More follow. */
  readonly more: boolean;
}

/** Where a page begins: at an item of the file, and so many fields into it. */
interface Start {
  readonly at: number;
  readonly skip: number;
}

const WINDOW = 1 << 17;
/** Kept before the cursor: the head of a field whose rest had to be fetched. */
const BEHIND = 64;
/** After so long the page gets a turn, in milliseconds. */
const SLICE = 8;

/** The fields of an RDB file, a page at a time, without ever holding the file. */
export class RdbPages {
  private readonly starts: Start[] = [{ at: 0, skip: 0 }];
  private cursor: Cursor;
  private fields: ReturnType<typeof annotate>;
  /** The page that the generator stands before. */
  private next = 0;
  private boundary: Start = { at: 0, skip: 0 };

  constructor(
    private readonly size: number,
    private readonly read: Read,
    private readonly pageFields = 250,
  ) {
    this.cursor = new Cursor(size);
    this.fields = annotate(this.cursor);
  }

  /** How many pages are known to begin: the first, and one more with each that was read. */
  get known(): number {
    return this.starts.length;
  }

  /** Page `index` (from 0, below `known`). */
  async page(index: number): Promise<RdbPage> {
    const start = this.starts[index];
    if (start === undefined) return { fields: [], more: false };
    if (index !== this.next) await this.seek(start);
    const fields: Field[] = [];
    while (fields.length < this.pageFields) {
      const field = await this.pull();
      if (field === undefined) {
        // Nothing is left to pull: the next turn begins with a seek.
        this.next = -1;
        return { fields, more: false };
      }
      fields.push(field);
    }
    this.next = index + 1;
    this.starts[index + 1] ??= this.boundary;
    return { fields, more: this.cursor.at < this.cursor.size };
  }

  private async seek(start: Start): Promise<void> {
    this.cursor = new Cursor(this.size);
    this.cursor.at = start.at;
    this.fields = annotate(this.cursor);
    this.boundary = { at: start.at, skip: 0 };
    let turn = performance.now();
    for (let skipped = 0; skipped < start.skip; skipped += 1) {
      await this.pull();
      if (performance.now() - turn < SLICE) continue;
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
  }

  private async pull(): Promise<Field | undefined> {
    for (;;) {
      const step = this.fields.next();
      if (step.done === true) return undefined;
      const { value } = step;
      if (typeof value !== 'number') {
        const { at, begins } = value;
        this.boundary = begins === true && at > 8 ? { at, skip: 1 } : this.later();
        return value;
      }
      const from = Math.max(0, this.cursor.at - BEHIND);
      const wanted = this.cursor.at - from + value;
      const bytes = await this.read(from, Math.max(wanted, WINDOW));
      this.cursor.fill(from, bytes);
      // Shorter than it was said to be: it was replaced meanwhile.
      if (bytes.length < wanted) this.cursor.size = Math.min(this.cursor.size, from + bytes.length);
    }
  }

  private later(): Start {
    return { at: this.boundary.at, skip: this.boundary.skip + 1 };
  }
}

/** The checksum of the first `length` bytes, worked out in slices. */
export async function checksum(
  read: Read,
  length: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const crc = new Crc64();
  for (let at = 0; at < length; at += WINDOW) {
    const bytes = await read(at, Math.min(WINDOW, length - at));
    if (signal.aborted || bytes.length === 0) return undefined;
    crc.update(bytes);
  }
  return crc.hex();
}
