import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { AofFile } from '../client/api';
import { bytesText } from '../charts/numbers';
import { icons } from '../charts/icons';
import { formatNumber } from '../i18n';
import { t } from './persistence-catalogue';
import './log-list';
import type { AofShot } from './persistence-model';
import type { Rewrite } from './persistence';
import { fileName } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import './rewrite-view';
import { ViewElement, define } from './view-element';

/** The append-only file: which of its parts, its commands, and what the last rewrite made of it. Fires `turn-on`. */
export class ResplayAof extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      .rewritten {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-1) var(--space-3);
        border-block: 1px solid var(--border);
        background: var(--accent-soft);
        font-size: var(--text-sm);
      }

      .rewritten p {
        flex: 1 1 200px;
      }

      resplay-log-list,
      resplay-rewrite {
        flex: 1;
        min-height: 0;
      }
    `,
  ];

  @property({ attribute: false }) files: readonly AofFile[] = [];
  @property({ attribute: false }) rewrite: Rewrite | undefined;
  @property({ type: Boolean }) stopped = false;

  /** The file in sight; '' for the one that grows. */
  @state() private path = '';
  @state() private comparing = false;

  protected labOpened(): void {
    // The list of commands watches for itself.
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('files') && !this.files.some(({ path }) => path === this.path)) this.path = '';
    if (this.rewrite === undefined) this.comparing = false;
  }

  override render(): TemplateResult {
    const { files, rewrite } = this;
    const shown = files.find(({ path }) => path === this.path) ?? files.at(-1);
    if (shown === undefined)
      return html`<div class="note">
        <strong>${t('persistence.noAofFiles')}</strong>
        <p>${t('persistence.noAofHelp')}</p>
        <pre class="commands">CONFIG SET appendonly yes</pre>
        <button
          class="outlined"
          ?disabled=${this.stopped}
          @click=${() => this.dispatchEvent(new CustomEvent('turn-on'))}
        >
          ${icons.play} ${t('persistence.turnOn')}
        </button>
      </div>`;
    if (this.comparing && rewrite !== undefined)
      return html`<resplay-rewrite
        .lab=${this.lab}
        .rewrite=${rewrite}
        @close=${() => (this.comparing = false)}
      ></resplay-rewrite>`;
    return html`
      <div class="toolbar">
        <label class="field">
          <span>${t('persistence.file')}</span>
          <select
            @change=${(event: Event) => (this.path = (event.target as HTMLSelectElement).value)}
          >
            ${files.map(
              ({ path, type, size }) =>
                html`<option value=${path} ?selected=${path === shown.path}>
                  ${fileName(path)} ·
                  ${t(type === 'base' ? 'persistence.fileBase' : 'persistence.fileIncr')} ·
                  ${bytesText(size)}
                </option>`,
            )}
          </select>
        </label>
      </div>
      ${
        rewrite === undefined
          ? nothing
          : html`<div class="rewritten">
              <p role="status">
                ${t('persistence.rewriteDone', {
                  before: amountOf(rewrite.before),
                  after: amountOf(rewrite.after),
                })}
              </p>
              <button class="outlined" @click=${() => (this.comparing = true)}>
                ${t('persistence.rewriteShow')}
              </button>
            </div>`
      }
      <resplay-log-list .lab=${this.lab} .path=${shown.path}></resplay-log-list>
    `;
  }
}

/** How much an AOF is, in words. */
export function amountOf(shot: AofShot): string {
  const values = { commands: formatNumber(shot.commands), size: bytesText(shot.bytes) };
  if (!shot.hasSnapshot) return t('persistence.rewriteAmount', values);
  return t(
    shot.commands === 0 ? 'persistence.rewriteSnapshot' : 'persistence.rewriteSnapshotAnd',
    values,
  );
}

define('resplay-aof', ResplayAof);
