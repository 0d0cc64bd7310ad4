/**
 * The checksum at the end of an RDB file: CRC-64 with the Jones polynomial, reflected, from 0. As two halves of 32
 * bits, because BigInt is some twenty times slower.
 */
const LOW = new Uint32Array(256);
const HIGH = new Uint32Array(256);
// 0xad93d23594c935a9 with its bits reversed.
const POLYNOMIAL_LOW = 0xac4bc9b5;
const POLYNOMIAL_HIGH = 0x95ac9329;

for (let index = 0; index < 256; index += 1) {
  let low = index;
  let high = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd !== 0) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  LOW[index] = low;
  HIGH[index] = high;
}

export class Crc64 {
  private low = 0;
  private high = 0;

  update(bytes: Uint8Array): void {
    let { low, high } = this;
    for (const byte of bytes) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0);
      high = (high >>> 8) ^ (HIGH[index] ?? 0);
    }
    this.low = low;
    this.high = high;
  }

  /** Sixteen figures, the most significant first. */
  hex(): string {
    const half = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
    return half(this.high) + half(this.low);
  }
}
