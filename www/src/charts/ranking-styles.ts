import { css, unsafeCSS } from 'lit';
import { COLOURS } from './colours';

// Hues in steps of the golden angle, so that any few of them lie far apart. Lightness and chroma are the same for
// all, by theme: text of --text on them keeps more than 7:1 in either.
const members = Array.from({ length: COLOURS }, (_, index) => {
  const hue = Math.round((165 + index * 137.508) % 360);
  return `.colour-${index} { --hue: ${hue}; }`;
}).join('\n');

export const rankingStyles = css`
  :host {
    height: 100%;
  }

  ${unsafeCSS(members)}

  resplay-key-chooser {
    flex: 0 1 168px;
    min-width: 96px;
  }

  .toolbar {
    flex-wrap: nowrap;
  }

  .toolbar label {
    display: inline-flex;
    align-items: center;
    gap: var(--space-1);
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  .body {
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    padding: 0 var(--space-3);
    overflow: hidden auto;
  }

  .stage {
    position: relative;
    flex: none;
    width: 100%;
    min-height: calc(var(--places, 0) * var(--row-height, 32px));
    /* The stage is a world of its own: what moves in it never lays out the page again. */
    contain: layout paint style;
  }

  .stage[hidden] {
    display: block !important;
    visibility: hidden;
    height: 0;
    min-height: 0;
    overflow: hidden;
  }

  .rank {
    position: absolute;
    top: calc(var(--place) * var(--row-height, 32px));
    left: 0;
    width: 3ch;
    height: var(--row-height, 32px);
    line-height: var(--row-height, 32px);
    color: var(--text-faint);
    font: var(--text-sm) / var(--row-height, 32px) var(--font-mono);
    font-variant-numeric: tabular-nums;
    text-align: right;
  }

  .row {
    --bar-colour: light-dark(oklch(86% 0.085 var(--hue)), oklch(38% 0.075 var(--hue)));
    --edge-colour: light-dark(oklch(60% 0.13 var(--hue)), oklch(72% 0.13 var(--hue)));
    position: absolute;
    top: 0;
    right: 0;
    left: calc(3ch + var(--space-2));
    display: flex;
    align-items: center;
    height: var(--row-height, 32px);
    z-index: 1;
    opacity: 0;
    contain: layout style;
    will-change: transform;
  }

  .row.rising {
    z-index: 2;
  }

  .row.leaving {
    z-index: 0;
  }

  /* Not inherited as elsewhere: an inherited one would make every move of a row restyle all that is in it. */
  .row,
  .row * {
    box-sizing: border-box;
  }

  .lane {
    position: relative;
    flex: 1;
    min-width: 0;
    height: calc(var(--row-height, 32px) - 6px);
    overflow: hidden;
    border-radius: 5px;
  }

  .bar,
  .fill {
    position: absolute;
    inset: 0;
    overflow: hidden;
    transform-origin: 0 50%;
  }

  .fill {
    border-radius: 0 5px 5px 0;
    border-right: 4px solid var(--edge-colour);
    background: var(--bar-colour);
    transform: translateX(-100%);
  }

  /* An infinite bar has no end: it fades into stripes. */
  .fill.infinite {
    border-right-style: dashed;
    background: linear-gradient(to right, var(--bar-colour) 55%, transparent);
  }

  .member {
    position: absolute;
    inset: 0;
    padding: 0 12px;
    overflow: hidden;
    color: var(--text);
    font-weight: var(--weight-medium);
    line-height: calc(var(--row-height, 32px) - 6px);
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .member.binary {
    font-family: var(--font-mono);
    font-size: var(--text-sm);
  }

  .score {
    flex: none;
    width: calc(max(var(--score-width, 4ch), 3ch) + var(--space-3));
    max-width: 55%;
    height: calc(var(--row-height, 32px) - 6px);
    /* Opaque, so that scores that pass each other stay readable; its own box for layout. */
    background: var(--surface);
    contain: strict;
    overflow: hidden;
    color: var(--text);
    font: var(--weight-strong) var(--text-md) / calc(var(--row-height, 32px) - 6px) var(--font-mono);
    font-variant-numeric: tabular-nums;
    text-align: right;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .footer {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-3);
    padding: var(--space-1) var(--space-3) var(--space-2);
    color: var(--text-muted);
    font-size: var(--text-xs);
    font-variant-numeric: tabular-nums;
  }

  .footer:empty {
    display: none;
  }

  table.visually-hidden {
    top: 0;
  }

  .links {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1);
  }

  .links button {
    max-width: 14rem;
    overflow: hidden;
    font-family: var(--font-mono);
    text-overflow: ellipsis;
  }
`;
