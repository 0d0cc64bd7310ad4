import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Lab } from '../../client/api';
import { icon } from '../../widgets/icons';
import { define } from '../view-element';
import { ActingElement } from './acting-element';
import { tl } from './catalogue';
import { scenarios, type Scenario } from './scenarios';

/** What was chosen outlives the view that shows it. */
const setUp = new WeakMap<Lab, Scenario>();

/** Scenarios to choose from; of the one that is set up, what to watch for and its steps. */
export class ResplayScenarioBar extends ActingElement {
  static override styles = [
    ...ActingElement.styles,
    css`
      :host {
        flex: none;
        gap: var(--space-1);
        padding: var(--space-2) var(--space-3);
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
      }

      select {
        max-width: 100%;
      }

      p {
        margin: 0;
        max-width: 60rem;
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      p.failure {
        color: var(--danger);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() private chosen: Scenario | undefined;

  protected labOpened(lab: Lab): void {
    this.chosen = setUp.get(lab);
  }

  private choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.chosen = scenarios.find(({ name }) => name === value);
    const { chosen, lab } = this;
    if (!chosen || !lab) return;
    setUp.set(lab, chosen);
    void this.attempt(() => chosen.setUp(lab));
  }

  private close(): void {
    this.chosen = undefined;
    if (this.lab) setUp.delete(this.lab);
  }

  protected override render(): TemplateResult {
    const { chosen, busy } = this;
    return html`
      <div class="row">
        <select
          aria-label=${tl('scenario.label')}
          title=${tl('scenario.chooseTitle')}
          ?disabled=${busy}
          @change=${this.choose}
        >
          <option value="" ?selected=${!chosen}>${tl('scenario.choose')}</option>
          ${scenarios.map(
            ({ name }) =>
              html`<option value=${name} ?selected=${chosen?.name === name}>
                ${tl(`scenario.${name}`)}
              </option>`,
          )}
        </select>
        <span role="group" class="row" aria-label=${tl('scenario.steps')}>
          ${chosen?.steps.map(
            (step) =>
              html`<button
                class="outlined"
                ?disabled=${busy}
                @click=${() => this.attempt((lab) => step.run(lab))}
              >
                ${tl(step.label)}
              </button>`,
          )}
        </span>
        ${
          chosen
            ? html`<button
                class="icon"
                aria-label=${tl('scenario.close')}
                title=${tl('scenario.close')}
                @click=${this.close}
              >
                ${icon('close')}
              </button>`
            : nothing
        }
        ${busy ? html`<span class="muted" role="status">${tl('scenario.busy')}</span>` : nothing}
      </div>
      ${chosen ? html`<p>${tl(`scenario.${chosen.name}.watch`)}</p>` : nothing}
      ${
        this.failure === ''
          ? nothing
          : html`<p class="failure" role="alert">
              ${tl('scenario.failed', { reason: this.failure })}
            </p>`
      }
    `;
  }
}

define('resplay-scenario-bar', ResplayScenarioBar);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-scenario-bar': ResplayScenarioBar;
  }
}
