import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Language } from '../../code/folder';
import type { Script } from '../../code/script';
import type { Session } from '../../code/session';
import { icons } from '../../charts/icons';
import { Localized } from '../../i18n';
import { baseStyles, buttonStyles, fieldStyles, stripStyles } from '../../styles/shared';
import { icon } from '../../widgets/icons';
import { tabList, type Tab } from '../../widgets/tab-list';
import { saveFile } from '../save-file';
import { define } from '../view-element';
import { tc } from './catalogue';

const LANGUAGES: readonly Language[] = ['python', 'javascript'];

/** `<resplay-script-tabs>`: the scripts, one of them chosen, and what can be done with their files. */
export class ResplayScriptTabs extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    stripStyles,
    css`
      :host {
        container: scripts / inline-size;
      }

      [role='tab'],
      .ending {
        font-family: var(--font-mono);
      }

      .running::before {
        content: '';
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--accent);
      }

      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-1) var(--space-3);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      .line input {
        width: min(16rem, 100%);
        font-family: var(--font-mono);
      }

      .line .wrong {
        color: var(--danger);
      }

      label {
        display: contents;
      }

      /* On a phone the strip is one line that can be pushed sideways. */
      @container scripts (max-width: 520px) {
        .strip {
          overflow: auto hidden;
          scrollbar-width: none;
        }

        .strip > *,
        [role='tablist'] {
          flex: none;
          overflow: visible;
        }
      }
    `,
  ];

  @property({ attribute: false }) session: Session | undefined;
  /** Grows with each change of the session. */
  @property({ attribute: false }) version = 0;
  @state() private renaming: Script | undefined;
  /** What is wrong with a name, or with a file. */
  @state() private wrong = '';

  constructor() {
    super();
    new Localized(this);
  }

  private async focusTab(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  private rename(script: Script): void {
    this.renaming = script;
    this.wrong = '';
    void this.updateComplete.then(() => {
      const field = this.renderRoot.querySelector('input');
      field?.focus();
      field?.setSelectionRange(0, script.name.lastIndexOf('.'));
    });
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input');
    const { renaming, session } = this;
    if (!field || !renaming || !session) return;
    if (session.rename(renaming, field.value.trim())) this.endRenaming();
    else this.wrong = tc('code.badName');
  }

  private endRenaming(): void {
    this.renaming = undefined;
    this.wrong = '';
    void this.focusTab();
  }

  private choose(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.py,.js,.mjs,.cjs,text/x-python,text/javascript';
    input.multiple = true;
    input.onchange = () => void this.take([...(input.files ?? [])]);
    input.click();
  }

  /** Takes files in that somebody has chosen or dropped. */
  async take(files: readonly File[]): Promise<void> {
    this.wrong = '';
    for (const file of files) {
      if (!(await this.session?.take(file))) this.wrong = tc('code.badFile', { name: file.name });
    }
  }

  private download({ name, text }: Script): void {
    saveFile(name, new TextEncoder().encode(text));
  }

  protected override render(): TemplateResult {
    const { session } = this;
    if (!session) return html`<div class="strip"></div>`;
    const { scripts, active } = session;
    return html`
      <div class="strip">
        ${tabList({
          label: tc('code.scripts'),
          tabs: scripts.map((script) => this.tab(script)),
          shown: active.id,
          show: (id) => this.act(id, (script) => session.choose(script)),
          close: (id) => {
            this.act(id, (script) => session.remove(script));
            void this.focusTab();
          },
          rename: (id) => this.act(id, (script) => this.rename(script)),
        })}
        ${LANGUAGES.map(
          (language) =>
            html`<button
              class="ending"
              title=${tc(`code.new.${language}`)}
              aria-label=${tc(`code.new.${language}`)}
              @click=${() => session.addNew(language)}
            >
              ${icon('plus')}${language === 'python' ? '.py' : '.js'}
            </button>`,
        )}
        <span class="grow"></span>
        ${this.action(icons.edit, tc('code.rename'), () => this.rename(active))}
        ${this.action(icon('copy'), tc('code.duplicate'), () => session.duplicate(active))}
        ${this.action(upload, tc('code.import'), () => this.choose())}
        ${this.action(icons.download, tc('code.download'), () => this.download(active))}
        ${this.action(icon('close'), tc('code.remove'), () => session.remove(active))}
      </div>
      ${this.renaming ? this.form(this.renaming) : nothing} ${this.removed(session)}
      ${
        this.wrong !== '' && !this.renaming
          ? html`<div class="line">
              <span class="wrong" role="alert">${this.wrong}</span>
              ${this.action(icon('close'), tc('code.dismiss'), () => (this.wrong = ''))}
            </div>`
          : nothing
      }
    `;
  }

  private tab(script: Script): Tab<Script['id']> {
    const running = this.session?.statusOf(script) === 'running';
    return {
      id: script.id,
      text: script.name,
      title: running ? tc('code.running') : script.name,
      ...(running ? { mark: 'running' } : {}),
    };
  }

  private act(id: Script['id'], act: (script: Script) => void): void {
    const script = this.session?.scripts.find((one) => one.id === id);
    if (script) act(script);
  }

  private action(picture: unknown, label: string, act: () => unknown): TemplateResult {
    return html`<button class="icon" title=${label} aria-label=${label} @click=${act}>
      ${picture}
    </button>`;
  }

  private form(script: Script): TemplateResult {
    return html`<form
      class="line"
      @submit=${this.submit}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') this.endRenaming();
      }}
    >
      <label
        ><span>${tc('code.name')}</span>
        <input .value=${script.name} maxlength="64" autocomplete="off" spellcheck="false" />
      </label>
      <button class="outlined" type="submit">${tc('code.renameIt')}</button>
      <button type="button" @click=${this.endRenaming}>${tc('code.cancel')}</button>
      ${this.wrong === '' ? nothing : html`<span class="wrong" role="alert">${this.wrong}</span>`}
    </form>`;
  }

  private removed(session: Session): TemplateResult | typeof nothing {
    const { removed } = session;
    if (!removed) return nothing;
    return html`<div class="line">
      <span role="alert">${tc('code.removed', { name: removed.name })}</span>
      <button class="outlined" @click=${() => session.undo()}>${tc('code.undo')}</button>
      ${this.action(icon('close'), tc('code.dismiss'), () => session.forgetRemoved())}
    </div>`;
  }
}

/** An arrow into a tray, upwards. */
const upload = html`<svg
  width="16"
  height="16"
  viewBox="0 0 16 16"
  fill="none"
  stroke="currentColor"
  stroke-width="1.5"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="M8 11V2.5M4.5 6L8 2.5 11.5 6M2.5 13.5h11" />
</svg>`;

define('resplay-script-tabs', ResplayScriptTabs);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-script-tabs': ResplayScriptTabs;
  }
}
