import { LitElement, css, html, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { dialogStyles } from '../styles/dialog';
import { Localized } from '../i18n';
import { define } from '../panels/view-element';
import { baseStyles, buttonStyles } from '../styles/shared';
import { ts } from './catalogue';
import { fromFragment } from './link';
import { problemText } from './problems';
import { LIMITS, LinkError } from './shared-lab';

/** A file with a lab in it: it is opened in a tab of its own, as its link would be, and nothing here changes. */
export class ResplayFileOffer extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    dialogStyles,
    css`
      .reason {
        color: var(--danger);
      }
    `,
  ];

  @state() private name = '';
  @state() private fragment = '';
  @state() private failure = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localized(this);
  }

  /** Resolves when the question is answered. */
  async ask(file: File): Promise<void> {
    this.name = file.name;
    try {
      if (file.size > LIMITS.link) throw new LinkError('tooLong');
      const text = (await file.text()).trim();
      await fromFragment(text);
      this.fragment = `#${text.replace(/^#/, '')}`;
    } catch (error) {
      this.failure = problemText(error);
    }
    await this.updateComplete;
    this.dialog.showModal();
    await new Promise((resolve) => this.dialog.addEventListener('close', resolve));
  }

  private open(): void {
    window.open(`${location.pathname}${location.search}${this.fragment}`, '_blank', 'noopener');
    this.dialog.close();
  }

  protected override render(): TemplateResult {
    const failed = this.failure !== '';
    return html`<dialog aria-labelledby="title">
      <div class="head">
        <h2 id="title">${ts(failed ? 'arriving.failed' : 'file.title', { name: this.name })}</h2>
      </div>
      <div class="body">
        <p class=${failed ? 'reason' : ''}>${failed ? this.failure : ts('file.explain')}</p>
        <div class="actions">
          <button class="primary" ?hidden=${failed} @click=${this.open}>${ts('file.open')}</button>
          <button class="outlined" @click=${() => this.dialog.close()}>${ts('share.close')}</button>
        </div>
      </div>
    </dialog>`;
  }
}

define('resplay-file-offer', ResplayFileOffer);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-file-offer': ResplayFileOffer;
  }
}
