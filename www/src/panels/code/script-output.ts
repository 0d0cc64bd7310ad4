import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Piece, Place } from '../../code/output';
import { Localized } from '../../i18n';
import { baseStyles } from '../../styles/shared';
import { define } from '../view-element';
import { tc } from './catalogue';

/** So near to the end, in pixels, the output goes on with what comes. */
const NEAR = 40;

declare global {
  interface GlobalEventHandlersEventMap {
    /** Somebody wants to see a place that a traceback names. */
    'resplay-place': CustomEvent<Place>;
  }
}

/** `<resplay-script-output>`: what a script has printed; places in scripts can be gone to. */
export class ResplayScriptOutput extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        min-height: 0;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
      }

      pre {
        margin: 0;
        padding: var(--space-2) var(--space-3);
        overflow: auto;
        font: var(--text-md) / var(--leading) var(--font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      .error {
        color: var(--danger);
      }

      .muted {
        color: var(--text-muted);
      }

      button {
        display: inline;
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        text-align: left;
        text-decoration: underline;
        text-decoration-style: dotted;
        text-underline-offset: 0.2em;
        white-space: inherit;
        cursor: pointer;
      }

      button:hover {
        text-decoration-style: solid;
      }
    `,
  ];

  @property({ attribute: false }) pieces: readonly Piece[] = [];
  /** The scripts that there are, by name: only their places can be gone to. */
  @property({ attribute: false }) names: ReadonlySet<string> = new Set();
  @query('pre') private shown: HTMLElement | undefined;
  private atEnd = true;

  constructor() {
    super();
    new Localized(this);
  }

  protected override willUpdate(): void {
    const { shown } = this;
    if (!shown) return;
    this.atEnd = shown.scrollHeight - shown.scrollTop - shown.clientHeight < NEAR;
  }

  protected override updated(): void {
    const { shown } = this;
    // Whoever reads further up is left there.
    if (shown && this.atEnd) shown.scrollTop = shown.scrollHeight;
  }

  private go(place: Place): void {
    const event = new CustomEvent('resplay-place', {
      detail: place,
      bubbles: true,
      composed: true,
    });
    this.dispatchEvent(event);
  }

  private shownPart(part: string | Place): TemplateResult | string {
    if (typeof part === 'string') return part;
    if (!this.names.has(part.file)) return part.text;
    const go = (): void => this.go(part);
    // Space in it would be seen.
    // prettier-ignore
    return html`<button title=${tc('code.goTo')} @click=${go}>${part.text}</button>`;
  }

  protected override render(): TemplateResult {
    const { pieces } = this;
    return html`<pre tabindex="0" role="log" aria-label=${tc('code.output')}>
${pieces.length === 0 ? html`<span class="muted">${tc('code.empty')}</span>` : nothing}${repeat(
        pieces,
        ({ id }) => id,
        ({ parts, error }) =>
          html`<span class=${error ? 'error' : ''}
            >${parts.map((part) => this.shownPart(part))}</span
          >`,
      )}</pre>`;
  }
}

define('resplay-script-output', ResplayScriptOutput);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-script-output': ResplayScriptOutput;
  }
}
