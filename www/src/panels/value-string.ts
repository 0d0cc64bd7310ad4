import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Argument } from '../client/api';
import { redisString } from '../client/bytes';
import { formatNumber, t } from '../i18n';
import type { ChangeDetail } from './value-elements';
import { keyChanged, escapedOf, parseEscaped, sameBytes } from './show-bytes';
import { ViewElement, define } from './view-element';

export type StringMode = 'text' | 'hex' | 'bits';

/** How many bytes one page of each view shows. */
export const STRING_PAGE: Record<StringMode, number> = { text: 65_536, hex: 2048, bits: 96 };

const BITS_PER_LINE = 32;
/** Below this width, in CSS pixels, half as many go on a line, so that a finger can hit one. */
const NARROW = 440;
// What a textarea would change by itself (carriage returns) or not show.
const NEEDS_ESCAPES = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u;

/** A string as text, as a hex dump, and as a bitmap whose bits can be flipped. Fires `resplay-change`, `mode`. */
export class ResplayValueString extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        flex: 1;
      }

      .pane {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 90px;
        padding: 0 var(--space-3) var(--space-2);
        gap: var(--space-2);
        overflow: auto;
      }

      .modes {
        display: flex;
        gap: 2px;
        padding: var(--space-2) var(--space-3);
      }

      textarea {
        flex: 1;
        width: 100%;
        min-height: 80px;
        padding: var(--space-2);
        border: 1px solid var(--border-strong);
        border-radius: var(--radius-md);
        background: var(--surface);
        color: var(--text);
        font: var(--text-md) / 1.5 var(--font-mono);
        resize: none;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-sm);
      }

      .row .grow {
        flex: 1;
      }

      pre {
        margin: 0;
        font: var(--text-sm) / 1.6 var(--font-mono);
        tab-size: 4;
      }

      .bits {
        font: var(--text-xs) / 1 var(--font-mono);
      }

      .line {
        display: grid;
        grid-template-columns: 5ch repeat(32, minmax(6px, 18px));
        gap: 2px;
        align-items: center;
        margin-bottom: 2px;
        color: var(--text-muted);
      }

      .line.narrow {
        grid-template-columns: 5ch repeat(16, minmax(8px, 22px));
      }

      .line > :first-child {
        padding-right: 1ch;
        text-align: right;
      }

      .bit {
        height: 18px;
        border-radius: 3px;
        background: var(--sunken);
        color: transparent;
        cursor: pointer;
      }

      .bit:nth-child(8n + 2):not(:nth-child(2)) {
        margin-left: 3px;
      }

      .bit.on {
        background: var(--series-1);
      }

      .bit:hover {
        outline: 1px solid var(--focus);
      }

      .bits:focus-visible {
        outline: none;
      }

      .bits:focus-visible .bit.current {
        outline: 2px solid var(--focus);
        outline-offset: 1px;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: keyChanged }) key: Argument = '';
  @property({ attribute: false }) bytes: Uint8Array = new Uint8Array();
  @property({ type: Number }) offset = 0;
  @property({ type: Number }) length = 0;
  @property() mode: StringMode = 'text';
  @state() private draft: { text: string; base: Uint8Array } | undefined;
  @state() private current = 0;
  @state() private narrow = false;
  private readonly resized = new ResizeObserver(() => (this.narrow = this.clientWidth < NARROW));

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected labOpened(): void {
    // Shown by its parent, which watches.
  }

  override render(): TemplateResult {
    const modes: readonly StringMode[] = ['text', 'hex', 'bits'];
    return html`
      <div class="modes" role="group" aria-label=${t('views.value.viewAs')}>
        ${modes.map(
          (mode) =>
            html`<button
              aria-pressed=${mode === this.mode ? 'true' : 'false'}
              @click=${() => this.dispatchEvent(new CustomEvent('mode', { detail: mode }))}
            >
              ${t(`views.value.mode.${mode}`)}
            </button>`,
        )}
      </div>
      <div class="pane" tabindex=${this.mode === 'hex' ? '0' : nothing}>
        ${this.mode === 'text' ? this.asText() : this.mode === 'hex' ? this.asHex() : this.asBits()}
      </div>
    `;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('key')) this.draft = undefined;
  }

  private asText(): TemplateResult {
    const value = redisString(this.bytes);
    const whole = this.bytes.length >= this.length;
    const escaped =
      value.bytes !== undefined || NEEDS_ESCAPES.test(value.text.replace(/[\n\t]/g, ''));
    const text = escaped ? escapedOf(value) : value.text;
    const { draft } = this;
    const overtaken = draft !== undefined && !sameBytes(draft.base, this.bytes);
    const save = () => {
      if (this.draft === undefined) return;
      const after = escaped ? parseEscaped(this.draft.text) : this.draft.text;
      this.draft = undefined;
      this.change({ commands: [['SET', this.key, after, 'KEEPTTL']] });
    };
    return html`
      <textarea
        spellcheck="false"
        autocapitalize="off"
        aria-label=${t('views.value.value')}
        ?readonly=${!whole}
        .value=${draft?.text ?? text}
        @input=${(event: Event) => {
          const { value: typed } = event.target as HTMLTextAreaElement;
          this.draft =
            typed === text ? undefined : { text: typed, base: draft?.base ?? this.bytes };
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
          else if (event.key === 'Escape' && this.draft !== undefined) {
            event.stopPropagation();
            this.draft = undefined;
          }
        }}
      ></textarea>
      <div class="row">
        <span class="muted" role="status">
          ${
            overtaken
              ? t('views.value.overtaken')
              : whole
                ? escaped
                  ? t('views.value.escaped')
                  : ''
                : t('views.value.tooLong')
          }
        </span>
        <span class="grow"></span>
        ${
          draft === undefined
            ? nothing
            : html`<button @click=${() => (this.draft = undefined)}>${t('views.cancel')}</button>
                <button class="primary" title="Ctrl+Enter" @click=${save}>
                  ${t('views.save')}
                </button>`
        }
      </div>
    `;
  }

  private asHex(): TemplateResult {
    const lines: string[] = [];
    for (let at = 0; at < this.bytes.length; at += 16) {
      const part = Array.from(this.bytes.subarray(at, at + 16));
      const hex = part.map(
        (byte, index) => byte.toString(16).padStart(2, '0') + (index === 7 ? ' ' : ''),
      );
      const text = part
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
        .join('');
      lines.push(
        `${(this.offset + at).toString(16).padStart(8, '0')}  ${hex.join(' ').padEnd(48)}  ${text}`,
      );
    }
    return html`<pre>${lines.join('\n')}</pre>`;
  }

  private asBits(): TemplateResult {
    const count = this.bytes.length * 8;
    const first = this.offset * 8;
    const set = this.bytes.reduce((sum, byte) => sum + ones(byte), 0);
    const current = Math.min(this.current, Math.max(0, count - 1));
    const lines: TemplateResult[] = [];
    const perLine = this.bitsPerLine();
    for (let line = 0; line < count; line += perLine) {
      const cells: TemplateResult[] = [];
      for (let bit = line; bit < Math.min(count, line + perLine); bit += 1) {
        const on = this.bitAt(bit);
        cells.push(
          html`<span
            class="bit ${on ? 'on' : ''} ${bit === current ? 'current' : ''}"
            title="${first + bit}: ${on ? 1 : 0}"
            data-bit=${bit}
          ></span>`,
        );
      }
      lines.push(
        html`<div class="line ${this.narrow ? 'narrow' : ''}">
          <span>${first + line}</span>${cells}
        </div>`,
      );
    }
    return html`
      <div
        class="bits"
        tabindex="0"
        role="application"
        aria-label=${t('views.value.bitsLabel')}
        aria-describedby="bit-now"
        @click=${(event: Event) => {
          const bit = (event.target as HTMLElement).dataset['bit'];
          if (bit === undefined) return;
          this.current = Number(bit);
          this.flip(this.current);
        }}
        @keydown=${(event: KeyboardEvent) => this.onBitKey(event, current, count)}
      >
        ${lines}
      </div>
      <div class="row muted">
        <span id="bit-now" role="status">
          ${t('views.value.bitNow', { bit: formatNumber(first + current), value: this.bitAt(current) ? 1 : 0 })}
        </span>
        <span class="grow"></span>
        <span
          >${t('views.value.bitsSet', { count: formatNumber(set), of: formatNumber(count) })}</span
        >
      </div>
    `;
  }

  private bitsPerLine(): number {
    return this.narrow ? BITS_PER_LINE / 2 : BITS_PER_LINE;
  }

  private bitAt(bit: number): boolean {
    return (((this.bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
  }

  private readonly flip = (bit: number): void =>
    this.change({
      commands: [['SETBIT', this.key, this.offset * 8 + bit, this.bitAt(bit) ? 0 : 1]],
    });

  private onBitKey(event: KeyboardEvent, current: number, count: number): void {
    const steps: Partial<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: this.bitsPerLine(),
      ArrowUp: -this.bitsPerLine(),
    };
    const step = steps[event.key];
    if (step !== undefined) this.current = Math.min(count - 1, Math.max(0, current + step));
    else if (event.key === ' ' || event.key === 'Enter') this.flip(current);
    else return;
    event.preventDefault();
  }

  private change(detail: ChangeDetail): void {
    this.dispatchEvent(
      new CustomEvent('resplay-change', { detail, bubbles: true, composed: true }),
    );
  }
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

define('resplay-value-string', ResplayValueString);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-value-string': ResplayValueString;
  }
}
