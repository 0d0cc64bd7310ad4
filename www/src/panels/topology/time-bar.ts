import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Deed, Lab, LabTime } from '../../client/api';
import { locale } from '../../i18n';
import { icon } from '../../widgets/icons';
import { ViewElement, define } from '../view-element';
import { tl } from './catalogue';

const SPEEDS = [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 20] as const;
/** How far the clock is led ahead at a time, in seconds. */
const HURRIES = [10, 60] as const;

/** The lab's clock: stopped, stepped, slower or faster, led ahead, turned back. */
export class ResplayTimeBar extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      .toolbar {
        border-block: 1px solid var(--border);
      }

      time {
        min-width: 5.6em;
        font: var(--weight-medium) var(--text-sm) var(--font-mono);
        font-variant-numeric: tabular-nums;
      }

      .track {
        position: relative;
        flex: 1 1 5rem;
        min-width: 5rem;
      }

      input[type='range'] {
        width: 100%;
        margin: 0;
        accent-color: var(--accent);
      }

      .mark {
        position: absolute;
        top: -2px;
        width: 2px;
        height: 6px;
        border-radius: 1px;
        background: var(--warning);
        pointer-events: none;
      }

      .past {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        padding: var(--space-2) var(--space-3);
        background: var(--warning-soft);
        color: var(--warning);
        font-size: var(--text-sm);
      }

      .past span {
        flex: 1 1 12rem;
      }
    `,
  ];

  @state() private time: LabTime | undefined;
  @state() private deeds: readonly (readonly [number, Deed, string])[] = [];
  private looking = false;

  protected labOpened(lab: Lab): void {
    this.time = lab.clock.time;
    this.closeLater(lab.on('time', (time) => void this.take(lab, time)));
    this.closeLater(
      lab.watchTopology(({ time }) => {
        // As often as the hour that is shown is another.
        if (Math.floor(time.now / 100) !== Math.floor((this.time?.now ?? 0) / 100))
          this.time = time;
      }),
    );
  }

  private async take(lab: Lab, time: LabTime): Promise<void> {
    this.time = time;
    this.deeds = await lab.clock.deeds().catch(() => []);
  }

  /** Shows another moment; while one is being made, the last that is asked for is remembered. */
  private async lookAt(at: number): Promise<void> {
    const { lab, time } = this;
    if (!lab || !time || this.looking) return;
    this.looking = true;
    try {
      if (at >= time.present) await lab.clock.lookAtPresent();
      else await lab.clock.lookAt(at);
    } finally {
      this.looking = false;
    }
  }

  /** Marks are placed by script: the page's policy allows no style attributes. */
  protected override updated(): void {
    super.updated();
    for (const mark of this.renderRoot.querySelectorAll<HTMLElement>('.mark'))
      mark.style.left = `${(Number(mark.dataset.at) * 100).toFixed(2)}%`;
  }

  protected override render(): TemplateResult {
    const { time, lab } = this;
    if (!time || !lab) return html``;
    const { clock } = lab;
    return html`
      <div class="toolbar" role="group" aria-label=${tl('time.label')}>
        <button
          class="icon outlined"
          aria-pressed=${time.paused}
          aria-label=${tl(time.paused ? 'time.resume' : 'time.pause')}
          title=${tl(time.paused ? 'time.resume' : 'time.pause')}
          ?disabled=${time.past}
          @click=${() => clock.pause(!time.paused)}
        >
          ${icon(time.paused ? 'play' : 'pause')}
        </button>
        <button
          class="icon outlined"
          aria-label=${tl('time.step')}
          title=${tl('time.step')}
          ?disabled=${!time.paused || time.past}
          @click=${() => clock.step()}
        >
          ${icon('step')}
        </button>
        <select
          aria-label=${tl('time.speed')}
          title=${tl('time.speed')}
          ?disabled=${time.past}
          @change=${(event: Event) =>
            clock.setSpeed(Number((event.target as HTMLSelectElement).value))}
        >
          ${SPEEDS.map(
            (speed) =>
              html`<option value=${speed} ?selected=${speed === time.speed}>
                ${tl('time.times', { speed })}
              </option>`,
          )}
        </select>
        ${HURRIES.map(
          (seconds) =>
            html`<button
              class="outlined"
              title=${tl('time.hurryTitle', { seconds })}
              ?disabled=${time.past || time.hurries}
              @click=${() => clock.hurry(seconds * 1000)}
            >
              ${tl('time.hurry', { seconds })}
            </button>`,
        )}
        <time datetime=${new Date(time.now).toISOString()}>${hour(time.now)}</time>
        ${this.renderTrack(time)}
        <slot></slot>
      </div>
      ${
        time.past
          ? html`<div class="past" role="status">
              <span>${tl('time.past', { time: hour(time.now) })}</span>
              <button class="outlined" title=${tl('time.forkTitle')} @click=${() => clock.fork()}>
                ${tl('time.fork')}
              </button>
              <button class="outlined" @click=${() => clock.lookAtPresent()}>
                ${tl('time.present')}
              </button>
            </div>`
          : nothing
      }
    `;
  }

  private renderTrack({ began, now, present }: LabTime): TemplateResult {
    if (began === null) return html`<span class="muted">${tl('time.noHistory')}</span>`;
    const span = Math.max(present - began, 1);
    return html`<div class="track">
      ${this.deeds.map(
        ([at, deed, what]) =>
          html`<span
            class="mark"
            title=${tl(`time.deed.${deed}`, { what })}
            data-at=${Math.min((at - began) / span, 1)}
          ></span>`,
      )}
      <input
        type="range"
        min=${began}
        max=${present}
        step="100"
        .value=${String(now)}
        aria-label=${tl('time.moment')}
        aria-valuetext=${hour(now)}
        title=${tl('time.moment')}
        @change=${(event: Event) => this.lookAt(Number((event.target as HTMLInputElement).value))}
      />
    </div>`;
  }
}

/** The time of the day, with tenths of a second. */
function hour(at: number): string {
  const date = new Date(at);
  const text = date.toLocaleTimeString(locale(), { hour12: false });
  return `${text}.${Math.floor(date.getMilliseconds() / 100)}`;
}

define('resplay-time-bar', ResplayTimeBar);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-time-bar': ResplayTimeBar;
  }
}
