import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { deskAround, type Desk } from '../../lessons/desk';
import { Localized } from '../../i18n';
import { noticeStyles } from '../../styles/notice';
import { baseStyles, buttonStyles } from '../../styles/shared';
import { define } from '../view-element';
import { tn } from './catalogue';

/** Says whose lab the page shows while a lesson is open. */
export class ResplayLessonNotice extends LitElement {
  static override styles = [baseStyles, buttonStyles, noticeStyles];

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
    return html`<div class="notice" role="region" aria-label=${tn('notice.label')}>
      <p class="said">${tn('notice.text', { title: opened.lesson.title })}</p>
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
