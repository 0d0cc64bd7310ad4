import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Lab } from '../../client/api';
import { formatNumber } from '../../i18n';
import type { Steps } from '../../services/counter';
import { ways, type Way } from '../../services/ways';
import { icon } from '../../widgets/icons';
import { ViewElement, define } from '../view-element';
import { te } from './catalogue';
import { timelineOf } from './lanes';
import { listings } from './listings';
import { LoadRun, type Load } from './load';
import { experimentStyles, numberField } from './parts';
import './timeline';

/** Most clients at once. */
const MAX_CLIENTS = 100;

/** What was chosen and seen outlives the view. */
interface Kept {
  load: Load;
  steps?: Steps;
  /** What the steps are of. */
  ran?: Way;
}

const kept = new WeakMap<Lab, Kept>();

/** Many clients that add one to a score at the same time, guarded in one way or another. */
export class ResplayRaces extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    experimentStyles,
    css`
      .result {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3) var(--space-5);
      }

      .result p {
        flex: 1 1 12rem;
      }

      .short {
        color: var(--danger);
      }
    `,
  ];

  @state() private load: Load = { way: 'none', clients: 30, delay: 20 };
  @state() private steps: Steps | undefined;
  @state() private ran: Way | undefined;
  @state() private run: LoadRun | undefined;
  @state() private failure = '';

  protected labOpened(lab: Lab): void {
    const { load = this.load, steps, ran } = kept.get(lab) ?? {};
    Object.assign(this, { load, steps, ran });
    this.closeLater(() => {
      this.stop();
      kept.set(lab, {
        load: this.load,
        ...(this.steps && this.ran ? { steps: this.steps, ran: this.ran } : {}),
      });
    });
  }

  private async start(): Promise<void> {
    if (!this.lab || this.run) return;
    const run = new LoadRun(this.lab);
    this.run = run;
    this.ran = this.load.way;
    this.steps = undefined;
    this.failure = '';
    try {
      await run.run(this.load, (steps) => {
        if (this.run === run) this.steps = steps;
      });
    } catch (error) {
      if (this.run === run) this.failure = error instanceof Error ? error.message : String(error);
    }
    if (this.run === run) this.stop();
  }

  private stop(): void {
    this.run?.close();
    this.run = undefined;
  }

  private change(changes: Partial<Load>): void {
    this.load = { ...this.load, ...changes };
  }

  protected override render(): TemplateResult {
    const { load, run, failure } = this;
    const { way, clients, delay } = load;
    return html`
      <div class="toolbar">
        <label
          >${te('races.way')}
          <select
            @change=${(event: Event) => this.change({ way: (event.target as HTMLSelectElement).value as Way })}
          >
            ${ways.map((one) => html`<option value=${one} ?selected=${one === way}>${te(`races.${one}`)}</option>`)}
          </select></label
        >
        ${numberField(te('races.clients'), clients, [1, MAX_CLIENTS], (value) => this.change({ clients: value }))}
        ${numberField(te('races.delay'), delay, [0, 1000], (value) => this.change({ delay: value }))}
        ${
          run
            ? html`<button class="outlined" @click=${this.stop}>
                ${icon('stop')} ${te('races.stop')}
              </button>`
            : html`<button class="primary" @click=${this.start}>
                ${icon('play')} ${te('races.start', { count: clients })}
              </button>`
        }
        <span class="muted" role="status">${run ? te('races.running') : nothing}</span>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${te('experiments.races')}>
        <div class="explained">
          <p>${te(`races.${way}.why`)}</p>
          <pre class="commands" aria-label=${te('races.code')}>${listings[way]}</pre>
        </div>
        ${failure === '' ? nothing : html`<p class="failure" role="alert">${te('races.failed', { reason: failure })}</p>`}
        ${this.renderResult()}
      </div>
    `;
  }

  private renderResult(): TemplateResult {
    const { steps, ran, run } = this;
    if (!steps || !ran) return html`<p class="muted">${te('races.empty')}</p>`;
    const timeline = timelineOf(steps.steps);
    const { added, gaveUp, lost, from, to } = timeline;
    const actual = ran === 'watch' || ran === 'incr' ? steps.key : steps.row;
    const told = [
      lost === 0 ? te('races.nothingLost') : te('races.lost', { count: lost }),
      ...(gaveUp === 0 ? [] : [te('races.gaveUp', { count: gaveUp })]),
      te('races.took', { time: formatNumber(to - from, { maximumFractionDigits: 0 }) }),
    ];
    return html`
      <div class="result">
        <dl class="figures">
          <div>
            <dt>${te('races.expected')}</dt>
            <dd>${added}</dd>
          </div>
          <div>
            <dt>${te('races.actual')}</dt>
            <dd class=${actual === added ? 'right' : 'short'}>${actual}</dd>
          </div>
        </dl>
        <p role="status">${run ? nothing : told.join(' · ')}</p>
      </div>
      <resplay-race-timeline .timeline=${timeline}></resplay-race-timeline>
    `;
  }
}

define('resplay-races', ResplayRaces);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-races': ResplayRaces;
  }
}
