import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import {
  DEFAULT_PORT,
  type Argument,
  type DatabaseInfo,
  type InstanceInfo,
  type KeyRow,
  type Lab,
  type RankingEntry,
  type RankingOptions,
  type RankingUpdate,
  type RedisString,
  type Watch,
} from '../client/api';
import { bytesOf, identityOf, redisString } from '../client/bytes';
import { formatNumber, t } from '../i18n';
import '../panels/key-chooser';
import { keyChanged, keyIdentity, lineOf, quoted } from '../panels/show-bytes';
import { ViewElement, define } from '../panels/view-element';
import { icons } from './icons';
import { durationText, groupThousands } from './numbers';
import { RankingStage } from './ranking-stage';
import { rankingStyles } from './ranking-styles';

const LIMITS = [3, 5, 10, 15, 20, 50];
const SHORTEST_ROW = 26;
const TALLEST_ROW = 44;
/** A table that a screen reader may be reading is not rewritten more often, in milliseconds. */
const TABLE_SHOWN = 100;
const TABLE_HIDDEN = 1000;
/** Nor is the order announced. */
const ANNOUNCED = 4000;

/** What the person chose in a chart's toolbar, for the page to keep. */
export interface RankingChoice {
  readonly key: Argument;
  readonly db: number;
  readonly limit: number;
  readonly server: string;
  readonly order: 'desc' | 'asc';
}

/**
 * `<resplay-ranking-chart key="ranking" db="0" limit="10" order="desc">` with `.lab`: the top of a sorted set, as bars
 * that move. Fires `resplay-ranking-choice` (`RankingChoice`) when its toolbar was used.
 */
export class ResplayRankingChart extends ViewElement {
  static override styles = [...ViewElement.styles, rankingStyles];

  /** Text, or what the lab gave: keys may be binary. */
  @property({ hasChanged: keyChanged }) key: Argument = 'ranking';
  @property({ type: Number }) db = 0;
  @property({ type: Number }) limit = 10;
  /** The server whose key it is. */
  @property() server = String(DEFAULT_PORT);
  @property() order: 'desc' | 'asc' = 'desc';
  /** Shows the table in place of the bars. */
  @property({ type: Boolean, attribute: 'as-table' }) asTable = false;

  @state() private update_: RankingUpdate | undefined;
  @state() private table: readonly RankingEntry[] = [];
  @state() private announcement = '';
  @state() private databases: readonly DatabaseInfo[] = [];
  @state() private others: readonly KeyRow[] = [];
  @state() private now = 0;
  @state() private instances: readonly InstanceInfo[] = [];
  /** More places than there is room for. */
  @state() private scrolls = false;
  @query('.stage') private stageHost!: HTMLElement;
  @query('.body') private body!: HTMLElement;

  private stage: RankingStage | undefined;
  private watch: Watch<RankingOptions> | undefined;
  private latest: readonly RankingEntry[] = [];
  private tableTimer: ReturnType<typeof setTimeout> | undefined;
  private announceTimer: ReturnType<typeof setTimeout> | undefined;
  private countdown: ReturnType<typeof setInterval> | undefined;
  private announcedOrder = '';
  private readonly resized = new ResizeObserver(() => this.fitRows());

  protected labOpened(lab: Lab): void {
    this.instances = lab.instances;
    this.closeLater(lab.on('instances', (instances) => (this.instances = instances)));
    const watch = lab.watchRanking(this.options(), (update) => this.take(update));
    this.watch = watch;
    this.closeLater(() => {
      watch.close();
      this.watch = undefined;
    });
    // No rows: only the databases, for the chooser.
    const keys = lab.watchKeys({ db: this.db, type: 'zset', offset: 0, limit: 12 }, (update) => {
      this.databases = update.databases;
      this.others = update.rows;
    });
    this.keysWatch = keys;
    this.closeLater(() => keys.close());
  }

  private keysWatch: { update(options: { db: number }): void } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.resized.observe(this.body);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    clearTimeout(this.tableTimer);
    clearTimeout(this.announceTimer);
    clearInterval(this.countdown);
    this.tableTimer = this.announceTimer = this.countdown = undefined;
    this.stage?.clear();
  }

  protected override firstUpdated(): void {
    this.stage = new RankingStage(this.stageHost);
    this.resized.observe(this.body);
  }

  protected override updated(changed?: PropertyValues<this>): void {
    if (
      this.watch !== undefined &&
      changed !== undefined &&
      (changed.has('key') ||
        changed.has('db') ||
        changed.has('limit') ||
        changed.has('order') ||
        changed.has('server'))
    ) {
      // Another set is another picture: its bars do not grow out of the last one's.
      if (changed.has('key') || changed.has('db') || changed.has('server')) this.stage?.clear();
      this.watch.update(this.options());
      if (changed.has('db')) this.keysWatch?.update({ db: this.db });
      this.fitRows();
    }
    super.updated();
  }

  override render(): TemplateResult {
    const update = this.update_;
    const ok = update?.state === 'ok';
    return html`
      ${this.toolbar()}
      <div
        class="body"
        role="group"
        aria-label=${t('views.ranking.bars')}
        tabindex=${this.asTable || this.scrolls ? '0' : nothing}
      >
        <div class="stage" aria-hidden="true" ?hidden=${!ok || this.asTable}></div>
        ${ok ? this.tableOf(update) : nothing}
        ${update !== undefined && !ok ? this.lesson(update) : nothing}
      </div>
      <div class="footer">${ok ? this.footer(update) : nothing}</div>
      <div class="visually-hidden" role="status" aria-live="polite">${this.announcement}</div>
    `;
  }

  /** Which server's key it is, where there are several: the same key on two of them shows how far one is behind. */
  private serverChooser(): TemplateResult | typeof nothing {
    const { lab } = this;
    const servers = this.instances.filter(
      ({ name, sentinel }) => !sentinel && lab?.reaches?.(name) !== false,
    );
    if (lab?.isCluster || (servers.length < 2 && this.server === String(DEFAULT_PORT)))
      return nothing;
    return html`<select
      aria-label=${t('views.server')}
      title=${t('views.server')}
      @change=${(event: Event) => this.choose({ server: (event.target as HTMLSelectElement).value })}
    >
      ${servers.map(
        ({ name }) =>
          html`<option value=${name} ?selected=${name === this.server}>${name}</option>`,
      )}
    </select>`;
  }

  private toolbar(): TemplateResult {
    const severalDatabases = this.db !== 0 || this.databases.some((info) => info.db !== 0);
    const numbers = new Set([...this.databases.map((info) => info.db), this.db, 0]);
    const limits = LIMITS.includes(this.limit)
      ? LIMITS
      : [...LIMITS, this.limit].sort((a, b) => a - b);
    const descending = this.order !== 'asc';
    return html`
      <div class="toolbar" role="toolbar" aria-label=${t('views.ranking.toolbar')}>
        <resplay-key-chooser
          .lab=${this.lab}
          .value=${this.key}
          .db=${this.db}
          type="zset"
          label=${t('views.ranking.key')}
          @change=${(event: CustomEvent<RedisString>) => this.choose({ key: event.detail })}
        ></resplay-key-chooser>
        ${
          severalDatabases
            ? html`<select
                aria-label=${t('views.database')}
                @change=${(event: Event) => this.choose({ db: Number((event.target as HTMLSelectElement).value) })}
              >
                ${[...numbers]
                  .sort((a, b) => a - b)
                  .map(
                    (db) => html`<option value=${db} ?selected=${db === this.db}>db${db}</option>`,
                  )}
              </select>`
            : nothing
        }
        ${this.serverChooser()}
        <span class="grow"></span>
        <select
          aria-label=${t('views.ranking.limit')}
          @change=${(event: Event) => this.choose({ limit: Number((event.target as HTMLSelectElement).value) })}
        >
          ${limits.map(
            (limit) =>
              html`<option value=${limit} ?selected=${limit === this.limit}>
                ${t(descending ? 'views.ranking.top' : 'views.ranking.bottom', { count: limit })}
              </option>`,
          )}
        </select>
        <button
          class="icon"
          aria-label=${t(descending ? 'views.ranking.showLow' : 'views.ranking.showHigh')}
          title=${t(descending ? 'views.ranking.showLow' : 'views.ranking.showHigh')}
          @click=${() => this.choose({ order: descending ? 'asc' : 'desc' })}
        >
          ${descending ? icons.highFirst : icons.lowFirst}
        </button>
        <button
          class="icon"
          aria-pressed=${this.asTable ? 'true' : 'false'}
          aria-label=${t('views.asTable')}
          title=${t('views.asTable')}
          @click=${() => {
            this.asTable = !this.asTable;
            this.refreshTable(0);
          }}
        >
          ${icons.table}
        </button>
      </div>
    `;
  }

  private tableOf(update: RankingUpdate): TemplateResult {
    return html`
      <table class=${this.asTable ? '' : 'visually-hidden'}>
        <caption class="visually-hidden">
          ${t('views.ranking.caption', { key: this.keyText(), count: this.table.length, total: update.total })}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="number">${t('views.ranking.rank')}</th>
            <th scope="col">${t('views.ranking.member')}</th>
            <th scope="col" class="number">${t('views.ranking.score')}</th>
          </tr>
        </thead>
        <tbody>
          ${this.table.map(
            (entry) => html`
              <tr>
                <td class="number">${entry.rank}</td>
                <td>${lineOf(entry.member)}</td>
                <td class="number">${groupThousands(entry.scoreText)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  private footer(update: RankingUpdate): TemplateResult {
    return html`
      <span>
        ${
          update.total > this.limit
            ? t('views.ranking.someOf', {
                shown: formatNumber(this.limit),
                total: formatNumber(update.total),
              })
            : t('views.ranking.members', { total: formatNumber(update.total) })
        }
      </span>
      ${
        update.expiresAt === null
          ? nothing
          : html`<span
              >${t('views.ranking.expires', { time: durationText(update.expiresAt - this.now) })}</span
            >`
      }
    `;
  }

  /** What to do when there is nothing to draw. */
  private lesson(update: RankingUpdate): TemplateResult {
    const key = quoted(redisString(bytesOf(this.key)));
    const wrong = update.state === 'wrongtype';
    const line = wrong ? `TYPE ${key}` : `ZADD ${key} 3 song1 1 song2`;
    const self = keyIdentity(this.key);
    const others = this.others.filter((row) => identityOf(row.key) !== self);
    return html`
      <div class="note">
        <strong>
          ${
            wrong
              ? t('views.ranking.wrongType', { key: this.keyText(), type: update.type })
              : t('views.ranking.missing', { key: this.keyText() })
          }
        </strong>
        <p>${t(wrong ? 'views.ranking.wrongTypeHelp' : 'views.ranking.missingHelp')}</p>
        <pre class="commands">${line}</pre>
        ${
          // Nobody writes to a real server by the way.
          this.lab?.outside
            ? nothing
            : html`<button
                class="outlined"
                @click=${() => this.runInConsole(...this.inDatabase(line))}
              >
                ${icons.play} ${t('views.run')}
              </button>`
        }
        ${
          others.length === 0
            ? nothing
            : html`<p>${t('views.ranking.others')}</p>
                <div class="links">
                  ${others.map(
                    (row) =>
                      html`<button class="outlined" @click=${() => this.choose({ key: row.key })}>
                        ${lineOf(row.key, 60)}
                      </button>`,
                  )}
                </div>`
        }
      </div>
    `;
  }

  /** The console may be at another database. */
  private inDatabase(line: string): string[] {
    return this.db === 0 ? [line] : [`SELECT ${this.db}`, line];
  }

  private keyText(): string {
    return lineOf(redisString(bytesOf(this.key)), 60);
  }

  private options(): RankingOptions {
    return {
      key: this.key,
      db: this.db,
      limit: this.limit,
      port: this.server,
      order: this.order === 'asc' ? 'asc' : 'desc',
    };
  }

  private choose(change: Partial<RankingChoice>): void {
    Object.assign(this, change);
    const { key, db, limit, order, server } = this;
    const detail: RankingChoice = { key, db, limit, order, server };
    this.dispatchEvent(
      new CustomEvent('resplay-ranking-choice', { detail, bubbles: true, composed: true }),
    );
  }

  private take(update: RankingUpdate): void {
    this.latest = update.entries;
    // The bars at once; Lit only hears of what its template shows.
    if (update.state === 'ok') this.stage?.update(update.entries);
    else this.stage?.clear();
    const before = this.update_;
    if (
      before?.state !== update.state ||
      before.total !== update.total ||
      before.type !== update.type ||
      before.expiresAt !== update.expiresAt
    ) {
      this.update_ = update;
      this.followExpiry(update.expiresAt);
    }
    this.refreshTable(this.asTable ? TABLE_SHOWN : TABLE_HIDDEN);
    this.announce();
  }

  private refreshTable(delay: number): void {
    if (delay === 0 || this.table.length === 0) {
      this.table = this.latest;
      return;
    }
    this.tableTimer ??= setTimeout(() => {
      this.tableTimer = undefined;
      this.table = this.latest;
    }, delay);
  }

  /** Says the first three when their order has changed, and not more often than one can listen. */
  private announce(): void {
    if (this.announceTimer !== undefined) return;
    const first = this.latest.slice(0, 3);
    const order = first.map((entry) => identityOf(entry.member)).join('\n');
    if (order === this.announcedOrder) return;
    if (this.announcedOrder !== '' && order !== '')
      this.announcement = first
        .map((entry) => `${entry.rank}. ${lineOf(entry.member, 60)} ${entry.scoreText}`)
        .join(', ');
    this.announcedOrder = order;
    this.announceTimer = setTimeout(() => {
      this.announceTimer = undefined;
      this.announce();
    }, ANNOUNCED);
  }

  private followExpiry(expiresAt: number | null): void {
    clearInterval(this.countdown);
    this.countdown = undefined;
    if (expiresAt === null) return;
    this.now = this.labTime();
    this.countdown = setInterval(() => (this.now = this.labTime()), 1000);
  }

  private fitRows(): void {
    const room = this.body.clientHeight / Math.max(1, this.limit);
    this.scrolls = room < SHORTEST_ROW;
    this.stage?.setRowHeight(Math.floor(Math.min(TALLEST_ROW, Math.max(SHORTEST_ROW, room))));
  }
}

define('resplay-ranking-chart', ResplayRankingChart);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-ranking-chart': ResplayRankingChart;
  }
  interface GlobalEventHandlersEventMap {
    'resplay-ranking-choice': CustomEvent<RankingChoice>;
  }
}
