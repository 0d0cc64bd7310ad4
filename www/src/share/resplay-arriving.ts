import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { dialogStyles } from '../styles/dialog';
import { Localized } from '../i18n';
import { define } from '../panels/view-element';
import { baseStyles, buttonStyles } from '../styles/shared';
import { ts } from './catalogue';
import { problemText } from './problems';
import { goHome } from './open';

/** So long nothing is shown: most links are open by then, in milliseconds. */
const PATIENCE = 300;

/** A lab is on its way: how far it is, a way out, and what went wrong. */
export class ResplayArriving extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    dialogStyles,
    css`
      progress {
        width: 100%;
        height: 8px;
        margin-top: var(--space-4);
        accent-color: var(--accent);
      }

      .reason {
        color: var(--danger);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() done = 0;
  @state() private failure = '';
  @query('dialog') private dialog!: HTMLDialogElement;
  private readonly controller = new AbortController();

  constructor() {
    super();
    new Localized(this);
    setTimeout(() => this.open(), PATIENCE);
  }

  private open(): void {
    if (this.isConnected && !this.dialog.open) this.dialog.showModal();
  }

  /** Waits for something that takes time and may fail: then it is said why, and nothing goes on. */
  async until<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.controller.signal);
    } catch (error) {
      if (this.controller.signal.aborted) goHome();
      else this.failure = problemText(error);
      await this.updateComplete;
      this.open();
      return new Promise(() => undefined);
    }
  }

  private readonly cancel = (event?: Event): void => {
    event?.preventDefault();
    this.controller.abort();
    goHome();
  };

  protected override render(): TemplateResult {
    const failed = this.failure !== '';
    return html`<dialog aria-labelledby="title" @cancel=${this.cancel}>
      <div class="head">
        <h2 id="title">${ts(failed ? 'arriving.failed' : 'arriving.title')}</h2>
      </div>
      <div class="body">
        ${
          failed
            ? html`<p class="reason" role="alert">${this.failure}</p>
                <p>${ts('arriving.unchanged')}</p>`
            : html`<p>${ts('arriving.explain')}</p>
                <progress
                  max="1"
                  value=${this.done === 0 ? nothing : this.done}
                  aria-label=${ts('arriving.title')}
                ></progress>`
        }
        <div class="actions">
          <button class=${failed ? 'primary' : 'outlined'} @click=${() => this.cancel()}>
            ${ts(failed ? 'arriving.home' : 'arriving.cancel')}
          </button>
        </div>
      </div>
    </dialog>`;
  }
}

define('resplay-arriving', ResplayArriving);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-arriving': ResplayArriving;
  }
}
