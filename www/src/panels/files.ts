import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { FileInfo, Lab, StorageStatus } from '../client/api';
import { icons } from '../charts/icons';
import { bytesText } from '../charts/numbers';
import { formatNumber } from '../i18n';
import { t } from './persistence-catalogue';
import './file-view';
import { saveFile } from './save-file';
import { fileName } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { momentText, reasonOf } from './persistence-text';
import { ViewElement, define } from './view-element';

declare global {
  interface GlobalEventHandlersEventMap {
    /** Somebody wants to choose a file of their own to load into a server. */
    'resplay-load': Event;
  }
}

/** `<resplay-files>` with `.lab`: the lab's disk, where it is kept, and what is in its files. */
export class ResplayFiles extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      :host {
        container: files / inline-size;
      }

      .kept {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-2) var(--space-3);
        border-bottom: 1px solid var(--border);
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      .kept strong {
        color: var(--text);
        font-weight: var(--weight-strong);
      }

      .kept .grow {
        flex: 1;
      }

      td {
        height: 30px;
        white-space: nowrap;
      }

      td:first-child,
      th:first-child {
        padding-left: var(--space-3);
      }

      td:first-child {
        width: 100%;
        white-space: normal;
      }

      thead th {
        position: sticky;
        z-index: 1;
        top: 0;
        background: var(--raised);
      }

      .name {
        justify-content: flex-start;
        min-height: 24px;
        padding: 0 4px;
        margin-left: -4px;
        color: var(--text);
        font-family: var(--font-mono);
        white-space: normal;
        overflow-wrap: anywhere;
        text-align: left;
      }

      .name:hover {
        color: var(--accent);
      }

      .folder {
        color: var(--text-muted);
        font-family: var(--font-mono);
      }

      .in-1 {
        padding-left: 2ch;
      }
      .in-2 {
        padding-left: 4ch;
      }
      .in-3 {
        padding-left: 6ch;
      }
      .in-4 {
        padding-left: 8ch;
      }

      .some {
        color: var(--warning);
      }

      @container files (max-width: 520px) {
        .modified {
          display: none;
        }
      }
    `,
  ];

  @state() private files: readonly FileInfo[] | undefined;
  @state() private storage: StorageStatus | undefined;
  @state() private open = '';
  @state() private failure = '';
  @state() private asking = false;
  @state() private answered = false;
  private listing = false;
  private again = false;

  protected labOpened(lab: Lab): void {
    this.storage = lab.storage;
    this.closeLater(lab.on('storage', (storage) => (this.storage = storage)));
    this.closeLater(lab.files.onChange(() => void this.list(lab)));
    void this.list(lab);
  }

  /** One listing at a time; what changes meanwhile is listed once more. */
  private async list(lab: Lab): Promise<void> {
    this.again = true;
    if (this.listing) return;
    this.listing = true;
    try {
      while (this.again) {
        this.again = false;
        this.files = await lab.files.list();
      }
      this.failure = '';
    } catch (error) {
      this.failure = t('files.failed', { reason: reasonOf(error) });
    } finally {
      this.listing = false;
    }
  }

  private async download(path: string): Promise<void> {
    const { lab } = this;
    if (lab === undefined) return;
    try {
      saveFile(fileName(path), await lab.files.read(path));
      this.failure = '';
    } catch (error) {
      this.failure = t('files.failed', { reason: reasonOf(error) });
    }
  }

  private toProduction(): void {
    const { lab } = this;
    if (lab) void import('./production/dialog').then((it) => it.showProduction(lab));
  }

  private async askToPersist(): Promise<void> {
    this.asking = true;
    await this.lab?.askToPersist().catch(() => false);
    this.asking = false;
    this.answered = true;
  }

  override render(): TemplateResult {
    const { files = [] } = this;
    const chosen = files.find(({ path }) => path === this.open);
    if (chosen !== undefined)
      return html`<resplay-file
        .lab=${this.lab}
        .path=${chosen.path}
        @download=${() => this.download(chosen.path)}
        @close=${this.closeFile}
      ></resplay-file>`;
    const plain = files.filter(({ isDirectory }) => !isDirectory);
    const size = plain.reduce((sum, file) => sum + file.size, 0);
    return html`
      <div class="toolbar">
        <span class="muted" role="status"
          >${t('files.total', { count: formatNumber(plain.length), size: bytesText(size) })}</span
        >
        <span class="grow"></span>
        <button
          class="outlined"
          title=${t('files.loadTitle')}
          @click=${() =>
            this.dispatchEvent(new CustomEvent('resplay-load', { bubbles: true, composed: true }))}
        >
          ${t('files.load')}
        </button>
        <button class="outlined" title=${t('files.productionTitle')} @click=${this.toProduction}>
          ${t('files.production')}
        </button>
      </div>
      ${this.kept()}
      ${this.failure === '' ? nothing : html`<p class="ran failed" role="alert">${this.failure}</p>`}
      ${
        this.files !== undefined && plain.length === 0
          ? html`<div class="note"><p>${t('files.none')}</p></div>`
          : this.table(files)
      }
    `;
  }

  private kept(): TemplateResult | typeof nothing {
    const { storage } = this;
    if (storage === undefined) return nothing;
    const { kind, persisted, usage, quota } = storage;
    if (kind === 'memory')
      return html`<div class="kept"><strong>${t('files.keptMemory')}</strong></div>`;
    return html`<div class="kept">
      <strong>${t('files.kept')}</strong>
      ${
        usage === undefined || quota === undefined
          ? nothing
          : html`<span
              >${t('files.usage', { usage: bytesText(usage), quota: bytesText(quota) })}</span
            >`
      }
      <span role="status"
        >${
          persisted === true
            ? t('files.persisted')
            : t(this.answered ? 'files.persistRefused' : 'files.notPersisted')
        }</span
      >
      <span class="grow"></span>
      ${
        persisted === true
          ? nothing
          : html`<button class="outlined" ?disabled=${this.asking} @click=${this.askToPersist}>
              ${t('files.askPersist')}
            </button>`
      }
    </div>`;
  }

  private table(files: readonly FileInfo[]): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('files.title')}>
      <table aria-label=${t('files.title')}>
        <thead>
          <tr>
            <th scope="col">${t('files.name')}</th>
            <th scope="col" class="number">${t('files.size')}</th>
            <th scope="col" class="number">${t('files.unsynced')}</th>
            <th scope="col" class="modified">${t('files.modified')}</th>
            <th scope="col"><span class="visually-hidden">${t('files.actions')}</span></th>
          </tr>
        </thead>
        <tbody>
          ${rows(files).map(({ label, depth, file }) => this.row(label, depth, file))}
        </tbody>
      </table>
    </div>`;
  }

  private row(label: string, depth: number, file: FileInfo | undefined): TemplateResult {
    const inside = `in-${Math.min(4, depth)}`;
    if (file === undefined)
      return html`<tr>
        <td colspan="5"><span class="folder ${inside}">${label}</span></td>
      </tr>`;
    const { path, size, unsynced, modified } = file;
    return html`<tr>
      <td>
        <span class=${inside}
          ><button
            class="name"
            aria-label=${t('files.open', { file: label })}
            title=${path}
            @click=${() => (this.open = path)}
          >
            ${label}
          </button></span
        >
      </td>
      <td class="number">${bytesText(size)}</td>
      <td class="number ${unsynced > 0 ? 'some' : 'muted'}">
        ${unsynced > 0 ? bytesText(unsynced) : '0'}
      </td>
      <td class="modified muted">${momentText(modified)}</td>
      <td>
        <button
          class="icon"
          title=${t('files.downloadShort')}
          aria-label=${t('files.download', { file: label })}
          @click=${() => this.download(path)}
        >
          ${icons.download}
        </button>
      </td>
    </tr>`;
  }

  private readonly closeFile = (): void => {
    const was = this.open;
    this.open = '';
    // The reader goes on where they left the list.
    void this.updateComplete.then(() => {
      for (const button of this.renderRoot.querySelectorAll<HTMLElement>('.name'))
        if (button.title === was) button.focus();
    });
  };
}

interface Row {
  readonly label: string;
  readonly depth: number;
  readonly file: FileInfo | undefined;
}

/** Files under their folders, in order; folders that lead to nothing but one folder share a row with it. */
export function rows(files: readonly FileInfo[]): readonly Row[] {
  const found: Row[] = [];
  let folder = '';
  const plain = files.filter(({ isDirectory }) => !isDirectory);
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  const sorted = [...plain].sort((a, b) => {
    const [one, other] = [folderOf(a.path), folderOf(b.path)];
    if (one !== other) return one < other ? -1 : 1;
    return a.path < b.path ? -1 : 1;
  });
  for (const file of sorted) {
    const own = folderOf(file.path);
    const depth = depthIn(
      own,
      sorted.map(({ path }) => folderOf(path)),
    );
    if (own !== folder) found.push({ label: own, depth, file: undefined });
    folder = own;
    found.push({ label: file.path.slice(own.length), depth: depth + 1, file });
  }
  return found;
}

/** How many of the folders that hold files this one is in. */
function depthIn(folder: string, folders: readonly string[]): number {
  return new Set(folders.filter((other) => other !== folder && folder.startsWith(other))).size;
}

define('resplay-files', ResplayFiles);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-files': ResplayFiles;
  }
}
