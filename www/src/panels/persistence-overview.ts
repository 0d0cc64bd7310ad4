import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Argument, Lab, PersistenceUpdate, SavePoint } from '../client/api';
import { bytesText, durationText } from '../charts/numbers';
import { formatNumber, t } from '../i18n';
import { rovingIndex } from '../widgets/roving';
import { configuredPolicy, fileName, pointProgress, policyOf } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { ageText, momentText } from './persistence-text';
import { ViewElement, define } from './view-element';

const CONF = '/etc/redis/redis.conf';
const POLICIES = ['always', 'everysec', 'no'] as const;
/** Ages and times left are drawn anew so often, in milliseconds. */
const TICK = 250;

const fsyncHelp = {
  off: 'persistence.fsyncOff',
  always: 'persistence.fsyncAlways',
  everysec: 'persistence.fsyncEverysec',
  no: 'persistence.fsyncNo',
} as const;

/** Where the writes are, how near a save is, and the switches. Fires `command` with what shall run. */
export class ResplayPersistenceOverview extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      :host {
        container: overview / inline-size;
      }

      .scroll {
        display: grid;
        align-content: start;
        gap: var(--space-4);
        padding: var(--space-3);
      }

      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr));
        gap: var(--space-4) var(--space-5);
      }

      section {
        display: flex;
        flex-direction: column;
        gap: var(--space-2);
        min-width: 0;
        font-size: var(--text-sm);
      }

      .figures {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        color: var(--text-muted);
      }

      /* where the writes are */
      .flow {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto minmax(0, 1fr);
        align-items: stretch;
        gap: 6px 0;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .place {
        display: flex;
        flex-direction: column;
        min-width: 0;
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--border);
        border-radius: var(--radius-lg);
        background: var(--raised);
      }

      .place h4 {
        margin: 0;
        color: var(--text-muted);
        font-size: var(--text-xs);
        font-weight: var(--weight-medium);
      }

      .place .figure {
        font: var(--weight-strong) var(--text-xl) / 1.4 var(--font-mono);
        font-variant-numeric: tabular-nums;
        letter-spacing: -0.03em;
      }

      .place .what {
        min-height: 2.6em;
        color: var(--text-muted);
        font-size: var(--text-xs);
        line-height: 1.3;
        overflow-wrap: anywhere;
      }

      .place.holds {
        border-color: color-mix(in srgb, var(--warning) 55%, transparent);
        background: var(--warning-soft);
      }

      .place.holds .figure {
        color: var(--warning);
      }

      .place.disk.holds {
        border-color: color-mix(in srgb, var(--accent) 55%, transparent);
        background: var(--accent-soft);
      }

      .place.disk.holds .figure {
        color: var(--accent);
      }

      .arrow {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        min-width: 62px;
        padding: 0 4px;
        color: var(--text-faint);
        font: var(--text-xs) / 1.3 var(--font-mono);
        text-align: center;
      }

      .arrow svg {
        width: 100%;
        height: 10px;
      }

      .brace {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--danger);
        font-size: var(--text-xs);
        white-space: nowrap;
      }

      .brace::before,
      .brace::after {
        content: '';
        flex: 1;
        height: 5px;
        border: solid color-mix(in srgb, var(--danger) 60%, transparent);
        border-width: 0 0 1px 1px;
        border-bottom-left-radius: 4px;
      }

      .brace::after {
        border-width: 0 1px 1px 0;
        border-radius: 0 0 4px;
      }

      .brace.kill {
        grid-column: 1;
        grid-row: 2;
      }

      .brace.power {
        grid-column: 1 / 4;
        grid-row: 3;
      }

      @container overview (max-width: 520px) {
        .arrow {
          min-width: 24px;
          padding: 0 2px;
        }

        .arrow .call {
          display: none;
        }

        .place {
          padding: var(--space-2);
        }

        .place .figure {
          font-size: var(--text-lg);
        }

        .brace {
          white-space: normal;
          line-height: 1.2;
          text-align: center;
        }
      }

      /* save points */
      .points {
        display: grid;
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .points > li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 2px var(--space-3);
      }

      .points .bar {
        grid-column: 1 / -1;
      }

      .points .left {
        color: var(--text-muted);
        font-variant-numeric: tabular-nums;
        text-align: right;
      }

      .points .due .left {
        color: var(--accent);
        font-weight: var(--weight-strong);
      }

      .bar {
        display: block;
        width: 100%;
        height: 10px;
      }

      .key .bar {
        width: 14px;
        height: 4px;
      }

      .bar .track {
        fill: var(--sunken);
      }

      .bar .changes {
        fill: var(--accent);
        transition: width var(--slow) var(--ease);
      }

      .bar .time {
        fill: var(--info);
        transition: width var(--slow) var(--ease);
      }

      .key {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }

      .ok {
        color: var(--accent);
      }

      .running {
        display: grid;
        gap: 4px;
      }

      /* switches */
      .switch {
        gap: var(--space-2);
        padding: 0;
        color: var(--text);
      }

      .switch:hover {
        background: none;
      }

      .switch .rail {
        position: relative;
        width: 32px;
        height: 18px;
        border: 1px solid var(--border-strong);
        border-radius: 9px;
        background: var(--sunken);
        transition: background var(--fast) var(--ease);
      }

      .switch .rail::after {
        content: '';
        position: absolute;
        inset: 2px auto 2px 2px;
        width: 12px;
        border-radius: 50%;
        background: var(--text-faint);
        transition: translate var(--fast) var(--ease);
      }

      .switch[aria-checked='true'] .rail {
        border-color: var(--accent);
        background: var(--accent);
      }

      .switch[aria-checked='true'] .rail::after {
        background: var(--on-accent);
        translate: 14px 0;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }

      .choice {
        display: inline-flex;
        border: 1px solid var(--border-strong);
        border-radius: var(--radius-md);
        background: var(--surface);
      }

      .choice button {
        border-radius: calc(var(--radius-md) - 1px);
        font-family: var(--font-mono);
      }

      .choice button[aria-checked='true'] {
        background: var(--accent-soft);
        color: var(--accent);
      }

      .help {
        max-width: 60ch;
        color: var(--text-muted);
        line-height: 1.5;
      }

      .conf {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-md);
        background: var(--sunken);
        color: var(--text-muted);
      }

      .conf.unkept {
        background: var(--warning-soft);
        color: var(--text);
      }

      .conf p {
        flex: 1 1 200px;
      }
    `,
  ];

  @property({ attribute: false }) figures!: PersistenceUpdate;
  @property({ type: Boolean }) stopped = false;

  @state() private now = Date.now();
  /** redis.conf's text; null when there is none, undefined while it is not known. */
  @state() private conf: string | null | undefined;
  @state() private rdbSize: number | undefined;
  private clock: ReturnType<typeof setInterval> | undefined;
  private looking = false;

  protected labOpened(lab: Lab): void {
    this.clock = setInterval(() => {
      if (!document.hidden) this.now = Date.now();
    }, TICK);
    this.closeLater(() => clearInterval(this.clock));
    this.closeLater(lab.files.onChange(() => void this.look(lab)));
    void this.look(lab);
  }

  /** Reads what only the disk tells. */
  private async look(lab: Lab): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const files = await lab.files.list();
      this.rdbSize = files.find(({ path }) => path === this.figures.rdbPath)?.size;
      this.conf = files.some(({ path }) => path === CONF)
        ? new TextDecoder().decode(await lab.files.read(CONF, 0, 1 << 20))
        : null;
    } catch {
      this.conf = undefined;
    } finally {
      this.looking = false;
    }
  }

  private command(...command: readonly Argument[]): void {
    this.dispatchEvent(new CustomEvent('command', { detail: command }));
  }

  override render(): TemplateResult {
    return html`<div
      class="scroll"
      tabindex="0"
      role="region"
      aria-label=${t('persistence.overview')}
    >
      ${this.flow()}
      <div class="columns">${this.snapshots()} ${this.aof()}</div>
    </div>`;
  }

  private flow(): TemplateResult {
    const { aof, dirty, rdbPath } = this.figures;
    const size = aof.files.reduce((sum, file) => sum + file.size, 0);
    const synced = aof.files.reduce((sum, file) => sum + file.synced, 0);
    const unsynced = Math.max(aof.unsynced, size - synced);
    const inProcess = aof.enabled ? aof.buffered : dirty;
    const age = aof.unsyncedSince === null ? undefined : this.now - aof.unsyncedSince;
    const rdb =
      this.rdbSize === undefined
        ? t('persistence.flowNoFile')
        : t('persistence.flowRdb', { file: fileName(rdbPath), size: bytesText(this.rdbSize) });
    return html`<section aria-labelledby="flow">
      <h3 id="flow">${t('persistence.flow')}</h3>
      <ul class="flow" aria-labelledby="flow">
        <li class="place ${inProcess > 0 ? 'holds' : ''}">
          <h4>${t('persistence.flowProcess')}</h4>
          <span class="figure">${aof.enabled ? bytesText(aof.buffered) : formatNumber(dirty)}</span>
          <span class="what"
            >${t(aof.enabled ? 'persistence.flowBuffered' : 'persistence.flowChanges')}</span
          >
        </li>
        ${arrow(aof.enabled ? 'persistence.flowWrite' : 'persistence.flowSave')}
        <li class="place ${unsynced > 0 ? 'holds' : ''}">
          <h4>${t('persistence.flowCache')}</h4>
          <span class="figure">${bytesText(unsynced)}</span>
          <span class="what"
            >${
              unsynced > 0
                ? html`${t('persistence.flowUnsynced')}${
                    age === undefined
                      ? nothing
                      : html`<br />${t('persistence.flowOldest', { age: ageText(age) })}`
                  }`
                : t(aof.enabled ? 'persistence.flowAllSynced' : 'persistence.flowNoAof')
            }</span
          >
        </li>
        ${arrow('persistence.flowFsync')}
        <li class="place disk ${synced + (this.rdbSize ?? 0) > 0 ? 'holds' : ''}">
          <h4>${t('persistence.flowDisk')}</h4>
          <span class="figure">${bytesText(aof.enabled ? synced : (this.rdbSize ?? 0))}</span>
          <span class="what">${aof.enabled ? html`AOF<br />` : nothing}${rdb}</span>
        </li>
        <li class="brace kill">${t('persistence.flowKill')}</li>
        <li class="brace power">${t('persistence.flowPower')}</li>
      </ul>
    </section>`;
  }

  private snapshots(): TemplateResult {
    const { dirty, lastSave, lastSaveFailed, savePoints, running } = this.figures;
    return html`<section aria-labelledby="snapshots">
      <h3 id="snapshots">${t('persistence.snapshots')}</h3>
      <div class="figures">
        <span>${t('persistence.dirty', { count: formatNumber(dirty) })}</span>
        <span>
          ${t('persistence.lastSave', { time: momentText(lastSave, this.now) })}${': '}
          <span class=${lastSaveFailed ? 'danger' : 'ok'}
            >${t(lastSaveFailed ? 'persistence.lastSaveFailed' : 'persistence.lastSaveOk')}</span
          >
        </span>
      </div>
      ${running === undefined ? nothing : this.progress(running)}
      ${
        savePoints.length === 0
          ? html`<p class="help">${t('persistence.noSavePoints')}</p>`
          : html`<ul class="points">
                ${savePoints.map((point) => this.point(point, dirty))}
              </ul>
              <div class="figures" aria-hidden="true">
                <span class="key">${swatch('changes')} ${t('persistence.barChanges')}</span>
                <span class="key">${swatch('time')} ${t('persistence.barTime')}</span>
              </div>`
      }
    </section>`;
  }

  private point(point: SavePoint, dirty: number): TemplateResult {
    const { changes, time, left, state } = pointProgress(point, dirty, this.now);
    const values = {
      done: formatNumber(Math.min(dirty, point.changes)),
      changes: formatNumber(point.changes),
      time: briefly(left),
    };
    const said = {
      idle: 'persistence.pointIdle',
      both: 'persistence.pointBoth',
      time: 'persistence.pointTime',
      changes: 'persistence.pointChanges',
      due: 'persistence.pointDue',
    } as const;
    const label = t('persistence.savePoint', {
      time: briefly(point.seconds * 1000),
      changes: formatNumber(point.changes),
    });
    const text = t(said[state], values);
    return html`<li class=${state}>
      <span>${label}</span>
      <span class="left">${text}</span>
      <svg
        class="bar"
        role="progressbar"
        aria-label=${label}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(Math.min(changes, time) * 100)}
        aria-valuetext=${text}
      >
        ${lane('changes', 0, changes)} ${lane('time', 6, time)}
      </svg>
    </li>`;
  }

  private progress(running: NonNullable<PersistenceUpdate['running']>): TemplateResult {
    const { kind, keysDone, keysTotal } = running;
    const label = t(kind === 'bgsave' ? 'persistence.runningBgsave' : 'persistence.runningRewrite');
    const part = keysTotal === 0 ? 1 : Math.min(1, keysDone / keysTotal);
    const text = t('persistence.runningKeys', {
      done: formatNumber(keysDone),
      total: formatNumber(keysTotal),
    });
    return html`<div class="running">
      <span>${label}: ${text}</span>
      <svg
        class="bar"
        role="progressbar"
        aria-label=${label}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(part * 100)}
        aria-valuetext=${text}
      >
        ${lane('changes', 3, part)}
      </svg>
    </div>`;
  }

  private aof(): TemplateResult {
    const { aof } = this.figures;
    const disabled = this.stopped;
    return html`<section aria-labelledby="aof">
      <h3 id="aof">${t('persistence.aof')}</h3>
      <div class="row">
        <button
          class="switch"
          role="switch"
          aria-checked=${aof.enabled ? 'true' : 'false'}
          aria-label=${t('persistence.appendonly')}
          ?disabled=${disabled}
          @click=${() => this.command('CONFIG', 'SET', 'appendonly', aof.enabled ? 'no' : 'yes')}
        >
          <span class="rail" aria-hidden="true"></span>
          <code>appendonly ${aof.enabled ? 'yes' : 'no'}</code>
        </button>
        <span class="field">
          <code id="fsync-label">appendfsync</code>
          <span class="choice" role="radiogroup" aria-label=${t('persistence.fsync')}>
            ${POLICIES.map(
              (policy, index) =>
                html`<button
                  role="radio"
                  id="fsync-${policy}"
                  aria-checked=${policy === aof.fsync ? 'true' : 'false'}
                  tabindex=${policy === aof.fsync ? 0 : -1}
                  ?disabled=${disabled}
                  @click=${() => this.command('CONFIG', 'SET', 'appendfsync', policy)}
                  @keydown=${(event: KeyboardEvent) => this.onPolicyKey(event, index)}
                >
                  ${policy}
                </button>`,
            )}
          </span>
        </span>
      </div>
      <p class="help">${t(fsyncHelp[policyOf(this.figures)])}</p>
      ${
        aof.enabled
          ? html`<div class="figures">
              <span
                >${t('persistence.size', { size: bytesText(aof.size), base: bytesText(aof.baseSize) })}</span
              >
              ${
                aof.lastSync === null
                  ? nothing
                  : html`<span
                      >${t('persistence.lastSync', { time: momentText(aof.lastSync, this.now) })}</span
                    >`
              }
            </div>`
          : nothing
      }
      ${this.restart()}
    </section>`;
  }

  /** What a restart will find in redis.conf, and how to make it what is set now. */
  private restart(): TemplateResult | typeof nothing {
    const { conf } = this;
    if (conf === undefined) return nothing;
    const file = configuredPolicy(conf ?? '');
    const now = {
      appendonly: this.figures.aof.enabled ? 'yes' : 'no',
      appendfsync: this.figures.aof.fsync,
    };
    const names = (['appendonly', 'appendfsync'] as const).filter(
      (name) => file[name] !== now[name],
    );
    if (names.length === 0) return html`<div class="conf"><p>${t('persistence.kept')}</p></div>`;
    const list = (values: Record<'appendonly' | 'appendfsync', string>): string =>
      names.map((name) => `${name} ${values[name]}`).join(', ');
    return html`<div class="conf unkept">
      <p>
        ${t('persistence.unkept', { directives: list(now), file: list(file) })}
        ${conf === null ? t('persistence.noConf') : nothing}
      </p>
      <button
        class="outlined"
        title=${t('persistence.keepTitle')}
        ?disabled=${this.stopped}
        @click=${() => this.command('CONFIG', 'REWRITE')}
      >
        ${t('persistence.keep')}
      </button>
    </div>`;
  }

  private onPolicyKey(event: KeyboardEvent, index: number): void {
    const key = { ArrowDown: 'ArrowRight', ArrowUp: 'ArrowLeft' }[event.key] ?? event.key;
    const next = rovingIndex(key, index, POLICIES.length);
    const policy = next === undefined ? undefined : POLICIES[next];
    if (policy === undefined) return;
    event.preventDefault();
    this.command('CONFIG', 'SET', 'appendfsync', policy);
    this.renderRoot.querySelector<HTMLElement>(`#fsync-${policy}`)?.focus();
  }
}

/** A time without parts that are nothing: 15m, not 15m 00s. */
function briefly(milliseconds: number): string {
  return durationText(milliseconds).replace(/ 0+[smh]$/, '');
}

type Call = 'persistence.flowWrite' | 'persistence.flowFsync' | 'persistence.flowSave';

function arrow(call: Call): TemplateResult {
  return html`<li class="arrow" aria-hidden="true">
    <span class="call">${t(call)}</span>
    <svg viewBox="0 0 40 10" preserveAspectRatio="xMaxYMid meet">
      <path d="M0 5h36M31 1l6 4-6 4" fill="none" stroke="currentColor" stroke-width="1.4" />
    </svg>
  </li>`;
}

function lane(what: 'changes' | 'time', y: number, part: number): unknown {
  return svg`<rect class="track" y=${y} width="100%" height="4" rx="2" /><rect
    class=${what} y=${y} width="${(part * 100).toFixed(1)}%" height="4" rx="2" />`;
}

function swatch(what: 'changes' | 'time'): TemplateResult {
  return html`<svg class="bar" aria-hidden="true">${lane(what, 0, 1)}</svg>`;
}

define('resplay-persistence-overview', ResplayPersistenceOverview);
