import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { python as pythonLanguage } from '@codemirror/lang-python';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup, EditorView } from 'codemirror';
import type { Lab } from '../client/api';
import { translator } from '../i18n';
import { codeEn } from '../i18n/code.en';
import { codeZhCN } from '../i18n/code.zh-CN';
import { scripts, type ScriptName } from '../python/scripts';
import { Session } from '../python/session';
import { icon } from '../widgets/icons';
import { ViewElement, define } from './view-element';

const tc = translator<keyof typeof codeEn>({ en: codeEn, 'zh-CN': codeZhCN });

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

  @state() private session: Session | undefined;
  @query('.editor') private host!: HTMLElement;
  @query('pre') private shown!: HTMLElement;
  private editor: EditorView | undefined;

  protected labOpened(lab: Lab): void {
    const session = Session.of(lab);
    this.session = session;
    const changed = (): void => {
      this.requestUpdate();
      void this.updateComplete.then(() => (this.shown.scrollTop = this.shown.scrollHeight));
    };
    session.addEventListener('change', changed);
    this.closeLater(() => session.removeEventListener('change', changed));
    this.show(session.script);
    session.start();
  }

  protected override firstUpdated(): void {
    this.editor = new EditorView({
      parent: this.host,
      root: this.renderRoot as ShadowRoot,
      state: EditorState.create({
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run: () => (void this.session?.run(), true) }]),
          basicSetup,
          pythonLanguage(),
          EditorView.contentAttributes.of({ 'aria-label': tc('code.editor') }),
          EditorView.updateListener.of(({ docChanged, state: { doc } }) => {
            if (docChanged && this.session) this.session.script = doc.toString();
          }),
          theme,
          syntaxHighlighting(colours),
        ],
      }),
    });
    // It scrolls by keyboard without the text being touched.
    this.editor.scrollDOM.tabIndex = 0;
  }

  private show(script: string): void {
    const { editor } = this;
    editor?.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: script } });
  }

  private load(event: Event): void {
    const select = event.target as HTMLSelectElement;
    this.show(scripts[select.value as ScriptName]);
    select.value = '';
  }

  protected override render(): TemplateResult {
    const { session } = this;
    const { status = 'none', ending, pieces = [] } = session ?? {};
    const told = status === 'loading' || status === 'running' ? status : ending;
    return html`
      <div class="toolbar">
        <button
          class="outlined"
          title=${tc('code.runTitle')}
          ?disabled=${status === 'running'}
          @click=${() => session?.run()}
        >
          ${icon('play')} ${tc('code.run')}
        </button>
        <button
          class="outlined"
          title=${tc('code.stopTitle')}
          ?disabled=${status !== 'running'}
          @click=${() => session?.stop()}
        >
          ${icon('stop')} ${tc('code.stop')}
        </button>
        <span class="muted" role="status"
          >${told === undefined ? nothing : tc(`code.${told}`)}</span
        >
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
          @click=${() => session?.clear()}
        >
          ${icon('clear')}
        </button>
      </div>
      <div class="parts">
        <div class="editor"></div>
        <pre tabindex="0" role="log" aria-label=${tc('code.output')}>
${
            pieces.length === 0
              ? html`<span class="muted">${tc('code.empty')}</span>`
              : pieces.map(
                  ({ text, error }) => html`<span class=${error ? 'error' : ''}>${text}</span>`,
                )
          }</pre>
      </div>
      ${session?.python.suspends === false ? html`<p class="note">${tc('code.suspends')}</p>` : nothing}
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

/** The colours of the code, which are those of charts and hold in both themes. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null], color: 'var(--series-4)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--series-1)' },
  { tag: tags.number, color: 'var(--series-3)' },
  {
    tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.className],
    color: 'var(--series-2)',
  },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
]);

define('resplay-code', ResplayCode);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-code': ResplayCode;
  }
}
