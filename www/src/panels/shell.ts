import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Lab } from '../client/api';
import { Terminals, type Tab } from '../shell/terminals';
import { ts } from '../shell/texts';
import { stripStyles } from '../styles/shared';
import { icon } from '../widgets/icons';
import { tabList } from '../widgets/tab-list';
import { ViewElement, define } from './view-element';

/** How long a note of what was copied stands, in milliseconds. */
const NOTE_MS = 2000;

/** The terminals of the lab behind tabs, and the editor in their place while something is edited. */
export class ResplayShell extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    stripStyles,
    css`
      .terminals {
        display: grid;
        flex: 1;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
      }

      [role='tabpanel'] {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-width: 0;
        min-height: 0;
      }

      .waiting {
        margin: auto;
        color: var(--text-muted);
      }
    `,
  ];

  @state() private terminals: Terminals | undefined;
  @state() private editorIsThere = customElements.get('resplay-file-editor') !== undefined;
  @state() private copied: 'no' | 'yes' | 'failed' = 'no';
  private shown = 0;

  override focus(): void {
    this.terminals?.current?.element.focus();
  }

  protected labOpened(lab: Lab): void {
    const terminals = Terminals.of(lab);
    this.terminals = terminals;
    const changed = (): void => this.requestUpdate();
    terminals.addEventListener('change', changed);
    this.closeLater(() => terminals.removeEventListener('change', changed));
  }

  protected override updated(): void {
    super.updated();
    const current = this.terminals?.current;
    if (!current || current.editing || current.id === this.shown) return;
    // Whoever comes to a terminal types there; a soft keyboard is not forced on anybody.
    this.shown = current.id;
    if (matchMedia('(pointer: coarse)').matches) return;
    void current.element.updateComplete.then(() => current.element.focus());
  }

  private async fetchEditor(): Promise<void> {
    await import('../shell/editor');
    this.editorIsThere = true;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.terminals?.current?.element.text() ?? '');
      this.copied = 'yes';
    } catch {
      this.copied = 'failed';
    }
    setTimeout(() => (this.copied = 'no'), NOTE_MS);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { terminals } = this;
    if (!terminals) return nothing;
    const { tabs, active } = terminals;
    return html`
      <div class="strip">
        ${tabList({
          label: ts('shell.terminals'),
          tabs: tabs.map(({ id }) => ({
            id,
            text: ts('shell.terminal', { number: id }),
            panel: `terminal-${id}`,
          })),
          shown: active,
          show: (id, byKey) => {
            if (byKey) this.shown = id;
            terminals.show(id);
          },
          close: (id) => {
            if (tabs.length > 1) terminals.close(id);
          },
        })}
        ${this.button('plus', ts('shell.new'), () => terminals.add())}
        <span class="grow"></span>
        ${this.button(this.copied === 'yes' ? 'check' : 'copy', ts('shell.copy'), () => void this.copy())}
        ${this.button('clear', ts('shell.clear'), () => terminals.current?.element.clear())}
        ${
          tabs.length > 1
            ? this.button('close', ts('shell.close'), () => terminals.close(active))
            : nothing
        }
        <span class="visually-hidden" role="status"
          >${
            this.copied === 'no'
              ? ''
              : ts(this.copied === 'yes' ? 'shell.copied' : 'shell.copyFailed')
          }</span
        >
      </div>
      <div class="terminals">
        ${repeat(
          tabs,
          (tab) => tab.id,
          (tab) =>
            html`<div
              role="tabpanel"
              id="terminal-${tab.id}"
              aria-labelledby="tab-${tab.id}"
              ?hidden=${tab.id !== active}
            >
              ${tab.editing ? this.renderEditor(tab, tab.editing) : tab.element}
            </div>`,
        )}
      </div>
    `;
  }

  private button(name: Parameters<typeof icon>[0], label: string, act: () => void): TemplateResult {
    return html`<button class="icon" title=${label} aria-label=${label} @click=${act}>
      ${icon(name)}
    </button>`;
  }

  private renderEditor(tab: Tab, { what, close }: NonNullable<Tab['editing']>): TemplateResult {
    if (!this.editorIsThere) {
      void this.fetchEditor();
      return html`<p class="waiting" role="status">${ts('editor.loading')}</p>`;
    }
    return html`<resplay-file-editor
      .lab=${this.lab}
      .editing=${what}
      @editor-closed=${() => {
        close();
        void this.updateComplete.then(() => tab.element.focus());
      }}
    ></resplay-file-editor>`;
  }
}

define('resplay-shell', ResplayShell);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-shell': ResplayShell;
  }
}
