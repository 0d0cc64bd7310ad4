import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Lab } from '../client/api';
import { formatNumber, t } from '../i18n';
import { ViewElement, define } from '../panels/view-element';
import type { Example } from './example';
import { RATES, TrafficControl } from './traffic-control';

/** The switch that keeps an example's random traffic flowing, and how much of it. */
export class ResplayTrafficSwitch extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        flex-flow: row nowrap;
        align-items: center;
        gap: 0 var(--space-2);
        background: none;
        font-size: var(--text-sm);
      }

      label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }

      input[type='range'] {
        width: clamp(70px, 16vw, 110px);
        min-height: 0;
        padding: 0;
        border: none;
        background: none;
        accent-color: var(--accent);
      }

      [role='switch'] {
        gap: var(--space-2);
        color: var(--text);
      }

      .track {
        position: relative;
        flex: none;
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
        min-width: 8ch;
        font-variant-numeric: tabular-nums;
      }

      .failure {
        color: var(--danger);
      }
    `,
  ];

  @property({ attribute: false }) example: Example | undefined;
  private control: TrafficControl | undefined;

  protected labOpened(lab: Lab): void {
    const control = TrafficControl.of(lab);
    const changed = () => this.requestUpdate();
    control.addEventListener('change', changed);
    this.control = control;
    this.closeLater(() => control.removeEventListener('change', changed));
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    const { control, example } = this;
    if (control === undefined || example === undefined) return nothing;
    const { id } = example;
    const on = control.flows(id);
    const rate = t('examples.perSecond', { count: formatNumber(control.rate(id)) });
    return html`
      <button
        role="switch"
        aria-checked=${on ? 'true' : 'false'}
        @click=${() => {
          if (on) control.stop(id);
          else void control.start(example);
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
          .value=${String(control.rateIndex(id))}
          aria-valuetext=${rate}
          @input=${(event: Event) =>
            control.setRateIndex(id, Number((event.target as HTMLInputElement).value))}
        />
        <span class="rate" aria-hidden="true">${rate}</span>
      </label>
      <span class="failure" role="status">${control.failure}</span>
    `;
  }
}

define('resplay-traffic-switch', ResplayTrafficSwitch);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-traffic-switch': ResplayTrafficSwitch;
  }
}
