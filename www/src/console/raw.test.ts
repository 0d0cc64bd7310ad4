import { expect, it } from 'vitest';
import { MOST_RAW_BYTES, formatRaw } from './raw';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

it('shows each CRLF and ends the line there', () => {
  expect(formatRaw(bytes('*1\r\n$4\r\nPING\r\n'), '→')).toBe(
    '→ *1\\r\\n\n→ $4\\r\\n\n→ PING\\r\\n\n',
  );
});

it('escapes what is not printable ASCII', () => {
  expect(formatRaw(bytes('a\\\t\r\n\n\x00\xff'), '←')).toBe('← a\\\\\\t\\r\\n\n← \\n\\x00\\xff\n');
});

it('shows nothing for nothing', () => {
  expect(formatRaw(new Uint8Array(), '→')).toBe('');
});

it('says how much it leaves out', () => {
  const text = formatRaw(new Uint8Array(MOST_RAW_BYTES + 3).fill(0x61), '←');
  expect(text.endsWith('← … (+3 B)\n')).toBe(true);
});
