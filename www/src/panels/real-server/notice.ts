import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Unsubscribe } from '../../client/api';
import { Localized } from '../../i18n';
import type { RealServer } from '../../remote/real-server';
import { noticeStyles } from '../../styles/notice';
import { baseStyles, buttonStyles } from '../../styles/shared';
import { define } from '../view-element';
import { problemText, tr } from './catalogue';

/** Under the header as long as a real server is shown: which, how it stands, and the way back. Fires `leave`. */
export class ResplayRealNotice extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    noticeStyles,
    css`
      .notice {
        border-top: 3px solid var(--danger);
        border-bottom-color: var(--danger);
      }

      .badge {
        padding: 2px var(--space-2);
        border-radius: var(--radius-sm);
        background: var(--danger);
        color: var(--surface);
        font-weight: var(--weight-strong);
        white-space: nowrap;
      }

      .lost {
        color: var(--danger);
        font-weight: var(--weight-strong);
      }
    `,
  ];

  @property({ attribute: false }) server!: RealServer;
  private stop: Unsubscribe | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('server')) return;
    this.stop?.();
    this.stop = this.server.onState(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  protected override render(): TemplateResult {
    const { server } = this;
    const { problem, refused } = server.state;
    return html`<div class="notice problem" role="region" aria-label=${tr('notice.label')}>
      <span class="badge">${tr(`notice.${server.kind}`)}</span>
      <code>${server.main}</code>
      <span>${server.version}</span>
      <p class="said" role="status">
        ${
          problem
            ? html`<span class="lost"
                >${tr('notice.lost', { reason: problemText(problem).replace(/[.。]$/, '') })}</span
              >`
            : tr('notice.connected')
        }
        ${tr('notice.about')}
        ${refused === undefined ? nothing : html`${tr('notice.refused')} <code>${refused}</code>`}
      </p>
      <button class="outlined" @click=${() => this.dispatchEvent(new Event('leave'))}>
        ${tr('notice.disconnect')}
      </button>
    </div>`;
  }
}

define('resplay-real-notice', ResplayRealNotice);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-real-notice': ResplayRealNotice;
  }
}
