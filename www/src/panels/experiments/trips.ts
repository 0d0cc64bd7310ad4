import { LitElement, css, html, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Localized, formatNumber } from '../../i18n';
import { baseStyles } from '../../styles/shared';
import { define } from '../view-element';
import { te } from './catalogue';
import type { Trip } from './exchange';
import { ticks } from './lanes';

/** Pixels. */
const WIDTH = 320;
const HEIGHT = 300;
const TOP = 20;
const CLIENT = 64;
const SERVER = 296;
const BUNDLE = 10;

/** Commands of a trip that are drawn as lines of their own, and trips that are drawn at all. */
const MAX_LINES = 24;
const MAX_TRIPS = 400;

/** Messages between a client and a server, time going down. */
export class ResplayTrips extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
      }

      svg {
        display: block;
        width: 100%;
        max-width: 30rem;
      }

      text {
        fill: var(--text-muted);
        font: 10px var(--font-mono);
      }

      .life {
        stroke: var(--border-strong);
        stroke-width: 1.5;
      }

      .grid {
        stroke: var(--grid-line);
      }

      .there {
        stroke: var(--series-2);
      }

      .back {
        stroke: var(--series-1);
      }
    `,
  ];

  @property({ attribute: false }) trips: readonly Trip[] = [];
  @property({ type: Number }) latency = 0;
  /** Milliseconds that the height stands for. */
  @property({ type: Number }) longest = 1;
  @property() label = '';

  constructor() {
    super();
    new Localized(this);
  }

  protected override render(): TemplateResult {
    const y = (time: number): number => TOP + 4 + (time / this.longest) * (HEIGHT - TOP - 12);
    const half = this.latency / 2;
    const every = Math.ceil(this.trips.length / MAX_TRIPS);
    const lines = this.trips
      .filter((_, index) => index % every === 0)
      .flatMap(({ sent, back, commands }) => {
        // What is sent together is drawn as a bundle.
        const drawn = Math.min(commands, MAX_LINES);
        return Array.from({ length: drawn }, (_, index) => {
          const apart = (index * BUNDLE) / drawn;
          return svg`
            <line class="there" x1=${CLIENT} y1=${y(sent) + apart} x2=${SERVER} y2=${y(sent + half) + apart} />
            <line class="back" x1=${SERVER} y1=${y(back - half) + apart} x2=${CLIENT} y2=${y(back) + apart} />`;
        });
      });
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 12}" role="img" aria-label=${this.label}>
      ${ticks(this.longest).map(
        (tick) => svg`
          <line class="grid" x1=${CLIENT - 6} x2=${SERVER + 6} y1=${y(tick)} y2=${y(tick)} />
          <text x=${CLIENT - 10} y=${y(tick) + 3} text-anchor="end">${te('races.ms', { time: formatNumber(tick) })}</text>`,
      )}
      <text x=${CLIENT} y="12" text-anchor="middle">${te('pipelines.client')}</text>
      <text x=${SERVER} y="12" text-anchor="end">${te('pipelines.server')}</text>
      <line class="life" x1=${CLIENT} x2=${CLIENT} y1=${TOP} y2=${HEIGHT + 10} />
      <line class="life" x1=${SERVER} x2=${SERVER} y1=${TOP} y2=${HEIGHT + 10} />
      ${lines}
    </svg>`;
  }
}

define('resplay-trips', ResplayTrips);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-trips': ResplayTrips;
  }
}
