/**
 * The beginning of what LZF-compressed bytes hold, at most `limit` bytes of it; undefined when they are no LZF.
 * Written after the description of the format in liblzf: a literal run is its length less one, then the bytes; a
 * copy is length and distance back.
 */
export function decompress(packed: Uint8Array, limit: number): Uint8Array | undefined {
  const out = new Uint8Array(limit);
  let at = 0;
  let length = 0;
  const byte = (): number => packed[at++] ?? 0;
  while (at < packed.length && length < limit) {
    const control = byte();
    if (control < 32) {
      const end = Math.min(packed.length, at + control + 1);
      while (at < end && length < limit) out[length++] = byte();
    } else {
      let run = control >> 5;
      if (run === 7) run += byte();
      const from = length - (((control & 31) << 8) | byte()) - 1;
      if (from < 0) return undefined;
      for (let copied = 0; copied < run + 2 && length < limit; copied += 1) {
        out[length] = out[from + copied] ?? 0;
        length += 1;
      }
    }
  }
  return out.subarray(0, length);
}
