import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Argument, KeyRow, Lab, RedisString, Watch, KeysOptions } from '../client/api';
import { bytesOf, redisString } from '../client/bytes';
import { formatNumber, t } from '../i18n';
import { keyChanged, lineOf } from './show-bytes';
import { ViewElement, define } from './view-element';

const OFFERED = 50;

/** A field for a key, which offers the keys of one type as one types. Fires `change` with the key. */
export class ResplayKeyChooser extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        display: inline-block;
        position: relative;
        background: none;
      }

      input {
        width: 100%;
        padding-right: 22px;
        font-family: var(--font-mono);
        text-overflow: ellipsis;
      }

      svg {
        position: absolute;
        top: calc(50% - 5px);
        right: 8px;
        color: var(--text-muted);
        pointer-events: none;
      }

      ul {
        position: absolute;
        z-index: 20;
        top: calc(100% + 4px);
        left: 0;
        min-width: 100%;
        width: max-content;
        max-width: min(360px, 80vw);
        max-height: 260px;
        margin: 0;
        padding: 4px;
        overflow-y: auto;
        border: 1px solid var(--border);
        border-radius: var(--radius-md);
        background: var(--surface);
        box-shadow: var(--shadow);
        list-style: none;
      }

      li {
        display: flex;
        justify-content: space-between;
        gap: var(--space-3);
        padding: 4px var(--space-2);
        border-radius: var(--radius-sm);
        font-size: var(--text-sm);
        cursor: pointer;
      }

      li span:first-child {
        overflow: hidden;
        font-family: var(--font-mono);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      li[aria-selected='true'] {
        background: var(--accent-soft);
      }

      li.none {
        color: var(--text-muted);
        cursor: default;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: keyChanged }) value: Argument = '';
  @property() type = 'zset';
  @property({ type: Number }) db = 0;
  @property() label = '';

  @state() private open = false;
  @state() private active = -1;
  @state() private rows: readonly KeyRow[] = [];
  @query('input') private input!: HTMLInputElement;
  private watch: Watch<KeysOptions> | undefined;
  private typed = '';

  protected labOpened(): void {
    this.closeLater(() => this.stop());
    if (this.open) this.offer();
  }

  override render(): TemplateResult {
    const shown = lineOf(redisString(bytesOf(this.value)));
    return html`
      <input
        role="combobox"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        aria-label=${this.label}
        aria-autocomplete="list"
        aria-expanded=${this.open ? 'true' : 'false'}
        aria-controls="offered"
        aria-activedescendant=${this.open && this.active >= 0 ? `offer-${this.active}` : nothing}
        .value=${this.open ? this.typed : shown}
        @focus=${this.onFocus}
        @click=${this.openList}
        @input=${this.onInput}
        @keydown=${this.onKey}
        @blur=${this.onBlur}
      />
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        <path d="M1 3l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
      <ul id="offered" role="listbox" aria-label=${this.label} ?hidden=${!this.open}>
        ${this.rows.map(
          (row, index) => html`
            <li
              id="offer-${index}"
              role="option"
              aria-selected=${index === this.active ? 'true' : 'false'}
              @pointerdown=${(event: Event) => {
                event.preventDefault();
                this.choose(row.key);
              }}
            >
              <span>${lineOf(row.key, 80)}</span>
              <span class="muted number">${formatNumber(row.length)}</span>
            </li>
          `,
        )}
        ${
          this.rows.length === 0
            ? html`<li class="none" role="option" aria-selected="false" aria-disabled="true">
                ${t('views.chooser.none', { type: this.type })}
              </li>`
            : nothing
        }
      </ul>
    `;
  }

  override focus(): void {
    this.input.focus();
  }

  private readonly onFocus = (): void => this.input.select();

  private readonly openList = (): void => {
    if (this.open) return;
    this.typed = this.input.value;
    this.open = true;
    this.active = -1;
    this.offer('');
  };

  private readonly onInput = (): void => {
    this.typed = this.input.value;
    this.open = true;
    this.active = -1;
    this.offer(this.typed);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.open) {
        this.openList();
        return;
      }
      const count = this.rows.length;
      if (count === 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
      void this.updateComplete.then(() =>
        this.renderRoot
          .querySelector(`#offer-${this.active}`)
          ?.scrollIntoView({ block: 'nearest' }),
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const row = this.open ? this.rows[this.active] : undefined;
      if (row !== undefined) this.choose(row.key);
      else this.chooseTyped();
    } else if (event.key === 'Escape' && this.open) {
      event.stopPropagation();
      this.stop();
    }
  };

  private readonly onBlur = (): void => {
    if (this.open && this.typed !== '') this.chooseTyped();
    else this.stop();
  };

  private chooseTyped(): void {
    const text = this.input.value;
    // The text of a binary key, left as it was, still means that key.
    if (text === lineOf(redisString(bytesOf(this.value)))) this.stop();
    else this.choose({ text });
  }

  private choose(key: RedisString): void {
    this.value = key;
    this.stop();
    this.dispatchEvent(new CustomEvent('change', { detail: key }));
  }

  private offer(text = ''): void {
    const lab: Lab | undefined = this.lab;
    if (lab === undefined) return;
    const pattern = text === '' ? '*' : `*${text.replace(/[*?[\]\\]/g, '\\$&')}*`;
    const options = { db: this.db, type: this.type, pattern, offset: 0, limit: OFFERED };
    if (this.watch !== undefined) this.watch.update(options);
    else
      this.watch = lab.watchKeys(options, (update) => {
        this.rows = update.rows;
        if (this.active >= update.rows.length) this.active = -1;
      });
  }

  private stop(): void {
    this.open = false;
    this.active = -1;
    this.watch?.close();
    this.watch = undefined;
  }
}

define('resplay-key-chooser', ResplayKeyChooser);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-key-chooser': ResplayKeyChooser;
  }
}
