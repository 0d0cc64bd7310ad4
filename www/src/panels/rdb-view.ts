import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Lab } from '../client/api';
import { bytesText } from '../charts/numbers';
import { icons } from '../charts/icons';
import { formatNumber } from '../i18n';
import { t } from './persistence-catalogue';
import { fileName } from './persistence-model';
import { persistenceStyles } from './persistence-styles';
import { momentText, reasonOf } from './persistence-text';
import type { Field, FieldKind } from './rdb/fields';
import { RdbPages, checksum, type RdbPage, type Read } from './rdb/pages';
import { footStyles } from './foot-styles';
import { rdbStyles } from './rdb-styles';
import { ViewElement, define } from './view-element';

/** A larger file's checksum is shown, not checked. */
const CHECKED = 64 << 20;
const KINDS: readonly FieldKind[] = ['head', 'opcode', 'type', 'count', 'key', 'value', 'time'];
/** Bytes of a field in its row; the chosen row shows more. */
const BRIEF = 32;

const offsetText = (at: number): string => at.toString(16).padStart(8, '0');

/**
 * `<resplay-rdb>` with `.lab` and `.paths`: an RDB file of the lab's disk as bytes, field by field, each in a colour
 * and in words. Arrow keys go from field to field. Fires `save` when there is no file and one is asked for.
 */
export class ResplayRdb extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    footStyles,
    rdbStyles,
    css`
      :host {
        container: rdb / inline-size;
      }
    `,
  ];

  /** Files to choose from; the first is shown at first. */
  /** There is no process that could save. */
  @property({ type: Boolean }) stopped = false;
  @property({ attribute: false }) paths: readonly string[] = [];

  @state() private path = '';
  /** What is known of the file; undefined: it is not there. */
  @state() private file: { readonly size: number; readonly modified: number } | undefined;
  @state() private page: RdbPage | undefined;
  @state() private index = 0;
  @state() private cursor = 0;
  @state() private failure = '';
  @state() private looked = false;
  @state() private sum: { readonly computed: string } | undefined;
  @query('.grid') private grid!: HTMLElement | null;

  private pages: RdbPages | undefined;
  private reading: Promise<void> = Promise.resolve();
  private checking = new AbortController();

  protected labOpened(lab: Lab): void {
    this.path = this.paths[0] ?? '';
    this.closeLater(lab.files.onChange(() => this.later(() => this.look(lab, false))));
    this.closeLater(() => this.checking.abort());
    this.later(() => this.look(lab, true));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('paths') || this.path === '' || this.paths.includes(this.path)) return;
    this.path = this.paths[0] ?? '';
    if (this.lab !== undefined) {
      const { lab } = this;
      this.later(() => this.look(lab, true));
    }
  }

  /** One reading after the other: pages share a cursor. */
  private later(work: () => Promise<void>): void {
    this.reading = this.reading.then(work).catch((error: unknown) => {
      this.failure = t('rdb.readFailed', { reason: reasonOf(error) });
    });
  }

  /** Sees whether the file is another than the one in sight. */
  private async look(lab: Lab, anew: boolean): Promise<void> {
    const { path } = this;
    const found = (await lab.files.list()).find((file) => file.path === path);
    this.looked = true;
    if (!anew && found?.size === this.file?.size && found?.modified === this.file?.modified) return;
    this.file = found === undefined ? undefined : { size: found.size, modified: found.modified };
    this.failure = '';
    this.sum = undefined;
    this.page = undefined;
    this.checking.abort();
    this.pages = undefined;
    if (found === undefined) return;
    const read: Read = (offset, length) => lab.files.read(path, offset, length);
    this.pages = new RdbPages(found.size, read);
    await this.turn(0);
  }

  private async turn(index: number): Promise<void> {
    const page = await this.pages?.page(index);
    if (page === undefined) return;
    this.page = page;
    this.index = index;
    this.cursor = 0;
    this.grid?.scrollTo({ top: 0 });
    const end = page.fields.find(({ role }) => role === 'checksum');
    if (end !== undefined && this.sum === undefined && end.at <= CHECKED) void this.check(end.at);
  }

  private async check(length: number): Promise<void> {
    const { lab, path } = this;
    if (lab === undefined) return;
    this.checking.abort();
    this.checking = new AbortController();
    const { signal } = this.checking;
    const read: Read = (offset, count) => lab.files.read(path, offset, count);
    const computed = await checksum(read, length, signal).catch(() => undefined);
    if (computed !== undefined && !signal.aborted) this.sum = { computed };
  }

  override render(): TemplateResult {
    const { file, page } = this;
    return html`
      ${this.toolbar()}
      ${this.failure === '' ? nothing : html`<p class="message" role="alert">${this.failure}</p>`}
      ${
        this.looked && file === undefined && this.failure === ''
          ? html`<div class="note">
              <strong>${t('rdb.missing', { file: fileName(this.path) })}</strong>
              <p>${t('rdb.missingHelp')}</p>
              <pre class="commands">SAVE</pre>
              <button
                class="outlined"
                ?disabled=${this.stopped}
                @click=${() => this.dispatchEvent(new CustomEvent('save'))}
              >
                ${icons.play} ${t('rdb.saveNow')}
              </button>
            </div>`
          : nothing
      }
      ${page === undefined ? nothing : this.table(page)}
    `;
  }

  private toolbar(): TemplateResult | typeof nothing {
    const { file } = this;
    if (file === undefined && this.paths.length < 2) return nothing;
    return html`<div class="toolbar">
      ${
        this.paths.length > 1
          ? html`<select aria-label=${t('rdb.choose')} @change=${this.choose}>
              ${this.paths.map(
                (path) =>
                  html`<option value=${path} ?selected=${path === this.path}>
                    ${fileName(path)}
                  </option>`,
              )}
            </select>`
          : html`<code>${fileName(this.path)}</code>`
      }
      ${
        file === undefined
          ? nothing
          : html`<span class="muted">${bytesText(file.size)} · ${momentText(file.modified)}</span>`
      }
      <span class="grow"></span>
      <ul class="legend" aria-label=${t('rdb.legend')}>
        ${KINDS.map((kind) => html`<li class="kind ${kind}">${t(`rdb.kind.${kind}`)}</li>`)}
      </ul>
    </div>`;
  }

  private table(page: RdbPage): TemplateResult {
    const active = page.fields[this.cursor];
    return html`
      <div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label=${t('rdb.fields', { file: fileName(this.path) })}
        aria-rowcount=${page.fields.length + 1}
        aria-activedescendant=${active === undefined ? nothing : `field-${this.cursor}`}
        @keydown=${this.onKey}
      >
        <div class="heads row" role="row">
          <span role="columnheader">${t('rdb.offset')}</span>
          <span role="columnheader">${t('rdb.bytes')}</span>
          <span role="columnheader">${t('rdb.meaning')}</span>
        </div>
        ${page.fields.map((field, index) => this.row(field, index))}
      </div>
      ${this.foot(page, active)}
    `;
  }

  private row(field: Field, index: number): TemplateResult {
    const chosen = index === this.cursor;
    const shown = field.bytes.subarray(0, chosen ? field.bytes.length : BRIEF);
    const prefix = Math.min(field.prefix, shown.length);
    const hidden = field.length - shown.length;
    return html`<div
      id="field-${index}"
      class="row field-row ${field.begins === true ? 'begins' : ''} ${field.depth === 1 ? 'inner' : ''}"
      role="row"
      aria-selected=${chosen ? 'true' : 'false'}
      title=${rangeText(field)}
      @click=${() => (this.cursor = index)}
    >
      <span class="offset" role="gridcell">${offsetText(field.at)}</span>
      <span class="bytes" role="gridcell"
        >${
          prefix === 0
            ? nothing
            : html`<span class="kind count">${hexText(shown.subarray(0, prefix))}</span> `
        }<span class="kind ${field.kind}">${hexText(shown.subarray(prefix))}</span>${
          hidden > 0
            ? html` <span class="muted">${t('rdb.more', { count: formatNumber(hidden) })}</span>`
            : nothing
        }</span
      >
      <span class="meaning" role="gridcell">${this.meaning(field)}</span>
    </div>`;
  }

  private meaning(field: Field): unknown {
    const { role, text, packed, encoding, size = 0 } = field;
    const notes: string[] = [];
    if (encoding?.form === 'integer') notes.push(t('rdb.integer', { bits: encoding.bits }));
    if (encoding?.form === 'lzf')
      notes.push(t('rdb.lzf', { packed: formatNumber(encoding.packed), size: formatNumber(size) }));
    if (encoding?.form === 'plain' && packed === undefined && size > 16)
      notes.push(t('rdb.length', { size: formatNumber(size) }));
    if (packed !== undefined) {
      const { format, count } = packed;
      notes.push(
        count === undefined ? format : t('rdb.entries', { format, count: formatNumber(count) }),
      );
      if (packed.damaged) notes.push(t('rdb.damagedInside'));
    }
    if (field.cause !== undefined) {
      notes.push(t(`rdb.cause.${field.cause}`));
      notes.push(t('rdb.found', { offset: `0x${offsetText(field.found ?? field.at)}` }));
    }
    if (field.stored !== undefined) notes.push(t('rdb.storedAs', { stored: field.stored }));
    if (role === 'checksum' && this.sum !== undefined)
      notes.push(
        this.sum.computed === text
          ? t('rdb.checksumOk')
          : t('rdb.checksumBad', { computed: this.sum.computed }),
      );
    const bad =
      field.kind === 'damage' ||
      (role === 'checksum' && this.sum !== undefined && this.sum.computed !== text);
    return html`<span class="role">${t(`rdb.${role}`)}</span> ${
        field.type === undefined
          ? nothing
          : html`<span class="badge ${field.type}">${field.type}</span> `
      }<span class="says">${saying(field)}</span>${
        notes.length === 0
          ? nothing
          : html` <span class="notes ${bad ? 'danger' : ''}">${notes.join(', ')}</span>`
      }`;
  }

  private foot(page: RdbPage, active: Field | undefined): TemplateResult {
    const button = (
      label: 'rdb.first' | 'rdb.previous' | 'rdb.next',
      text: string,
      to: number,
      enabled: boolean,
    ): TemplateResult =>
      html`<button
        class="icon"
        title=${t(label)}
        aria-label=${t(label)}
        ?disabled=${!enabled}
        @click=${() => this.later(() => this.turn(to))}
      >
        ${text}
      </button>`;
    const paged = this.index > 0 || page.more;
    return html`<div class="foot">
      <span class="mono">${active === undefined ? '' : rangeText(active)}</span>
      <span class="grow"></span>
      ${
        paged
          ? html`${button('rdb.first', '«', 0, this.index > 0)}
              ${button('rdb.previous', '‹', this.index - 1, this.index > 0)}
              <span role="status">${t('rdb.page', { page: formatNumber(this.index + 1) })}</span>
              ${button('rdb.next', '›', this.index + 1, page.more)}`
          : nothing
      }
    </div>`;
  }

  private readonly choose = (event: Event): void => {
    this.path = (event.target as HTMLSelectElement).value;
    const { lab } = this;
    if (lab !== undefined) this.later(() => this.look(lab, true));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = (this.page?.fields.length ?? 0) - 1;
    const steps: Partial<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 12,
      PageUp: -12,
      Home: -last,
      End: last,
    };
    const step = steps[event.key];
    if (step === undefined || last < 0) return;
    event.preventDefault();
    this.cursor = Math.min(last, Math.max(0, this.cursor + step));
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector(`#field-${this.cursor}`)?.scrollIntoView({ block: 'nearest' }),
    );
  };
}

/** What a field says; an expiry is a moment for people. */
function saying({ role, text, packed }: Field): string {
  if (packed !== undefined) {
    const more = packed.count !== undefined && packed.count > packed.entries.length ? ' …' : '';
    return packed.entries.join(' · ') + more;
  }
  if (role === 'expiresAt' && text !== undefined) {
    const time = Number(text);
    // Beyond this there are no dates.
    return Math.abs(time) <= 8.64e15 ? momentText(time) : text;
  }
  return text ?? '';
}

function rangeText({ at, length }: Field): string {
  const from = `0x${offsetText(at)}`;
  if (length === 1) return t('rdb.rangeOne', { from });
  return t('rdb.range', {
    from,
    to: `0x${offsetText(at + Math.max(0, length - 1))}`,
    count: formatNumber(length),
  });
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

define('resplay-rdb', ResplayRdb);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-rdb': ResplayRdb;
  }
}
