import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CrashReport, Lab } from '../client/api';
import { Localized, t } from '../i18n';
import { dialogStyles } from '../styles/dialog';
import { baseStyles, buttonStyles } from '../styles/shared';

/** What happened when the engine panicked, what led to it, and the way on. */
@customElement('resplay-crash')
export class ResplayCrash extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    dialogStyles,
    css`
      dialog .head {
        border-top: 3px solid var(--danger);
      }

      .failed {
        margin-top: var(--space-3);
        color: var(--danger);
      }

      .client {
        color: var(--text-faint);
        user-select: none;
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;
  @property({ attribute: false }) report: CrashReport | undefined;

  @state() private restarting = false;
  @state() private failure = '';
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('.primary') private way!: HTMLElement;

  constructor() {
    super();
    new Localized(this);
  }

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
    this.way.focus();
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('report')) return;
    if (this.report) this.show();
    else this.dialog.close();
  }

  private async restart(): Promise<void> {
    this.restarting = true;
    this.failure = '';
    try {
      await this.lab?.restart();
      this.dialog.close();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.restarting = false;
    }
  }

  private copy(): void {
    const { report } = this;
    if (!report) return;
    const commands = report.commands.map((command) => `${command.client}> ${command.text}`);
    const text = [report.message, '', ...commands, '', report.stack ?? ''].join('\n');
    navigator.clipboard.writeText(text).catch(() => {
      this.failure = t('console.copyFailed');
    });
  }

  protected override render(): TemplateResult {
    const { report } = this;
    return html`<dialog role="alertdialog" aria-labelledby="title" aria-describedby="explain">
      <div class="head"><h2 id="title">${t('crash.title')}</h2></div>
      <div class="body">
        <p id="explain">${t('crash.explain')}</p>
        ${
          report
            ? html`<h3>${t('crash.message')}</h3>
                <pre tabindex="0">${report.message}</pre>
                <h3>${t('crash.commands')}</h3>
                ${
                  report.commands.length === 0
                    ? html`<p>${t('crash.noCommands')}</p>`
                    : html`<pre tabindex="0">
${report.commands.map(
                          (command) =>
                            html`<span class="client"
                                >${t('crash.client', { id: command.client })}&gt; </span
                              >${`${command.text}\n`}`,
                        )}</pre>`
                }`
            : nothing
        }
        <div class="actions">
          <button class="primary" ?disabled=${this.restarting} @click=${this.restart}>
            ${t(this.restarting ? 'crash.restarting' : 'crash.restart')}
          </button>
          <button class="outlined" @click=${this.copy}>${t('crash.copy')}</button>
        </div>
        ${
          this.failure === ''
            ? nothing
            : html`<p class="failed" role="alert">
                ${t('crash.restartFailed', { reason: this.failure })}
              </p>`
        }
      </div>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-crash': ResplayCrash;
  }
}
