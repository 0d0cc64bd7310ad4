import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Lab, LogEntry } from '../client/api';
import { formatNumber } from '../i18n';
import { t } from './persistence-catalogue';
import { bytesText } from '../charts/numbers';
import { amountOf } from './aof-view';
import type { Rewrite } from './persistence';
import { tally, type AofShot } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { RdbPages } from './rdb/pages';
import { ViewElement, define } from './view-element';

/** Keys that are listed of a snapshot. */
const KEYS = 500;

/** A key of the snapshot that a rewrite left. */
interface SnapshotKey {
  readonly key: string;
  readonly type: string;
}

/** The AOF before a rewrite and after it, side by side. Fires `close`. */
export class ResplayRewrite extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      :host {
        container: rewrite / inline-size;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-2) var(--space-3);
        font-size: var(--text-sm);
      }

      header p {
        flex: 1 1 240px;
        color: var(--text-muted);
      }

      .sides {
        display: grid;
        flex: 1;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr);
        min-height: 0;
        border-top: 1px solid var(--border);
      }

      section {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }

      section + section {
        border-left: 1px solid var(--border);
      }

      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--space-2);
        padding: var(--space-1) var(--space-3);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
        font-size: var(--text-sm);
      }

      .tally {
        width: 100%;
        color: var(--text-muted);
        font: var(--text-xs) / 1.5 var(--font-mono);
      }

      ol {
        flex: 1;
        min-height: 60px;
        margin: 0;
        padding: var(--space-1) 0;
        overflow: auto;
        font: var(--text-sm) / 1.7 var(--font-mono);
        list-style: none;
      }

      li {
        padding: 0 var(--space-3);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .gone {
        color: var(--text-faint);
        text-decoration: line-through;
      }

      .more {
        color: var(--text-muted);
      }

      @container rewrite (max-width: 480px) {
        .explain,
        .tally {
          display: none;
        }

        .title {
          flex-direction: column;
        }

        li,
        .title {
          padding-inline: var(--space-2);
        }
      }
    `,
  ];

  @property({ attribute: false }) rewrite!: Rewrite;
  @state() private keys: readonly SnapshotKey[] | undefined;
  /** There are more keys than are listed. */
  @state() private moreKeys = false;

  protected labOpened(lab: Lab): void {
    void this.readKeys(lab);
  }

  /** A base file that is a snapshot shows its keys: they are what the commands have come to. */
  private async readKeys(lab: Lab): Promise<void> {
    const { after, base } = this.rewrite;
    if (!after.hasSnapshot) return;
    try {
      const files = await lab.files.list();
      const size = files.find(({ path }) => path === base)?.size ?? 0;
      const pages = new RdbPages(size, (offset, length) => lab.files.read(base, offset, length));
      const keys: SnapshotKey[] = [];
      let type = '';
      let more = true;
      for (let index = 0; more && keys.length < KEYS; index += 1) {
        const page = await pages.page(index);
        more = page.more;
        for (const field of page.fields) {
          if (field.role === 'valueType') type = field.type ?? '';
          else if (field.role === 'key') keys.push({ key: field.text ?? '', type });
        }
      }
      this.keys = keys.slice(0, KEYS);
      this.moreKeys = more || keys.length > KEYS;
    } catch {
      // The file has been rewritten again: the row for the snapshot stands for it.
    }
  }

  override render(): TemplateResult {
    const { before, after } = this.rewrite;
    const alive = this.moreKeys ? undefined : this.aliveKeys(after);
    return html`
      <header>
        <p>
          <span class="explain">${t('persistence.rewriteExplain')}</span>
          ${alive === undefined ? nothing : t('persistence.rewriteLegend')}
        </p>
        <button class="outlined" @click=${() => this.dispatchEvent(new CustomEvent('close'))}>
          ${t('persistence.rewriteClose')}
        </button>
      </header>
      <div class="sides">
        ${this.side(
          'before',
          before,
          before.entries.map((entry) => commandRow(entry, alive)),
        )}
        ${this.side('after', after, [
          ...(this.keys ?? []).map(
            ({ key, type }) => html`<li><span class="badge ${type}">${type}</span> ${key}</li>`,
          ),
          ...after.entries
            .filter(({ kind }) => kind !== 'rdb' || this.keys === undefined)
            .map((entry) => commandRow(entry, undefined)),
        ])}
      </div>
    `;
  }

  /** The keys that the rewritten file still has; undefined when that is not known in full. */
  private aliveKeys(after: AofShot): ReadonlySet<string> | undefined {
    if (after.hasSnapshot && this.keys === undefined) return undefined;
    if (after.commands > after.entries.length) return undefined;
    return new Set([
      ...(this.keys ?? []).map(({ key }) => key),
      ...after.entries.filter(({ kind }) => kind === 'command').map(({ text }) => keyOf(text)),
    ]);
  }

  private side(
    which: 'before' | 'after',
    shot: AofShot,
    rows: readonly TemplateResult[],
  ): TemplateResult {
    const listed = shot.entries.filter(({ kind }) => kind === 'command').length;
    const rest = shot.commands - listed;
    const title = t(which === 'before' ? 'persistence.rewriteBefore' : 'persistence.rewriteAfter');
    return html`<section aria-labelledby=${which}>
      <div class="title">
        <h3 id=${which}>${title}</h3>
        <span>${amountOf(shot)}</span>
        <span class="tally"
          >${tally(shot.entries)
            .slice(0, 6)
            .map(([name, count]) => `${name} ×${formatNumber(count)}`)
            .join('  ')}</span
        >
      </div>
      <ol tabindex="0" role="list" aria-labelledby=${which}>
        ${rows}
        ${
          rest > 0 || (which === 'after' && this.moreKeys)
            ? html`<li class="more">
                ${rest > 0 ? t('persistence.rewriteMore', { count: formatNumber(rest) }) : '…'}
              </li>`
            : nothing
        }
      </ol>
    </section>`;
  }
}

/** The second word of a command as redis-cli quotes it. */
function keyOf(text: string): string {
  const found = /^\S+\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(text);
  return found?.[1] ?? found?.[2] ?? '';
}

function commandRow(entry: LogEntry, alive: ReadonlySet<string> | undefined): TemplateResult {
  if (entry.kind === 'rdb')
    return html`<li>
      <span class="badge">RDB</span> ${t('persistence.logBase', { size: bytesText(entry.length) })}
    </li>`;
  const gone = alive !== undefined && !alive.has(keyOf(entry.text)) && /\s/.test(entry.text);
  // SELECT and the like have no key.
  const keyless = /^(select|multi|exec|flush\w+|swapdb)\b/i.test(entry.text);
  return html`<li class=${gone && !keyless ? 'gone' : ''} title=${entry.text}>${entry.text}</li>`;
}

define('resplay-rewrite', ResplayRewrite);
