import { svg, type SVGTemplateResult } from 'lit';

function icon(path: string): SVGTemplateResult {
  return svg`<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>`;
}

export const icons = {
  table: icon('M2 3.5h12v9H2zM2 6.5h12M2 9.5h12M6.5 6.5v6'),
  highFirst: icon('M2 4h12M2 8h8M2 12h4'),
  lowFirst: icon('M2 4h4M2 8h8M2 12h12'),
  play: icon('M5 3.5v9l7-4.5z'),
  refresh: icon('M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3'),
  edit: icon('M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2zM9.5 4.3l2.2 2.2'),
  remove: icon('M3.5 4.5h9M6.5 4.5V3h3v1.5M4.5 4.5l.5 8.5h6l.5-8.5M7 7v3.5M9 7v3.5'),
  add: icon('M8 3v10M3 8h10'),
  chart: icon('M2.5 4h11M2.5 8h8M2.5 12h5'),
  back: icon('M10 3L5 8l5 5'),
  close: icon('M4 4l8 8M12 4l-8 8'),
  download: icon('M8 2.5v8M4.5 7.5L8 11l3.5-3.5M2.5 13.5h11'),
  enlarge: icon('M9.5 2.5h4v4M13.5 2.5L9 7M6.5 13.5h-4v-4M2.5 13.5L7 9'),
  reduce: icon('M13.5 6.5h-4v-4M9.5 6.5L14 2M2.5 9.5h4v4M6.5 9.5L2 14'),
  clock: icon('M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.5'),
};
