import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { python as pythonLanguage } from '@codemirror/lang-python';
import { EditorState } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { basicSetup, EditorView } from 'codemirror';
import type { Lab } from '../client/api';
import { translator } from '../i18n';
import { codeEn } from '../i18n/code.en';
import { codeZhCN } from '../i18n/code.zh-CN';
import { Python, type PythonState } from '../python/python';
import { scripts, type ScriptName } from '../python/scripts';
import { icon } from '../widgets/icons';
import { ViewElement, define } from './view-element';

const tc = translator<keyof typeof codeEn>({ en: codeEn, 'zh-CN': codeZhCN });

/** Characters of output that are kept. */
const KEPT = 200_000;

interface Piece {
  readonly text: string;
  readonly error: boolean;
}

/** A script in Python and what it prints; it runs against the lab. */
export class ResplayCode extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      .parts {
        display: grid;
        flex: 1;
        grid-template-rows: minmax(6rem, 3fr) minmax(5rem, 2fr);
        min-height: 0;
      }

      .editor {
        min-height: 0;
        overflow: hidden;
        border-block: 1px solid var(--border);
      }

      .editor .cm-editor {
        height: 100%;
        background: var(--surface);
        color: var(--text);
        font-size: var(--text-md);
      }

      pre {
        min-height: 0;
        margin: 0;
        padding: var(--space-2) var(--space-3);
        overflow: auto;
        font: var(--text-md) / var(--leading) var(--font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      pre .error {
        color: var(--danger);
      }
    `,
  ];

  @state() private pieces: readonly Piece[] = [];
  @state() private status: PythonState = 'none';
  @state() private note: '' | 'code.done' | 'code.stopped' = '';
  @query('.editor') private host!: HTMLElement;
  @query('pre') private shown!: HTMLElement;
  private python: Python | undefined;
  private editor: EditorView | undefined;
  private waiting: Piece[] = [];
  private frame = 0;
  private stopped = false;

  protected labOpened(lab: Lab): void {
    const python = new Python(lab, {
      state: (status) => (this.status = status),
      output: (text, error) => this.print({ text, error }),
    });
    this.python = python;
    this.closeLater(() => python.stop());
    // It is ready when the script is.
    void python.start().catch(() => undefined);
  }

  protected override firstUpdated(): void {
    this.editor = new EditorView({
      parent: this.host,
      root: this.renderRoot as ShadowRoot,
      state: EditorState.create({
        doc: scripts.music,
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run: () => (void this.run(), true) }]),
          basicSetup,
          pythonLanguage(),
          EditorView.contentAttributes.of({ 'aria-label': tc('code.editor') }),
          theme,
        ],
      }),
    });
  }

  private print(piece: Piece): void {
    this.waiting.push(piece);
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const pieces = [...this.pieces, ...this.waiting];
      this.waiting = [];
      let kept = 0;
      let from = pieces.length;
      while (from > 0 && kept < KEPT) kept += pieces[(from -= 1)]?.text.length ?? 0;
      this.pieces = pieces.slice(from);
      void this.updateComplete.then(() => (this.shown.scrollTop = this.shown.scrollHeight));
    });
  }

  private async run(): Promise<void> {
    const { python, editor } = this;
    if (!python || !editor || this.status === 'running') return;
    this.pieces = [];
    this.note = '';
    this.stopped = false;
    try {
      await python.run(editor.state.doc.toString(), 'script.py');
      this.note = this.wasStopped() ? 'code.stopped' : 'code.done';
    } catch {
      // It has been told where the output stands.
    }
  }

  private wasStopped(): boolean {
    return this.stopped;
  }

  private stop(): void {
    this.stopped = true;
    this.python?.stop();
    // The next run need not wait for it.
    void this.python?.start().catch(() => undefined);
  }

  private load(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const script = scripts[select.value as ScriptName];
    const { editor } = this;
    if (!editor) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: script } });
    select.value = '';
  }

  protected override render(): TemplateResult {
    const { status, note } = this;
    const busy =
      status === 'loading' ? 'code.loading' : status === 'running' ? 'code.running' : note;
    return html`
      <div class="toolbar">
        <button
          class="outlined"
          title=${tc('code.runTitle')}
          ?disabled=${status === 'running'}
          @click=${this.run}
        >
          ${icon('play')} ${tc('code.run')}
        </button>
        <button
          class="outlined"
          title=${tc('code.stopTitle')}
          ?disabled=${status !== 'running'}
          @click=${this.stop}
        >
          ${icon('stop')} ${tc('code.stop')}
        </button>
        <span class="muted" role="status">${busy === '' ? nothing : tc(busy)}</span>
        <span class="grow"></span>
        <select aria-label=${tc('code.example')} @change=${this.load}>
          <option value="">${tc('code.chooseExample')}</option>
          ${(Object.keys(scripts) as ScriptName[]).map(
            (name) => html`<option value=${name}>${tc(`code.${name}`)}</option>`,
          )}
        </select>
        <button
          class="icon"
          aria-label=${tc('code.clear')}
          title=${tc('code.clear')}
          @click=${() => (this.pieces = [])}
        >
          ${icon('clear')}
        </button>
      </div>
      <div class="parts">
        <div class="editor"></div>
        <pre tabindex="0" role="log" aria-label=${tc('code.output')}>
${
            this.pieces.length === 0
              ? html`<span class="muted">${tc('code.empty')}</span>`
              : this.pieces.map(
                  ({ text, error }) => html`<span class=${error ? 'error' : ''}>${text}</span>`,
                )
          }</pre>
      </div>
      ${this.python?.suspends === false ? html`<p class="note">${tc('code.suspends')}</p>` : nothing}
    `;
  }
}

/** The editor in the page's own colours. */
const theme = EditorView.theme({
  '.cm-scroller': { fontFamily: 'var(--font-mono)' },
  '.cm-gutters': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text-faint)',
    borderRight: '1px solid var(--border)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection) !important',
  },
});

define('resplay-code', ResplayCode);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-code': ResplayCode;
  }
}
