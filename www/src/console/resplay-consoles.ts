import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Console, Lab, Process } from '../client/api';
import { icon } from '../widgets/icons';
import { tabList } from '../widgets/tab-list';
import { Localized, locale, onLocaleChange, t } from '../i18n';
import { baseStyles, buttonStyles, stripStyles } from '../styles/shared';
import './resplay-cli';
import type { ResplayCli } from './resplay-cli';

interface Tab {
  readonly id: number;
  /** The server that it is connected to at first; none for the lab's own. */
  readonly port?: Process;
  session: Console | undefined;
}

/** The language `help` answers in. */
const helpLanguage = (): 'en' | 'zh' => (locale() === 'zh-CN' ? 'zh' : 'en');

/** The consoles of a lab: one at a time behind tabs, or side by side. Each is a client of its own. */
@customElement('resplay-consoles')
export class ResplayConsoles extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    stripStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--surface);
      }

      .consoles {
        display: grid;
        flex: 1;
        grid-auto-columns: minmax(0, 1fr);
        grid-auto-flow: column;
        grid-template-rows: minmax(0, 1fr);
        min-height: 0;
      }

      .consoles > [role='tabpanel'] {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-width: 0;
        min-height: 0;
      }

      .beside > [role='tabpanel'] + [role='tabpanel'] {
        border-left: 1px solid var(--border);
      }

      .beside > [role='tabpanel'] {
        padding-top: 2px;
      }

      .beside > [role='tabpanel'].active {
        box-shadow: inset 0 2px 0 var(--accent);
      }

      .raw {
        font-family: var(--font-mono);
      }

      @media (max-width: 760px) {
        .beside-switch {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;

  @state() private tabs: readonly Tab[] = [{ id: 1, session: undefined }];
  @state() private active = 1;
  @state() private beside = false;
  @state() private raw = false;
  @state() private copyState: 'idle' | 'done' | 'failed' = 'idle';

  private nextId = 2;

  constructor() {
    super();
    new Localized(this);
    onLocaleChange(() => {
      for (const tab of this.tabs) tab.session?.setLanguage(helpLanguage());
    });
  }

  /** Types and enters lines in the console in use, one after another. */
  async run(lines: readonly string[]): Promise<void> {
    await this.updateComplete;
    const target = this.current;
    await Promise.all(target ? lines.map((line) => target.execute(line)) : []);
  }

  override focus(): void {
    this.current?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('lab') || !this.lab) return;
    for (const tab of this.tabs) {
      tab.session?.close();
      void this.connect(tab);
    }
  }

  /** The servers of the consoles; nothing for the lab's own. */
  get ports(): readonly (Process | undefined)[] {
    return this.tabs.map(({ port }) => port);
  }

  get current(): ResplayCli | null {
    return this.cli({ id: this.active });
  }

  private async connect(tab: Tab): Promise<void> {
    try {
      const { port } = tab;
      const server = port === undefined ? {} : { port };
      tab.session = await this.lab?.openConsole({ ...server, language: helpLanguage() });
      this.requestUpdate();
      if (tab.session?.greeting !== undefined) {
        await this.updateComplete;
        this.cli(tab)?.note(tab.session.greeting);
      }
      if (tab.id === this.active && (document.activeElement ?? document.body) === document.body) {
        await this.updateComplete;
        if (!matchMedia('(pointer: coarse)').matches) this.focus();
      }
    } catch (error) {
      await this.updateComplete;
      const reason = error instanceof Error ? error.message : String(error);
      this.cli(tab)?.note(t('console.unavailable', { reason }));
    }
  }

  private cli({ id }: Pick<Tab, 'id'>): ResplayCli | null {
    return this.renderRoot.querySelector<ResplayCli>(`#console-${id}`);
  }

  /** Opens another console, on the server of a port. */
  async add(port?: Process): Promise<void> {
    const server = port === undefined ? {} : { port };
    const tab: Tab = { id: this.nextId, session: undefined, ...server };
    this.nextId += 1;
    this.tabs = [...this.tabs, tab];
    this.active = tab.id;
    await this.connect(tab);
    await this.updateComplete;
    this.focus();
  }

  private async closeTab(id: number): Promise<void> {
    const index = this.tabs.findIndex((tab) => tab.id === id);
    this.tabs[index]?.session?.close();
    this.tabs = this.tabs.filter((tab) => tab.id !== id);
    if (this.tabs.length === 0) {
      await this.add();
      return;
    }
    if (this.active === id) this.active = this.tabs[Math.max(0, index - 1)]?.id ?? 0;
    await this.updateComplete;
    this.focus();
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.current?.text() ?? '');
      this.copyState = 'done';
    } catch {
      this.copyState = 'failed';
    }
    setTimeout(() => (this.copyState = 'idle'), 2000);
  }

  protected override render(): TemplateResult {
    const beside = this.beside && this.tabs.length > 1;
    return html`
      <div class="strip">
        ${tabList({
          label: t('console.tabs'),
          tabs: this.tabs.map(({ id, port }) => ({
            id,
            text:
              port === undefined
                ? t('console.title', { number: id })
                : t('console.titleAt', { number: id, port: String(port) }),
            panel: `panel-${id}`,
          })),
          shown: this.active,
          show: (id) => (this.active = id),
          close: (id) => {
            if (this.tabs.length > 1) void this.closeTab(id);
          },
        })}
        <button
          class="icon"
          @click=${() => this.add()}
          title=${t('console.new')}
          aria-label=${t('console.new')}
        >
          ${icon('plus')}
        </button>
        <span class="grow"></span>
        ${
          this.tabs.length > 1
            ? html`<button
                class="icon beside-switch"
                aria-pressed=${this.beside ? 'true' : 'false'}
                @click=${() => (this.beside = !this.beside)}
                title=${t('console.sideBySide')}
                aria-label=${t('console.sideBySide')}
              >
                ${icon('columns')}
              </button>`
            : nothing
        }
        <button
          class="raw"
          aria-pressed=${this.raw ? 'true' : 'false'}
          @click=${() => (this.raw = !this.raw)}
          title=${t('console.rawTitle')}
        >
          ${t('console.raw')}
        </button>
        <button
          class="icon"
          @click=${this.copy}
          title=${t('console.copy')}
          aria-label=${t('console.copy')}
        >
          ${icon(this.copyState === 'done' ? 'check' : 'copy')}
        </button>
        <button
          class="icon"
          @click=${() => this.current?.clear()}
          title=${t('console.clear')}
          aria-label=${t('console.clear')}
        >
          ${icon('clear')}
        </button>
        ${
          this.tabs.length > 1
            ? html`<button
                class="icon"
                @click=${() => this.closeTab(this.active)}
                title=${t('console.close')}
                aria-label=${t('console.close')}
              >
                ${icon('close')}
              </button>`
            : nothing
        }
        <span class="visually-hidden" role="status"
          >${
            this.copyState === 'idle'
              ? ''
              : t(this.copyState === 'done' ? 'console.copied' : 'console.copyFailed')
          }</span
        >
      </div>
      <div class="consoles ${beside ? 'beside' : ''}">
        ${repeat(
          this.tabs,
          (tab) => tab.id,
          (tab) =>
            html`<div
              role="tabpanel"
              id="panel-${tab.id}"
              class=${tab.id === this.active ? 'active' : ''}
              aria-labelledby="tab-${tab.id}"
              ?hidden=${!beside && tab.id !== this.active}
              @focusin=${() => (this.active = tab.id)}
            >
              <resplay-cli
                id="console-${tab.id}"
                .session=${tab.session}
                ?raw=${this.raw}
                @console-closed=${() => this.closeTab(tab.id)}
                @console-prompt=${() => this.requestUpdate()}
              ></resplay-cli>
            </div>`,
        )}
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-consoles': ResplayConsoles;
  }
}
