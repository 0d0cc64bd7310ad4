/** Numbers, texts and bytes in a row: numbers in base 128, the lowest seven bits first; all else with its length in front. */

import { concat } from '../client/resp';
import { LIMITS, LinkError } from './shared-lab';

export class ByteWriter {
  private readonly chunks: Uint8Array[] = [];

  number(value: number): this {
    const digits: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
      digits.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    digits.push(rest);
    this.chunks.push(Uint8Array.from(digits));
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.number(bytes.length);
    this.chunks.push(bytes);
    return this;
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  finish(): Uint8Array {
    return concat(this.chunks);
  }
}

/** Reads what may come from anybody: whatever is wrong is a `LinkError` that names the part. */
export class ByteReader {
  private at = 0;

  constructor(
    private readonly all: Uint8Array,
    private readonly part: string,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.all.length;
  }

  number(most: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 0x80) {
      const byte = this.all[this.at];
      if (byte === undefined) throw new LinkError('damaged', this.part);
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > most) throw new LinkError('tooMany', this.part);
        return value;
      }
    }
    throw new LinkError('damaged', this.part);
  }

  bytes(most: number = LIMITS.inflated): Uint8Array {
    const length = this.number();
    if (length > most) throw new LinkError('tooMuch', this.part);
    if (length > this.all.length - this.at) throw new LinkError('damaged', this.part);
    const bytes = this.all.slice(this.at, this.at + length);
    this.at += length;
    return bytes;
  }

  text(most: number): string {
    return asText(this.bytes(most), this.part);
  }

  /** As many as the number in front says, each read by `read`. */
  list<Item>(most: number, read: () => Item): Item[] {
    const count = this.number(most);
    return Array.from({ length: count }, read);
  }

  /** All has been read. */
  finish(): void {
    if (!this.isAtEnd) throw new LinkError('damaged', this.part);
  }
}

/** Text that is exactly these bytes. */
export function asText(bytes: Uint8Array, part: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new LinkError('badText', part);
  }
}
