import { LitElement, css, html, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Localized, formatNumber } from '../../i18n';
import { baseStyles } from '../../styles/shared';
import { define } from '../view-element';
import { te } from './catalogue';
import { ticks, type Lane, type Mark, type Timeline } from './lanes';

/** Pixels: of a lane, of the numbers at its left, and of the axis below. */
const LANE = 15;
const LEFT = 30;
const RIGHT = 34;
const AXIS = 22;

const LEGEND = [
  ['waiting', 'races.waiting'],
  ['held', 'races.held'],
  ['working', 'races.working'],
  ['vain', 'races.vain'],
] as const;

const MARKS = [
  ['written', 'races.written'],
  ['lost', 'races.overwritten'],
  ['late', 'races.late'],
  ['stolen', 'races.stolen'],
  ['gaveUp', 'races.gaveUpMark'],
] as const;

/** Lanes of many clients over time. */
export class ResplayRaceTimeline extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: var(--space-2);
        min-width: 0;
      }

      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-3);
        margin: 0;
        padding: 0;
        color: var(--text-muted);
        font-size: var(--text-xs);
        list-style: none;
      }

      .legend li {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }

      .legend svg {
        flex: none;
      }

      .plot {
        overflow: auto;
      }

      .plot > svg {
        display: block;
        width: 100%;
      }

      text {
        fill: var(--text-muted);
        font: 10px var(--font-mono);
      }

      text.value {
        fill: var(--text);
      }

      text.value.lost {
        fill: var(--danger);
        font-weight: var(--weight-strong);
      }

      .grid {
        stroke: var(--grid-line);
      }

      .waiting {
        stroke: var(--border-strong);
        stroke-dasharray: 2 3;
        stroke-width: 1.5;
      }

      .held {
        fill: var(--warning-soft);
        stroke: var(--warning);
      }

      .working {
        fill: var(--series-2);
      }

      .vain {
        fill: none;
        stroke: var(--series-2);
        stroke-dasharray: 2 2;
      }

      .mark {
        stroke: var(--surface);
        stroke-width: 1.5;
      }

      .mark.written {
        fill: var(--series-1);
      }

      .mark.lost {
        fill: var(--danger);
      }

      .mark.late,
      .mark.stolen {
        fill: var(--warning);
      }

      .mark.gaveUp {
        fill: var(--text-muted);
      }
    `,
  ];

  @property({ attribute: false }) timeline: Timeline | undefined;
  @state() private width = 640;
  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.max(280, Math.floor(entry.contentRect.width));
  });

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  protected override render(): TemplateResult {
    const { timeline, width } = this;
    if (!timeline) return html``;
    const { lanes, from, to, lost, gaveUp } = timeline;
    const length = Math.max(1, to - from);
    const x = (at: number): number => LEFT + ((at - from) / length) * (width - LEFT - RIGHT);
    const height = lanes.length * LANE + AXIS;
    const summary = te('races.summary', { clients: lanes.length, lost, gaveUp });
    return html`
      <ul class="legend">
        ${LEGEND.map(
          ([kind, label]) =>
            html`<li>
              <svg width="18" height="10" aria-hidden="true">${sample(kind)}</svg>${te(label)}
            </li>`,
        )}
        ${MARKS.map(
          ([kind, label]) =>
            html`<li>
              <svg width="12" height="12" aria-hidden="true">${shape(kind, 6, 6)}</svg>${te(label)}
            </li>`,
        )}
      </ul>
      <div class="plot" tabindex="0" role="region" aria-label=${te('races.timeline')}>
        <svg viewBox="0 0 ${width} ${height}" height=${height} role="img" aria-label=${summary}>
          ${ticks(length).map(
            (tick) => svg`
              <line class="grid" x1=${x(from + tick)} x2=${x(from + tick)} y1="0" y2=${height - AXIS} />
              <text x=${x(from + tick)} y=${height - 6} text-anchor="middle">${te('races.ms', { time: formatNumber(tick) })}</text>`,
          )}
          ${lanes.map((lane, index) => drawLane(lane, index * LANE, x))}
        </svg>
      </div>
    `;
  }
}

function drawLane(lane: Lane, top: number, x: (at: number) => number): TemplateResult {
  const middle = top + LANE / 2;
  const wide = (from: number, to: number): number => Math.max(1, x(to) - x(from));
  const { spans, marks, client, server } = lane;
  return svg`<g>
    <title>${te('races.client', { client, server })}</title>
    <text x=${LEFT - 8} y=${middle + 3.5} text-anchor="end">${client}</text>
    ${spans
      .filter(({ kind }) => kind === 'held')
      .map(
        ({ from, to }) =>
          svg`<rect class="held" x=${x(from)} y=${top + 1.5} width=${wide(from, to)} height=${LANE - 3} rx="2" />`,
      )}
    ${spans.map(({ kind, from, to }) => {
      switch (kind) {
        case 'held':
          return svg``;
        case 'waiting':
          return svg`<line class="waiting" x1=${x(from)} x2=${x(to)} y1=${middle} y2=${middle} />`;
        case 'working':
        case 'vain':
          return svg`<rect class=${kind} x=${x(from)} y=${middle - 2.5} width=${wide(from, to)} height="5" rx="1.5" />`;
      }
    })}
    ${marks.map((mark) => drawMark(mark, x(mark.at), middle))}
  </g>`;
}

function drawMark({ kind, value }: Mark, x: number, y: number): TemplateResult {
  return svg`${shape(kind, x, y)}${
    value === undefined
      ? svg``
      : svg`<text class="value ${kind}" x=${x + 7} y=${y + 3.5}>${value}</text>`
  }`;
}

/** Kinds differ in shape as well as in colour. */
function shape(kind: Mark['kind'], x: number, y: number): TemplateResult {
  const at = (points: string): string =>
    points.replace(/(-?\d+),(-?\d+)/g, (_, dx: string, dy: string) => `${x + +dx},${y + +dy}`);
  const points = {
    lost: '-5,-5 5,-5 5,5 -5,5',
    late: '0,-5 5,4 -5,4',
    stolen: '0,5 5,-4 -5,-4',
    gaveUp: '-5,-2 -2,-2 -2,-5 2,-5 2,-2 5,-2 5,2 2,2 2,5 -2,5 -2,2 -5,2',
  };
  const drawn =
    kind === 'written'
      ? svg`<circle class="mark written" cx=${x} cy=${y} r="4" />`
      : svg`<polygon class="mark ${kind}" points=${at(points[kind])} />`;
  return drawn;
}

function sample(kind: (typeof LEGEND)[number][0]): TemplateResult {
  const drawn =
    kind === 'waiting'
      ? svg`<line class="waiting" x1="0" x2="18" y1="5" y2="5" />`
      : kind === 'held'
        ? svg`<rect class="held" x="0.5" y="0.5" width="17" height="9" rx="2" />`
        : svg`<rect class=${kind} x="0.5" y="2.5" width="17" height="5" rx="1.5" />`;
  return drawn;
}

define('resplay-race-timeline', ResplayRaceTimeline);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-race-timeline': ResplayRaceTimeline;
  }
}
