import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { dialogStyles } from '../styles/dialog';
import type { ResplayApp } from '../app/resplay-app';
import type { Lab } from '../client/api';
import { Localized, formatNumber } from '../i18n';
import { define } from '../panels/view-element';
import { noticeStyles } from '../styles/notice';
import { baseStyles, buttonStyles, fieldStyles } from '../styles/shared';
import { ts } from './catalogue';
import { linesIn } from './commands';
import { goHome } from './open';
import { problemText } from './problems';
import { LONGEST_NAME, isLabName, isThere, saveCopy } from './save-copy';
import { runScript, stopScript } from './script';
import type { SharedLab } from './shared-lab';

/** Says that this is somebody else's lab, runs what the link brings along, and makes a copy. */
export class ResplayShared extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    dialogStyles,
    noticeStyles,
    css`
      label {
        display: grid;
        gap: var(--space-1);
        margin-top: var(--space-4);
      }

      .failed {
        margin-top: var(--space-3);
        color: var(--danger);
      }
    `,
  ];

  @property({ attribute: false }) app!: ResplayApp;
  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) shared!: SharedLab;

  @state() private running = false;
  @state() private hasRun = false;
  @state() private name = '';
  @state() private replaces = false;
  @state() private busy = false;
  @state() private failure = '';
  @query('dialog') private dialog!: HTMLDialogElement;
  private stopping = false;

  constructor() {
    super();
    new Localized(this);
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    if (this.shared.autorun && this.hasCode) void this.run();
  }

  private get lines(): readonly string[] {
    return linesIn(this.shared.commands);
  }

  private get hasCode(): boolean {
    return this.lines.length > 0 || this.shared.script !== '';
  }

  /** Runs the commands in the console and then the script, all in sight, until it is stopped. */
  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.hasRun = true;
    this.stopping = false;
    await this.app.updateComplete;
    const { consoles } = this.app;
    for (const line of this.lines) {
      if (this.isStopping) break;
      await consoles.run([line]);
    }
    if (this.shared.script !== '' && !this.isStopping) await runScript(this.lab, this.shared);
    this.running = false;
  }

  private get isStopping(): boolean {
    return this.stopping;
  }

  private stop(): void {
    this.stopping = true;
    this.app.consoles.current?.session?.interrupt();
    if (this.shared.script !== '') void stopScript(this.lab, this.shared);
  }

  private async ask(): Promise<void> {
    this.name = 'shared';
    this.failure = '';
    await this.look();
    this.dialog.showModal();
  }

  private async look(): Promise<void> {
    this.replaces = isLabName(this.name) && (await isThere(this.name));
  }

  private async save(): Promise<void> {
    this.busy = true;
    this.failure = '';
    try {
      await saveCopy(this.lab, this.name);
      const search = this.name === 'default' ? '' : `?lab=${encodeURIComponent(this.name)}`;
      location.href = `${location.pathname}${search}`;
      // The address differs in its fragment alone where the name is the same.
      if (location.search === search) goHome();
    } catch (error) {
      this.failure = problemText(error);
      this.busy = false;
    }
  }

  protected override render(): TemplateResult {
    const { shared, lines } = this;
    return html`<div class="notice" role="region" aria-label=${ts('banner.label')}>
        <p class="said" role="status">
          <strong>${ts(shared.readOnly ? 'banner.readOnly' : 'banner.title')}</strong>
          ${this.running ? ts('banner.running', this.what()) : nothing}
          ${!this.hasRun && this.hasCode ? ts('banner.brings', this.what()) : nothing}
        </p>
        ${
          this.running
            ? html`<button class="outlined" @click=${this.stop}>${ts('banner.stop')}</button>`
            : this.hasCode && !shared.readOnly
              ? html`<button class="outlined" @click=${this.run}>
                  ${ts(lines.length > 0 ? 'banner.run' : 'banner.runScript')}
                </button>`
              : nothing
        }
        <button class="outlined" @click=${this.ask}>${ts('banner.save')}</button>
        <button class="outlined" @click=${goHome}>${ts('banner.home')}</button>
      </div>
      ${this.question()}`;
  }

  private what(): { what: string } {
    const count = this.lines.length;
    if (count > 0) return { what: ts('contents.commands', { count: formatNumber(count) }) };
    return { what: this.shared.script };
  }

  private question(): TemplateResult {
    const isName = isLabName(this.name);
    return html`<dialog aria-labelledby="title">
      <div class="head"><h2 id="title">${ts('save.title')}</h2></div>
      <div class="body">
        <p>${ts('save.explain')}</p>
        <label>
          ${ts('save.name')}
          <input
            type="text"
            maxlength=${LONGEST_NAME}
            .value=${this.name}
            ?disabled=${this.busy}
            @input=${(event: Event) => {
              this.name = (event.target as HTMLInputElement).value;
              void this.look();
            }}
          />
        </label>
        <p role="status">
          ${isName ? (this.replaces ? ts('save.replaces', { name: this.name }) : nothing) : ts('save.badName')}
        </p>
        <div class="actions">
          <button class="primary" ?disabled=${this.busy || !isName} @click=${this.save}>
            ${ts(this.busy ? 'save.working' : this.replaces ? 'save.replace' : 'save.save')}
          </button>
          <button class="outlined" ?disabled=${this.busy} @click=${() => this.dialog.close()}>
            ${ts('share.close')}
          </button>
        </div>
        ${this.failure === '' ? nothing : html`<p class="failed" role="alert">${this.failure}</p>`}
      </div>
    </dialog>`;
  }
}

define('resplay-shared', ResplayShared);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-shared': ResplayShared;
  }
}
