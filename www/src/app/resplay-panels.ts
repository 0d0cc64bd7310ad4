import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Argument, Lab } from '../client/api';
import { Localized, t } from '../i18n';
import { baseStyles, buttonStyles, stripStyles } from '../styles/shared';
import { icon } from '../widgets/icons';
import { tabList } from '../widgets/tab-list';
import { icons } from '../charts/icons';
import './resplay-split';

export interface Chart {
  readonly id: number;
  readonly key: Argument;
  readonly db: number;
  readonly limit: number;
  /** The server whose key it is. */
  readonly server: string;
  readonly order: 'desc' | 'asc';
}

export type View =
  | 'charts'
  | 'keys'
  | 'metrics'
  | 'persistence'
  | 'files'
  | 'servers'
  | 'log'
  | 'code'
  | 'experiments'
  | 'shell'
  | 'lessons';

/** What a view may ask to be opened; the views' own `OpenDetail` in ../panels is of this shape. */
export interface OpenRequest {
  readonly view: 'ranking' | 'key' | 'lessons';
  readonly key: Argument;
  readonly db?: number;
  readonly limit?: number;
  readonly order?: 'desc' | 'asc';
}

type KeyBrowser = HTMLElement & { show?: (key: Argument, db?: number) => void };

const BELOW: readonly View[] = [
  'keys',
  'metrics',
  'persistence',
  'files',
  'servers',
  'log',
  'code',
  'experiments',
  'shell',
  'lessons',
];
export const ALL: readonly View[] = ['charts', ...BELOW];

/** What a real server can show as well. */
const OUTSIDE: readonly View[] = ['charts', 'keys', 'metrics', 'servers'];

/** They have all the room when they are first looked at. */
const ROOMY: readonly View[] = ['servers', 'shell', 'lessons'];

/** Views that are fetched when they are first looked at. */
const LATER = {
  metrics: () => import('../charts/metrics'),
  persistence: () => import('../panels/persistence'),
  files: () => import('../panels/files'),
  servers: () => import('../panels/servers'),
  log: () => import('../panels/log'),
  code: () => import('../panels/code'),
  experiments: () => import('../panels/experiments'),
  shell: () => import('../panels/shell'),
  lessons: () => import('../panels/lessons'),
} as const satisfies Partial<Record<View, () => Promise<unknown>>>;

const isLater = (view: View): view is keyof typeof LATER => view in LATER;

/** The key of the chart that is there from the start, and of the first steps. */
export const FIRST_KEY = 'ranking';
const FIRST_SERVER = '6379';

const sameKey = (one: Argument, other: Argument): boolean => {
  const text = (key: Argument): string =>
    typeof key === 'object' && 'text' in key ? key.text : String(key);
  return text(one) === text(other);
};

/** The live views: charts above, keys and metrics below; on a narrow page all behind one row of tabs. */
@customElement('resplay-panels')
export class ResplayPanels extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    stripStyles,
    css`
      :host {
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        min-width: 0;
        min-height: 0;
        background: var(--surface);
      }

      resplay-example-bar {
        grid-row: 1;
      }

      resplay-split,
      :host([compact]) .tabbed {
        grid-row: 2;
      }

      section,
      .tabbed {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }

      .charts,
      .view {
        display: grid;
        flex: 1;
        min-height: 0;
        overflow: auto;
      }

      .view {
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
      }

      .charts {
        grid-auto-rows: minmax(0, 1fr);
        grid-template-columns: minmax(0, 1fr);
      }

      .charts.several {
        grid-auto-rows: minmax(240px, 1fr);
        grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));
        gap: 1px;
        background: var(--border);
      }

      .chart {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr) auto;
        min-width: 0;
        min-height: 0;
        background: var(--surface);
      }

      .chart > button {
        align-self: start;
        margin: 8px 4px 0 0;
      }

      .empty {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-2);
        padding: var(--space-5);
        color: var(--text-muted);
        text-align: center;
      }

      .empty p {
        max-width: 36ch;
        margin: 0;
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;
  /** One view at a time. */
  @property({ type: Boolean }) compact = false;
  /** The view that is in front at first; '' for the usual one. */
  @property() first = '';
  /** The example that is explained above the views; '' for none. */
  @property() example = '';

  @state() charts: readonly Chart[] = [
    { id: 1, key: FIRST_KEY, db: 0, limit: 10, order: 'desc', server: FIRST_SERVER },
  ];
  @state() view: View = 'charts';
  /** What is below the charts has all the room. */
  @state() enlarged = false;
  @state() private fetched: ReadonlySet<View> = new Set();
  @state() private failure = '';
  private nextId = 2;

  constructor() {
    super();
    new Localized(this);
  }

  /** Shows a ranking or a key, in a chart that already shows it, in the untouched first chart, or in a new one. */
  async open(request: OpenRequest): Promise<void> {
    if (request.view === 'lessons') {
      this.show(request.view);
      return;
    }
    if (request.view === 'key') {
      this.view = 'keys';
      await this.updateComplete;
      const browser = this.renderRoot.querySelector<KeyBrowser>('resplay-key-browser');
      browser?.show?.(request.key, request.db ?? 0);
      return;
    }
    if (this.compact) this.view = 'charts';
    const { key, db = 0, limit = 10, order = 'desc' } = request;
    const known = this.charts.find((chart) => sameKey(chart.key, key) && chart.db === db);
    if (known) {
      const changed = {
        ...known,
        limit: request.limit ?? known.limit,
        order: request.order ?? known.order,
      };
      this.charts = this.charts.map((chart) => (chart === known ? changed : chart));
    } else if (this.charts.length === 1 && this.nextId === 2) {
      this.charts = [{ id: 1, key, db, limit, order, server: FIRST_SERVER }];
    } else {
      this.add({ key, db, limit, order, server: FIRST_SERVER });
    }
  }

  private add(chart: Omit<Chart, 'id'>): void {
    this.charts = [...this.charts, { ...chart, id: this.nextId }];
    this.nextId += 1;
  }

  private addAnother(): void {
    const last = this.charts.at(-1);
    this.add(last ?? { key: FIRST_KEY, db: 0, limit: 10, order: 'desc', server: FIRST_SERVER });
  }

  /** Keeps what was chosen in a chart's own toolbar. */
  private chosen(id: number, event: CustomEvent<Omit<Chart, 'id'>>): void {
    const { key, db, limit, order, server } = event.detail;
    this.charts = this.charts.map((chart) =>
      chart.id === id ? { id, key, db, limit, order, server } : chart,
    );
  }

  private removeChart(id: number): void {
    this.charts = this.charts.filter((chart) => chart.id !== id);
    this.nextId += 1; // From now on the first chart counts as touched.
  }

  /** Puts a view in front. Lessons, terminals and the servers' picture want room, at first. */
  private show(view: View): void {
    if (ROOMY.includes(view) && !this.fetched.has(view)) this.enlarged = true;
    this.view = view;
  }

  /** Gets the code of a view, once. */
  private async fetchView(view: keyof typeof LATER): Promise<void> {
    this.failure = '';
    try {
      await LATER[view]();
      this.fetched = new Set([...this.fetched, view]);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('example') && this.example !== '') void import('../examples/elements');
    const first = ALL.find((view) => view === this.first);
    if (changed.has('first') && first) this.view = first;
    const { view } = this;
    if (changed.has('view') && isLater(view) && !this.fetched.has(view)) void this.fetchView(view);
  }

  protected override render(): TemplateResult {
    return html`
      <resplay-example-bar
        .lab=${this.lab}
        .example=${this.example}
        @close=${() => (this.example = '')}
      ></resplay-example-bar>
      ${this.compact ? this.renderTabs(ALL) : this.renderSplit()}
    `;
  }

  private renderSplit(): TemplateResult {
    return html`<resplay-split
      ?alone=${this.enlarged}
      direction="column"
      name="panels"
      initial="56"
      label=${t('app.splitterPanels')}
    >
      <section slot="first" aria-label=${t('panels.charts')}>
        <div class="strip">
          <h2>${t('panels.charts')}</h2>
          <span class="grow"></span>
          ${this.renderAdd()}
        </div>
        ${this.renderCharts()}
      </section>
      ${this.renderTabs(BELOW)}
    </resplay-split>`;
  }

  private renderAdd(): TemplateResult {
    return html`<button @click=${this.addAnother}>${icon('plus')} ${t('panels.addChart')}</button>`;
  }

  private renderTabs(all: readonly View[]): TemplateResult {
    const views = this.lab?.outside ? all.filter((view) => OUTSIDE.includes(view)) : all;
    const shown = views.includes(this.view) ? this.view : 'keys';
    return html`<section slot="second" class="tabbed" aria-label=${t('panels.label')}>
      <h2 class="visually-hidden">${t(`panels.${shown}`)}</h2>
      <div class="strip">
        ${tabList({
          label: t('panels.label'),
          tabs: views.map((view) => ({ id: view, text: t(`panels.${view}`), panel: 'view' })),
          shown,
          show: (view, byKey) => {
            if (byKey) this.view = view;
            else this.show(view);
          },
        })}
        <span class="grow"></span>
        ${shown === 'charts' ? this.renderAdd() : nothing}
        ${this.compact ? nothing : this.renderEnlarge()}
      </div>
      <div class="view" id="view" role="tabpanel" aria-labelledby="tab-${shown}">
        ${shown === 'charts' ? this.renderCharts() : nothing}
        ${shown === 'keys' ? html`<resplay-key-browser .lab=${this.lab}></resplay-key-browser>` : nothing}
        ${isLater(shown) ? this.renderLater(shown) : nothing}
      </div>
    </section>`;
  }

  private renderEnlarge(): TemplateResult {
    const label = t(this.enlarged ? 'panels.reduce' : 'panels.enlarge');
    return html`<button
      class="icon"
      title=${label}
      aria-label=${label}
      @click=${() => (this.enlarged = !this.enlarged)}
    >
      ${this.enlarged ? icons.reduce : icons.enlarge}
    </button>`;
  }

  private renderLater(view: keyof typeof LATER): TemplateResult {
    if (!this.fetched.has(view)) {
      return html`<div class="empty" role="status">
        ${
          this.failure === ''
            ? html`<p>${t('panels.loading')}</p>`
            : html`<p>${t('panels.loadFailed', { reason: this.failure })}</p>
                <button class="outlined" @click=${() => this.fetchView(view)}>
                  ${t('panels.retry')}
                </button>`
        }
      </div>`;
    }
    switch (view) {
      case 'metrics':
        return html`<resplay-metrics .lab=${this.lab}></resplay-metrics>`;
      case 'files':
        return html`<resplay-files .lab=${this.lab}></resplay-files>`;
      case 'code':
        return html`<resplay-code .lab=${this.lab}></resplay-code>`;
      case 'experiments':
        return html`<resplay-experiments .lab=${this.lab}></resplay-experiments>`;
      case 'shell':
        return html`<resplay-shell .lab=${this.lab}></resplay-shell>`;
      case 'lessons':
        return html`<resplay-lessons></resplay-lessons>`;
      case 'servers':
        return html`<resplay-servers .lab=${this.lab}></resplay-servers>`;
      case 'log':
        return html`<resplay-log .lab=${this.lab}></resplay-log>`;
      case 'persistence':
        return html`<resplay-persistence .lab=${this.lab}></resplay-persistence>`;
    }
  }

  private renderCharts(): TemplateResult {
    if (this.charts.length === 0) {
      return html`<div class="empty">
        <strong>${t('panels.noCharts')}</strong>
        <p>${t('panels.noChartsHint')}</p>
        <button class="outlined" @click=${this.addAnother}>
          ${icon('plus')} ${t('panels.addChart')}
        </button>
      </div>`;
    }
    const several = this.charts.length > 1;
    return html`<div class="charts ${several ? 'several' : ''}">
      ${repeat(
        this.charts,
        (chart) => chart.id,
        (chart) =>
          html`<div class="chart">
            <resplay-ranking-chart
              .lab=${this.lab}
              .key=${chart.key}
              .db=${chart.db}
              .limit=${chart.limit}
              .server=${chart.server}
              .order=${chart.order}
              @resplay-ranking-choice=${(event: CustomEvent<Omit<Chart, 'id'>>) =>
                this.chosen(chart.id, event)}
            ></resplay-ranking-chart>
            ${several ? this.renderRemove(chart) : nothing}
          </div>`,
      )}
    </div>`;
  }

  private renderRemove(chart: Chart): TemplateResult {
    const key =
      typeof chart.key === 'object' && 'text' in chart.key ? chart.key.text : String(chart.key);
    const label = t('panels.chartRemove', { key });
    return html`<button
      class="icon"
      title=${label}
      aria-label=${label}
      @click=${() => this.removeChart(chart.id)}
    >
      ${icon('close')}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-panels': ResplayPanels;
  }
}
