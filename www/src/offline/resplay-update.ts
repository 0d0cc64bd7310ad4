import { LitElement, css, html, type TemplateResult } from 'lit';
import { Localized, translator } from '../i18n';
import { offlineEn } from '../i18n/offline.en';
import { offlineZhCN } from '../i18n/offline.zh-CN';
import { define } from '../panels/view-element';
import { baseStyles, buttonStyles } from '../styles/shared';
import { icon } from '../widgets/icons';

const to = translator<keyof typeof offlineEn>({ en: offlineEn, 'zh-CN': offlineZhCN });

/** Says that there is a new version. It is taken when the reader wants it, for a lab may be at work. */
export class ResplayUpdate extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        position: fixed;
        z-index: 30;
        right: var(--space-4);
        bottom: var(--space-4);
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        max-width: min(28rem, calc(100vw - 2 * var(--space-4)));
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--border);
        border-radius: var(--radius-lg);
        background: var(--surface);
        box-shadow: var(--shadow);
      }

      p {
        flex: 1 1 12rem;
        margin: 0;
      }
    `,
  ];

  /** Takes the new version, and loads the page again. */
  use: (() => void) | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  protected override render(): TemplateResult {
    return html`
      <p role="status">${to('offline.new')}</p>
      <button class="primary" @click=${() => this.use?.()}>${to('offline.use')}</button>
      <button
        class="icon"
        aria-label=${to('offline.later')}
        title=${to('offline.later')}
        @click=${() => this.remove()}
      >
        ${icon('close')}
      </button>
    `;
  }
}

define('resplay-update', ResplayUpdate);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-update': ResplayUpdate;
  }
}
