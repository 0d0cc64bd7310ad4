import { svg, html, type TemplateResult } from 'lit';

/** Line icons on a 16px grid, drawn for this page; the text beside them or the label carries the meaning. */
const paths = {
  plus: svg`<path d="M8 3v10M3 8h10" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5" /><path d="M10.5 3.5v-1h-8v8h1" />`,
  check: svg`<path d="m3 8.5 3.5 3.5L13 4.5" />`,
  clear: svg`<path d="M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4" />`,
  columns: svg`<rect x="2.5" y="3" width="11" height="10" rx="1.5" /><path d="M8 3v10" />`,
  stop: svg`<rect x="4" y="4" width="8" height="8" rx="1" />`,
  play: svg`<path d="M5 3.5v9l7.5-4.5Z" />`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`,
  step: svg`<path d="M4 3.5v9l6-4.5ZM12.5 3.5v9" />`,
  up: svg`<path d="m3.5 10 4.5-4.5L12.5 10" />`,
  down: svg`<path d="m3.5 6 4.5 4.5L12.5 6" />`,
  search: svg`<circle cx="7" cy="7" r="4" /><path d="m10 10 3.5 3.5" />`,
  sun: svg`<circle cx="8" cy="8" r="2.8" /><path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1" />`,
  moon: svg`<path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z" />`,
  system: svg`<rect x="2" y="3" width="12" height="8" rx="1.2" /><path d="M5.5 13.5h5" />`,
  help: svg`<circle cx="8" cy="8" r="6" /><path d="M6.3 6.3a1.75 1.75 0 1 1 2.5 1.6c-.6.3-.8.7-.8 1.3M8 11.3v.2" />`,
  examples: svg`<path d="M3 4h10M3 8h7M3 12h4" />`,
  share: svg`<path d="M8 10V2.5M5 5.5l3-3 3 3M3 9v4.5h10V9" />`,
  chevron: svg`<path d="m4.5 6.5 3.5 3.5 3.5-3.5" />`,
  globe: svg`<circle cx="8" cy="8" r="6" /><path d="M2 8h12M8 2c2 2 2.6 4 2.6 6S10 12 8 14c-2-2-2.6-4-2.6-6S6 4 8 2Z" />`,
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): TemplateResult {
  return html`<svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${paths[name]}
  </svg>`;
}

/** The mark: a ranking whose bars make a play button. */
export function mark(size: number): TemplateResult {
  return html`<svg width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true">
    <rect class="ground" width="32" height="32" rx="7" />
    <g class="bars">
      <rect x="8" y="6.5" width="6" height="3" rx="1.5" />
      <rect x="8" y="10.5" width="11" height="3" rx="1.5" />
      <rect x="8" y="14.5" width="17" height="3" rx="1.5" />
      <rect x="8" y="18.5" width="11" height="3" rx="1.5" />
      <rect x="8" y="22.5" width="6" height="3" rx="1.5" />
    </g>
  </svg>`;
}
