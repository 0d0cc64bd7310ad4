import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Lab } from '../../client/api';
import { formatNumber } from '../../i18n';
import { icon } from '../../widgets/icons';
import { ViewElement, define } from '../view-element';
import { te } from './catalogue';
import { exchange, type Exchange, type Trip } from './exchange';
import { experimentStyles, numberField } from './parts';
import './trips';

const MAX_COMMANDS = 1000;
const MAX_LATENCY = 1000;

const kept = new WeakMap<Lab, { latency: number; count: number; shown?: Exchange }>();

/** How long a number of trips took. */
const took = (trips: readonly Trip[]): number => trips.at(-1)?.back ?? 0;

/** The same commands one by one and in a pipeline, over a line as slow as the learner wants it. */
export class ResplayPipelines extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    experimentStyles,
    css`
      .ways {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
        gap: var(--space-4);
      }

      h3 {
        margin: 0;
        font-size: var(--text-lg);
        font-weight: var(--weight-strong);
      }

      .figures dd small {
        font-size: var(--text-lg);
      }
    `,
  ];

  @state() private latency = 20;
  @state() private count = 20;
  @state() private shown: Exchange | undefined;
  @state() private running: AbortController | undefined;
  @state() private failure = '';

  protected labOpened(lab: Lab): void {
    const { latency = this.latency, count = this.count, shown } = kept.get(lab) ?? {};
    Object.assign(this, { latency, count, shown });
    this.closeLater(() => {
      this.stop();
      const { latency, count, shown } = this;
      kept.set(lab, { latency, count, ...(shown ? { shown } : {}) });
    });
  }

  private async start(): Promise<void> {
    if (!this.lab || this.running) return;
    const running = new AbortController();
    this.running = running;
    this.failure = '';
    this.shown = undefined;
    const report = (shown: Exchange): void => {
      if (this.running === running) this.shown = shown;
    };
    try {
      await exchange(this.lab, this.latency, this.count, report, running.signal);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    if (this.running === running) this.stop();
  }

  private stop(): void {
    this.running?.abort();
    this.running = undefined;
  }

  protected override render(): TemplateResult {
    const { running, failure, count, latency } = this;
    return html`
      <div class="toolbar">
        ${numberField(te('pipelines.latency'), latency, [0, MAX_LATENCY], (value) => (this.latency = value))}
        ${numberField(te('pipelines.count'), count, [1, MAX_COMMANDS], (value) => (this.count = value))}
        ${
          running
            ? html`<button class="outlined" @click=${this.stop}>
                ${icon('stop')} ${te('pipelines.stop')}
              </button>`
            : html`<button class="primary" @click=${this.start}>
                ${icon('play')} ${te('pipelines.start', { count })}
              </button>`
        }
        <span class="muted" role="status">${running ? te('pipelines.running') : nothing}</span>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${te('experiments.pipelines')}>
        <p>${te(this.shown ? 'pipelines.why' : 'pipelines.empty')}</p>
        ${failure === '' ? nothing : html`<p class="failure" role="alert">${te('pipelines.failed', { reason: failure })}</p>`}
        ${this.renderResult()}
      </div>
    `;
  }

  private renderResult(): TemplateResult | typeof nothing {
    const { shown } = this;
    if (!shown) return nothing;
    const { oneByOne, pipeline, latency } = shown;
    const longest = Math.max(took(oneByOne), took(pipeline), 1);
    const factor = took(pipeline) / took(oneByOne);
    return html`
      ${
        pipeline.length > 0 && factor < 1
          ? html`<p role="status">
              ${te('pipelines.faster', { factor: formatNumber(factor, { style: 'percent', maximumFractionDigits: 1 }) })}
            </p>`
          : nothing
      }
      <div class="ways">
        ${this.renderWay(te('pipelines.oneByOne'), oneByOne, latency, longest)}
        ${this.renderWay(te('pipelines.pipeline'), pipeline, latency, longest)}
      </div>
    `;
  }

  private renderWay(
    name: string,
    trips: readonly Trip[],
    latency: number,
    longest: number,
  ): TemplateResult {
    const time = formatNumber(took(trips), { maximumFractionDigits: 0 });
    return html`<section>
      <h3>${name}</h3>
      <dl class="figures">
        <div>
          <dt>${te('pipelines.trips', { count: trips.length })}</dt>
          <dd>${te('pipelines.time', { time })}</dd>
        </div>
      </dl>
      <resplay-trips
        .trips=${trips}
        .latency=${latency}
        .longest=${longest}
        label=${te('pipelines.picture', { way: name, trips: trips.length, time })}
      ></resplay-trips>
    </section>`;
  }
}

define('resplay-pipelines', ResplayPipelines);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-pipelines': ResplayPipelines;
  }
}
