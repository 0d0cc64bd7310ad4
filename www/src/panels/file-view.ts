import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Lab } from '../client/api';
import { icons } from '../charts/icons';
import { bytesText } from '../charts/numbers';
import { t } from './persistence-catalogue';
import './log-list';
import { fileName } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { reasonOf } from './persistence-text';
import './rdb-view';
import { ViewElement, define } from './view-element';

/** As much of a text is shown. */
const SHOWN = 128 * 1024;

type Look = 'rdb' | 'aof' | 'text';

/** How a file of the lab is best looked at, by its name. */
export function lookOf(path: string): Look {
  if (path.endsWith('.rdb')) return 'rdb';
  return path.endsWith('.aof') ? 'aof' : 'text';
}

/** Whether bytes are text: no control characters but line ends and tabs. */
export function isText(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte < 9 || (byte > 13 && byte < 27) || byte === 11 || byte === 12);
}

/** One file of the lab's disk, to read. Fires `download` and `close`. */
export class ResplayFile extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      .toolbar {
        border-bottom: 1px solid var(--border);
      }

      .toolbar code {
        min-width: 0;
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }

      pre {
        flex: 1;
        min-height: 0;
        margin: 0;
        padding: var(--space-3);
        overflow: auto;
        font: var(--text-sm) / 1.6 var(--font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      resplay-rdb,
      resplay-file-editing,
      resplay-log-list {
        flex: 1;
        min-height: 0;
      }

      .part {
        padding: var(--space-1) var(--space-3);
        background: var(--sunken);
        color: var(--text-muted);
        font-size: var(--text-xs);
      }
    `,
  ];

  @property() path = '';
  @state() private bytes: Uint8Array | undefined;
  @state() private total = 0;
  @state() private failure = '';
  @query('.back') private back!: HTMLElement;
  @state() private editing = false;
  private reading = false;

  protected labOpened(lab: Lab): void {
    this.closeLater(lab.files.onChange(() => void this.read(lab)));
    void this.read(lab);
  }

  protected override firstUpdated(): void {
    this.back.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('path')) return;
    this.bytes = undefined;
    this.editing = false;
  }

  /** A log is read from its end, everything else from its beginning. */
  private async read(lab: Lab): Promise<void> {
    if (lookOf(this.path) !== 'text' || this.reading) return;
    this.reading = true;
    try {
      const { path } = this;
      const size = (await lab.files.list()).find((file) => file.path === path)?.size ?? 0;
      const from = this.fromEnd ? Math.max(0, size - SHOWN) : 0;
      this.bytes = await lab.files.read(path, from, SHOWN);
      this.total = size;
      this.failure = '';
    } catch (error) {
      this.failure = t('files.failed', { reason: reasonOf(error) });
    } finally {
      this.reading = false;
    }
  }

  private get fromEnd(): boolean {
    return this.path.endsWith('.log');
  }

  /** All of it is text, and nobody else is writing there. */
  private get canBeEdited(): boolean {
    const { bytes, total, path } = this;
    if (bytes === undefined || lookOf(path) !== 'text' || this.fromEnd) return false;
    return total <= bytes.length && isText(bytes);
  }

  private readonly edit = async (): Promise<void> => {
    try {
      await import('./file-editing');
      this.editing = true;
    } catch (error) {
      this.failure = t('files.failed', { reason: reasonOf(error) });
    }
  };

  private readonly edited = (): void => {
    this.editing = false;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>('.edit')?.focus();
    });
  };

  override render(): TemplateResult {
    if (this.editing)
      return html`<resplay-file-editing
        .lab=${this.lab}
        .path=${this.path}
        @close=${this.edited}
      ></resplay-file-editing>`;
    return html`
      <div class="toolbar">
        <button class="back" @click=${() => this.dispatchEvent(new CustomEvent('close'))}>
          ${icons.back} ${t('files.back')}
        </button>
        <code>${this.path}</code>
        <span class="grow"></span>
        ${
          this.canBeEdited
            ? html`<button
                class="outlined edit"
                aria-label=${t('files.editFile', { file: fileName(this.path) })}
                @click=${this.edit}
              >
                ${t('files.edit')}
              </button>`
            : nothing
        }
        <button
          class="outlined"
          aria-label=${t('files.download', { file: fileName(this.path) })}
          @click=${() => this.dispatchEvent(new CustomEvent('download'))}
        >
          ${icons.download} ${t('files.downloadShort')}
        </button>
      </div>
      ${this.failure === '' ? nothing : html`<p class="ran failed" role="alert">${this.failure}</p>`}
      ${this.content()}
    `;
  }

  private content(): TemplateResult | typeof nothing {
    const { bytes, total, path } = this;
    const look = lookOf(path);
    if (look === 'rdb') return html`<resplay-rdb .lab=${this.lab} .paths=${[path]}></resplay-rdb>`;
    if (look === 'aof')
      return html`<resplay-log-list .lab=${this.lab} .path=${path}></resplay-log-list>`;
    if (bytes === undefined) return nothing;
    if (bytes.length === 0) return html`<div class="note"><p>${t('files.empty')}</p></div>`;
    if (!isText(bytes)) return html`<div class="note"><p>${t('files.binary')}</p></div>`;
    const values = { size: bytesText(bytes.length), total: bytesText(total) };
    return html`
      ${
        total > bytes.length
          ? html`<p class="part">${t(this.fromEnd ? 'files.tail' : 'files.head', values)}</p>`
          : nothing
      }
      <pre tabindex="0" role="region" aria-label=${t('files.text', { file: fileName(path) })}>
${new TextDecoder().decode(bytes)}</pre>
    `;
  }
}

define('resplay-file', ResplayFile);
