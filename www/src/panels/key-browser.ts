import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Argument, KeyRow, RedisString } from '../client/api';
import { icons } from '../charts/icons';
import { t } from '../i18n';
import './key-list';
import type { ResplayKeyList } from './key-list';
import type { ResplayKeyValue } from './key-value';
import { keyChanged, keyIdentity } from './show-bytes';
import { ViewElement, define } from './view-element';

/** Values are shown by code that is fetched with the first of them. */
const loadValue = (): Promise<unknown> => import('./key-value');

/** `<resplay-key-browser>` with `.lab`: the keys as they change, and the value of the one that is chosen. */
export class ResplayKeyBrowser extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        container: key-browser / inline-size;
        height: 100%;
      }

      .panes {
        display: flex;
        flex: 1;
        min-height: 0;
      }

      resplay-key-list {
        flex: 1 1 50%;
        min-width: 0;
      }

      .value {
        display: flex;
        flex: 1 1 50%;
        flex-direction: column;
        min-width: 0;
        border-left: 1px solid var(--border);
      }

      .back {
        display: none;
        align-self: flex-start;
        margin: var(--space-1) var(--space-2) 0;
      }

      @container key-browser (max-width: 640px) {
        .panes.open resplay-key-list,
        .panes:not(.open) .value {
          display: none;
        }

        .value {
          border-left: none;
        }

        .back {
          display: inline-flex;
        }
      }
    `,
  ];

  @property({ type: Number }) db = 0;
  /** The key whose value is shown. */
  @property({ attribute: false, hasChanged: keyChanged }) key: Argument | undefined;
  /** On a narrow screen: the value instead of the list. */
  @state() private open = false;
  /** Why no value can be shown. */
  @state() private failure = '';
  @query('resplay-key-list') private list!: ResplayKeyList;
  @query('resplay-key-value') private value!: ResplayKeyValue | null;

  /** Shows one key. */
  show(key: Argument, db = this.db): void {
    this.db = db;
    this.key = key;
    this.open = true;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('key') || this.key === undefined) return;
    this.failure = '';
    loadValue().catch((error: unknown) => {
      this.failure = error instanceof Error ? error.message : String(error);
    });
  }

  protected labOpened(): void {
    // The list and the value watch for themselves.
  }

  override render(): TemplateResult {
    const { key } = this;
    return html`
      <div class="panes ${this.open && key !== undefined ? 'open' : ''}">
        <resplay-key-list
          .lab=${this.lab}
          .db=${this.db}
          .chosen=${keyIdentity(key) ?? ''}
          @choose=${(event: CustomEvent<KeyRow>) => (this.key = event.detail.key)}
          @open=${() => (this.open = true)}
          @delete=${() => this.whenShown((value) => value.askDelete())}
          @rename=${() => this.whenShown((value) => value.askRename())}
          @database=${(event: CustomEvent<number>) => {
            this.db = event.detail;
            this.key = undefined;
            this.open = false;
          }}
        ></resplay-key-list>
        ${
          key === undefined
            ? html`<div class="value">
                <div class="note"><p>${t('views.value.choose')}</p></div>
              </div>`
            : html`<div class="value" @keydown=${this.onKey}>
                <button class="back" @click=${this.close}>
                  ${icons.back} ${t('views.value.back')}
                </button>
                ${this.renderFailure()}
                <resplay-key-value
                  .lab=${this.lab}
                  .db=${this.db}
                  .key=${key}
                  @renamed=${(event: CustomEvent<RedisString>) => (this.key = event.detail)}
                ></resplay-key-value>
              </div>`
        }
      </div>
    `;
  }

  private renderFailure(): TemplateResult | typeof nothing {
    const { failure } = this;
    return failure === ''
      ? nothing
      : html`<p class="note" role="alert">${t('panels.loadFailed', { reason: failure })}</p>`;
  }

  private whenShown(then: (value: ResplayKeyValue) => void): void {
    this.open = true;
    // The value of a key just chosen has still to come.
    void Promise.all([loadValue(), this.updateComplete]).then(async () => {
      const { value } = this;
      if (value === null) return;
      await value.updateComplete;
      then(value);
    });
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.close();
  };

  private readonly close = (): void => {
    this.open = false;
    void this.updateComplete.then(() => this.list.focus());
  };
}

define('resplay-key-browser', ResplayKeyBrowser);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-key-browser': ResplayKeyBrowser;
  }
}
