/** How many bytes of one reply are shown raw; more would only be scrolled past. */
export const MOST_RAW_BYTES = 64 * 1024;

const named: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x5c: '\\\\',
};

/**
 * RESP bytes for reading: each CRLF is shown as `\r\n` and ends a line, every byte that is not printable ASCII is
 * escaped as redis-cli escapes it. Each line starts with `arrow`. '' for no bytes.
 */
export function formatRaw(bytes: Uint8Array, arrow: string): string {
  const shown = bytes.length > MOST_RAW_BYTES ? bytes.subarray(0, MOST_RAW_BYTES) : bytes;
  const lines: string[] = [];
  let line = '';
  for (let index = 0; index < shown.length; index += 1) {
    const byte = shown[index] ?? 0;
    if (byte === 0x0d && shown[index + 1] === 0x0a) {
      lines.push(`${arrow} ${line}\\r\\n\n`);
      line = '';
      index += 1;
    } else if (byte === 0x0d) {
      line += '\\r';
    } else if (byte === 0x0a) {
      line += '\\n';
    } else if (byte >= 0x20 && byte < 0x7f && byte !== 0x5c) {
      line += String.fromCharCode(byte);
    } else {
      line += named[byte] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
    }
  }
  if (line !== '') lines.push(`${arrow} ${line}\n`);
  if (shown.length < bytes.length) lines.push(`${arrow} … (+${bytes.length - shown.length} B)\n`);
  return lines.join('');
}
