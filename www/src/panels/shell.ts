import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Lab } from '../client/api';
import { Terminals, type Tab } from '../shell/terminals';
import { ts } from '../shell/texts';
import { stripStyles } from '../styles/shared';
import { icon } from '../widgets/icons';
import { rovingIndex } from '../widgets/roving';
import { ViewElement, define } from './view-element';

/** How long a note of what was copied stands, in milliseconds. */
const NOTE_MS = 2000;

/** The terminals of the lab behind tabs, and the editor in their place while something is edited. */
export class ResplayShell extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    stripStyles,
    css`
      [role='tablist'] {
        display: flex;
        min-width: 0;
        overflow: auto hidden;
        scrollbar-width: none;
        /* Room for the mark under the chosen tab, which stands on the strip's edge. */
        padding-bottom: 5px;
        margin-bottom: -5px;
      }

      [role='tab'] {
        flex: none;
      }

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

  private tabKey(event: KeyboardEvent, terminals: Terminals, index: number): void {
    if (event.key === 'Delete' && terminals.tabs.length > 1) {
      terminals.close(terminals.active);
      return;
    }
    const next = rovingIndex(event.key, index, terminals.tabs.length);
    const tab = next === undefined ? undefined : terminals.tabs[next];
    if (!tab) return;
    event.preventDefault();
    this.shown = tab.id;
    terminals.show(tab.id);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { terminals } = this;
    if (!terminals) return nothing;
    const { tabs, active } = terminals;
    return html`
      <div class="strip">
        <div role="tablist" aria-label=${ts('shell.terminals')}>
          ${repeat(
            tabs,
            (tab) => tab.id,
            (tab, index) =>
              html`<button
                role="tab"
                id="tab-${tab.id}"
                aria-selected=${tab.id === active ? 'true' : 'false'}
                aria-controls="terminal-${tab.id}"
                tabindex=${tab.id === active ? 0 : -1}
                @click=${() => terminals.show(tab.id)}
                @keydown=${(event: KeyboardEvent) => this.tabKey(event, terminals, index)}
              >
                ${ts('shell.terminal', { number: tab.id })}
              </button>`,
          )}
        </div>
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
