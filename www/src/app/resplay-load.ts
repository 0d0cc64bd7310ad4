import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { DEFAULT_PORT, type Lab } from '../client/api';
import { bytesText } from '../charts/numbers';
import { Localized, formatNumber, t } from '../i18n';
import { dialogStyles } from '../styles/dialog';
import { baseStyles, buttonStyles } from '../styles/shared';
import { icon } from '../widgets/icons';

type Stage =
  | { readonly name: 'idle' | 'over' }
  | { readonly name: 'asking'; readonly file: File; readonly keys: number }
  | { readonly name: 'loading'; readonly file: File }
  | { readonly name: 'done'; readonly file: File; readonly keys: number }
  | { readonly name: 'failed'; readonly file: File | undefined; readonly reason: string };

/** So long a success stays in sight, in milliseconds. */
const SHOWN = 8000;

/** Files that are dropped on the page, or chosen, are loaded into a server: after a question if it holds data. */
@customElement('resplay-load')
export class ResplayLoad extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    dialogStyles,
    css`
      .over {
        display: grid;
        position: fixed;
        z-index: 30;
        inset: 0;
        place-content: center;
        padding: var(--space-5);
        background: color-mix(in srgb, var(--bg) 80%, transparent);
        pointer-events: none;
      }

      .over p {
        margin: 0;
        padding: var(--space-5) var(--space-6);
        border: 2px dashed var(--accent);
        border-radius: var(--radius-lg);
        background: var(--surface);
        font-size: var(--text-lg);
        font-weight: var(--weight-strong);
        text-align: center;
        box-shadow: var(--shadow);
      }

      .done {
        display: flex;
        position: fixed;
        z-index: 20;
        right: var(--space-4);
        bottom: var(--space-4);
        align-items: center;
        gap: var(--space-2);
        max-width: calc(100vw - 2 * var(--space-4));
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
        border: 1px solid var(--border);
        border-radius: var(--radius-lg);
        background: var(--surface);
        font-size: var(--text-sm);
        overflow-wrap: anywhere;
        box-shadow: var(--shadow);
      }

      .reason {
        margin: 0 0 var(--space-3);
        padding: var(--space-3);
        border-radius: var(--radius-md);
        background: var(--danger-soft);
        color: var(--danger);
        font: var(--text-sm) / 1.6 var(--font-mono);
        overflow-wrap: anywhere;
      }

      h2 {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;
  @property({ type: Number }) port = DEFAULT_PORT;

  @state() private stage: Stage = { name: 'idle' };
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('input') private input!: HTMLInputElement;
  private listening: AbortController | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listening = new AbortController();
    const { signal } = this.listening;
    addEventListener('dragenter', this.onDrag, { signal });
    addEventListener('dragover', this.onDrag, { signal });
    addEventListener('dragleave', this.onLeave, { signal });
    addEventListener('drop', this.onDrop, { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.listening?.abort();
  }

  /** Lets the person choose a file of their own. */
  choose(): void {
    this.input.value = '';
    this.input.click();
  }

  private get address(): string {
    const instance = this.lab?.instances.find(({ port }) => port === this.port);
    return `${instance?.host ?? '127.0.0.1'}:${this.port}`;
  }

  private readonly onDrag = (event: DragEvent): void => {
    if (this.lab === undefined || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    if (this.stage.name === 'idle' || this.stage.name === 'done') this.stage = { name: 'over' };
  };

  private readonly onLeave = (event: DragEvent): void => {
    // Leaving an element for another one of the page is no leaving.
    if (event.relatedTarget === null && this.stage.name === 'over') this.stage = { name: 'idle' };
  };

  private readonly onDrop = (event: DragEvent): void => {
    if (this.lab === undefined || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    if (this.stage.name !== 'over' && this.stage.name !== 'idle') return;
    const [file, other] = event.dataTransfer.files;
    this.stage = { name: 'idle' };
    if (other !== undefined)
      this.stage = { name: 'failed', file: undefined, reason: t('load.one') };
    else if (file !== undefined) void this.consider(file);
  };

  private readonly onChosen = (): void => {
    const file = this.input.files?.[0];
    if (file !== undefined) void this.consider(file);
  };

  private async consider(file: File): Promise<void> {
    if (file.name.endsWith('.resplay')) {
      await (await import('../share')).offerFile(file);
      return;
    }
    if (file.name.endsWith('.md')) {
      await (await import('../panels/lessons')).openFile(file, this);
      const detail = { view: 'lessons' };
      this.dispatchEvent(
        new CustomEvent('resplay-open', { detail, bubbles: true, composed: true }),
      );
      return;
    }
    const keys = await this.keysNow();
    if (keys > 0) this.stage = { name: 'asking', file, keys };
    else await this.load(file);
  }

  /** Keys in all databases; 0 where no server runs. */
  private async keysNow(): Promise<number> {
    try {
      const connection = await this.lab?.connect({ port: this.port });
      const reply = await connection?.call('INFO', 'keyspace');
      connection?.close();
      const text = reply?.kind === 'string' || reply?.kind === 'verbatim' ? reply.value.text : '';
      return [...text.matchAll(/keys=(\d+)/g)].reduce((sum, [, keys]) => sum + Number(keys), 0);
    } catch {
      return 0;
    }
  }

  private async load(file: File): Promise<void> {
    const { lab } = this;
    if (lab === undefined) return;
    this.stage = { name: 'loading', file };
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { keys } = await lab.files.load(bytes, this.port);
      const done: Stage = { name: 'done', file, keys };
      this.stage = done;
      setTimeout(() => {
        if (this.stage === done) this.stage = { name: 'idle' };
      }, SHOWN);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.stage = { name: 'failed', file, reason };
    }
  }

  protected override updated(): void {
    const modal = ['asking', 'loading', 'failed'].includes(this.stage.name);
    if (modal && !this.dialog.open) this.dialog.showModal();
    if (!modal && this.dialog.open) this.dialog.close();
  }

  protected override render(): TemplateResult {
    const { stage } = this;
    return html`
      <input type="file" hidden aria-hidden="true" tabindex="-1" @change=${this.onChosen} />
      ${
        stage.name === 'over'
          ? html`<div class="over"><p>${t('load.drop', { address: this.address })}</p></div>`
          : nothing
      }
      <div role="status">
        ${
          stage.name === 'done'
            ? html`<div class="done">
                ${t('load.done', { file: stage.file.name, keys: formatNumber(stage.keys) })}
                <button
                  class="icon"
                  aria-label=${t('load.close')}
                  title=${t('load.close')}
                  @click=${this.close}
                >
                  ${icon('close')}
                </button>
              </div>`
            : nothing
        }
      </div>
      <dialog aria-labelledby="title" aria-describedby="about" @cancel=${this.cancel}>
        ${this.body(stage)}
      </dialog>
    `;
  }

  private body(stage: Stage): TemplateResult | typeof nothing {
    switch (stage.name) {
      case 'asking':
        return html`<div class="head">
            <h2 id="title">${t('load.ask', { file: stage.file.name, address: this.address })}</h2>
          </div>
          <div class="body">
            <p id="about">${t('load.askReplace', { keys: formatNumber(stage.keys) })}</p>
            <div class="actions">
              <button class="primary" @click=${() => this.load(stage.file)}>
                ${t('load.confirm')}
              </button>
              <button class="outlined" @click=${this.close}>${t('load.cancel')}</button>
            </div>
          </div>`;
      case 'loading':
        return html`<div class="body">
          <h2 id="title">
            ${t('load.loading', { file: stage.file.name, size: bytesText(stage.file.size) })}
          </h2>
        </div>`;
      case 'failed':
        return html`<div class="head">
            <h2 id="title">${t('load.failed', { file: stage.file?.name ?? '' })}</h2>
          </div>
          <div class="body">
            <p class="reason" role="alert">${stage.reason}</p>
            <p id="about">${t('load.unchanged')}</p>
            <div class="actions">
              <button class="primary" @click=${this.close}>${t('load.close')}</button>
            </div>
          </div>`;
      default:
        return nothing;
    }
  }

  private readonly close = (): void => {
    this.stage = { name: 'idle' };
  };

  private readonly cancel = (event: Event): void => {
    event.preventDefault();
    // What is being loaded cannot be taken back.
    if (this.stage.name !== 'loading') this.close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-load': ResplayLoad;
  }
}
