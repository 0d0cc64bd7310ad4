import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { LostCommand } from '../client/api';
import { formatNumber } from '../i18n';
import { t } from './persistence-catalogue';
import type { CrashReportShown } from './persistence';
import type { Policy } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { momentText } from './persistence-text';
import { ViewElement, define } from './view-element';

const CAUSES = [
  ['memory', 'losses.memory', 'losses.memoryWhy'],
  ['buffer', 'losses.buffer', 'losses.bufferWhy'],
  ['page-cache', 'losses.pageCache', 'losses.pageCacheWhy'],
] as const;
/** Instead of the first, where the AOF was on for this process only. */
const UNKEPT = ['losses.unkept', 'losses.unkeptWhy'] as const;

const KEEPS = [
  ['off', 'appendonly no', 'losses.sinceSave', 'losses.sinceSave'],
  ['no', 'appendfsync no', 'losses.nothing', 'losses.cache'],
  ['everysec', 'appendfsync everysec', 'losses.nothing', 'losses.second'],
  ['always', 'appendfsync always', 'losses.nothing', 'losses.nothing'],
] as const satisfies readonly (readonly [Policy, string, unknown, unknown])[];

/** What a crash has lost, by cause, and what each policy would have kept. Fires `close`. */
export class ResplayLosses extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      .scroll {
        display: grid;
        align-content: start;
        gap: var(--space-4);
        padding: var(--space-3);
        font-size: var(--text-sm);
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }

      h3 {
        font-size: var(--text-md);
      }

      header h3 {
        font-size: var(--text-lg);
      }

      .sum {
        flex: 1;
        min-width: 12rem;
        color: var(--text-muted);
      }

      .sum.lost {
        color: var(--danger);
        font-weight: var(--weight-strong);
      }

      .sum.kept {
        color: var(--accent);
        font-weight: var(--weight-strong);
      }

      section {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
      }

      .why {
        max-width: 70ch;
        color: var(--text-muted);
        line-height: 1.5;
      }

      ol {
        max-height: 15rem;
        margin: var(--space-1) 0 0;
        padding: var(--space-2) 0;
        overflow: auto;
        border: 1px solid var(--border);
        border-radius: var(--radius-md);
        background: var(--sunken);
        font: var(--text-sm) / 1.7 var(--font-mono);
        list-style: none;
      }

      li {
        display: flex;
        gap: var(--space-3);
        padding: 0 var(--space-3);
      }

      time {
        flex: none;
        color: var(--text-muted);
      }

      li span {
        min-width: 0;
        overflow-wrap: anywhere;
      }

      tr.force td,
      tr.force th {
        background: var(--accent-soft);
      }

      tbody th {
        color: var(--text);
        font-size: var(--text-sm);
        white-space: normal;
      }

      .badge {
        margin-left: var(--space-2);
        font-family: inherit;
      }
    `,
  ];

  @property({ attribute: false }) report!: CrashReportShown;
  @query('h3') private titleElement!: HTMLElement;
  @query('.scroll') private scroller!: HTMLElement;

  protected labOpened(): void {
    // A report does not change.
  }

  /** Puts the reader at the report's beginning. */
  focusTitle(): void {
    void this.updateComplete.then(() => {
      // The report before it may have been read to its end.
      this.scroller.scrollTop = 0;
      this.titleElement.focus({ preventScroll: true });
    });
  }

  override render(): TemplateResult {
    const { losses } = this.report;
    const { total, commands, cause } = losses;
    return html`<div
      class="scroll"
      tabindex="0"
      role="region"
      aria-label=${t('persistence.losses')}
    >
      <header>
        <h3 tabindex="-1">${t(cause === 'kill' ? 'losses.titleKill' : 'losses.titlePower')}</h3>
        <span class="sum ${total === 0 ? 'kept' : 'lost'}" role="status"
          >${
            total === 0 ? t('losses.none') : t('losses.some', { count: formatNumber(total) })
          }</span
        >
        <button class="outlined" @click=${() => this.dispatchEvent(new CustomEvent('close'))}>
          ${t('losses.close')}
        </button>
      </header>
      ${CAUSES.map(([why, ...texts]) => {
        const [title, explain] = why === 'memory' && this.report.unkept ? UNKEPT : texts;
        const lost = commands.filter((command) => command.why === why);
        return lost.length === 0
          ? nothing
          : html`<section>
              <h3>${t(title, { count: formatNumber(lost.length) })}</h3>
              <p class="why">${t(explain)}</p>
              ${this.list(lost)}
            </section>`;
      })}
      ${
        total > commands.length
          ? html`<p class="why">
              ${t('losses.older', { count: formatNumber(total - commands.length) })}
            </p>`
          : nothing
      }
      ${this.policies()}
    </div>`;
  }

  private list(lost: readonly LostCommand[]): TemplateResult {
    return html`<ol tabindex="0" role="list" aria-label=${t('losses.list')}>
      ${lost.map(
        ({ time, text }) =>
          html`<li>
            <time datetime=${new Date(time).toISOString()}>${momentText(time)}</time>
            <span>${text}</span>
          </li>`,
      )}
    </ol>`;
  }

  private policies(): TemplateResult {
    return html`<section>
      <h3>${t('losses.policy')}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('losses.setting')}</th>
            <th scope="col">${t('losses.onKill')}</th>
            <th scope="col">${t('losses.onPower')}</th>
          </tr>
        </thead>
        <tbody>
          ${KEEPS.map(
            ([policy, setting, kill, power]) =>
              html`<tr class=${policy === this.report.policy ? 'force' : ''}>
                <th scope="row">
                  <code>${setting}</code>${
                    policy === this.report.policy
                      ? html`<span class="badge">${t('losses.inForce')}</span>`
                      : nothing
                  }
                </th>
                <td>${t(kill)}</td>
                <td>${t(power)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }
}

define('resplay-losses', ResplayLosses);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-losses': ResplayLosses;
  }
}
