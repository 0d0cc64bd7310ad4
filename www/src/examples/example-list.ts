import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { icons } from '../charts/icons';
import { t } from '../i18n';
import { ViewElement, define } from '../panels/view-element';
import type { Example } from './example';
import { examples } from './index';
import './traffic-switch';

/** Which example was run: its `<resplay-example-bar>` can explain it. */
export interface ExampleDetail {
  readonly id: string;
}

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

      resplay-traffic-switch {
        margin-top: var(--space-2);
        padding: var(--space-1) var(--space-3);
        border-radius: var(--radius-md);
        background: var(--raised);
      }
    `,
  ];

  /** The id of the example whose steps are shown. */
  @property() open = '';
  protected labOpened(): void {
    // Only the traffic needs the lab.
  }

  /** Runs one example as its button does. */
  run(id: string): void {
    const example = examples.find((candidate) => candidate.id === id);
    if (example === undefined) return;
    this.open = id;
    this.runInConsole(...example.steps.flatMap((step) => step.lines));
    this.openView(example.opens);
    const detail: ExampleDetail = { id };
    this.dispatchEvent(
      new CustomEvent('resplay-example', { detail, bubbles: true, composed: true }),
    );
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
        ${
          open
            ? html`<resplay-traffic-switch
                .lab=${this.lab}
                .example=${example}
              ></resplay-traffic-switch>`
            : nothing
        }
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
}

define('resplay-examples', ResplayExamples);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-examples': ResplayExamples;
  }
  interface GlobalEventHandlersEventMap {
    'resplay-example': CustomEvent<ExampleDetail>;
  }
}
