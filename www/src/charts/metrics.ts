import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Lab, MetricsSample, MetricsUpdate } from '../client/api';
import { formatNumber, locale, t, translator } from '../i18n';
import { metricsEn } from '../i18n/metrics.en';
import { metricsZhCN } from '../i18n/metrics.zh-CN';
import { ViewElement, define } from '../panels/view-element';
import { icons } from './icons';
import { drawPlot, type PlotLayout } from './metric-plot';
import { bytesText, countText, durationText } from './numbers';

type MetricsKey = keyof typeof metricsEn;
const tm = translator<MetricsKey>({ en: metricsEn, 'zh-CN': metricsZhCN });

const SPANS = [60, 300, 600];
const TABLE_ROWS = 60;

interface Measure {
  readonly id: string;
  readonly label: MetricsKey;
  readonly binary: boolean;
  readonly format: (value: number) => string;
  readonly series: readonly {
    readonly label?: MetricsKey;
    readonly colour: string;
    readonly of: (sample: MetricsSample) => number;
  }[];
}

const MEASURES: readonly Measure[] = [
  {
    id: 'commands',
    label: 'metrics.commands',
    binary: false,
    format: countText,
    series: [{ colour: '--series-1', of: (sample) => sample.operationsPerSecond }],
  },
  {
    id: 'memory',
    label: 'metrics.memory',
    binary: true,
    format: bytesText,
    series: [{ colour: '--series-2', of: (sample) => sample.usedMemory }],
  },
  {
    id: 'keys',
    label: 'metrics.keys',
    binary: false,
    format: countText,
    series: [{ colour: '--series-4', of: (sample) => sample.keys }],
  },
  {
    id: 'lookups',
    label: 'metrics.lookups',
    binary: false,
    format: countText,
    series: [
      { label: 'metrics.hits', colour: '--series-1', of: (sample) => sample.hits },
      { label: 'metrics.misses', colour: '--series-3', of: (sample) => sample.misses },
    ],
  },
];

/** `<resplay-metrics>` with `.lab`: the gauges of a server, a small chart each, one second a point. */
export class ResplayMetrics extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        container: metrics / inline-size;
        height: 100%;
      }

      .charts {
        display: grid;
        flex: 1;
        grid-template-columns: 1fr 1fr;
        grid-auto-rows: minmax(112px, 1fr);
        gap: var(--space-2) var(--space-4);
        min-height: 0;
        padding: 0 var(--space-3) var(--space-2);
        overflow: auto;
      }

      @container metrics (max-width: 420px) {
        .charts {
          grid-template-columns: 1fr;
        }
      }

      @container metrics (min-width: 900px) {
        .charts {
          grid-template-columns: repeat(4, 1fr);
        }
      }

      figure {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        margin: 0;
      }

      figcaption {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 var(--space-2);
        color: var(--text-muted);
        font-size: var(--text-xs);
      }

      .figures {
        display: flex;
        gap: var(--space-3);
        color: var(--text);
        font: var(--weight-strong) var(--text-lg) / 1.3 var(--font-mono);
        font-variant-numeric: tabular-nums;
      }

      .figures small {
        color: var(--text-muted);
        font: var(--text-xs) / 1 var(--font-ui);
      }

      .figures i {
        display: inline-block;
        width: 8px;
        height: 8px;
        margin-right: 4px;
        border-radius: 2px;
      }

      .colour-0 {
        background: var(--series-1);
      }

      .colour-1 {
        background: var(--series-3);
      }

      canvas {
        flex: 1;
        width: 100%;
        min-height: 70px;
        height: 0;
        touch-action: pan-y;
      }

      .toolbar {
        flex-wrap: nowrap;
        padding-block: var(--space-1);
      }

      .now {
        white-space: nowrap;
      }

      .totals {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0 var(--space-3);
        color: var(--text-muted);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }

      .table {
        flex: 1;
        min-height: 0;
        overflow: auto;
      }

      thead th {
        position: sticky;
        top: 0;
        background: var(--raised);
      }
    `,
  ];

  @property({ type: Boolean, attribute: 'as-table' }) asTable = false;
  /** How many seconds the charts go back. */
  @property({ type: Number }) span = 60;
  @state() private update_: MetricsUpdate | undefined;
  /** The second under the pointer, counted from the left of all charts. */
  @state() private hover: number | undefined;
  private layout: PlotLayout | undefined;
  private readonly resized = new ResizeObserver(() => this.draw());
  private readonly themed = new MutationObserver(() => this.draw());

  protected labOpened(lab: Lab): void {
    const watch = lab.watchMetrics({}, (update) => {
      this.update_ = update;
    });
    this.closeLater(() => watch.close());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    // Canvases do not follow custom properties by themselves.
    this.themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.themed.disconnect();
  }

  override render(): TemplateResult {
    return html`
      <div class="toolbar" role="toolbar" aria-label=${tm('metrics.toolbar')}>
        <span class="now muted" role="timer">${this.hoverText()}</span>
        <span class="totals grow">${this.totals()}</span>
        <select
          aria-label=${tm('metrics.span')}
          @change=${(event: Event) => (this.span = Number((event.target as HTMLSelectElement).value))}
        >
          ${SPANS.map(
            (span) =>
              html`<option value=${span} ?selected=${span === this.span}>
                ${tm('metrics.minutes', { count: span / 60 })}
              </option>`,
          )}
        </select>
        <button
          class="icon"
          aria-pressed=${this.asTable ? 'true' : 'false'}
          aria-label=${t('views.asTable')}
          title=${t('views.asTable')}
          @click=${() => (this.asTable = !this.asTable)}
        >
          ${icons.table}
        </button>
      </div>
      ${
        this.asTable
          ? this.table()
          : html`<div
              class="charts"
              tabindex="0"
              role="group"
              aria-label=${tm('metrics.charts')}
              @keydown=${this.onKey}
            >
              ${MEASURES.map((measure) => this.chart(measure))}
            </div>`
      }
    `;
  }

  protected override updated(): void {
    super.updated();
    this.draw();
  }

  private chart(measure: Measure): TemplateResult {
    const sample = this.sampleShown();
    return html`
      <figure>
        <figcaption>
          <span>${tm(measure.label)}</span>
          <span class="figures">
            ${measure.series.map(
              ({ label, of }, index) => html`
                <span>
                  ${label === undefined ? nothing : html`<small><i class="colour-${index}"></i>${tm(label)}</small>`}
                  ${sample === undefined ? '–' : measure.format(of(sample))}
                </span>
              `,
            )}
          </span>
        </figcaption>
        <canvas
          role="img"
          aria-label=${this.chartText(measure)}
          data-measure=${measure.id}
          @pointermove=${this.onPointer}
          @pointerdown=${this.onPointer}
          @pointerleave=${() => (this.hover = undefined)}
        ></canvas>
      </figure>
    `;
  }

  private table(): TemplateResult {
    const samples = this.samples().slice(-TABLE_ROWS).reverse();
    const time = new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' });
    return html`
      <div class="table" tabindex="0" role="region" aria-label=${tm('metrics.charts')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${tm('metrics.time')}</th>
              ${MEASURES.flatMap((measure) =>
                measure.series.map(
                  ({ label }) =>
                    html`<th scope="col" class="number">${tm(label ?? measure.label)}</th>`,
                ),
              )}
            </tr>
          </thead>
          <tbody>
            ${samples.map(
              (sample) => html`
                <tr>
                  <td class="mono">${time.format(sample.time)}</td>
                  ${MEASURES.flatMap((measure) =>
                    measure.series.map(
                      ({ of }) => html`<td class="number">${measure.format(of(sample))}</td>`,
                    ),
                  )}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  private totals(): TemplateResult | typeof nothing {
    const totals = this.update_?.totals;
    if (totals === undefined) return nothing;
    const lookups = totals.hits + totals.misses;
    return html`
      <span>${tm('metrics.totalCommands', { count: formatNumber(totals.commands) })}</span>
      ${
        lookups === 0
          ? nothing
          : html`<span
              >${tm('metrics.hitRate', { rate: formatNumber(totals.hits / lookups, { style: 'percent', maximumFractionDigits: 1 }) })}</span
            >`
      }
      <span>${tm('metrics.expired', { count: formatNumber(totals.expired) })}</span>
      <span>${tm('metrics.evicted', { count: formatNumber(totals.evicted) })}</span>
    `;
  }

  private samples(): readonly MetricsSample[] {
    return this.update_?.samples ?? [];
  }

  private sampleShown(): MetricsSample | undefined {
    if (this.hover === undefined) return this.update_?.current;
    const samples = this.samples().slice(-this.span);
    return samples[this.hover - (this.span - samples.length)] ?? this.update_?.current;
  }

  private hoverText(): string {
    if (this.hover === undefined) return tm('metrics.now');
    return tm('metrics.ago', { time: durationText((this.span - 1 - this.hover) * 1000) });
  }

  private chartText(measure: Measure): string {
    const current = this.update_?.current;
    const values = measure.series.map(({ label, of }) => {
      const value = current === undefined ? '–' : measure.format(of(current));
      return label === undefined ? value : `${tm(label)} ${value}`;
    });
    return `${tm(measure.label)}: ${values.join(', ')}`;
  }

  private draw(): void {
    if (this.asTable) return;
    const samples = this.samples().slice(-this.span);
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const measure = MEASURES.find(({ id }) => id === canvas.dataset['measure']);
      if (measure === undefined) continue;
      const layout = drawPlot(
        canvas,
        measure.series.map(({ colour, of }) => ({ colour, values: samples.map(of) })),
        {
          span: this.span,
          binary: measure.binary,
          format: measure.format,
          hover: this.hover,
          ago: (seconds) =>
            seconds === 0
              ? tm('metrics.now')
              : tm('metrics.ago', {
                  time: tm('metrics.minutes', { count: seconds / 60 }),
                }),
        },
      );
      if (layout !== undefined) canvas.dataset['left'] = String(layout.left);
      this.layout = layout ?? this.layout;
    }
  }

  private readonly onPointer = (event: PointerEvent): void => {
    const canvas = event.currentTarget as HTMLCanvasElement;
    const left = Number(canvas.dataset['left'] ?? 0);
    const right = this.layout?.right ?? canvas.clientWidth;
    const part = (event.offsetX - left) / Math.max(1, right - left);
    this.hover = Math.round(Math.min(1, Math.max(0, part)) * (this.span - 1));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.hover = undefined;
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const step = event.key === 'ArrowLeft' ? -1 : 1;
      const at = this.hover ?? this.span;
      this.hover = Math.min(this.span - 1, Math.max(this.span - this.samples().length, at + step));
    }
  };
}

define('resplay-metrics', ResplayMetrics);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-metrics': ResplayMetrics;
  }
}
