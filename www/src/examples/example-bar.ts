import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { icons } from '../charts/icons';
import { t } from '../i18n';
import { ViewElement, define } from '../panels/view-element';
import { examples } from './index';
import './traffic-switch';

/** Of the example that was run: what each step does, one at a time, and its traffic. Fires `close`. */
export class ResplayExampleBar extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        container: example-bar / inline-size;
        flex: none;
        padding: var(--space-1) var(--space-3) var(--space-2);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
      }

      :host(:not([example])),
      :host([example='']) {
        display: none;
      }

      .head,
      .step {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-3);
      }

      h2 {
        margin: 0;
        font-size: var(--text-sm);
        font-weight: var(--weight-strong);
      }

      .grow {
        flex: 1;
      }

      .step {
        flex-wrap: nowrap;
        align-items: flex-start;
      }

      .words {
        flex: 1;
        min-width: 0;
        padding-top: 4px;
        font-size: var(--text-sm);
      }

      .words p {
        margin: 0;
      }

      .words code {
        display: block;
        margin-top: 2px;
        overflow: hidden;
        color: var(--text-muted);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .turn {
        display: flex;
        flex: none;
        align-items: center;
        color: var(--text-muted);
        font-size: var(--text-sm);
        font-variant-numeric: tabular-nums;
      }

      /* On a phone the chart needs the room: the console shows the commands, and the menu the title. */
      @container example-bar (max-width: 480px) {
        h2,
        .words code,
        .run {
          display: none;
        }

        .head {
          flex-wrap: nowrap;
        }
      }

      .next svg {
        transform: scaleX(-1);
      }
    `,
  ];

  /** The id of the example; nothing is shown without one. */
  @property({ reflect: true }) example = '';
  @state() private at = 0;

  protected labOpened(): void {
    // Only the traffic needs the lab.
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('example')) this.at = 0;
  }

  override render(): TemplateResult | typeof nothing {
    const example = examples.find(({ id }) => id === this.example);
    const step = example?.steps[this.at];
    if (example === undefined || step === undefined) return nothing;
    const last = example.steps.length - 1;
    return html`
      <div class="head">
        <h2>${t(example.title)}</h2>
        <resplay-traffic-switch .lab=${this.lab} .example=${example}></resplay-traffic-switch>
        <span class="grow"></span>
        <button
          class="icon"
          aria-label=${t('examples.close')}
          title=${t('examples.close')}
          @click=${() => this.dispatchEvent(new CustomEvent('close'))}
        >
          ${icons.close}
        </button>
      </div>
      <div class="step">
        <div class="turn">
          <button
            class="icon"
            aria-label=${t('examples.previous')}
            title=${t('examples.previous')}
            ?disabled=${this.at === 0}
            @click=${() => (this.at -= 1)}
          >
            ${icons.back}
          </button>
          ${this.at + 1}/${last + 1}
          <button
            class="icon next"
            aria-label=${t('examples.next')}
            title=${t('examples.next')}
            ?disabled=${this.at === last}
            @click=${() => (this.at += 1)}
          >
            ${icons.back}
          </button>
        </div>
        <div class="words" aria-live="polite">
          <p>${t(step.caption)}</p>
          <code title=${step.lines.join('\n')}>${step.lines.join(' · ')}</code>
        </div>
        <button
          class="icon run"
          aria-label=${t('examples.runStep')}
          title=${t('examples.runStep')}
          @click=${() => this.runInConsole(...step.lines)}
        >
          ${icons.play}
        </button>
      </div>
    `;
  }
}

define('resplay-example-bar', ResplayExampleBar);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-example-bar': ResplayExampleBar;
  }
}
