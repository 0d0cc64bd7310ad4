/** A lab as the fragment of an address: a version, a point, and the bytes deflated, in base64url. Nothing goes to a server. */

import { deflateSync } from 'fflate';
import { concat } from '../client/resp';
import { SHARED } from '../client/shared';
import { decodeLab, encodeLab } from './codec';
import { dictionary } from './dictionary';
import { configuration } from './dictionary-2';
import { LIMITS, LinkError, type SharedLab } from './shared-lab';

/** The version that is written. Older ones are read as they were; `link.test.ts` holds one of each. */
export const VERSION = 2;

/** The fragment of a lab. */
export async function toFragment(lab: SharedLab): Promise<string> {
  return `${SHARED}${VERSION}.${toBase64(await deflate(encodeLab(lab)))}`;
}

/** The lab of a fragment, or of a file that holds one. Rejects with a `LinkError` and nothing else. */
export async function fromFragment(fragment: string): Promise<SharedLab> {
  if (fragment.length > LIMITS.link) throw new LinkError('tooLong');
  const found = /^#?lab=(\d{1,6})\.([\w-]*)\s*$/.exec(fragment);
  if (found === null) throw new LinkError('damaged', 'link');
  const [, version = '', body = ''] = found;
  const words = dictionaries.get(Number(version));
  if (words === undefined) throw new LinkError(Number(version) > VERSION ? 'newer' : 'damaged');
  return decodeLab(await inflate(fromBase64(body), LIMITS.inflated, words));
}

/** Bytes beyond which the dictionary gains nothing, and the page would stand still while they are deflated. */
const SHORT = 64 << 10;

export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length <= SHORT) return deflateSync(bytes, { level: 9, dictionary: newest });
  return read([bytes], new CompressionStream('deflate-raw'), Infinity);
}

const utf8 = new TextEncoder();
const newest = utf8.encode(configuration + dictionary);

/** What the links of each version refer to. The likeliest is the last, since what is near is cheaper to refer to. */
const dictionaries = new Map([
  [1, utf8.encode(dictionary)],
  [VERSION, newest],
]);

/** The dictionary as a block that is not compressed: whatever inflates has it before the rest, and the rest may refer to it. */
const preface = ({ length }: Uint8Array): Uint8Array =>
  Uint8Array.of(0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff);

/** Inflates, but never to more than `most` bytes: it stops when there are more. */
export async function inflate(
  bytes: Uint8Array,
  most: number,
  words = newest,
): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate-raw');
  const all = await read([preface(words), words, bytes], stream, words.length + most);
  return all.subarray(words.length);
}

async function read(
  input: readonly Uint8Array[],
  through: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const writer = through.writable.getWriter();
  // What goes wrong in it is told by the reader as well.
  const ignore = (): void => undefined;
  for (const bytes of input) writer.write(bytes as Uint8Array<ArrayBuffer>).catch(ignore);
  writer.close().catch(ignore);
  const reader = through.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    let step: ReadableStreamReadResult<Uint8Array>;
    try {
      step = await reader.read();
    } catch {
      throw new LinkError('damaged', 'link');
    }
    if (step.done) break;
    length += step.value.length;
    if (length > most) {
      reader.cancel().catch(ignore);
      throw new LinkError('tooMuch', 'link');
    }
    chunks.push(step.value);
  }
  return concat(chunks);
}

/** Bytes at a time, so that no call has too many arguments. */
const STEP = 0x6000;

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += STEP)
    binary += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw new LinkError('damaged', 'link');
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
