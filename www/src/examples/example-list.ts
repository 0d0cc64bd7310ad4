import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { icons } from '../charts/icons';
import type { Traffic } from '../client/api';
import { formatNumber, t } from '../i18n';
import { ViewElement, define } from '../panels/view-element';
import type { Example } from './example';
import { examples } from './index';

/** What the rate slider offers, in commands a second. */
const RATES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const FIRST_RATE = RATES.indexOf(20);

/** `<resplay-examples>` with `.lab`: what to try, one click each. Sends its lines by `resplay-run`. */
export class ResplayExamples extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        height: 100%;
        overflow: auto;
      }

      .list {
        margin: 0;
        padding: var(--space-2) var(--space-3);
        list-style: none;
      }

      li.example {
        padding: var(--space-2) 0;
        border-bottom: 1px solid var(--border);
      }

      li.example:last-child {
        border-bottom: none;
      }

      .top {
        display: flex;
        align-items: flex-start;
        gap: var(--space-3);
      }

      .words {
        flex: 1;
        min-width: 0;
      }

      h2 {
        margin: 0;
        font-size: var(--text-md);
        font-weight: var(--weight-strong);
      }

      p {
        margin: 0;
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      ol {
        display: grid;
        gap: var(--space-2);
        margin: var(--space-3) 0 0;
        padding: 0;
        list-style: none;
        counter-reset: step;
      }

      ol li {
        display: grid;
        grid-template-columns: 22px minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-2);
        align-items: start;
        counter-increment: step;
      }

      ol li::before {
        content: counter(step);
        width: 20px;
        height: 20px;
        border-radius: 50%;
        background: var(--accent-soft);
        color: var(--accent);
        font: var(--weight-strong) var(--text-xs) / 20px var(--font-mono);
        text-align: center;
      }

      ol p {
        color: var(--text);
      }

      ol pre.commands {
        grid-column: 2 / -1;
      }

      .traffic {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        margin-top: var(--space-3);
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-md);
        background: var(--raised);
        font-size: var(--text-sm);
      }

      .traffic label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }

      input[type='range'] {
        width: 130px;
        min-height: 0;
        padding: 0;
        accent-color: var(--accent);
      }

      [role='switch'] {
        gap: var(--space-2);
        color: var(--text);
      }

      .track {
        position: relative;
        width: 30px;
        height: 18px;
        border: 1px solid var(--text-muted);
        border-radius: 9px;
        background: var(--sunken);
        transition: background var(--fast) var(--ease);
      }

      .track::after {
        content: '';
        position: absolute;
        top: 2px;
        left: 2px;
        width: 12px;
        height: 12px;
        border-radius: 50%;
        background: var(--text-muted);
        transition: transform var(--fast) var(--ease);
      }

      [aria-checked='true'] .track {
        border-color: var(--accent);
        background: var(--accent);
      }

      [aria-checked='true'] .track::after {
        background: var(--on-accent);
        transform: translateX(12px);
      }

      .rate {
        min-width: 10ch;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** The id of the example whose steps are shown. */
  @property() open = '';
  @state() private flowing: ReadonlySet<string> = new Set();
  @state() private rates: Readonly<Record<string, number>> = {};
  @state() private failure = '';
  private readonly traffics = new Map<string, Traffic>();

  protected labOpened(): void {
    this.closeLater(() => {
      for (const traffic of this.traffics.values()) traffic.stop();
      this.traffics.clear();
      this.flowing = new Set();
    });
  }

  /** Runs one example as its button does. */
  run(id: string): void {
    const example = examples.find((candidate) => candidate.id === id);
    if (example === undefined) return;
    this.open = id;
    this.runInConsole(...example.steps.flatMap((step) => step.lines));
    this.openView(example.opens);
  }

  override render(): TemplateResult {
    return html`<ul class="list">
      ${examples.map((example) => this.card(example))}
    </ul>`;
  }

  private card(example: Example): TemplateResult {
    const open = this.open === example.id;
    return html`
      <li class="example" data-example=${example.id}>
        <div class="top">
          <div class="words">
            <h2>${t(example.title)}</h2>
            <p>${t(example.summary)}</p>
          </div>
          <button
            aria-expanded=${open ? 'true' : 'false'}
            aria-label=${t('examples.stepsOf', { title: t(example.title) })}
            @click=${() => (this.open = open ? '' : example.id)}
          >
            ${t(open ? 'examples.hide' : 'examples.steps')}
          </button>
          <button
            class="primary"
            aria-label=${t('examples.runOf', { title: t(example.title) })}
            @click=${() => this.run(example.id)}
          >
            ${icons.play} ${t('examples.run')}
          </button>
        </div>
        ${open || this.flowing.has(example.id) ? this.trafficOf(example) : nothing}
        ${open ? this.details(example) : nothing}
      </li>
    `;
  }

  private details(example: Example): TemplateResult {
    return html`<ol>
      ${example.steps.map(
        (step) => html`
          <li>
            <p>${t(step.caption)}</p>
            <button
              class="icon"
              aria-label=${t('examples.runStep')}
              title=${t('examples.runStep')}
              @click=${() => this.runInConsole(...step.lines)}
            >
              ${icons.play}
            </button>
            <pre class="commands">${step.lines.join('\n')}</pre>
          </li>
        `,
      )}
    </ol>`;
  }

  private trafficOf(example: Example): TemplateResult {
    const on = this.flowing.has(example.id);
    const index = this.rates[example.id] ?? FIRST_RATE;
    const rate = t('examples.perSecond', { count: formatNumber(RATES[index] ?? 1) });
    return html`
      <div class="traffic">
        <button
          role="switch"
          aria-checked=${on ? 'true' : 'false'}
          @click=${() => {
            if (on) this.stop(example.id);
            else void this.start(example);
          }}
        >
          <span class="track" aria-hidden="true"></span>${t('examples.traffic')}
        </button>
        <label>
          <span class="visually-hidden">${t('examples.rate')}</span>
          <input
            type="range"
            min="0"
            max=${RATES.length - 1}
            step="1"
            .value=${String(index)}
            aria-valuetext=${rate}
            @input=${(event: Event) => this.setRate(example.id, Number((event.target as HTMLInputElement).value))}
          />
          <span class="rate" aria-hidden="true">${rate}</span>
        </label>
        <span role="status">${this.failure}</span>
      </div>
    `;
  }

  private async start(example: Example): Promise<void> {
    const { lab } = this;
    const { id } = example;
    if (lab === undefined || this.flowing.has(id)) return;
    this.failure = '';
    this.flowing = new Set([...this.flowing, id]);
    try {
      const traffic = await lab.startTraffic({
        db: example.opens.db ?? 0,
        commands: example.traffic,
        perSecond: RATES[this.rates[id] ?? FIRST_RATE] ?? 1,
      });
      // Switched off again, or gone, while it was starting.
      if (!this.flowing.has(id) || this.lab !== lab) {
        traffic.stop();
        return;
      }
      this.traffics.set(id, traffic);
      traffic.setRate(RATES[this.rates[id] ?? FIRST_RATE] ?? 1);
      traffic.onStop(() => this.stop(id));
    } catch (error) {
      this.stop(id);
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  private stop(id: string): void {
    this.traffics.get(id)?.stop();
    this.traffics.delete(id);
    this.flowing = new Set([...this.flowing].filter((other) => other !== id));
  }

  private setRate(id: string, index: number): void {
    this.rates = { ...this.rates, [id]: index };
    this.traffics.get(id)?.setRate(RATES[index] ?? 1);
  }
}

define('resplay-examples', ResplayExamples);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-examples': ResplayExamples;
  }
}
