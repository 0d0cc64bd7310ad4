import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type {
  Argument,
  KeyRow,
  Lab,
  ValueOptions,
  ValueContent,
  ValueUpdate,
  Watch,
} from '../client/api';
import { bytesOf, identityOf, redisString } from '../client/bytes';
import { icons } from '../charts/icons';
import { bytesText, durationText } from '../charts/numbers';
import { formatNumber, t } from '../i18n';
import { Editor, commandText, replyText } from './run-commands';
import { keyChanged, escapedOf, isPlain, lineOf, parseEscaped } from './show-bytes';
import './value-elements';
import type { ChangeDetail } from './value-elements';
import { STRING_PAGE, type StringMode } from './value-string';
import { ViewElement, define } from './view-element';

const PAGE = 100;
const SOON = 10_000;

type Asking = 'delete' | 'rename' | 'ttl' | undefined;

/** One key with its value, as it changes, to look at and to edit. Every edit is a command that is shown with its reply. */
export class ResplayKeyValue extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        flex: 1;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        padding: var(--space-2) var(--space-3);
        border-bottom: 1px solid var(--border);
      }

      .name {
        flex: 1 1 60px;
        min-width: 60px;
        margin: 0;
        overflow: hidden;
        font: var(--weight-strong) var(--text-md) / 1.5 var(--font-mono);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        width: 100%;
        color: var(--text-muted);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }

      .ask {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-2) var(--space-3);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
        font-size: var(--text-sm);
      }

      .ask.danger {
        background: var(--danger-soft);
      }

      .ask p {
        flex: 1 1 140px;
        margin: 0;
        overflow-wrap: anywhere;
      }

      .ask input {
        flex: 1 1 100px;
        min-width: 80px;
        font-family: var(--font-mono);
      }

      button.danger {
        background: var(--danger);
        color: var(--surface);
      }

      .soon {
        color: var(--warning);
      }

      .pager {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: var(--space-1);
        padding: 2px var(--space-3);
        border-top: 1px solid var(--border);
        color: var(--text-muted);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }

      .ran {
        min-height: 24px;
        padding: 3px var(--space-3);
        border-top: 1px solid var(--border);
        overflow: hidden;
        background: var(--sunken);
        color: var(--text-muted);
        font: var(--text-xs) / 1.6 var(--font-mono);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .ran:empty {
        display: none;
      }

      .ran.failed {
        color: var(--danger);
        white-space: normal;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: keyChanged }) key: Argument = '';
  @property({ type: Number }) db = 0;

  @state() private value: ValueUpdate | undefined;
  @state() private mode: StringMode | undefined;
  @state() private asking: Asking;
  @state() private ran = '';
  @state() private failed = false;
  @state() private now = 0;
  private watch: Watch<ValueOptions> | undefined;
  private offset = 0;
  private editor: Editor | undefined;
  private clock: ReturnType<typeof setInterval> | undefined;

  protected labOpened(lab: Lab): void {
    const watch = lab.watchValue(this.options(), (update) => this.take(update));
    this.watch = watch;
    this.editor = new Editor(lab, this.db);
    this.closeLater(() => {
      watch.close();
      this.watch = undefined;
      this.editor?.close();
      this.editor = undefined;
      clearInterval(this.clock);
      this.clock = undefined;
    });
  }

  /** Opens the question before a deletion, as the Delete key in the list does. */
  askDelete(): void {
    this.ask('delete');
  }

  askRename(): void {
    this.ask('rename');
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('key') && !changed.has('db')) return;
    this.offset = 0;
    this.mode = undefined;
    this.value = undefined;
    this.asking = undefined;
    this.ran = '';
    this.watch?.update(this.options());
    if (changed.has('db') && this.lab !== undefined && this.editor !== undefined) {
      this.editor.close();
      this.editor = new Editor(this.lab, this.db);
    }
  }

  override render(): TemplateResult {
    const { value } = this;
    if (value === undefined) return html``;
    const { row } = value;
    if (value.state === 'missing' || row === undefined)
      return html`<div class="note">
          <strong>${t('views.value.gone', { key: this.name() })}</strong>
          <p>${t('views.value.goneHelp')}</p>
        </div>
        ${this.ranLine()}`;
    return html`
      ${this.head(row)} ${this.question(row)} ${this.content(value, row)} ${this.pager(value, row)}
      ${this.ranLine()}
    `;
  }

  private head(row: KeyRow): TemplateResult {
    const left = row.expiresAt === null ? undefined : row.expiresAt - this.now;
    return html`
      <header>
        <span class="badge ${row.type}">${row.type}</span>
        <div class="name" title=${lineOf(row.key, 1000)}>${this.name()}</div>
        ${
          row.type === 'zset'
            ? html`<button
                class="outlined"
                @click=${() => this.openView({ view: 'ranking', key: row.key, db: this.db })}
              >
                ${icons.chart} ${t('views.value.chart')}
              </button>`
            : nothing
        }
        <button
          class="icon"
          aria-label=${t('views.value.rename')}
          title=${t('views.value.rename')}
          aria-expanded=${this.asking === 'rename' ? 'true' : 'false'}
          @click=${() => this.ask('rename')}
        >
          ${icons.edit}
        </button>
        <button
          class="icon"
          aria-label=${t('views.value.ttl')}
          title=${t('views.value.ttl')}
          aria-expanded=${this.asking === 'ttl' ? 'true' : 'false'}
          @click=${() => this.ask('ttl')}
        >
          ${icons.clock}
        </button>
        <button
          class="icon"
          aria-label=${t('views.value.delete')}
          title=${t('views.value.delete')}
          aria-expanded=${this.asking === 'delete' ? 'true' : 'false'}
          @click=${() => this.ask('delete')}
        >
          ${icons.remove}
        </button>
        <div class="facts">
          <span>${t('views.value.encoding')} <code>${row.encoding}</code></span>
          <span
            >${
              row.type === 'string'
                ? t('views.value.bytes', { count: formatNumber(row.length) })
                : t('views.value.count', { count: formatNumber(row.length) })
            }</span
          >
          <span>${t('views.value.memory', { size: bytesText(row.memory) })}</span>
          <span class="ttl ${left !== undefined && left < SOON ? 'soon' : ''}"
            >${
              left === undefined
                ? t('views.keys.noTtl')
                : t('views.value.expiresIn', { time: durationText(left) })
            }</span
          >
        </div>
      </header>
    `;
  }

  private question(row: KeyRow): TemplateResult | typeof nothing {
    const close = () => {
      this.asking = undefined;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    };
    const cancel = html`<button type="button" @click=${close}>${t('views.cancel')}</button>`;
    if (this.asking === 'delete')
      return html`<div
        class="ask danger"
        role="alertdialog"
        aria-labelledby="question"
        @keydown=${onKey}
      >
        <p id="question">${t('views.value.deleteAsk', { key: this.name() })}</p>
        <button
          class="danger first"
          @click=${() => {
            close();
            void this.run([['DEL', row.key]]);
          }}
        >
          ${t('views.value.delete')}
        </button>
        ${cancel}
      </div>`;
    if (this.asking === 'rename') {
      const plain = isPlain(row.key);
      return html`<form
        class="ask"
        @keydown=${onKey}
        @submit=${(event: Event) => {
          event.preventDefault();
          const text = inputOf(event);
          close();
          void this.rename(row, plain ? text : parseEscaped(text));
        }}
      >
        <input
          class="first"
          spellcheck="false"
          autocapitalize="off"
          aria-label=${t('views.value.newName')}
          title=${plain ? nothing : t('views.value.escaped')}
          value=${plain ? row.key.text : escapedOf(row.key)}
        />
        <button class="primary">${t('views.value.rename')}</button>
        ${cancel}
      </form>`;
    }
    if (this.asking === 'ttl')
      return html`<form
        class="ask"
        @keydown=${onKey}
        @submit=${(event: Event) => {
          event.preventDefault();
          const seconds = inputOf(event);
          close();
          void this.run([['EXPIRE', row.key, seconds]]);
        }}
      >
        <input
          class="first"
          type="number"
          min="1"
          max="9999999999"
          required
          aria-label=${t('views.value.seconds')}
          placeholder=${t('views.value.seconds')}
        />
        <button class="primary">${t('views.value.setTtl')}</button>
        ${
          row.expiresAt === null
            ? nothing
            : html`<button
                type="button"
                class="outlined"
                @click=${() => {
                  close();
                  void this.run([['PERSIST', row.key]]);
                }}
              >
                ${t('views.value.persist')}
              </button>`
        }
        ${cancel}
      </form>`;
    return nothing;
  }

  private content(value: ValueUpdate, row: KeyRow): TemplateResult | typeof nothing {
    const { content } = value;
    if (content.type === 'none') return nothing;
    if (content.type === 'string')
      return html`<resplay-value-string
        .key=${row.key}
        .bytes=${content.bytes}
        .offset=${value.offset}
        .length=${row.length}
        .mode=${this.modeOf()}
        @mode=${(event: CustomEvent<StringMode>) => this.setMode(event.detail)}
        @resplay-change=${this.onChange}
      ></resplay-value-string>`;
    return html`<resplay-value-elements
      .key=${row.key}
      .content=${content}
      .offset=${value.offset}
      @resplay-change=${this.onChange}
    ></resplay-value-elements>`;
  }

  private pager(value: ValueUpdate, row: KeyRow): TemplateResult | typeof nothing {
    const page = this.pageSize();
    if (row.length <= page) return nothing;
    const last = Math.min(row.length, value.offset + page);
    return html`
      <div class="pager">
        <span role="status">
          ${t('views.value.page', {
            first: formatNumber(value.offset + 1),
            last: formatNumber(last),
            total: formatNumber(row.length),
          })}
        </span>
        <button ?disabled=${value.offset === 0} @click=${() => this.turn(value.offset - page)}>
          ${t('views.value.previous')}
        </button>
        <button ?disabled=${last >= row.length} @click=${() => this.turn(value.offset + page)}>
          ${t('views.value.next')}
        </button>
      </div>
    `;
  }

  private ranLine(): TemplateResult {
    return html`<div class="ran ${this.failed ? 'failed' : ''}" role="status">${this.ran}</div>`;
  }

  private ask(asking: Asking): void {
    this.asking = this.asking === asking ? undefined : asking;
    void this.updateComplete.then(() => {
      const first = this.renderRoot.querySelector<HTMLElement>('.ask .first');
      first?.focus();
      if (first instanceof HTMLInputElement) first.select();
    });
  }

  private async rename(row: KeyRow, name: Argument): Promise<void> {
    if (identityOf(redisString(bytesOf(name))) === identityOf(row.key)) return;
    // NX: a rename from a browser must not silently replace another key.
    const [reply] = (await this.run([['RENAMENX', row.key, name]])) ?? [];
    if (reply?.kind !== 'integer') return;
    if (reply.value === 1)
      this.dispatchEvent(new CustomEvent('renamed', { detail: redisString(bytesOf(name)) }));
    else this.show(t('views.value.taken', { key: lineOf(redisString(bytesOf(name)), 60) }), true);
  }

  private readonly onChange = (event: CustomEvent<ChangeDetail>): void => {
    event.stopPropagation();
    void this.run(event.detail.commands, event.detail.guard);
  };

  private async run(commands: ChangeDetail['commands'], guard?: ChangeDetail['guard']) {
    const { editor } = this;
    if (editor === undefined) return undefined;
    try {
      const replies = await editor.run(
        commands,
        guard === undefined ? undefined : { key: this.key, ...guard },
      );
      if (replies === undefined) {
        this.show(t('views.value.changedMeanwhile'), true);
        return undefined;
      }
      const text = commands.map((command, index) => {
        const reply = replies[index];
        return reply === undefined
          ? commandText(command)
          : `${commandText(command)} → ${replyText(reply)}`;
      });
      this.show(
        text.join('   '),
        replies.some((reply) => reply.kind === 'error'),
      );
      return replies;
    } catch (error) {
      this.show(error instanceof Error ? error.message : String(error), true);
      return undefined;
    }
  }

  private show(text: string, failed: boolean): void {
    this.ran = text;
    this.failed = failed;
  }

  private take(value: ValueUpdate): void {
    const before = this.value?.content.type;
    this.value = fromOffset(value, this.offset);
    // The first page was asked for before the type was known.
    if (before !== value.content.type) this.watch?.update(this.options());
    this.now = this.labTime();
    const expires = value.row !== undefined && value.row.expiresAt !== null;
    if (!expires) {
      clearInterval(this.clock);
      this.clock = undefined;
    } else this.clock ??= setInterval(() => (this.now = this.labTime()), 500);
    // A page of hex is not a page of text: what there is decides the view, unless the person has.
    if (value.content.type === 'string' && this.mode === undefined) {
      const mode = looksLikeText(value.content.bytes) ? 'text' : 'bits';
      if (mode !== 'text') this.setMode(mode);
    }
  }

  private modeOf(): StringMode {
    return this.mode ?? 'text';
  }

  private setMode(mode: StringMode): void {
    this.mode = mode;
    this.turn(0);
  }

  private turn(offset: number): void {
    this.offset = Math.max(0, offset);
    this.watch?.update(this.options());
  }

  private pageSize(): number {
    return this.value?.content.type === 'string' ? STRING_PAGE[this.modeOf()] : PAGE;
  }

  private options(): ValueOptions {
    return {
      key: this.key,
      db: this.db,
      offset: this.offset,
      limit: this.value === undefined ? PAGE : this.pageSize(),
    };
  }

  private name(): string {
    const key = redisString(bytesOf(this.key));
    return key.text === '' ? '""' : lineOf(key, 200);
  }
}

/** The lab fills a window up from before when too little is left after its start: a last page starts where asked. */
function fromOffset(value: ValueUpdate, offset: number): ValueUpdate {
  const skip = offset - value.offset;
  if (skip <= 0 || offset >= (value.row?.length ?? 0)) return value;
  return { ...value, offset, content: withoutFirst(value.content, skip) };
}

function withoutFirst(content: ValueContent, skip: number): ValueContent {
  switch (content.type) {
    case 'none':
      return content;
    case 'string':
      return { ...content, bytes: content.bytes.subarray(skip) };
    case 'list':
      return { ...content, elements: content.elements.slice(skip) };
    case 'set':
      return { ...content, members: content.members.slice(skip) };
    case 'hash':
      return { ...content, fields: content.fields.slice(skip) };
    case 'zset':
      return { ...content, entries: content.entries.slice(skip) };
    case 'stream':
      return { ...content, entries: content.entries.slice(skip) };
  }
}

/** Text, unless a good part of it is not: then it is probably a bitmap. */
function looksLikeText(bytes: Uint8Array): boolean {
  const start = redisString(bytes.subarray(0, 256));
  const odd = start.bytes?.filter((byte) => byte < 0x20 || byte > 0x7e).length ?? 0;
  if (start.bytes !== undefined) return bytes.length > 256 && odd < 4;
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return !/[\x00-\x08\x0e-\x1f]/.test(start.text);
}

function inputOf(event: Event): string {
  return ((event.target as HTMLFormElement).elements[0] as HTMLInputElement).value;
}

define('resplay-key-value', ResplayKeyValue);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-key-value': ResplayKeyValue;
  }
}
