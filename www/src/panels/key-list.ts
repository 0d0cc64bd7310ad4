import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { DatabaseInfo, KeyRow, KeysOptions, KeysUpdate, Lab, Watch } from '../client/api';
import { identityOf } from '../client/bytes';
import { bytesText, durationText, groupThousands } from '../charts/numbers';
import { icons } from '../charts/icons';
import { formatNumber, t, type MessageKey } from '../i18n';
import { lineOf } from './show-bytes';
import { ViewElement, define } from './view-element';

const OVERSCAN = 12;
/** Browsers draw nothing beyond some 16 to 33 million pixels; a longer list scrolls faster than its bar. */
const TALLEST = 8_000_000;
const SOON = 10_000;

type Sort = NonNullable<KeysOptions['sort']>;

const COLUMNS: readonly { id: string; label: MessageKey; sort?: Sort }[] = [
  { id: 'key', label: 'views.keys.key', sort: 'name' },
  { id: 'type', label: 'views.keys.type', sort: 'type' },
  { id: 'encoding', label: 'views.keys.encoding' },
  { id: 'length', label: 'views.keys.length', sort: 'length' },
  { id: 'memory', label: 'views.keys.memory', sort: 'memory' },
  { id: 'ttl', label: 'views.keys.ttl', sort: 'ttl' },
];

/** The list of a database's keys, as they change. Fires `choose` (`KeyRow`), and `open` when Enter was pressed. */
export class ResplayKeyList extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        --row: 28px;
        container: key-list / inline-size;
        flex: 1;
      }

      .filter {
        display: flex;
        flex: 1 1 150px;
        min-width: 120px;
      }

      .filter input {
        flex: 1;
        min-width: 0;
        font-family: var(--font-mono);
      }

      .grid {
        position: relative;
        flex: 1;
        min-height: 112px;
        overflow: hidden auto;
        contain: strict;
      }

      .head,
      .row {
        display: grid;
        grid-template-columns: minmax(90px, 1fr) 62px 84px 76px 76px 74px;
        align-items: center;
        column-gap: var(--space-2);
        padding: 0 var(--space-3);
      }

      .head {
        position: sticky;
        z-index: 1;
        top: 0;
        height: var(--row);
        border-block: 1px solid var(--border);
        background: var(--raised);
        color: var(--text-muted);
        font-size: var(--text-xs);
      }

      .head button {
        min-height: 24px;
        margin: 0 -4px;
        padding: 0 4px;
        font-size: var(--text-xs);
      }

      .head .number {
        font-family: inherit;
      }

      .height {
        position: relative;
      }

      .row {
        position: absolute;
        top: 0;
        right: 0;
        left: 0;
        height: var(--row);
        font-size: var(--text-sm);
        cursor: default;
        white-space: nowrap;
      }

      .row:hover {
        background: var(--hover);
      }

      .row[aria-selected='true'] {
        background: var(--accent-soft);
      }

      .row > * {
        overflow: hidden;
        text-overflow: ellipsis;
      }

      .key {
        font-family: var(--font-mono);
      }

      .soon {
        color: var(--warning);
      }

      .gone {
        opacity: 0.5;
      }

      @container key-list (max-width: 520px) {
        .head,
        .row {
          grid-template-columns: minmax(80px, 1fr) 58px 64px 66px;
        }
        .encoding,
        .memory {
          display: none;
        }
      }

      @container key-list (max-width: 330px) {
        .head,
        .row {
          grid-template-columns: minmax(80px, 1fr) 56px 60px;
        }
        .length {
          display: none;
        }
      }

      @media (pointer: coarse) {
        :host {
          --row: 40px;
        }
      }
    `,
  ];

  @property({ type: Number }) db = 0;
  /** `identityOf` the key that is open. */
  @property() chosen = '';

  @state() private total = 0;
  /** There may be more than are listed. */
  @state() private partial = false;
  @state() private offset = 0;
  @state() private rows: readonly KeyRow[] = [];
  @state() private databases: readonly DatabaseInfo[] = [];
  @state() private type = '';
  @state() private sort: Sort = 'name';
  @state() private descending = false;
  @state() private text = '';
  @state() private cursor = 0;
  @state() private now = 0;
  @state() private loaded = false;
  @query('.grid') private grid!: HTMLElement;
  private watch: Watch<KeysOptions> | undefined;
  private rowHeight = 28;
  private clock: ReturnType<typeof setInterval> | undefined;
  private cursorKey = '';
  /** The cursor went to a row that has not come yet: choose it when it has. */
  private wanted = false;
  private readonly resized = new ResizeObserver(() => this.look());

  protected labOpened(lab: Lab): void {
    this.loaded = false;
    this.watch = lab.watchKeys(this.options(), (update) => this.take(update));
    this.closeLater(() => {
      this.watch?.close();
      this.watch = undefined;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.resized.observe(this.grid);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    clearInterval(this.clock);
    this.clock = undefined;
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.grid);
  }

  /** Puts the keyboard on the list. */
  override focus(): void {
    this.grid.focus();
  }

  override render(): TemplateResult {
    const databases = new Map(this.databases.map((info) => [info.db, info.keys]));
    if (!databases.has(this.db)) databases.set(this.db, 0);
    if (!databases.has(0)) databases.set(0, 0);
    const activeRow = this.rows[this.cursor - this.offset];
    return html`
      <div class="toolbar" role="search">
        <span class="filter">
          <input
            type="search"
            spellcheck="false"
            autocapitalize="off"
            placeholder=${t('views.keys.filter')}
            aria-label=${t('views.keys.filterLabel')}
            title=${t('views.keys.filterLabel')}
            .value=${this.text}
            @input=${(event: Event) => this.filter({ text: (event.target as HTMLInputElement).value })}
            @keydown=${(event: KeyboardEvent) => {
              if (event.key === 'ArrowDown') this.grid.focus();
            }}
          />
        </span>
        <select
          aria-label=${t('views.keys.typeLabel')}
          @change=${(event: Event) => this.filter({ type: (event.target as HTMLSelectElement).value })}
        >
          <option value="">${t('views.keys.allTypes')}</option>
          ${['string', 'list', 'set', 'zset', 'hash', 'stream'].map(
            (type) => html`<option ?selected=${type === this.type}>${type}</option>`,
          )}
        </select>
        ${
          databases.size > 1
            ? html`<select
                aria-label=${t('views.database')}
                @change=${(event: Event) =>
                  this.dispatchEvent(
                    new CustomEvent('database', {
                      detail: Number((event.target as HTMLSelectElement).value),
                    }),
                  )}
              >
                ${[...databases]
                  .sort(([a], [b]) => a - b)
                  .map(
                    ([db, keys]) =>
                      html`<option value=${db} ?selected=${db === this.db}>
                        db${db} (${formatNumber(keys)})
                      </option>`,
                  )}
              </select>`
            : nothing
        }
        <span class="muted count" role="status"
          >${t('views.keys.count', { count: formatNumber(this.total) })}${this.partial ? '+' : ''}</span
        >
      </div>
      <div
        class="grid"
        role="grid"
        ?hidden=${this.total === 0}
        aria-label=${t('views.keys.list')}
        aria-rowcount=${this.total + 1}
        aria-colcount=${COLUMNS.length}
        aria-activedescendant=${activeRow === undefined ? nothing : `row-${this.cursor}`}
        tabindex="0"
        @keydown=${this.onKey}
        @scroll=${this.look}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${COLUMNS.map((column) => this.columnHead(column))}
        </div>
        <div class="height" role="rowgroup">
          ${repeat(
            this.rows,
            (row) => identityOf(row.key),
            (row, index) => this.rowOf(row, this.offset + index),
          )}
        </div>
      </div>
      ${this.loaded && this.total === 0 ? this.lesson() : nothing}
    `;
  }

  private columnHead({ id, label, sort }: (typeof COLUMNS)[number]): TemplateResult {
    const sorted = sort !== undefined && sort === this.sort;
    const number = id === 'length' || id === 'memory' || id === 'ttl' ? 'number' : '';
    return html`
      <div
        class="${id} ${number}"
        role="columnheader"
        aria-sort=${sorted ? (this.descending ? 'descending' : 'ascending') : nothing}
      >
        ${
          sort === undefined
            ? t(label)
            : html`<button
                @click=${() => this.filter({ sort, descending: sorted ? !this.descending : sort === 'length' || sort === 'memory' })}
              >
                ${t(label)}${sorted ? html`<span aria-hidden="true">${this.descending ? '↓' : '↑'}</span>` : nothing}
              </button>`
        }
      </div>
    `;
  }

  private rowOf(row: KeyRow, index: number): TemplateResult {
    const left = row.expiresAt === null ? undefined : row.expiresAt - this.now;
    const ttl = left === undefined ? '' : `number ttl ${left < SOON ? 'soon' : ''}`;
    return html`
      <div
        id="row-${index}"
        class="row ${left !== undefined && left <= 0 ? 'gone' : ''}"
        role="row"
        aria-rowindex=${index + 2}
        aria-selected=${identityOf(row.key) === this.chosen ? 'true' : 'false'}
        data-index=${index}
        @click=${() => this.pick(index, true)}
      >
        <span class="key" role="gridcell"
          >${row.key.text === '' ? '""' : lineOf(row.key, 120)}</span
        >
        <span class="type" role="gridcell"><span class="badge ${row.type}">${row.type}</span></span>
        <span class="encoding muted" role="gridcell">${row.encoding}</span>
        <span class="length number" role="gridcell">${groupThousands(String(row.length))}</span>
        <span class="memory number muted" role="gridcell">${bytesText(row.memory)}</span>
        <span class=${ttl === '' ? 'number ttl muted' : ttl} role="gridcell"
          >${left === undefined ? html`<span title=${t('views.keys.noTtl')}>∞</span>` : durationText(left)}</span
        >
      </div>
    `;
  }

  private lesson(): TemplateResult {
    const filtered = this.text !== '' || this.type !== '';
    if (filtered) return html`<div class="note"><p>${t('views.keys.noMatch')}</p></div>`;
    const lines = ['SET greeting hello', 'EXPIRE greeting 60'];
    return html`
      <div class="note">
        <strong>${t('views.keys.empty', { db: this.db })}</strong>
        <p>${t('views.keys.emptyHelp')}</p>
        <pre class="commands">${lines.join('\n')}</pre>
        <button
          class="outlined"
          @click=${() => this.runInConsole(...(this.db === 0 ? lines : [`SELECT ${this.db}`, ...lines]))}
        >
          ${icons.play} ${t('views.run')}
        </button>
      </div>
    `;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('db') && this.watch !== undefined) this.filter({});
  }

  protected override updated(): void {
    super.updated();
    // By CSSOM: the page's policy allows no style attributes.
    this.renderRoot
      .querySelector<HTMLElement>('.height')
      ?.style.setProperty('height', `${Math.min(TALLEST, this.total * this.rowHeight)}px`);
    const base = this.scrolledBy();
    for (const element of this.renderRoot.querySelectorAll<HTMLElement>('.row')) {
      const index = Number(element.dataset['index']);
      element.style.setProperty('transform', `translateY(${index * this.rowHeight - base}px)`);
    }
  }

  /** How far a list that is taller than its scroll bar is ahead of it. */
  private scrolledBy(): number {
    const full = this.total * this.rowHeight;
    if (full <= TALLEST) return 0;
    const part = this.grid.scrollTop / Math.max(1, TALLEST - this.viewHeight());
    return part * (full - TALLEST);
  }

  /** What is left of the grid under its head. */
  private viewHeight(): number {
    return this.grid.clientHeight - this.rowHeight;
  }

  private firstVisible(): number {
    return Math.floor((this.grid.scrollTop + this.scrolledBy()) / this.rowHeight);
  }

  private pageRows(): number {
    return Math.max(1, Math.floor(this.viewHeight() / this.rowHeight));
  }

  /** Asks for the rows that are in sight. */
  private readonly look = (): void => {
    this.rowHeight = parseFloat(getComputedStyle(this).getPropertyValue('--row')) || 28;
    this.watch?.update(this.options());
    if (this.total * this.rowHeight > TALLEST) this.requestUpdate();
  };

  private options(): KeysOptions {
    const text = this.text;
    // Plain text is looked for anywhere in the name; whoever writes a pattern gets it as written.
    const pattern = text === '' ? '*' : /[*?[\]\\]/.test(text) ? text : `*${text}*`;
    const hasView = this.hasUpdated;
    return {
      db: this.db,
      pattern,
      ...(this.type === '' ? {} : { type: this.type }),
      sort: this.sort,
      descending: this.descending,
      offset: hasView ? Math.max(0, this.firstVisible() - OVERSCAN) : 0,
      limit: (hasView ? this.pageRows() : 20) + 2 * OVERSCAN,
    };
  }

  private filter(change: {
    text?: string;
    type?: string;
    sort?: Sort;
    descending?: boolean;
  }): void {
    Object.assign(this, change);
    this.cursor = 0;
    this.cursorKey = '';
    if (this.hasUpdated) this.grid.scrollTop = 0;
    if (change.type === '') this.rewatch();
    else this.watch?.update(this.options());
  }

  /** An option can be changed but not taken back: without a type it is another watch. */
  private rewatch(): void {
    this.watch?.close();
    if (this.lab === undefined) return;
    this.watch = this.lab.watchKeys(this.options(), (update) => this.take(update));
  }

  private take(update: KeysUpdate): void {
    this.loaded = true;
    this.total = update.total;
    this.partial = update.partial ?? false;
    this.offset = update.offset;
    this.rows = update.rows;
    this.databases = update.databases;
    this.now = this.labTime();
    if (this.wanted) this.pick(this.cursor, false);
    else if (this.cursorKey !== '') {
      // Keys that came or went above must not move the cursor to another key.
      const at = update.rows.findIndex((row) => identityOf(row.key) === this.cursorKey);
      if (at >= 0) this.cursor = update.offset + at;
    }
    if (this.cursor >= update.total) this.cursor = Math.max(0, update.total - 1);
    const ticking = update.rows.some((row) => row.expiresAt !== null);
    if (!ticking) {
      clearInterval(this.clock);
      this.clock = undefined;
    } else this.clock ??= setInterval(() => (this.now = this.labTime()), 500);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    // The column heads are buttons of their own.
    if (event.composedPath()[0] instanceof HTMLButtonElement) return;
    const page = this.pageRows();
    const steps: Partial<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.total,
      End: this.total,
    };
    const step = steps[event.key];
    if (step !== undefined && this.total > 0) {
      event.preventDefault();
      const from =
        this.cursorKey === '' ? this.cursor - Math.sign(step) * (step === 1 ? 1 : 0) : this.cursor;
      this.pick(Math.min(this.total - 1, Math.max(0, from + step)), false);
      this.reveal();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.pick(this.cursor, true);
    } else if (event.key === 'Delete' || event.key === 'F2') {
      const row = this.rows[this.cursor - this.offset];
      if (row === undefined) return;
      event.preventDefault();
      this.pick(this.cursor, false);
      this.dispatchEvent(
        new CustomEvent(event.key === 'Delete' ? 'delete' : 'rename', { detail: row }),
      );
    }
  };

  private pick(index: number, open: boolean): void {
    this.cursor = index;
    const row = this.rows[index - this.offset];
    this.wanted = row === undefined;
    if (row === undefined) return;
    this.cursorKey = identityOf(row.key);
    this.dispatchEvent(new CustomEvent<KeyRow>('choose', { detail: row }));
    if (open) this.dispatchEvent(new CustomEvent<KeyRow>('open', { detail: row }));
  }

  private reveal(): void {
    const full = this.total * this.rowHeight;
    const stretch = full <= TALLEST ? 1 : TALLEST / full;
    const top = this.cursor * this.rowHeight * stretch;
    const height = this.viewHeight();
    if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top + this.rowHeight > this.grid.scrollTop + height)
      this.grid.scrollTop = top + this.rowHeight - height;
  }
}

define('resplay-key-list', ResplayKeyList);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-key-list': ResplayKeyList;
  }
}
