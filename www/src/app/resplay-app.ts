import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import {
  DEFAULT_PORT,
  type CrashReport,
  type InstanceInfo,
  type Lab,
  type LabStatus,
  type Unsubscribe,
} from '../client/api';
import '../console/resplay-consoles';
import type { ResplayConsoles } from '../console/resplay-consoles';
import { Localized, locale, setLocale, t, type MessageKey } from '../i18n';
import { baseStyles, buttonStyles } from '../styles/shared';
import { icon, mark, type IconName } from '../widgets/icons';
import './resplay-crash';
import type { ResplayCrash } from './resplay-crash';
import './resplay-instances';
import './resplay-load';
import type { ResplayLoad } from './resplay-load';
import './resplay-storage';
import './resplay-help';
import type { ResplayHelp } from './resplay-help';
import './resplay-panels';
import type { OpenRequest, ResplayPanels } from './resplay-panels';
import './resplay-split';
import { setTheme, themeChoice, themeChoices, type ThemeChoice } from './theme';

const themeFaces: Readonly<Record<ThemeChoice, readonly [IconName, MessageKey]>> = {
  system: ['system', 'header.themeSystem'],
  light: ['sun', 'header.themeLight'],
  dark: ['moon', 'header.themeDark'],
};

/** Puts a lab in the place of the visitor's own, and a notice in that of the storage's; or takes both back. */
export interface StandIn {
  readonly lab: Lab | undefined;
  readonly notice: unknown;
}

const narrow = matchMedia('(max-width: 760px)');

/** The whole screen: header, consoles and live views, and what is shown when the engine fails. */
@customElement('resplay-app')
export class ResplayApp extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr);
        background: var(--bg);
      }

      .skip {
        position: absolute;
        z-index: 20;
        top: var(--space-2);
        left: var(--space-2);
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-md);
        background: var(--accent);
        color: var(--on-accent);
      }

      .skip:not(:focus) {
        clip-path: inset(50%);
      }

      .top {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        min-height: 48px;
        padding: 0 var(--space-3) 0 var(--space-4);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
      }

      h1 {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin: 0;
        font-size: 1.0625rem;
        font-weight: 650;
        letter-spacing: -0.02em;
      }

      h1 .ground {
        fill: var(--accent);
      }

      h1 .bars {
        fill: var(--on-accent);
      }

      .tagline {
        margin-left: var(--space-2);
        padding-left: var(--space-3);
        border-left: 1px solid var(--border);
        color: var(--text-muted);
        font-size: var(--text-sm);
        white-space: nowrap;
      }

      .grow {
        flex: 1;
      }

      .status {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 24px;
        margin-right: var(--space-2);
        padding: 0 var(--space-2);
        border: 1px solid var(--border);
        border-radius: 12px;
        background: var(--surface);
        color: var(--text-muted);
        font-size: var(--text-xs);
        white-space: nowrap;
      }

      .status code {
        font-size: var(--text-xs);
      }

      .status::before {
        content: '';
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--warning);
      }

      .status.running::before {
        background: var(--accent);
      }

      .status.stopped::before,
      .status.crashed::before,
      .status.unavailable::before,
      .status.closed::before {
        background: var(--danger);
      }

      button.status.crashed {
        border-color: var(--danger);
        color: var(--danger);
      }

      main {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
      }

      .consoles {
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        min-width: 0;
        min-height: 0;
      }

      [popover] {
        position: fixed;
        --menu-width: min(26rem, calc(100vw - 1rem));
        inset: 46px auto auto
          min(var(--menu-left, 0px), calc(100vw - var(--menu-width) - var(--space-2)));
        width: var(--menu-width);
        max-height: calc(100dvh - 60px);
        margin: 0;
        padding: 0;
        overflow: auto;
        border: 1px solid var(--border);
        border-radius: var(--radius-lg);
        background: var(--surface);
        color: var(--text);
        box-shadow: var(--shadow);
      }

      .unavailable-page {
        display: grid;
        place-content: center;
        justify-items: start;
        gap: var(--space-3);
        max-width: 34rem;
        margin: auto;
        padding: var(--space-5);
      }

      .unavailable-page h2,
      .unavailable-page p {
        margin: 0;
      }

      .unavailable-page p {
        color: var(--text-muted);
      }

      .unavailable-page code {
        color: var(--danger);
        overflow-wrap: anywhere;
      }

      @media (max-width: 1000px) {
        .tagline {
          display: none;
        }
      }

      @media (max-width: 760px) {
        .top {
          gap: 0;
          padding: 0 var(--space-1) 0 var(--space-3);
        }

        .status code,
        .examples-chevron,
        .examples-icon {
          display: none;
        }

        .status {
          margin: 0 0 0 var(--space-2);
        }

        [popover] {
          left: var(--space-2);
        }
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;
  /** Without a header, inside somebody else's page. */
  @property({ type: Boolean }) bare = false;
  /** The view that is in front at first; '' for the usual one. */
  @property() view = '';
  /** Why there is no lab. */
  @property({ attribute: false }) failure = '';

  /** What stands under the header in place of notices about the storage. */
  @property({ attribute: false }) notice: unknown;

  /** A lab that stands in the place of the visitor's own for a while: a lesson's. */
  @state() private standIn: Lab | undefined;
  @state() standInNotice: unknown;
  @state() private status: LabStatus | 'starting' = 'starting';
  @state() private instances: readonly InstanceInfo[] = [];
  @state() private report: CrashReport | undefined;
  @state() private theme: ThemeChoice = themeChoice();
  @state() private compact = narrow.matches;

  @query('resplay-consoles') consoles!: ResplayConsoles;
  @query('resplay-panels') panels!: ResplayPanels;
  @query('resplay-help') private help!: ResplayHelp;
  @query('resplay-crash') private crash!: ResplayCrash;
  @query('resplay-load') private load!: ResplayLoad;
  @query('#examples') private menu!: HTMLElement | null;
  private followed: Lab | undefined;
  private stops: readonly Unsubscribe[] = [];

  constructor() {
    super();
    new Localized(this);
    narrow.addEventListener('change', (event) => (this.compact = event.matches));
    this.addEventListener('resplay-run', (event) => {
      this.closeMenu();
      void this.consoles.run((event as CustomEvent<{ lines: readonly string[] }>).detail.lines);
    });
    this.addEventListener('resplay-example', (event) => {
      this.panels.example = (event as CustomEvent<{ id: string }>).detail.id;
    });
    this.addEventListener('resplay-stand-in', (event) => {
      const { lab, notice } = (event as CustomEvent<StandIn>).detail;
      this.standIn = lab;
      this.standInNotice = notice;
    });
    this.addEventListener('resplay-load', () => this.load.choose());
    this.addEventListener('resplay-console', (event) => {
      void this.consoles.add((event as CustomEvent<{ readonly port: string }>).detail.port);
    });
    this.addEventListener('resplay-open', (event) => {
      this.closeMenu();
      void this.panels.open((event as CustomEvent<OpenRequest>).detail);
    });
  }

  /** The lab that is shown. */
  get shown(): Lab | undefined {
    return this.standIn ?? this.lab;
  }

  protected override willUpdate(): void {
    const lab = this.shown;
    if (lab === this.followed || !lab) return;
    this.followed = lab;
    for (const stop of this.stops) stop();
    this.report = undefined;
    this.status = lab.status;
    this.instances = lab.instances;
    this.stops = [
      lab.on('instances', (instances) => (this.instances = instances)),
      lab.on('status', (status) => {
        this.status = status;
        if (status === 'running') this.report = undefined;
      }),
      lab.on('crash', (report) => (this.report = report)),
    ];
  }

  private closeMenu(): void {
    if (this.menu?.matches(':popover-open')) this.menu.hidePopover();
  }

  /** The menu opens under its button; the policy forbids style attributes, not this. */
  private placeMenu(event: Event): void {
    void import('../examples/elements');
    const button = this.renderRoot.querySelector('#examples-button');
    if (!button || !this.menu || (event as ToggleEvent).newState !== 'open') return;
    this.menu.style.setProperty('--menu-left', `${button.getBoundingClientRect().left}px`);
  }

  private nextTheme(): void {
    const next =
      themeChoices[(themeChoices.indexOf(this.theme) + 1) % themeChoices.length] ?? 'system';
    this.theme = next;
    setTheme(next);
  }

  protected override render(): TemplateResult {
    return html`
      ${this.bare ? nothing : this.renderHeader()}
      ${this.standInNotice ?? this.notice ?? html`<resplay-storage .lab=${this.lab}></resplay-storage>`}
      <main aria-label=${t('app.main')}>
        ${this.failure === '' ? this.renderLab() : this.renderFailure()}
      </main>
      <resplay-load .lab=${this.shown}></resplay-load>
      <resplay-help></resplay-help>
      <resplay-crash .lab=${this.shown} .report=${this.report}></resplay-crash>
    `;
  }

  private renderHeader(): TemplateResult {
    return html`
      <header class="top">
        <a class="skip" href="#console" @click=${this.skip}>${t('app.skip')}</a>
        <h1>${mark(22)} <span>Resplay</span></h1>
        <span class="tagline">${t('app.tagline')}</span>
        <span class="grow"></span>
        ${this.shown?.outside ? nothing : this.renderStatus()}
        <button
          id="examples-button"
          popovertarget="examples"
          aria-haspopup="dialog"
          ?disabled=${this.shown?.outside}
        >
          <span class="examples-icon">${icon('examples')}</span> ${t('header.examples')}
          <span class="examples-chevron">${icon('chevron')}</span>
        </button>
        <button
          class="icon"
          title=${t('header.share')}
          aria-label=${t('header.share')}
          ?disabled=${!this.lab || this.shown?.outside}
          @click=${this.share}
        >
          ${icon('share')}
        </button>
        <button
          lang=${locale() === 'en' ? 'zh-CN' : 'en'}
          title=${t('header.languageSwitch')}
          @click=${() => setLocale(locale() === 'en' ? 'zh-CN' : 'en')}
        >
          ${t('header.languageOther')}
        </button>
        ${this.renderTheme()}
        <button
          class="icon"
          title=${t('header.help')}
          aria-label=${t('header.help')}
          @click=${() => this.help.show()}
        >
          ${icon('help')}
        </button>
      </header>
      <div
        id="examples"
        popover
        role="dialog"
        aria-label=${t('header.menuLabel')}
        @beforetoggle=${this.placeMenu}
      >
        <resplay-examples .lab=${this.shown}></resplay-examples>
      </div>
    `;
  }

  private share(): void {
    void import('../share').then(({ share }) => share(this));
  }

  private skip(event: Event): void {
    event.preventDefault();
    this.consoles.focus();
  }

  private renderStatus(): TemplateResult {
    const [instance] = this.instances;
    const running = this.status === 'running' ? instance?.state : undefined;
    const status = this.failure === '' ? (running ?? this.status) : 'unavailable';
    const address = `${instance?.host ?? '127.0.0.1'}:${instance?.port ?? DEFAULT_PORT}`;
    const word = t(`status.${status}`);
    return status === 'crashed'
      ? html`<button class="status crashed" @click=${() => this.crash.show()}>
          <code>${address}</code> ${word}
        </button>`
      : html`<span class="status ${status}" role="status">
          <span class="visually-hidden">${t('status.label', { address, status: word })}</span>
          <code aria-hidden="true">${address}</code> <span aria-hidden="true">${word}</span>
        </span>`;
  }

  private renderTheme(): TemplateResult {
    const [face, name] = themeFaces[this.theme];
    const label = `${t('header.theme')}: ${t(name)}`;
    return html`<button class="icon" title=${label} aria-label=${label} @click=${this.nextTheme}>
      ${icon(face)}
    </button>`;
  }

  private renderLab(): TemplateResult {
    const { compact } = this;
    return html`<resplay-split
      direction=${compact ? 'column' : 'row'}
      name=${compact ? 'stacked' : 'beside'}
      initial=${compact ? 54 : 50}
      label=${t('app.splitter')}
    >
      <div class="consoles" slot=${compact ? 'second' : 'first'}>
        <resplay-instances .lab=${this.shown}></resplay-instances>
        <resplay-consoles id="console" .lab=${this.shown}></resplay-consoles>
      </div>
      <resplay-panels
        slot=${compact ? 'first' : 'second'}
        .lab=${this.shown}
        .first=${this.view}
        ?compact=${compact}
      ></resplay-panels>
    </resplay-split>`;
  }

  private renderFailure(): TemplateResult | typeof nothing {
    return html`<div class="unavailable-page" role="alert">
      <h2>${t('unavailable.title')}</h2>
      <p>${t('unavailable.explain')}</p>
      <code>${this.failure}</code>
      <button class="primary" @click=${() => location.reload()}>${t('unavailable.reload')}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-app': ResplayApp;
  }
}
