import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { InstanceInfo, Lab, TopologyEvent } from '../../client/api';
import { ViewElement, define } from '../view-element';
import { tl } from './catalogue';
import { explain, messageOf } from './explain';

/** Lines that are kept, and that are shown. */
const KEPT = 2000;
const SHOWN = 300;

/** What has happened: the logs of all processes, newest first, each line with what it means. */
export class ResplayLabEvents extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        overflow: hidden;
      }

      h3 {
        flex: 1 0 100%;
        margin: 0;
        font-size: var(--text-sm);
        font-weight: var(--weight-strong);
      }

      label {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        font-size: var(--text-sm);
      }

      ol {
        flex: 1;
        min-height: 6rem;
        margin: 0;
        padding: 0 var(--space-3) var(--space-3);
        overflow: auto;
        list-style: none;
      }

      li {
        padding: var(--space-1) 0;
        border-top: 1px solid var(--grid-line);
        font-size: var(--text-sm);
      }

      li > span {
        color: var(--text-muted);
        font-family: var(--font-mono);
        font-size: var(--text-xs);
      }

      p {
        margin: 0;
        overflow-wrap: anywhere;
      }

      p.meaning {
        color: var(--text);
      }

      p.line {
        color: var(--text-muted);
        font: var(--text-xs) / 1.5 var(--font-mono);
      }
    `,
  ];

  @property({ attribute: false }) instances: readonly InstanceInfo[] = [];
  /** Whose log is shown; everybody's when empty. */
  @property() process = '';
  @state() private events: readonly TopologyEvent[] = [];
  @state() private onlyExplained = true;

  protected labOpened(lab: Lab): void {
    this.closeLater(
      lab.watchTopology(({ events, anew }) => {
        if (anew) this.events = events;
        else if (events.length > 0) this.events = [...this.events, ...events].slice(-KEPT);
      }),
    );
  }

  protected override render(): TemplateResult {
    const wanted = this.events
      .filter(({ process }) => this.process === '' || process === this.process)
      .map((event) => ({ ...event, message: messageOf(event.text) }))
      .map((event) => ({ ...event, meaning: explain(event.message) }))
      .filter(({ meaning }) => !this.onlyExplained || meaning !== undefined)
      .slice(-SHOWN)
      .reverse();
    return html`
      <div class="toolbar">
        <h3>${tl('events.title')}</h3>
        <label>
          <input
            type="checkbox"
            .checked=${this.onlyExplained}
            @change=${() => (this.onlyExplained = !this.onlyExplained)}
          />
          ${tl('events.explained')}
        </label>
        <select
          aria-label=${tl('events.whose')}
          @change=${(event: Event) => (this.process = (event.target as HTMLSelectElement).value)}
        >
          <option value="" ?selected=${this.process === ''}>${tl('events.all')}</option>
          ${this.instances.map(
            ({ name }) =>
              html`<option value=${name} ?selected=${this.process === name}>${name}</option>`,
          )}
        </select>
      </div>
      ${wanted.length === 0 ? html`<p class="note muted">${tl('events.none')}</p>` : nothing}
      <ol tabindex="0" aria-label=${tl('events.title')}>
        ${wanted.map(
          ({ at, process, message, meaning }) =>
            html`<li>
              <span>${clock(at)} ${process}</span>
              ${meaning === undefined ? nothing : html`<p class="meaning">${meaning}</p>`}
              <p class="line">${message}</p>
            </li>`,
        )}
      </ol>
    `;
  }
}

/** Hours, minutes, seconds and milliseconds. */
function clock(at: number): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

define('resplay-lab-events', ResplayLabEvents);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lab-events': ResplayLabEvents;
  }
}
