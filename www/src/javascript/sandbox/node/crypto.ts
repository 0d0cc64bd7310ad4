/** node:crypto: hashes, random bytes and names; nothing that ciphers. */

import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { native } from '../native';

const hashes = { md5, sha1, sha256, sha512 };

/** As the browser's random numbers are handed out: so many bytes at a time. */
const AT_ONCE = 65_536;

interface Digest {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

function bytesOf(data: string | ArrayBufferView, encoding?: BufferEncoding): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, encoding);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function hashNamed(name: string): typeof sha256 {
  const known = name.toLowerCase().replace('-', '');
  if (known in hashes) return hashes[known as keyof typeof hashes] as typeof sha256;
  throw Object.assign(new Error('Digest method not supported'), {
    code: 'ERR_OSSL_EVP_UNSUPPORTED',
  });
}

class Hash {
  constructor(private readonly inner: Digest) {}

  update(data: string | ArrayBufferView, encoding?: BufferEncoding): this {
    this.inner.update(bytesOf(data, encoding));
    return this;
  }

  digest(encoding?: BufferEncoding): Buffer | string {
    const bytes = Buffer.from(this.inner.digest());
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }
}

export function createHash(name: string): Hash {
  return new Hash(hashNamed(name).create());
}

export function createHmac(name: string, key: string | ArrayBufferView): Hash {
  return new Hash(hmac.create(hashNamed(name), bytesOf(key)));
}

export const getHashes = (): string[] => Object.keys(hashes);

export function randomBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += AT_ONCE) {
    native.crypto.getRandomValues(bytes.subarray(at, at + AT_ONCE));
  }
  return bytes;
}

export function randomUUID(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = bytes.toString('hex');
  const parts = [0, 8, 12, 16, 20, 32];
  return parts
    .slice(1)
    .map((end, index) => digits.slice(parts[index], end))
    .join('-');
}

export function randomInt(low: number, high?: number): number {
  const [from, to] = high === undefined ? [0, low] : [low, high];
  if (!(to > from)) throw new RangeError('The value of "max" is out of range.');
  return from + (randomBytes(6).readUIntBE(0, 6) % (to - from));
}

export const webcrypto = native.crypto;

export default {
  createHash,
  createHmac,
  getHashes,
  randomBytes,
  randomInt,
  randomUUID,
  webcrypto,
};
