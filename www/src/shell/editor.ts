import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { Vim, vim } from '@replit/codemirror-vim';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, keymap, lineNumbers, type DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { EditorView, minimalSetup } from 'codemirror';
import type { Lab } from '../client/api';
import { Localized } from '../i18n';
import { baseStyles, buttonStyles } from '../styles/shared';
import { reason } from './program';
import { problemsOf, redisConf, type Problem } from './redis-conf';
import type { Editing } from './terminal';
import { ts } from './texts';

/** How long after a change the configuration is looked at, in milliseconds. */
const LOOK_MS = 250;

/** A file in place of the terminal: vi with its keys, nano, or only to be read. Emits `editor-closed`. */
export class ResplayFileEditor extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--surface);
      }

      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        padding: var(--space-1) var(--space-2);
        border-bottom: 1px solid var(--border);
        background: var(--raised);
        font-size: var(--text-sm);
      }

      .bar code {
        overflow-wrap: anywhere;
      }

      .bar .grow {
        flex: 1;
      }

      .muted {
        color: var(--text-muted);
      }

      .editor {
        flex: 1;
        min-height: 0;
        overflow: hidden;
      }

      .editor .cm-editor {
        height: 100%;
        background: var(--surface);
        color: var(--text);
        font-size: var(--text-md);
      }

      .problems {
        max-height: 30%;
        margin: 0;
        padding: var(--space-1) var(--space-2);
        overflow: auto;
        border-top: 1px solid var(--border);
        background: var(--raised);
        font-size: var(--text-sm);
        list-style: none;
      }

      .problems button {
        justify-content: start;
        width: 100%;
        color: var(--danger);
        text-align: left;
        white-space: normal;
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;
  @property({ attribute: false }) editing: Editing | undefined;
  @state() private note = '';
  @state() private isChanged = false;
  @state() private leaving = false;
  @state() private problems: readonly Problem[] = [];
  @query('.editor') private host!: HTMLElement;
  private view: EditorView | undefined;
  private looking: ReturnType<typeof setTimeout> | undefined;
  private looked = 0;

  constructor() {
    super();
    new Localized(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.looking);
    this.view?.destroy();
  }

  /** A soft keyboard has no Escape: there vi is an editor like any other. */
  private get kind(): Editing['kind'] {
    const kind = this.editing?.kind ?? 'less';
    return kind === 'vi' && matchMedia('(pointer: coarse)').matches ? 'nano' : kind;
  }

  private get isConfiguration(): boolean {
    return this.editing?.path.endsWith('.conf') ?? false;
  }

  protected override firstUpdated(): void {
    const { editing, kind } = this;
    if (!editing) return;
    const { path, text } = editing;
    const label = ts(kind === 'less' ? 'editor.viewing' : 'editor.label', { path });
    const keys = {
      vi: [],
      nano: [
        { key: 'Ctrl-o', run: () => (void this.save(), true), preventDefault: true },
        { key: 'Ctrl-x', run: () => (this.leave(), true), preventDefault: true },
      ],
      less: [
        { key: 'q', run: () => (this.close(), true) },
        { key: 'Escape', run: () => (this.close(), true) },
        { key: 'Space', run: (view: EditorView) => page(view, 1) },
        { key: 'b', run: (view: EditorView) => page(view, -1) },
        { key: 'g', run: (view: EditorView) => edge(view, 0) },
        { key: 'Shift-g', run: (view: EditorView) => edge(view, view.state.doc.length) },
      ],
    }[kind];
    this.view = new EditorView({
      parent: this.host,
      root: this.renderRoot as ShadowRoot,
      state: EditorState.create({
        doc: text,
        extensions: [
          kind === 'vi' ? vim({ status: true }) : [],
          keymap.of([{ key: 'Mod-s', run: () => (void this.save(), true) }, ...keys]),
          numbers.of(lineNumbers()),
          minimalSetup,
          wrong,
          this.isConfiguration ? redisConf : [],
          EditorState.readOnly.of(kind === 'less'),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of(({ docChanged }) => {
            if (docChanged) this.typed();
          }),
          theme,
          syntaxHighlighting(colours),
        ],
      }),
    });
    editors.set(this.view, this);
    // It scrolls by keyboard without the text being touched.
    this.view.scrollDOM.tabIndex = 0;
    this.view.focus();
    void this.look();
  }

  private typed(): void {
    this.isChanged = true;
    this.leaving = false;
    this.note = '';
    clearTimeout(this.looking);
    this.looking = setTimeout(() => void this.look(), LOOK_MS);
  }

  /** Finds out what a server would refuse. */
  private async look(): Promise<void> {
    const { lab, view, editing } = this;
    if (!lab || !view || !editing || !this.isConfiguration || editing.kind === 'less') return;
    const turn = ++this.looked;
    const text = view.state.doc.toString();
    const sentinel = /sentinel/.test(editing.path) || /^\s*sentinel\s/m.test(text);
    const problems = await problemsOf(text, (one) => lab.checkConfig(one, sentinel)).catch(
      () => [],
    );
    if (turn !== this.looked || view !== this.view) return;
    const appears = this.problems.length === 0 && problems.length > 0;
    this.problems = problems;
    await this.updateComplete;
    const effects: StateEffect<unknown>[] = [showWrong.of(problems.map(({ line }) => line))];
    // The list takes room from the text: what was being typed stays in view.
    if (appears) effects.push(EditorView.scrollIntoView(view.state.selection.main.head));
    view.dispatch({ effects });
  }

  /** Stores the text; whether that went well. */
  async save(): Promise<boolean> {
    const { view, editing } = this;
    if (!view || !editing || editing.kind === 'less') return false;
    const { doc } = view.state;
    const text = doc.toString();
    // A text file ends with the end of a line.
    const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    try {
      await editing.save(whole);
    } catch (error) {
      this.note = ts('editor.failed', { reason: reason(error) });
      return false;
    }
    this.isChanged = view.state.doc !== doc;
    const lines = whole.split('\n').length - 1;
    this.note = ts('editor.saved', { path: editing.path, lines });
    return true;
  }

  async saveAndClose(): Promise<void> {
    if (await this.save()) this.close();
  }

  /** Closes, unless something would be lost. */
  leave(): void {
    if (this.isChanged) this.leaving = true;
    else this.close();
  }

  /** `:q`, which refuses where something would be lost. */
  quit(force: boolean): void {
    if (force || !this.isChanged) this.close();
    else this.note = ts('editor.unsaved');
  }

  close(): void {
    this.dispatchEvent(new CustomEvent('editor-closed'));
  }

  private goTo(line: number): void {
    const { view } = this;
    if (!view || line === 0) return;
    const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
    view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    view.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { editing, kind } = this;
    if (!editing) return nothing;
    const { path, fresh } = editing;
    const hint = { vi: 'editor.viHint', nano: 'editor.nanoHint', less: 'editor.lessHint' } as const;
    return html`
      <div class="bar">
        <code>${path}</code>
        <span class="muted"
          >${this.isChanged ? ts('editor.changed') : fresh ? ts('editor.fresh') : nothing}</span
        >
        <span class="grow"></span>
        ${
          this.leaving
            ? html`<span role="alert">${ts('editor.leave')}</span>
                <button class="outlined" @click=${this.saveAndClose}>
                  ${ts('editor.saveClose')}
                </button>
                <button class="outlined" @click=${this.close}>${ts('editor.close')}</button>`
            : html`${
                  kind === 'less'
                    ? nothing
                    : html`<button class="outlined" @click=${this.save}>
                        ${ts('editor.save')}
                      </button>`
                }<button class="outlined" @click=${this.leave}>${ts('editor.close')}</button>`
        }
      </div>
      <div class="editor"></div>
      <div class="bar muted" role="status">${this.note === '' ? ts(hint[kind]) : this.note}</div>
      ${this.renderProblems()}
    `;
  }

  private renderProblems(): TemplateResult | typeof nothing {
    if (this.problems.length === 0) return nothing;
    return html`<ul class="problems" aria-label=${ts('editor.problems')}>
      ${this.problems.map(
        ({ line, message }) =>
          html`<li>
            <button @click=${() => this.goTo(line)}>
              ${line === 0 ? message : ts('editor.problem', { line, message })}
            </button>
          </li>`,
      )}
    </ul>`;
  }
}

const page = (view: EditorView, by: 1 | -1): boolean => {
  view.scrollDOM.scrollBy({ top: by * view.scrollDOM.clientHeight * 0.9 });
  return true;
};

const edge = (view: EditorView, at: number): boolean => {
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  return true;
};

// ---------------------------------------------------------------------------------------------------- lines that are wrong

const showWrong = StateEffect.define<readonly number[]>();
const wrongLine = Decoration.line({ class: 'wrong-line' });

const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { changes, effects, state: { doc } }) {
    for (const effect of effects) {
      if (!effect.is(showWrong)) continue;
      const lines = effect.value.filter((line) => line > 0 && line <= doc.lines);
      return Decoration.set(lines.map((line) => wrongLine.range(doc.line(line).from)));
    }
    return shown.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

// ------------------------------------------------------------------------------------------------------------- vi's commands

const editors = new WeakMap<EditorView, ResplayFileEditor>();
const numbers = new Compartment();

/** What vi's commands are given: the editor behind its own interface. */
interface Commanded {
  readonly cm6: EditorView;
}

const editorOf = (cm: unknown): ResplayFileEditor | undefined => editors.get((cm as Commanded).cm6);

const insists = ({ argString }: { argString?: string }): boolean =>
  argString?.trim().startsWith('!') ?? false;

Vim.defineEx('write', 'w', (cm) => void editorOf(cm)?.save());
Vim.defineEx('quit', 'q', (cm, params) => editorOf(cm)?.quit(insists(params)));
Vim.defineEx('wq', 'wq', (cm) => void editorOf(cm)?.saveAndClose());
Vim.defineEx('xit', 'x', (cm) => void editorOf(cm)?.saveAndClose());
Vim.defineEx('wqall', 'wqa', (cm) => void editorOf(cm)?.saveAndClose());
Vim.defineEx('qall', 'qa', (cm, params) => editorOf(cm)?.quit(insists(params)));
Vim.defineAction('saveAndClose', (cm) => void editorOf(cm)?.saveAndClose());
Vim.defineAction('discardAndClose', (cm) => editorOf(cm)?.close());
Vim.mapCommand('ZZ', 'action', 'saveAndClose', {}, { context: 'normal' });
Vim.mapCommand('ZQ', 'action', 'discardAndClose', {}, { context: 'normal' });
Vim.defineOption('number', true, 'boolean', ['nu'], (value, cm) => {
  if (cm === undefined || value === undefined) return value;
  const { cm6 } = cm as unknown as Commanded;
  cm6.dispatch({ effects: numbers.reconfigure(!value ? [] : lineNumbers()) });
  return value;
});
// What course notes set, and what the editor does anyway or does not have.
for (const [name, short] of [
  ['hlsearch', 'hls'],
  ['ignorecase', 'ic'],
  ['autoindent', 'ai'],
  ['expandtab', 'et'],
  ['paste', 'paste'],
] as const) {
  Vim.defineOption(name, false, 'boolean', [short], (value) => value);
}

/** The editor in the page's own colours. */
const theme = EditorView.theme({
  '.cm-scroller': { fontFamily: 'var(--font-mono)' },
  '.cm-gutters': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text-faint)',
    borderRight: '1px solid var(--border)',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-fat-cursor': {
    background: 'var(--accent) !important',
    color: 'var(--on-accent) !important',
  },
  '&:not(.cm-focused) .cm-fat-cursor': {
    background: 'none !important',
    outline: 'solid 1px var(--accent) !important',
    color: 'inherit !important',
  },
  '.cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    borderTop: '1px solid var(--border)',
  },
  '.cm-vim-panel': { padding: '2px 12px', fontFamily: 'var(--font-mono)', minHeight: '1.6em' },
  '.cm-vim-panel input': { color: 'var(--text)', fontFamily: 'var(--font-mono)' },
  '.cm-searchMatch': { backgroundColor: 'transparent', outline: '1px solid var(--accent)' },
  '.wrong-line': {
    textDecoration: 'underline wavy var(--danger)',
    boxShadow: 'inset 3px 0 var(--danger)',
  },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection) !important',
  },
});

/** The colours of charts, which hold in both themes. */
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--series-2)' },
  { tag: tags.bool, color: 'var(--series-4)' },
  { tag: tags.string, color: 'var(--series-1)' },
  { tag: tags.number, color: 'var(--series-3)' },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
]);

if (!customElements.get('resplay-file-editor')) {
  customElements.define('resplay-file-editor', ResplayFileEditor);
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-file-editor': ResplayFileEditor;
  }
}
