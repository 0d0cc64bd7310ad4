/**
 * Stored records as one file, for a lab that this version cannot open. A line that says what it is, then for each
 * record its key (float64), its length (uint32) and its bytes, little-endian.
 */

import type { StoredRecord } from './store';

const TITLE = 'resplay records 1\n';

export function exportRecords(records: readonly StoredRecord[]): Uint8Array {
  const title = new TextEncoder().encode(TITLE);
  const length = records.reduce((sum, [, bytes]) => sum + 12 + bytes.length, title.length);
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  out.set(title);
  let at = title.length;
  for (const [key, bytes] of records) {
    view.setFloat64(at, key, true);
    view.setUint32(at + 8, bytes.length, true);
    out.set(bytes, at + 12);
    at += 12 + bytes.length;
  }
  return out;
}

/** The records of such a file; undefined when it is none, or is cut off. */
export function importRecords(file: Uint8Array): StoredRecord[] | undefined {
  const title = new TextEncoder().encode(TITLE);
  if (!title.every((byte, at) => file[at] === byte)) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: StoredRecord[] = [];
  let at = title.length;
  while (at < file.length) {
    if (file.length - at < 12) return undefined;
    const key = view.getFloat64(at, true);
    const end = at + 12 + view.getUint32(at + 8, true);
    if (end > file.length) return undefined;
    records.push([key, file.slice(at + 12, end)]);
    at = end;
  }
  return records;
}
