import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Completion, Console, ConsolePart } from '../client/api';
import { icon } from '../widgets/icons';
import { Localized, formatNumber, locale, t, type MessageKey } from '../i18n';
import { baseStyles, buttonStyles } from '../styles/shared';
import { consoleStyles } from './console-styles';
import { isShared } from '../client/shared';
import { History, HistoryWalk, pageStorage } from './history';
import { LineEditor, editActionFor, splitPaste, type Line } from './line-editor';
import { OutputView } from './output-view';
import { formatRaw } from './raw';

/** What to try first; the commands are what they are in every language. */
const FIRST_STEPS: readonly (readonly [string, MessageKey])[] = [
  ['PING', 'console.tryPing'],
  ['INCR visits', 'console.tryString'],
  ['ZADD ranking 3 aria 2 blues', 'console.tryRanking'],
  ['help ZADD', 'console.tryHelp'],
];

/** Longer output is summed up for screen readers. */
const MOST_SPOKEN = 1000;

// What somebody else's lab runs is not to be found among one's own lines.
const sharedHistory = new History(isShared() ? null : pageStorage());

/** Candidates of Tab, and where the cycle is; `index` past the last candidate is the line as it was typed. */
interface Completing {
  readonly before: Line;
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly Completion[];
  readonly index: number;
}

/** Ctrl-R: what is looked for, the line found, and the line to go back to. */
interface Searching {
  readonly query: string;
  readonly index: number;
  readonly before: string;
}

/**
 * One redis-cli: scrollback, prompt and line editor. What it prints comes from the session as it is. Emits
 * `console-closed` after `quit`, and `console-prompt` when the prompt changes.
 */
@customElement('resplay-cli')
export class ResplayCli extends LitElement {
  static override styles = [baseStyles, buttonStyles, consoleStyles];

  @property({ attribute: false }) session: Console | undefined;
  /** Shows the RESP bytes of each command both ways. */
  @property({ type: Boolean }) raw = false;

  @state() protected running = false;
  @state() private slow = false;
  @state() protected used = false;
  @state() private hint = '';
  @state() private completing: Completing | undefined;
  @state() private searching: Searching | undefined;
  @state() private spoken = '';
  @state() private droppedLines = 0;
  @state() private listAbove = true;

  @query('textarea') private input!: HTMLTextAreaElement;
  @query('.scroll') private scroller!: HTMLElement;
  @query('.output') private outputElement!: HTMLElement;
  @query('.input-row') private row!: HTMLElement;

  protected output!: OutputView;
  private readonly editor = new LineEditor();
  private readonly walk: HistoryWalk;
  private readonly queue: { line: string; done: () => void }[] = [];
  private readonly resized = new ResizeObserver(() => this.follow());
  private asked = 0;
  private stuckToEnd = true;
  private everythingSelected = false;

  constructor(protected readonly history = sharedHistory) {
    super();
    this.walk = new HistoryWalk(history);
    new Localized(this);
  }

  /** What the line is called. */
  protected get label(): string {
    return t('console.input');
  }

  override focus(): void {
    this.input.focus({ preventScroll: true });
  }

  /** Types a line and enters it, for examples and first steps; resolves when it has run. */
  execute(line: string): Promise<void> {
    return new Promise((done) => {
      this.queue.push({ line, done });
      void this.drain();
    });
  }

  /** Prints what is no command's output, such as why a connection failed. */
  note(text: string): void {
    this.used = true;
    this.output.startLine();
    this.output.append(`${text}\n`, 'note');
    this.follow();
  }

  clear(): void {
    this.used = true;
    this.output.clear();
    this.droppedLines = 0;
    this.stuckToEnd = true;
    this.follow();
  }

  text(): string {
    return this.output.text();
  }

  /** Ctrl-C: ends what runs and forgets what was to run after it. */
  interrupt(): void {
    for (const { done } of this.queue.splice(0)) done();
    this.session?.interrupt();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.resized.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.output = new OutputView(this.outputElement);
    this.resized.observe(this.scroller);
    if (this.session) void this.drain();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('session') && this.session) {
      this.promptChanged();
      void this.drain();
    }
    if (changed.has('completing')) {
      this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    }
    this.follow();
  }

  // ------------------------------------------------------------------------------------------ running

  private async drain(): Promise<void> {
    if (this.running || !this.session || !this.hasUpdated) return;
    this.running = true;
    const slow = setTimeout(() => (this.slow = true), 300);
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      await this.runLine(next.line);
      next.done();
    }
    clearTimeout(slow);
    this.running = false;
    this.slow = false;
  }

  private async runLine(line: string): Promise<void> {
    const session = this.session;
    if (!session) return;
    this.used = true;
    this.output.startLine();
    this.output.append(session.prompt, 'prompt');
    this.output.append(`${line}\n`, 'command');
    this.stuckToEnd = true;
    const linesBefore = this.output.lines;
    try {
      const result = await session.run(line, (part) => this.print(part));
      if (result.clear) this.clear();
      this.print(result);
      if (!result.secret) this.history.add(line);
      this.speak(result, this.output.lines - linesBefore);
      if (result.closed) this.dispatchEvent(new CustomEvent('console-closed'));
    } catch (error) {
      this.history.add(line);
      this.note(error instanceof Error ? error.message : String(error));
    }
    this.walk.reset();
    this.promptChanged();
    this.requestUpdate();
  }

  protected print(part: ConsolePart): void {
    if (this.raw) {
      this.output.append(formatRaw(part.sent, '→'), 'sent');
      this.output.append(formatRaw(part.received, '←'), 'received');
    }
    this.output.appendMarked(part.text, part.marks);
    if (this.output.dropped !== this.droppedLines) this.droppedLines = this.output.dropped;
    this.follow();
  }

  private speak(result: ConsolePart, lines: number): void {
    const short = result.text.length <= MOST_SPOKEN && lines <= 30;
    this.spoken = short ? result.text : t('console.manyLines', { count: formatNumber(lines) });
  }

  protected promptChanged(): void {
    this.dispatchEvent(new CustomEvent('console-prompt'));
  }

  /** Keeps the end in view, unless the reader has scrolled away from it. */
  protected follow(): void {
    if (this.stuckToEnd && this.hasUpdated) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stuckToEnd = scrollHeight - scrollTop - clientHeight < 24;
  }

  // ------------------------------------------------------------------------------------------ editing

  protected get line(): Line {
    return { text: this.input.value, cursor: this.input.selectionStart };
  }

  private setLine(line: Line): void {
    this.input.value = line.text;
    this.input.setSelectionRange(line.cursor, line.cursor);
    this.lineChanged();
  }

  private lineChanged(): void {
    this.stuckToEnd = true;
    this.requestUpdate();
    void this.askHint();
  }

  private async askHint(): Promise<void> {
    const asked = ++this.asked;
    const { text } = this.line;
    if (text === '' || this.searching || !this.session?.hintsEnabled) {
      this.hint = '';
      return;
    }
    const hint = await this.session.hint(text).catch(() => '');
    if (asked === this.asked) this.hint = hint;
  }

  private enter(): void {
    const { text } = this.line;
    this.completing = undefined;
    this.setLine({ text: '', cursor: 0 });
    this.hint = '';
    this.walk.reset();
    void this.execute(text);
  }

  protected cancelLine(): void {
    if (this.running) {
      this.interrupt();
      return;
    }
    this.output.startLine();
    this.output.append(this.session?.prompt ?? '', 'prompt');
    this.output.append(`${this.line.text}^C\n`, 'command');
    this.used = true;
    this.completing = undefined;
    this.walk.reset();
    this.setLine({ text: '', cursor: 0 });
  }

  private recall(step: -1 | 1): void {
    const text = this.walk.move(step, this.line.text);
    if (text !== undefined) this.setLine({ text, cursor: text.length });
  }

  private typed(): void {
    this.completing = undefined;
    if (this.searching) {
      this.search({ ...this.searching, query: this.input.value }, false);
      return;
    }
    if (this.input.value.includes('\n')) {
      // A soft keyboard or an input method put in a line end: it means Enter, as in a paste.
      const { run, rest } = splitPaste({ text: '', cursor: 0 }, 0, this.input.value);
      this.enterAll(run, rest);
      return;
    }
    this.lineChanged();
  }

  private pasted(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (this.searching || !/[\r\n]/.test(text)) return;
    event.preventDefault();
    const { run, rest } = splitPaste(this.line, this.input.selectionEnd, text);
    this.enterAll(run, rest);
  }

  private enterAll(lines: readonly string[], rest: Line): void {
    this.completing = undefined;
    this.setLine(rest);
    this.walk.reset();
    for (const line of lines) void this.execute(line);
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const handled = this.searching
      ? this.searchKey(event, this.searching)
      : this.completionKey(event) || this.lineKey(event);
    if (handled) event.preventDefault();
  }

  protected lineKey(event: KeyboardEvent): boolean {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const control = event.ctrlKey && !event.altKey && !event.metaKey && event.key.toLowerCase();
    if (event.key === 'Enter') this.enter();
    else if ((plain && event.key === 'ArrowUp') || control === 'p') this.recall(-1);
    else if ((plain && event.key === 'ArrowDown') || control === 'n') this.recall(1);
    else if (control === 'r') this.startSearch();
    else if (control === 'l') this.clear();
    else if (control === 'c') {
      // With text selected, anywhere on the page, Ctrl-C copies.
      const selected = this.input.selectionStart !== this.input.selectionEnd;
      if (selected || (getSelection()?.type === 'Range' && !this.inputHasSelection())) return false;
      this.cancelLine();
    } else {
      const action = editActionFor(event);
      if (!action) return false;
      this.completing = undefined;
      this.setLine(this.editor.apply(action, this.line));
    }
    return true;
  }

  /** Focus in a text area can report a caret as the page's selection. */
  private inputHasSelection(): boolean {
    return getSelection()?.toString() === '';
  }

  // --------------------------------------------------------------------------------------- completion

  private completionKey(event: KeyboardEvent): boolean {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (plain && event.key === 'Tab') {
      if (this.completing) this.cycle(event.shiftKey ? -1 : 1);
      else if (this.stepsAhead !== undefined) this.stepsAhead += event.shiftKey ? -1 : 1;
      else if (event.shiftKey || this.leaving || this.line.text === '') return false;
      else void this.complete();
      return true;
    }
    if (event.key === 'Escape') {
      if (this.completing) {
        this.setLine(this.completing.before);
        this.completing = undefined;
        return true;
      }
      this.leaving = true; // Tab now leaves the console.
      return false;
    }
    if (this.completing && plain && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      this.cycle(event.key === 'ArrowDown' ? 1 : -1);
      return true;
    }
    if (event.key !== 'Shift') {
      this.leaving = false;
      if (event.key.length > 1 && event.key !== 'Enter') this.completing = undefined;
    }
    return false;
  }

  private leaving = false;
  /** Tabs that were pressed while the candidates for the first one were on their way. */
  private stepsAhead: number | undefined;

  private async complete(): Promise<void> {
    const before = this.line;
    this.stepsAhead = 0;
    const result = await this.session?.complete(before.text, before.cursor).catch(() => undefined);
    const ahead = this.stepsAhead;
    this.stepsAhead = undefined;
    if (!result || result.candidates.length === 0 || this.line.text !== before.text) return;
    const { start, end, candidates } = result;
    this.choose({ before, start, end, candidates, index: 0 });
    if (candidates.length === 1) this.completing = undefined;
    for (let step = 0; step < Math.abs(ahead); step += 1) this.cycle(ahead < 0 ? -1 : 1);
  }

  private cycle(step: 1 | -1): void {
    if (!this.completing) return;
    const places = this.completing.candidates.length + 1;
    this.choose({ ...this.completing, index: (this.completing.index + step + places) % places });
  }

  private choose(completing: Completing): void {
    const chosen = completing.candidates[completing.index];
    const { before, start, end } = completing;
    if (chosen) {
      const text = before.text.slice(0, start) + chosen.text + before.text.slice(end);
      this.setLine({ text, cursor: start + chosen.text.length });
      this.spoken = t('console.completionOf', {
        text: chosen.text,
        number: completing.index + 1,
        total: completing.candidates.length,
      });
    } else {
      this.setLine(before);
    }
    const row = this.row.getBoundingClientRect();
    const view = this.scroller.getBoundingClientRect();
    this.listAbove = row.top - view.top > view.height / 2;
    this.completing = completing;
  }

  private pick(index: number): void {
    if (!this.completing) return;
    this.choose({ ...this.completing, index });
    this.completing = undefined;
    this.focus();
  }

  // ------------------------------------------------------------------------------------------- search

  private startSearch(): void {
    this.completing = undefined;
    this.searching = { query: '', index: -1, before: this.line.text };
    this.input.value = '';
    this.hint = '';
  }

  private search(searching: Searching, older: boolean): void {
    const from = older && searching.index >= 0 ? searching.index : this.history.length;
    const index = this.history.search(searching.query, from);
    this.searching = { ...searching, index: index < 0 && older ? searching.index : index };
    this.spoken = this.history.at(index) ?? t('console.searchNone');
  }

  private endSearch(text: string): void {
    this.searching = undefined;
    this.setLine({ text, cursor: text.length });
  }

  private searchKey(event: KeyboardEvent, searching: Searching): boolean {
    const found = this.history.at(searching.index);
    const control = event.ctrlKey && !event.metaKey && event.key.toLowerCase();
    if (control === 'r') this.search(searching, true);
    else if (event.key === 'Enter') {
      this.endSearch(found ?? searching.before);
      if (found !== undefined) this.enter();
    } else if (event.key === 'Escape' || control === 'g' || control === 'c') {
      this.endSearch(searching.before);
    } else if (
      ['ArrowRight', 'ArrowLeft', 'Tab', 'Home', 'End', 'ArrowUp', 'ArrowDown'].includes(event.key)
    ) {
      this.endSearch(found ?? searching.before);
    } else if (control === 'e' || control === 'a') {
      this.endSearch(found ?? searching.before);
      if (control === 'a') this.input.setSelectionRange(0, 0);
    } else return false;
    return true;
  }

  // ---------------------------------------------------------------------------------------- selection

  private outputKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      this.selectAll();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.focus(); // Typing goes to the line, wherever the focus was.
    }
  }

  private selectAll(): void {
    getSelection()?.selectAllChildren(this.outputElement);
    this.everythingSelected = true;
    const changed = (): void => {
      this.everythingSelected = false;
      document.removeEventListener('selectionchange', changed);
    };
    // The selection just made is reported too, in a task of its own.
    setTimeout(() => document.addEventListener('selectionchange', changed), 100);
  }

  private copied(event: ClipboardEvent): void {
    if (!this.everythingSelected) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', this.output.text());
  }

  /** A click beside the text means the line, unless it ended a selection. */
  private clicked(event: MouseEvent): void {
    const onControl = event.composedPath().some((node) => node instanceof HTMLButtonElement);
    if (onControl || getSelection()?.type === 'Range' || matchMedia('(pointer: coarse)').matches)
      return;
    this.focus();
  }

  // ------------------------------------------------------------------------------------------- render

  protected override render(): TemplateResult {
    const { searching } = this;
    return html`
      ${
        this.droppedLines > 0
          ? html`<div class="dropped">
              ${t('console.linesDropped', { count: formatNumber(this.droppedLines) })}
            </div>`
          : nothing
      }
      <div class="scroll" @scroll=${this.scrolled} @click=${this.clicked} @copy=${this.copied}>
        ${this.used ? nothing : this.renderWelcome()}
        <div
          class="output"
          tabindex="0"
          role="region"
          aria-label=${t('console.output')}
          aria-busy=${this.running}
          @keydown=${this.outputKey}
        ></div>
        <div class="input-row">
          <span class="prompt" id="prompt"
            >${searching ? `${t('console.search')} ` : (this.session?.prompt ?? '')}</span
          >
          <div class="editor">
            <span class="mirror" aria-hidden="true">${this.renderMirror()}</span>
            <textarea
              rows="1"
              spellcheck="false"
              autocomplete="off"
              autocapitalize="off"
              autocorrect="off"
              enterkeyhint="send"
              aria-label=${this.label}
              aria-describedby="prompt hint"
              aria-autocomplete="list"
              aria-controls=${this.completing ? 'completions' : nothing}
              aria-activedescendant=${this.completing ? `option-${this.completing.index}` : nothing}
              @keydown=${this.keyPressed}
              @input=${this.typed}
              @paste=${this.pasted}
              @select=${() => this.requestUpdate()}
            ></textarea>
          </div>
          ${this.renderCompletions()}
        </div>
      </div>
      ${
        this.slow
          ? html`<div class="running">
              <button class="outlined" @click=${this.interrupt} title=${t('console.stop')}>
                ${icon('stop')} Ctrl-C
              </button>
            </div>`
          : nothing
      }
      <div class="thumb-keys">
        <button @click=${this.thumb('Tab')}>Tab</button>
        <button @click=${this.thumb('ArrowUp')} aria-label="↑">${icon('up')}</button>
        <button @click=${this.thumb('ArrowDown')} aria-label="↓">${icon('down')}</button>
        <button @click=${this.thumb('r', true)} aria-label="Ctrl-R">${icon('search')}</button>
        <button @click=${this.thumb('c', true)}>^C</button>
        <button @click=${this.thumb('Enter')}>${t('console.run')}</button>
      </div>
      <div class="visually-hidden" id="hint">${this.hint}</div>
      <div class="visually-hidden" role="status" aria-live="polite">${this.spoken}</div>
    `;
  }

  /** A key that a soft keyboard lacks. */
  private thumb(key: string, ctrlKey = false): () => void {
    return () => {
      this.focus();
      this.keyPressed(new KeyboardEvent('keydown', { key, ctrlKey }));
    };
  }

  /** What stands under the text area: the line again, unseen, and after it what is greyed. */
  private renderMirror(): TemplateResult[] {
    const text = this.hasUpdated ? this.input.value : '';
    const rest = this.searching ? this.renderFound(this.searching) : this.hint;
    return [html`<span class="typed">${text}</span>`, html`<span class="hint">${rest}</span>`];
  }

  private renderFound(searching: Searching): TemplateResult | string {
    const found = this.history.at(searching.index);
    if (found === undefined) return searching.query === '' ? '' : `  ${t('console.searchNone')}`;
    const at = found.toLowerCase().indexOf(searching.query.toLowerCase());
    const end = at + searching.query.length;
    return html`: ${found.slice(0, at)}<mark>${found.slice(at, end)}</mark>${found.slice(end)}`;
  }

  private renderCompletions(): TemplateResult | typeof nothing {
    const { completing } = this;
    if (!completing) return nothing;
    const chinese = locale() === 'zh-CN';
    return html`<ul
      class=${classMap({ completions: true, above: this.listAbove, below: !this.listAbove })}
      id="completions"
      role="listbox"
      tabindex="0"
      aria-label=${t('console.completions')}
    >
      ${completing.candidates.map(
        (candidate, index) =>
          html`<li
            role="option"
            id="option-${index}"
            aria-selected=${index === completing.index ? 'true' : 'false'}
            @mousedown=${(event: Event) => event.preventDefault()}
            @click=${() => this.pick(index)}
          >
            <span>${candidate.text}</span>
            ${
              candidate.summary
                ? html`<span class="summary"
                    >${chinese ? candidate.summary.zh : candidate.summary.en}</span
                  >`
                : nothing
            }
          </li>`,
      )}
    </ul>`;
  }

  protected renderWelcome(): TemplateResult {
    const [before = '', middle = '', last = '', end = ''] =
      t('console.tryKeys').split(/\{(?:tab|up|search)\}/);
    return html`<div class="welcome">
      <p>${t('console.tryTitle')}</p>
      <ul aria-label=${t('console.tryFirst')}>
        ${FIRST_STEPS.map(
          ([line, why]) =>
            html`<li>
              <button @click=${() => this.tryOut(line)}>${line}</button><span>${t(why)}</span>
            </li>`,
        )}
      </ul>
      <p class="keys">${before}<kbd>Tab</kbd>${middle}<kbd>↑</kbd>${last}<kbd>Ctrl-R</kbd>${end}</p>
    </div>`;
  }

  protected tryOut(line: string): void {
    void this.execute(line);
    this.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-cli': ResplayCli;
  }
}
