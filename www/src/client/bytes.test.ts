import { describe, expect, it } from 'vitest';
import { bytesOf, identityOf, redisString } from './bytes';

describe('Redis strings', () => {
  it('come back as the bytes they were', () => {
    for (const bytes of [
      [],
      [0x61],
      [0xe6, 0xad, 0x8c],
      [0xff],
      [0xef, 0xbb, 0xbf],
      [0xed, 0xa0, 0x80],
      [0],
    ]) {
      expect(bytesOf(redisString(Uint8Array.from(bytes)))).toEqual(Uint8Array.from(bytes));
    }
  });

  it('are identical only when their bytes are', () => {
    const strings = [
      [0xff],
      [0x5c, 0x78, 0x66, 0x66],
      [0xc3, 0xbf],
      [0, 0, 0xc3, 0xbf],
      [0xff, 0xff],
    ];
    const identities = strings.map((bytes) => identityOf(redisString(Uint8Array.from(bytes))));
    expect(new Set(identities).size).toBe(strings.length);
  });

  it('spell infinity as Redis does', () => {
    expect(new TextDecoder().decode(bytesOf(-Infinity))).toBe('-inf');
  });
});
