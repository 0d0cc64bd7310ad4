import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  DEFAULT_PORT,
  type Argument,
  type CrashLosses,
  type InstanceInfo,
  type Lab,
  type PersistenceOptions,
  type PersistenceUpdate,
  type Watch,
} from '../client/api';
import { icons } from '../charts/icons';
import { t, type TextKey } from './persistence-catalogue';
import { tabList } from '../widgets/tab-list';
import './aof-view';
import './losses-view';
import './persistence-overview';
import {
  CONF,
  baseOf,
  configuredPolicy,
  policyOf,
  readResting,
  sameFiles,
  shoot,
  type AofShot,
  type Policy,
} from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { reasonOf } from './persistence-text';
import './rdb-view';
import { commandText, replyText } from './run-commands';
import { ViewElement, define } from './view-element';

type Part = 'overview' | 'log' | 'rdb' | 'losses';

/** A rewrite, before and after. */
export interface Rewrite {
  readonly before: AofShot;
  readonly after: AofShot;
  readonly base: string;
}

/** What a crash took, and the policy that was in force. */
export interface CrashReportShown {
  readonly losses: CrashLosses;
  readonly policy: Policy;
  /** The AOF was on for this process only: redis.conf has a start look at the snapshot instead. */
  readonly unkept: boolean;
}

/** What is worth keeping while another panel is in front. */
interface Kept {
  part: Part;
  report?: CrashReportShown | undefined;
  rewrite?: Rewrite | undefined;
}

const kept = new WeakMap<Lab, Kept>();
/** The AOF is looked at so often, in milliseconds, in case a rewrite that nobody announced takes it away. */
const SHOT_EVERY = 1000;
/** A larger AOF is not read for that. */
const SHOT_BYTES = 4 << 20;

/** `<resplay-persistence>` with `.lab`: what an instance keeps, where, and what it would lose. */
export class ResplayPersistence extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      .toolbar {
        border-bottom: 1px solid var(--border);
      }

      .crash {
        display: flex;
        gap: var(--space-2);
        margin-left: auto;
      }

      .parts {
        flex: none;
        padding: 0 var(--space-3);
        overflow: auto hidden;
        border-bottom: 1px solid var(--border);
        scrollbar-width: none;
      }

      .parts [role='tablist'] {
        display: flex;
        gap: var(--space-1);
      }

      .parts button {
        position: relative;
        min-height: 32px;
        border-radius: 0;
      }

      .parts [aria-selected='true'] {
        color: var(--text);
      }

      .parts [aria-selected='true']::after {
        content: '';
        position: absolute;
        inset: auto var(--space-2) 0;
        height: 2px;
        border-radius: 2px 2px 0 0;
        background: var(--accent);
      }

      .part {
        display: grid;
        flex: 1;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
      }
    `,
  ];

  @property({ type: Number }) port = DEFAULT_PORT;

  @state() private figures: PersistenceUpdate | undefined;
  /** The same of a process that does not run, from its files. */
  @state() private resting: PersistenceUpdate | undefined;
  @state() private instances: readonly InstanceInfo[] = [];
  @state() private chosen: Part = 'overview';
  @state() private report: CrashReportShown | undefined;
  @state() private rewrite: Rewrite | undefined;
  @state() private busy = '';
  @state() private ran = '';
  @state() private failed = false;

  private watch: Watch<PersistenceOptions> | undefined;
  private shot: { readonly of: string; readonly at: number; readonly taken: AofShot } | undefined;
  private shooting = false;

  protected labOpened(lab: Lab): void {
    const known = kept.get(lab);
    this.chosen = known?.part ?? 'overview';
    this.report = known?.report;
    this.rewrite = known?.rewrite;
    this.instances = lab.instances;
    this.figures = undefined;
    this.shot = undefined;
    this.resting = undefined;
    this.closeLater(
      lab.on('instances', (instances) => {
        this.instances = instances;
        if (this.stopped) void this.rest(lab);
      }),
    );
    this.closeLater(
      lab.files.onChange(() => {
        if (this.stopped) void this.rest(lab);
      }),
    );
    if (this.stopped) void this.rest(lab);
    this.watch = lab.watchPersistence({ port: this.port }, (update) => this.take(lab, update));
    this.closeLater(() => {
      this.watch?.close();
      this.watch = undefined;
      kept.set(lab, { part: this.chosen, report: this.report, rewrite: this.rewrite });
    });
  }

  private async rest(lab: Lab): Promise<void> {
    const found = await readResting(lab).catch(() => undefined);
    if (found !== undefined) this.resting = found;
  }

  private take(lab: Lab, update: PersistenceUpdate): void {
    const before = this.figures;
    this.figures = update;
    if (this.stopped) return;
    const { files } = update.aof;
    const base = baseOf(files);
    const rewritten = before !== undefined && base !== '' && baseOf(before.aof.files) !== base;
    if (rewritten && this.shot !== undefined && this.shot.of !== '') {
      const old = this.shot.taken;
      this.shot = undefined;
      shoot(lab, files).then(
        (after) => (this.rewrite = { before: old, after, base }),
        () => undefined,
      );
      return;
    }
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (base === '' || size > SHOT_BYTES) return;
    const rewriting = update.running?.kind === 'rewrite';
    const begins = rewriting && before?.running?.kind !== 'rewrite';
    if (begins || !rewriting) void this.remember(lab, update, begins);
  }

  /** Keeps a recent picture of the AOF, to lay beside what a rewrite makes of it. */
  private async remember(lab: Lab, update: PersistenceUpdate, now: boolean): Promise<void> {
    const at = performance.now();
    const last = this.shot;
    if (this.shooting) return;
    const recent =
      last !== undefined && at - last.at < SHOT_EVERY && last.of === baseOf(update.aof.files);
    if (recent && !now) return;
    this.shooting = true;
    try {
      const taken = await shoot(lab, update.aof.files);
      // Files that went away meanwhile would make half a picture.
      if (this.figures !== undefined && sameFiles(this.figures.aof.files, update.aof.files))
        this.shot = { of: baseOf(update.aof.files), at, taken };
    } catch {
      // The comparison is missing then, nothing else.
    } finally {
      this.shooting = false;
    }
  }

  private get instance(): InstanceInfo | undefined {
    return this.instances.find(({ port }) => port === this.port);
  }

  private get stopped(): boolean {
    return this.instance?.state === 'stopped';
  }

  /** Runs one thing at a time and says how it went. */
  private async act(name: string, action: (lab: Lab) => Promise<string>): Promise<void> {
    const { lab } = this;
    if (lab === undefined || this.busy !== '') return;
    this.busy = name;
    this.ran = '';
    this.failed = false;
    try {
      this.ran = await action(lab);
    } catch (error) {
      this.failed = true;
      this.ran = t('persistence.failed', { reason: reasonOf(error) });
    } finally {
      this.busy = '';
    }
  }

  /** A command as a client of its own, with the server's reply in its own words. */
  private command(...command: readonly Argument[]): void {
    void this.act(commandText(command), async (lab) => {
      if (command[0] === 'BGREWRITEAOF' && this.figures !== undefined) {
        const { files } = this.figures.aof;
        const taken = await shoot(lab, files);
        this.shot = { of: baseOf(files), at: performance.now(), taken };
      }
      const connection = await lab.connect({ port: this.port });
      try {
        const [reply] = await connection.pipeline([command]);
        this.failed = reply?.kind === 'error';
        return `${commandText(command)} → ${reply === undefined ? '' : replyText(reply)}`;
      } finally {
        connection.close();
      }
    });
  }

  private crash(how: 'kill' | 'power'): void {
    void this.act(how, async (lab) => {
      const figures = this.stopped ? this.resting : this.figures;
      const policy = figures === undefined ? 'off' : policyOf(figures);
      const unkept = policy !== 'off' && !(await keepsAof(lab));
      const losses = await (how === 'kill' ? lab.kill(this.port) : lab.pullThePlug());
      this.shot = undefined;
      this.report = { losses, policy, unkept };
      this.chosen = 'losses';
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector('resplay-losses')?.focusTitle(),
      );
      return '';
    });
  }

  private start(): void {
    void this.act('start', async (lab) => {
      await lab.start(this.port);
      return t('persistence.started');
    });
  }

  override render(): TemplateResult {
    const parts: Part[] = ['overview', 'log', 'rdb'];
    if (this.report !== undefined) parts.push('losses');
    const part = parts.includes(this.chosen) ? this.chosen : 'overview';
    return html`
      ${this.toolbar()}
      <div class="parts">
        ${tabList({
          label: t('persistence.views'),
          tabs: parts.map((name) => ({ id: name, text: t(`persistence.${name}`), panel: 'part' })),
          shown: part,
          show: (name) => (this.chosen = name),
        })}
      </div>
      <div class="part" id="part" role="tabpanel" aria-labelledby="tab-${part}">
        ${this.content(part)}
      </div>
      <div class="ran ${this.failed ? 'failed' : ''}" role="status">${this.ran}</div>
    `;
  }

  private toolbar(): TemplateResult {
    const action = (
      name: TextKey,
      title: TextKey,
      run: () => void,
      looks = 'outlined',
    ): TemplateResult =>
      html`<button
        class=${looks}
        title=${t(title)}
        ?disabled=${this.busy !== '' || (this.stopped && name !== 'persistence.plug')}
        @click=${run}
      >
        ${t(name)}
      </button>`;
    return html`<div class="toolbar" role="toolbar" aria-label=${t('persistence.actions')}>
      ${
        this.instances.length > 1
          ? html`<select aria-label=${t('persistence.instance')} @change=${this.choosePort}>
              ${this.instances.map(
                ({ host, port }) =>
                  html`<option value=${port} ?selected=${port === this.port}>
                    ${host}:${port}
                  </option>`,
              )}
            </select>`
          : nothing
      }
      ${action('persistence.save', 'persistence.saveTitle', () => this.command('SAVE'))}
      ${action('persistence.bgsave', 'persistence.bgsaveTitle', () => this.command('BGSAVE'))}
      ${action('persistence.rewrite', 'persistence.rewriteTitle', () =>
        this.command('BGREWRITEAOF'),
      )}
      <span class="crash">
        ${
          this.stopped
            ? html`<button
                class="primary"
                title=${t('persistence.startTitle')}
                ?disabled=${this.busy !== ''}
                @click=${this.start}
              >
                ${icons.play} ${t('persistence.start')}
              </button>`
            : action(
                'persistence.kill',
                'persistence.killTitle',
                () => this.crash('kill'),
                'outlined danger',
              )
        }
        ${action(
          'persistence.plug',
          'persistence.plugTitle',
          () => this.crash('power'),
          'outlined danger',
        )}
      </span>
    </div>`;
  }

  private content(part: Part): TemplateResult | typeof nothing {
    const { lab, report, stopped } = this;
    const update = stopped ? this.resting : this.figures;
    if (part === 'losses' && report !== undefined)
      return html`<resplay-losses
        .report=${report}
        @close=${() => {
          this.report = undefined;
          this.chosen = 'overview';
        }}
      ></resplay-losses>`;
    if (update === undefined || lab === undefined) return nothing;
    switch (part) {
      case 'log':
        return html`<resplay-aof
          .lab=${lab}
          .files=${update.aof.files}
          .rewrite=${this.rewrite}
          ?stopped=${stopped}
          @turn-on=${() => this.command('CONFIG', 'SET', 'appendonly', 'yes')}
        ></resplay-aof>`;
      case 'rdb':
        return html`<resplay-rdb
          .lab=${lab}
          .paths=${[
            update.rdbPath,
            ...update.aof.files.filter(({ path }) => path.endsWith('.rdb')).map(({ path }) => path),
          ]}
          ?stopped=${stopped}
          @save=${() => this.command('SAVE')}
        ></resplay-rdb>`;
      default:
        return html`<resplay-persistence-overview
          .lab=${lab}
          .figures=${update}
          ?stopped=${stopped}
          @command=${(event: CustomEvent<readonly Argument[]>) => this.command(...event.detail)}
        ></resplay-persistence-overview>`;
    }
  }

  private readonly choosePort = (event: Event): void => {
    this.port = Number((event.target as HTMLSelectElement).value);
    this.shot = undefined;
    this.rewrite = undefined;
    this.watch?.update({ port: this.port });
  };
}

/** Whether the server that redis.conf describes has an AOF. */
async function keepsAof(lab: Lab): Promise<boolean> {
  try {
    const conf = new TextDecoder().decode(await lab.files.read(CONF, 0, 1 << 20));
    return configuredPolicy(conf).appendonly === 'yes';
  } catch {
    return false;
  }
}

define('resplay-persistence', ResplayPersistence);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-persistence': ResplayPersistence;
  }
}
