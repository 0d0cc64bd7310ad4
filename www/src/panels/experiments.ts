import { css, html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Lab } from '../client/api';
import { te } from './experiments/catalogue';
import './experiments/pipelines';
import './experiments/races';
import { ViewElement, define } from './view-element';

const experiments = ['races', 'pipelines'] as const;
type Experiment = (typeof experiments)[number];

const chosen = new WeakMap<Lab, Experiment>();

/** Experiments with many clients, and with slow lines. */
export class ResplayExperiments extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      .choice {
        display: flex;
        gap: var(--space-1);
        padding: var(--space-2) var(--space-3) 0;
      }
    `,
  ];

  @state() private shown: Experiment = 'races';

  protected labOpened(lab: Lab): void {
    this.shown = chosen.get(lab) ?? this.shown;
  }

  private show(experiment: Experiment): void {
    this.shown = experiment;
    if (this.lab) chosen.set(this.lab, experiment);
  }

  protected override render(): TemplateResult {
    return html`
      <div class="choice" role="group" aria-label=${te('experiments.label')}>
        ${experiments.map(
          (one) =>
            html`<button
              class="outlined"
              aria-pressed=${one === this.shown ? 'true' : 'false'}
              @click=${() => this.show(one)}
            >
              ${te(`experiments.${one}`)}
            </button>`,
        )}
      </div>
      ${
        this.shown === 'races'
          ? html`<resplay-races .lab=${this.lab}></resplay-races>`
          : html`<resplay-pipelines .lab=${this.lab}></resplay-pipelines>`
      }
    `;
  }
}

define('resplay-experiments', ResplayExperiments);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-experiments': ResplayExperiments;
  }
}
