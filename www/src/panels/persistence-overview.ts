import { html, nothing, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Argument, Lab, PersistenceUpdate, SavePoint } from '../client/api';
import { bytesText, durationText } from '../charts/numbers';
import { formatNumber } from '../i18n';
import { t } from './persistence-catalogue';
import { rovingIndex } from '../widgets/roving';
import { overviewStyles } from './overview-styles';
import { CONF, configuredPolicy, fileName, pointProgress, policyOf } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { ageText, momentText } from './persistence-text';
import { ViewElement, define } from './view-element';

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
  static override styles = [...ViewElement.styles, persistenceStyles, overviewStyles];

  @property({ attribute: false }) figures!: PersistenceUpdate;
  @property({ type: Boolean }) stopped = false;

  @state() private now = 0;
  /** redis.conf's text; null when there is none, undefined while it is not known. */
  @state() private conf: string | null | undefined;
  @state() private rdbSize: number | undefined;
  private clock: ReturnType<typeof setInterval> | undefined;
  private looking = false;

  protected labOpened(lab: Lab): void {
    this.now = lab.clock.now();
    this.clock = setInterval(() => {
      if (!document.hidden) this.now = this.labTime();
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
        ? t('persistence.flowNoFile', { file: fileName(rdbPath) })
        : t('persistence.flowRdb', { file: fileName(rdbPath), size: bytesText(this.rdbSize) });
    return html`<section aria-labelledby="flow">
      <h3 id="flow">${t('persistence.flow')}</h3>
      <ul class="flow" aria-labelledby="flow">
        ${this.process(inProcess)}
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

  private process(holds: number): TemplateResult {
    const { enabled } = this.figures.aof;
    const title = html`<h4>${t('persistence.flowProcess')}</h4>`;
    if (this.stopped)
      return html`<li class="place">
        ${title}<span class="figure" aria-hidden="true">–</span>
        <span class="what">${t('persistence.flowStopped')}</span>
      </li>`;
    return html`<li class="place ${holds > 0 ? 'holds' : ''}">
      ${title}<span class="figure">${enabled ? bytesText(holds) : formatNumber(holds)}</span>
      <span class="what"
        >${t(enabled ? 'persistence.flowBuffered' : 'persistence.flowChanges')}</span
      >
    </li>`;
  }

  private snapshots(): TemplateResult {
    const { dirty, savePoints, running, rdbPath } = this.figures;
    if (this.stopped)
      return html`<section aria-labelledby="snapshots">
        <h3 id="snapshots">${t('persistence.snapshots')}</h3>
        <p class="help">
          ${
            this.rdbSize === undefined
              ? t('persistence.flowNoFile', { file: fileName(rdbPath) })
              : t('persistence.flowRdb', {
                  file: fileName(rdbPath),
                  size: bytesText(this.rdbSize),
                })
          }
        </p>
      </section>`;
    return html`<section aria-labelledby="snapshots">
      <h3 id="snapshots">${t('persistence.snapshots')}</h3>
      <div class="figures">
        <span>${t('persistence.dirty', { count: formatNumber(dirty) })}</span>
        ${this.lastSave()}
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

  private lastSave(): TemplateResult | typeof nothing {
    const { lastSave, lastSaveFailed } = this.figures;
    // LASTSAVE is the start of the server where nothing has been saved.
    const never = this.rdbSize === undefined;
    if (never && this.conf === undefined) return nothing;
    const when = never
      ? t('persistence.neverSaved')
      : t('persistence.lastSave', { time: momentText(lastSave, this.now) });
    if (never && !lastSaveFailed) return html`<span>${when}</span>`;
    return html`<span>
      ${when}${': '}
      <span class=${lastSaveFailed ? 'danger' : 'ok'}
        >${t(lastSaveFailed ? 'persistence.lastSaveFailed' : 'persistence.lastSaveOk')}</span
      >
    </span>`;
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
        aof.enabled && !disabled
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
      ${disabled ? this.nextStart() : this.restart()}
    </section>`;
  }

  /** What a stopped server will load. */
  private nextStart(): TemplateResult {
    const { aof, rdbPath } = this.figures;
    const rdb = fileName(rdbPath);
    const said = aof.enabled
      ? t(aof.files.length > 0 ? 'persistence.startAof' : 'persistence.startNoAof', { rdb })
      : t(this.rdbSize === undefined ? 'persistence.startEmpty' : 'persistence.startRdb', { rdb });
    return html`<div class="conf"><p>${said}</p></div>`;
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
