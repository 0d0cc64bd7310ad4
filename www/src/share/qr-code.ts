import { html, type TemplateResult } from 'lit';
import { encode } from 'uqr';

/** Characters that a QR code of the largest size holds at the lowest correction, letters of both cases among them. */
export const MOST_IN_QR = 2953;

/** A text as a QR code: dark squares on white in every theme, as cameras want them. */
export function qrCode(text: string, label: string): TemplateResult {
  const { size, data } = encode(text, { ecc: 'L', border: 2 });
  const squares = data.flatMap((row, y) =>
    row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  return html`<svg
    class="qr"
    role="img"
    aria-label=${label}
    viewBox="0 0 ${size} ${size}"
    shape-rendering="crispEdges"
  >
    <rect width=${size} height=${size} fill="#fff" />
    <path d=${squares.join('')} fill="#000" />
  </svg>`;
}
