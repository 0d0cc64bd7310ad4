import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Cell } from '../../lessons/format';
import { isBusy, type CellEditing, type OpenedLesson } from '../../lessons/opened';
import { hasShell } from '../../lessons/terminals';
import { PROMPTS } from '../../lessons/transcript';
import { Localized } from '../../i18n';
import { baseStyles, buttonStyles } from '../../styles/shared';
import { icon } from '../../widgets/icons';
import { define } from '../view-element';
import { tn } from './catalogue';

/** Most lines that a cell shows without scrolling. */
const MOST_ROWS = 30;

/** A cell of a lesson: what is run, and what it has printed. */
export class ResplayLessonCell extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: block;
        margin: 0 0 var(--space-4);
        border: 1px solid var(--border);
        border-radius: var(--radius-lg);
        background: var(--surface);
        overflow: hidden;
      }

      :host(:focus-within) {
        border-color: var(--border-strong);
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-1);
        padding: 2px var(--space-1) 2px var(--space-3);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
      }

      .kind {
        color: var(--text-muted);
        font-size: var(--text-xs);
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }

      .kind code {
        margin-left: var(--space-1);
        font-weight: 400;
      }

      .turn {
        margin-left: var(--space-2);
        padding: 1px var(--space-2);
        border-radius: 10px;
        background: var(--accent-soft);
        color: var(--accent);
      }

      .grow {
        flex: 1;
      }

      textarea {
        display: block;
        width: 100%;
        margin: 0;
        padding: var(--space-2) var(--space-3);
        border: 0;
        background: transparent;
        color: var(--text);
        font: var(--text-md) / 1.6 var(--font-mono);
        white-space: pre;
        overflow: auto;
        resize: none;
        tab-size: 4;
      }

      @media (pointer: coarse) {
        textarea {
          font-size: 16px;
        }
      }

      pre {
        max-height: 24rem;
        margin: 0;
        padding: var(--space-2) var(--space-3);
        overflow: auto;
        border-top: 1px solid var(--border);
        background: var(--sunken);
        font: var(--text-md) / 1.6 var(--font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      pre .prompt {
        color: var(--accent);
      }

      pre.failed {
        color: var(--danger);
      }

      .foot {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1);
        padding: 0 var(--space-3);
        border-top: 1px solid var(--border);
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      .foot p {
        margin: var(--space-1) 0;
      }

      resplay-file-editor {
        height: 24rem;
        border-top: 1px solid var(--border);
      }

      .answer pre {
        border-top: 0;
      }
    `,
  ];

  @property({ attribute: false }) opened!: OpenedLesson;
  @property({ attribute: false }) cell!: Cell;
  /** Changes with every change of the lesson, which draws the cell anew. */
  @property({ attribute: false }) version = 0;
  @state() private answerShown = false;
  @state() private editorIsThere = customElements.get('resplay-file-editor') !== undefined;
  @query('.printed') private output!: HTMLElement | null;
  @query('.act') private actButton!: HTMLButtonElement | null;
  /** What is printed is followed to its end, unless the reader has scrolled away from there. */
  private follows = true;
  /** The keyboard was at the button that a run has replaced. */
  private keepsFocus = false;

  constructor() {
    super();
    new Localized(this);
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    if (this.canRun) void this.opened.run(this.cell);
  }

  /** Ctrl-C ends what runs, where nothing is selected that it would copy. */
  private interruptKey(event: KeyboardEvent): void {
    if (!event.ctrlKey || event.altKey || event.metaKey || event.key.toLowerCase() !== 'c') return;
    if (!this.canStop) return;
    const { target } = event;
    const selects =
      target instanceof HTMLTextAreaElement
        ? target.selectionStart !== target.selectionEnd
        : document.getSelection()?.isCollapsed === false;
    if (selects) return;
    event.preventDefault();
    this.opened.stop(this.cell);
  }

  private act(): void {
    this.keepsFocus = true;
    if (this.canStop) this.opened.stop(this.cell);
    else void this.opened.run(this.cell);
  }

  private get canStop(): boolean {
    const { state: how } = this.opened.resultOf(this.cell);
    return how === 'running' || how === 'held';
  }

  protected override willUpdate(): void {
    const { output } = this;
    if (output) this.follows = output.scrollHeight - output.scrollTop - output.clientHeight < 24;
  }

  protected override updated(): void {
    const { output, actButton } = this;
    if (output) {
      const { state: how } = this.opened.resultOf(this.cell);
      // While it runs anew, what stands below does not jump up and down again.
      if (!isBusy(how)) output.style.minHeight = '';
      else if (output.style.minHeight === '') output.style.minHeight = `${output.offsetHeight}px`;
      if (this.follows && how === 'held') output.scrollTop = output.scrollHeight;
    }
    if (this.keepsFocus && actButton && !actButton.disabled) {
      if (this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement === null)
        actButton.focus({ preventScroll: true });
      if (!isBusy(this.opened.resultOf(this.cell).state)) this.keepsFocus = false;
    }
  }

  private get canRun(): boolean {
    const { opened, cell } = this;
    return (
      opened.isReady &&
      !this.needsShell &&
      !isBusy(opened.resultOf(cell).state) &&
      opened.questionBefore(cell) === undefined
    );
  }

  /** It wants a shell, and the page has none. */
  private get needsShell(): boolean {
    return this.cell.kind === 'shell' && !hasShell();
  }

  private useAnswer(): void {
    this.opened.edit(this.cell, this.cell.answer?.code ?? '');
    this.answerShown = false;
  }

  protected override render(): TemplateResult {
    const { opened, cell } = this;
    const { state: how, code, printed, editing } = opened.resultOf(cell);
    const shown = code ?? cell.code;
    const rows = Math.min(Math.max(shown.split('\n').length, cell.exercise ? 3 : 1), MOST_ROWS);
    const hasRun = printed !== undefined;
    return html`
      <div class="head">
        <span class="kind">${tn(`cell.${cell.kind}`)}${this.renderAbout()}</span>
        <span class="grow"></span>
        ${
          code !== undefined || hasRun
            ? html`<button title=${tn('cell.resetTitle')} @click=${() => opened.resetCell(cell)}>
                ${tn('cell.reset')}
              </button>`
            : nothing
        }
        <button
          title=${tn('cell.runUpToTitle')}
          ?disabled=${!opened.isReady || isBusy(how)}
          @click=${() => opened.runUpTo(cell)}
        >
          ${tn('cell.runUpTo')}
        </button>
        ${
          this.canStop
            ? html`<button
                class="act outlined stop"
                title=${tn('cell.stopTitle')}
                @click=${this.act}
              >
                ${icon('stop')} ${tn('cell.stop')}
              </button>`
            : html`<button
                class="act primary run"
                title=${tn('cell.runTitle')}
                ?disabled=${!this.canRun}
                @click=${this.act}
              >
                ${icon('play')} ${tn('cell.run')}
              </button>`
        }
      </div>
      <textarea
        rows=${rows}
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
        aria-label=${tn('cell.code')}
        .value=${shown}
        @input=${(event: Event) => opened.edit(cell, (event.target as HTMLTextAreaElement).value)}
        @keydown=${(event: KeyboardEvent) => {
          this.key(event);
          this.interruptKey(event);
        }}
      ></textarea>
      ${hasRun && printed.text !== '' ? this.renderPrinted(printed.text, printed.failed) : nothing}
      ${editing ? this.renderEditor(editing) : nothing} ${this.renderFoot()}
    `;
  }

  private renderAbout(): TemplateResult | typeof nothing {
    const { kind, port, session, terminal, path, exercise } = this.cell;
    const about = {
      console: `${port} ${session}`.trim(),
      shell: terminal === '1' ? '' : tn('cell.terminal', { terminal }),
      config: path,
      python: '',
      lab: '',
    }[kind];
    return html`${about === '' ? nothing : html`<code>${about}</code>`}${
      exercise ? html`<span class="turn">${tn('cell.exercise')}</span>` : nothing
    }`;
  }

  private renderPrinted(text: string, failed: boolean): TemplateResult {
    const { kind } = this.cell;
    const lines = text.replace(/\n$/, '').split('\n');
    return html`<pre
      class=${failed ? 'printed failed' : 'printed'}
      tabindex="0"
      role="log"
      aria-label=${tn('cell.output')}
      @keydown=${this.interruptKey}
    >
${kind === 'console' || kind === 'shell' ? lines.map((line, at) => promptOf(line, at < lines.length - 1, kind)) : text}</pre>`;
  }

  private renderEditor({ file, close }: CellEditing): TemplateResult {
    if (!this.editorIsThere) {
      void import('../../shell/editor').then(() => (this.editorIsThere = true));
      return html`<div class="foot"><p role="status">${tn('cell.editor')}</p></div>`;
    }
    return html`<resplay-file-editor
      .lab=${this.opened.lab}
      .editing=${file}
      @editor-closed=${close}
    ></resplay-file-editor>`;
  }

  private renderFoot(): TemplateResult | typeof nothing {
    const { opened, cell } = this;
    const { state: how, printed } = opened.resultOf(cell);
    const parts: unknown[] = [];
    if (isBusy(how))
      parts.push(
        html`<p role="status">${tn(how === 'waiting' ? 'cell.waiting' : 'cell.running')}</p>`,
      );
    else if (how === 'held') parts.push(html`<p role="status">${tn('cell.held')}</p>`);
    else if (this.needsShell) parts.push(html`<p>${tn('cell.noShell')}</p>`);
    else if (printed?.text === '') parts.push(html`<p role="status">${tn('cell.silent')}</p>`);
    else if (opened.questionBefore(cell)) parts.push(html`<p>${tn('cell.questionFirst')}</p>`);
    if (cell.answer) {
      parts.push(
        html`<button
          aria-expanded=${this.answerShown}
          @click=${() => (this.answerShown = !this.answerShown)}
        >
          ${tn('cell.answer')}
        </button>`,
      );
    }
    if (parts.length === 0) return nothing;
    return html`<div class="foot">${parts}</div>
      ${
        this.answerShown && cell.answer
          ? html`<div class="answer">
              <pre tabindex="0">${cell.answer.code}</pre>
              <div class="foot">
                <button class="use" @click=${this.useAnswer}>${tn('cell.useAnswer')}</button>
              </div>
            </div>`
          : nothing
      }`;
  }
}

/** A line of a session, its prompt in another colour. */
function promptOf(line: string, more: boolean, kind: 'console' | 'shell'): TemplateResult {
  const [, prompt = '', rest = line] = PROMPTS[kind].exec(line) ?? [];
  return html`${prompt === '' ? nothing : html`<span class="prompt">${prompt}</span>`}${rest}${
    more ? '\n' : ''
  }`;
}

define('resplay-lesson-cell', ResplayLessonCell);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lesson-cell': ResplayLessonCell;
  }
}
