import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Lab, StorageStatus, Unsubscribe } from '../client/api';
import { Localized, t } from '../i18n';
import { saveFile } from '../panels/save-file';
import { dialogStyles } from '../styles/dialog';
import { noticeStyles } from '../styles/notice';
import { baseStyles, buttonStyles } from '../styles/shared';
import { icon } from '../widgets/icons';

const problems = {
  full: 'storage.full',
  closed: 'storage.closed',
  failed: 'storage.problem',
} as const;

/** What a person must know about where their lab is kept: notices under the header, and a question when it is elsewhere. */
@customElement('resplay-storage')
export class ResplayStorage extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    dialogStyles,
    noticeStyles,
    css`
      .failed {
        margin-top: var(--space-3);
        color: var(--danger);
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;

  @state() private storage: StorageStatus | undefined;
  @state() private understood = '';
  @state() private busy = false;
  @state() private failure = '';
  /** This tab had the lab before it was elsewhere. */
  private had = false;
  private stop: Unsubscribe | undefined;
  @query('dialog') private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localized(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { lab } = this;
    if (!changed.has('lab') || lab === undefined) return;
    this.stop?.();
    this.take(lab.storage);
    this.stop = lab.on('storage', (storage) => this.take(storage));
  }

  private take(storage: StorageStatus): void {
    this.storage = storage;
    if (storage.kind === 'indexeddb' && storage.reason === undefined) this.had = true;
  }

  protected override updated(): void {
    const asks = this.asks !== undefined && this.understood !== this.asks;
    if (asks && !this.dialog.open) this.dialog.showModal();
    if (!asks && this.dialog.open) this.dialog.close();
  }

  /** What the dialog is about. */
  private get asks(): 'elsewhere' | 'newer' | undefined {
    const reason = this.storage?.reason;
    return reason === 'elsewhere' || reason === 'newer' ? reason : undefined;
  }

  private async act(action: (lab: Lab) => Promise<string>): Promise<void> {
    const { lab } = this;
    if (lab === undefined || this.busy) return;
    this.busy = true;
    this.failure = '';
    try {
      this.failure = await action(lab);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.failure = t('storage.failed', { reason });
    } finally {
      this.busy = false;
    }
  }

  private takeOver(): void {
    void this.act((lab) => lab.takeOver().then(() => ''));
  }

  private openCopy(): void {
    void this.act((lab) => lab.openCopy().then(() => ''));
  }

  private export(): void {
    void this.act(async (lab) => {
      const bytes = await lab.files.exportAll();
      if (bytes === null) return t('storage.exportNone');
      saveFile('resplay-lab.bin', bytes);
      return '';
    });
  }

  protected override render(): TemplateResult {
    return html`
      <div role="region" aria-label=${t('storage.region')} ?hidden=${this.storage === undefined}>
        ${this.problem()} ${this.memory()}
      </div>
      ${this.question()}
    `;
  }

  private problem(): TemplateResult | typeof nothing {
    const problem = this.storage?.problem;
    if (problem === undefined) return nothing;
    return html`<div class="notice problem" role="alert">
      <p class="said">
        <strong>${t(problems[problem.code], { message: problem.message })}</strong>
        ${t(problem.code === 'full' ? 'storage.fullHelp' : 'storage.problemHelp')}
      </p>
    </div>`;
  }

  private memory(): TemplateResult | typeof nothing {
    const reason = this.storage?.reason;
    if (reason === 'newer' && this.understood === 'newer')
      return html`<div class="notice warning" role="status">
        <p class="said">${t('storage.newerTitle')}</p>
        <button class="outlined" ?disabled=${this.busy} @click=${this.export}>
          ${t('storage.export')}
        </button>
      </div>`;
    if (reason !== 'temporary' && reason !== 'unavailable') return nothing;
    if (this.understood === reason) return nothing;
    return html`<div class="notice warning" role="status">
      <p class="said">${t(`storage.${reason}`)}</p>
      <button
        class="icon"
        title=${t('storage.dismiss')}
        aria-label=${t('storage.dismiss')}
        @click=${() => (this.understood = reason)}
      >
        ${icon('close')}
      </button>
    </div>`;
  }

  private question(): TemplateResult {
    const { asks, busy } = this;
    const title =
      asks === 'newer'
        ? t('storage.newerTitle')
        : t(this.had ? 'storage.takenTitle' : 'storage.elsewhereTitle');
    // Escape pressed again closes it all the same: then it opens again.
    return html`<dialog
      aria-labelledby="title"
      aria-describedby="explain"
      @cancel=${this.cancel}
      @close=${() => this.requestUpdate()}
    >
      <div class="head"><h2 id="title">${title}</h2></div>
      <div class="body">
        <p id="explain">${t(asks === 'newer' ? 'storage.newer' : 'storage.elsewhere')}</p>
        <div class="actions">
          ${
            asks === 'newer'
              ? html`<button class="primary" ?disabled=${busy} @click=${this.export}>
                    ${t('storage.export')}
                  </button>
                  <button class="outlined" @click=${() => location.reload()}>
                    ${t('storage.reload')}
                  </button>
                  <button class="outlined" @click=${() => (this.understood = 'newer')}>
                    ${t('storage.dismiss')}
                  </button>`
              : html`<button class="primary" ?disabled=${busy} @click=${this.takeOver}>
                    ${t(busy ? 'storage.working' : 'storage.takeOver')}
                  </button>
                  <button class="outlined" ?disabled=${busy} @click=${this.openCopy}>
                    ${t('storage.openCopy')}
                  </button>`
          }
        </div>
        ${this.failure === '' ? nothing : html`<p class="failed" role="alert">${this.failure}</p>`}
      </div>
    </dialog>`;
  }

  /** Without a lab there is nothing behind the question; a lab of a newer version is only told about. */
  private cancel(event: Event): void {
    if (this.asks === 'newer') this.understood = 'newer';
    else event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-storage': ResplayStorage;
  }
}
