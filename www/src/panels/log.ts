import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { InstanceInfo, Lab, TopologyEvent } from '../client/api';
import { formatNumber } from '../i18n';
import { footStyles } from './foot-styles';
import { tl } from './log/catalogue';
import {
  everything,
  fitting,
  levels,
  partsOf,
  saveName,
  type Level,
  type LogFilter,
} from './log/lines';
import { saveFile } from './save-file';
import { ViewElement, define } from './view-element';

/** Lines that are kept and drawn: as many as the lab keeps. */
const KEPT = 2000;

/** So near to its end a list counts as being there, in pixels. */
const NEAR = 4;

/** The logs of all processes as they were written, in the order of time; its end is followed until one scrolls up. */
export class ResplayLog extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    footStyles,
    css`
      :host {
        position: relative;
        overflow: hidden;
        container-type: inline-size;
      }

      .toolbar {
        border-bottom: 1px solid var(--border);
      }

      .toolbar input {
        flex: 1 1 8rem;
        min-width: 6rem;
        max-width: 20rem;
      }

      button[aria-pressed='true'] {
        background: var(--accent-soft);
        color: var(--accent);
      }

      ol {
        flex: 1;
        min-height: 0;
        margin: 0;
        padding: var(--space-1) 0;
        overflow: hidden auto;
        list-style: none;
      }

      li {
        display: grid;
        grid-template-columns: 9ch minmax(0, 1fr);
        gap: var(--space-2);
        padding: 1px var(--space-3);
        font: var(--text-xs) / 1.6 var(--font-mono);
      }

      .one li {
        grid-template-columns: minmax(0, 1fr);
      }

      li:hover {
        background: var(--raised);
      }

      .process {
        overflow: hidden;
        color: var(--accent);
        text-overflow: ellipsis;
        white-space: nowrap;
        user-select: none;
      }

      .line {
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }

      .when,
      .who,
      .verbose,
      .debug {
        color: var(--text-muted);
      }

      .warning .mark {
        color: var(--danger);
        font-weight: var(--weight-strong);
      }

      .warning .message {
        font-weight: var(--weight-medium);
      }

      .older {
        margin: 0;
        padding: var(--space-2) var(--space-3);
        color: var(--text-muted);
        font-size: var(--text-xs);
      }

      .newer {
        position: absolute;
        right: var(--space-4);
        bottom: calc(30px + var(--space-3));
        background: var(--surface);
        box-shadow: var(--shadow);
      }

      @container (max-width: 560px) {
        li {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
          padding-block: var(--space-1);
          border-bottom: 1px solid var(--grid-line);
        }
      }
    `,
  ];

  @state() private instances: readonly InstanceInfo[] = [];
  @state() private lines: readonly TopologyEvent[] = [];
  @state() private filter: LogFilter = everything;
  @state() private following = true;
  /** The number of the newest line when it was last followed. */
  @state() private seen = 0;
  /** What came of the last copying. */
  @state() private said = '';
  @query('ol') private list!: HTMLElement | null;
  private readonly resized = new ResizeObserver(() => this.toEnd());

  protected labOpened(lab: Lab): void {
    this.lines = [];
    this.instances = lab.instances;
    this.closeLater(lab.on('instances', (instances) => (this.instances = instances)));
    this.closeLater(
      lab.watchTopology(({ events, anew }) => {
        if (anew) this.lines = events.slice(-KEPT);
        else if (events.length > 0) this.lines = [...this.lines, ...events].slice(-KEPT);
      }),
    );
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.following) this.seen = this.lines.at(-1)?.number ?? 0;
  }

  protected override updated(): void {
    super.updated();
    this.toEnd();
  }

  private toEnd(): void {
    if (this.following && this.list) this.list.scrollTop = this.list.scrollHeight;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override render(): TemplateResult {
    const shown = fitting(this.lines, this.filter);
    const newer = shown.filter(({ number }) => number > this.seen).length;
    return html`
      ${this.toolbar()} ${shown.length === 0 ? this.nothing() : this.listed(shown)}
      ${newer > 0 ? this.newerButton(newer) : nothing} ${this.foot(shown)}
    `;
  }

  private toolbar(): TemplateResult {
    const { process, level, text } = this.filter;
    const known = new Set([
      ...this.instances.map(({ name }) => name),
      ...this.lines.map((line) => line.process),
    ]);
    if (process !== '') known.add(process);
    return html`<div class="toolbar">
      <select
        aria-label=${tl('log.whose')}
        @change=${(event: Event) => this.choose({ process: valueOf(event) })}
      >
        <option value="" ?selected=${process === ''}>${tl('log.all')}</option>
        ${[...known].map(
          (name) => html`<option value=${name} ?selected=${process === name}>${name}</option>`,
        )}
      </select>
      <select
        aria-label=${tl('log.level')}
        title=${tl('log.levelTitle')}
        @change=${(event: Event) => this.choose({ level: valueOf(event) as Level })}
      >
        ${levels.map(
          (one) =>
            html`<option value=${one} ?selected=${level === one}>${tl(`log.${one}`)}</option>`,
        )}
      </select>
      <input
        type="search"
        aria-label=${tl('log.find')}
        placeholder=${tl('log.find')}
        maxlength="200"
        spellcheck="false"
        .value=${text}
        @input=${(event: Event) => this.choose({ text: valueOf(event) })}
      />
      <span class="grow"></span>
      <button
        class="outlined"
        title=${tl('log.followTitle')}
        aria-pressed=${this.following ? 'true' : 'false'}
        @click=${() => this.goOn(!this.following)}
      >
        ${tl('log.follow')}
      </button>
    </div>`;
  }

  private nothing(): TemplateResult {
    if (this.lines.length === 0) return html`<div class="note"><p>${tl('log.empty')}</p></div>`;
    return html`<div class="note">
      <p>${tl('log.noMatch')}</p>
      <button class="outlined" @click=${() => this.choose(everything)}>${tl('log.showAll')}</button>
    </div>`;
  }

  /** A log by its role, but nothing that is read out by itself: lines may come by the hundred. */
  private listed(shown: readonly TopologyEvent[]): TemplateResult {
    return html`<ol
      class=${this.filter.process === '' ? '' : 'one'}
      tabindex="0"
      aria-label=${tl('log.title')}
      aria-live="off"
      @scroll=${this.onScroll}
    >
      ${
        this.lines.length >= KEPT && shown[0] === this.lines[0]
          ? html`<li class="older">${tl('log.older')}</li>`
          : nothing
      }
      ${repeat(
        shown,
        ({ number }) => number,
        ({ process, text }) =>
          html`<li>
            ${
              this.filter.process === ''
                ? html`<span class="process" title=${process}>${process}</span>`
                : nothing
            }
            ${lineOf(text)}
          </li>`,
      )}
    </ol>`;
  }

  private newerButton(count: number): TemplateResult {
    return html`<button
      class="outlined newer"
      title=${tl('log.newerTitle')}
      @click=${() => this.goOn(true)}
    >
      ${tl('log.newer', { count: formatNumber(count) })} <span aria-hidden="true">↓</span>
    </button>`;
  }

  private foot(shown: readonly TopologyEvent[]): TemplateResult {
    const [count, total] = [shown.length, this.lines.length].map((it) => formatNumber(it));
    const text = (): string => shown.map((line) => `${line.text}\n`).join('');
    return html`<div class="foot">
      <span class="count"
        >${
          shown.length === this.lines.length
            ? tl('log.count', { count: count ?? '' })
            : tl('log.countOf', { count: count ?? '', total: total ?? '' })
        }</span
      >
      <span role="status">${this.said}</span>
      <span class="grow"></span>
      <button
        title=${tl('log.copyTitle')}
        ?disabled=${shown.length === 0}
        @click=${() => this.copy(text(), shown.length)}
      >
        ${tl('log.copy')}
      </button>
      <button
        title=${tl('log.saveTitle')}
        ?disabled=${shown.length === 0}
        @click=${() => saveFile(saveName(this.filter.process), new TextEncoder().encode(text()))}
      >
        ${tl('log.save')}
      </button>
    </div>`;
  }

  private choose(change: Partial<LogFilter>): void {
    this.filter = { ...this.filter, ...change };
    this.said = '';
  }

  private goOn(following: boolean): void {
    this.following = following;
  }

  private async copy(text: string, count: number): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.said = tl('log.copied', { count: formatNumber(count) });
    } catch {
      this.said = tl('log.copyFailed');
    }
  }

  private readonly onScroll = ({ currentTarget }: Event): void => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget as HTMLElement;
    // Whoever scrolls up wants to read; at the end again, the end is followed again.
    this.following = scrollTop >= scrollHeight - clientHeight - NEAR;
  };
}

const valueOf = (event: Event): string =>
  (event.target as HTMLInputElement | HTMLSelectElement).value;

/** A line, whose text is what was written. */
function lineOf(text: string): TemplateResult {
  const parts = partsOf(text);
  if (!parts) return html`<span class="line">${text}</span>`;
  const { who, when, mark, message, level } = parts;
  // One after another, since white space between them would show.
  return html`<span class="line ${level}"
    ><span class="who">${who}</span><span class="when">${when}</span
    ><span class="mark">${mark}</span><span class="message">${message}</span></span
  >`;
}

define('resplay-log', ResplayLog);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-log': ResplayLog;
  }
}
