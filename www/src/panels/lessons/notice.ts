import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { deskAround, type Desk } from '../../lessons/desk';
import { Localized } from '../../i18n';
import { baseStyles, buttonStyles } from '../../styles/shared';
import { define } from '../view-element';
import { tn } from './catalogue';

/** Says whose lab the page shows while a lesson is open. */
export class ResplayLessonNotice extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: block;
      }

      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        padding: var(--space-1) var(--space-3) var(--space-1) var(--space-4);
        border-bottom: 1px solid var(--border);
        background: var(--accent-soft);
        font-size: var(--text-sm);
      }

      p {
        flex: 1;
        min-width: 12rem;
        margin: 0;
      }
    `,
  ];

  private desk!: Desk;
  private readonly changed = (): void => this.requestUpdate();

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.desk = deskAround(this);
    this.desk.addEventListener('change', this.changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.desk.removeEventListener('change', this.changed);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { opened } = this.desk;
    if (!opened) return nothing;
    return html`<div role="region" aria-label=${tn('notice.label')}>
      <p>${tn('notice.text', { title: opened.lesson.title })}</p>
      <button class="outlined" @click=${() => this.desk.close()}>${tn('notice.close')}</button>
    </div>`;
  }
}

define('resplay-lesson-notice', ResplayLessonNotice);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lesson-notice': ResplayLessonNotice;
  }
}
