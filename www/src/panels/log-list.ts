import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Lab, LogEntry, LogOptions, LogUpdate, Watch } from '../client/api';
import { bytesText } from '../charts/numbers';
import { formatNumber } from '../i18n';
import { footStyles } from './foot-styles';
import { t } from './persistence-catalogue';
import { fileName } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { ViewElement, define } from './view-element';

const OVERSCAN = 16;
/** Browsers draw nothing beyond some 16 to 33 million pixels; a longer list scrolls faster than its bar. */
const TALLEST = 8_000_000;

/** The commands of one AOF file as it grows, only those in sight in the page; marks what is not synced. */
export class ResplayLogList extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    footStyles,
    persistenceStyles,
    css`
      :host {
        --row: 22px;
      }

      .list {
        position: relative;
        flex: 1;
        min-height: 66px;
        overflow: hidden auto;
        contain: strict;
      }

      .height {
        position: relative;
      }

      .row {
        display: grid;
        position: absolute;
        top: 0;
        right: 0;
        left: 0;
        grid-template-columns: 8px 7ch minmax(0, 1fr);
        align-items: center;
        gap: var(--space-3);
        height: var(--row);
        padding: 0 var(--space-3);
        font: var(--text-sm) / var(--row) var(--font-mono);
        white-space: nowrap;
      }

      .row.head {
        position: static;
        flex: none;
        border-bottom: 1px solid var(--border);
        color: var(--text-muted);
        font: var(--text-xs) / var(--row) var(--font-ui);
      }

      .row.head[hidden] {
        display: none;
      }

      .list .row:nth-child(odd) {
        background: color-mix(in srgb, var(--sunken) 45%, transparent);
      }

      .mark {
        width: 8px;
        height: 8px;
        border: 1.5px solid var(--accent);
        border-radius: 50%;
        background: var(--accent);
      }

      .unsynced .mark {
        border-color: var(--warning);
        background: transparent;
      }

      .at {
        color: var(--text-faint);
        font-variant-numeric: tabular-nums;
        text-align: right;
      }

      .text {
        overflow: hidden;
        text-overflow: ellipsis;
      }

      .note-row .text {
        color: var(--text-muted);
      }

      .legend {
        display: inline-flex;
        align-items: center;
        gap: 5px;
      }

      .empty {
        padding: var(--space-3);
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      .message {
        padding: var(--space-2) var(--space-3);
        background: var(--danger-soft);
        color: var(--danger);
        font-size: var(--text-sm);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property() path = '';

  @state() private shown: LogUpdate | undefined;
  @state() private following = true;
  @query('.list') private list!: HTMLElement;
  private watch: Watch<LogOptions> | undefined;
  private rowHeight = 22;
  private readonly resized = new ResizeObserver(() => this.look());

  protected labOpened(lab: Lab): void {
    this.shown = undefined;
    this.watch = lab.watchLog(this.options(), (update) => (this.shown = update));
    this.closeLater(() => {
      this.watch?.close();
      this.watch = undefined;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.resized.observe(this.list);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.list);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('path') || !this.hasUpdated) return;
    this.following = true;
    this.shown = undefined;
    this.list.scrollTop = 0;
    this.watch?.update(this.options());
  }

  override render(): TemplateResult {
    const { shown } = this;
    const total = shown?.total ?? 0;
    const unsynced = shown?.entries.some(({ synced }) => !synced) ?? false;
    return html`
      ${shown?.state === 'missing' ? html`<p class="message">${t('persistence.logMissing')}</p>` : nothing}
      ${
        shown?.state === 'damaged'
          ? html`<p class="message">
              ${t('persistence.logDamaged', { message: shown.message ?? '' })}
            </p>`
          : nothing
      }
      ${
        shown?.state === 'ok' && total === 0
          ? html`<p class="empty">${t('persistence.logEmpty')}</p>`
          : nothing
      }
      <div class="row head" aria-hidden="true" ?hidden=${total === 0}>
        <span></span><span class="at">${t('rdb.offset')}</span>
        <span class="text">${t('persistence.logCommand')}</span>
      </div>
      <div
        class="list"
        role="list"
        tabindex="0"
        aria-label=${t('persistence.logList', { file: fileName(this.path) })}
        @scroll=${this.onScroll}
      >
        <div class="height" role="presentation">
          ${repeat(
            shown?.entries ?? [],
            ({ at }) => at,
            (entry, index) => this.row(entry, (shown?.offset ?? 0) + index, total),
          )}
        </div>
      </div>
      <div class="foot">
        <span>${t('persistence.logCount', { count: formatNumber(total) })}</span>
        <span class="legend"
          ><span class="mark" aria-hidden="true"></span>${t('persistence.logSynced')}</span
        >
        <span class="legend ${unsynced ? 'unsynced' : ''}"
          >${
            unsynced
              ? html`<span class="mark" aria-hidden="true"></span>${t('persistence.logUnsynced')}`
              : nothing
          }</span
        >
        <span class="grow"></span>
        <button aria-pressed=${this.following ? 'true' : 'false'} @click=${this.toggleFollow}>
          ${t('persistence.logFollow')}
        </button>
      </div>
    `;
  }

  private row(entry: LogEntry, index: number, total: number): TemplateResult {
    const { kind, synced, at, length, text } = entry;
    const mark = t(synced ? 'persistence.logSynced' : 'persistence.logUnsynced');
    return html`<div
      class="row ${synced ? '' : 'unsynced'} ${kind === 'note' ? 'note-row' : ''}"
      role="listitem"
      aria-setsize=${total}
      aria-posinset=${index + 1}
      data-index=${index}
    >
      <span class="mark" role="img" aria-label=${mark} title=${mark}></span>
      <span class="at">${at}</span>
      <span class="text" title=${text}
        >${
          kind === 'rdb'
            ? html`<span class="badge">RDB</span>
                ${t('persistence.logBase', { size: bytesText(length) })}`
            : text
        }</span
      >
    </div>`;
  }

  protected override updated(): void {
    super.updated();
    const total = this.shown?.total ?? 0;
    // By CSSOM: the page's policy allows no style attributes.
    this.renderRoot
      .querySelector<HTMLElement>('.height')
      ?.style.setProperty('height', `${Math.min(TALLEST, total * this.rowHeight)}px`);
    const base = this.scrolledBy(total);
    for (const element of this.renderRoot.querySelectorAll<HTMLElement>('.list .row')) {
      const index = Number(element.dataset['index']);
      element.style.setProperty('transform', `translateY(${index * this.rowHeight - base}px)`);
    }
    if (this.following && this.list.scrollTop < this.bottom) this.list.scrollTop = this.bottom;
  }

  private get bottom(): number {
    return Math.max(0, this.list.scrollHeight - this.list.clientHeight);
  }

  private scrolledBy(total: number): number {
    const full = total * this.rowHeight;
    if (full <= TALLEST) return 0;
    return (this.list.scrollTop / Math.max(1, TALLEST - this.list.clientHeight)) * (full - TALLEST);
  }

  private options(): LogOptions {
    const rows = this.hasUpdated ? Math.ceil(this.list.clientHeight / this.rowHeight) : 20;
    const limit = Math.min(1000, rows + 2 * OVERSCAN);
    if (this.following || !this.hasUpdated) return { path: this.path, offset: -limit, limit };
    const scrolled = this.list.scrollTop + this.scrolledBy(this.shown?.total ?? 0);
    const first = Math.floor(scrolled / this.rowHeight);
    return { path: this.path, offset: Math.max(0, first - OVERSCAN), limit };
  }

  private look(): void {
    this.rowHeight = parseFloat(getComputedStyle(this).getPropertyValue('--row')) || 22;
    this.watch?.update(this.options());
  }

  private readonly onScroll = (): void => {
    // Whoever scrolls up wants to read; at the end again, the end is followed again.
    this.following = this.list.scrollTop >= this.bottom - 2;
    this.look();
    if ((this.shown?.total ?? 0) * this.rowHeight > TALLEST) this.requestUpdate();
  };

  private readonly toggleFollow = (): void => {
    this.following = !this.following;
    if (this.following) this.list.scrollTop = this.bottom;
    this.look();
  };
}

define('resplay-log-list', ResplayLogList);
