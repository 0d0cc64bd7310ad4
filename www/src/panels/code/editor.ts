/** The editor of scripts: one view, and a state with its own undo history for each script. */

import { javascript } from '@codemirror/lang-javascript';
import { python } from '@codemirror/lang-python';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorSelection, EditorState, type Extension } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup, EditorView } from 'codemirror';
import type { Script } from '../../code/script';
import { tc } from './catalogue';

interface Listener {
  edited(script: Script, text: string): void;
  run(script: Script): void;
}

export class ScriptEditor {
  private readonly view: EditorView;
  private readonly listener: Listener;
  /** Of scripts that are not shown; by name too, because the language goes by it. */
  private readonly states = new Map<
    Script,
    { readonly name: string; readonly state: EditorState }
  >();
  private shown: { readonly script: Script; readonly name: string } | undefined;

  constructor(parent: HTMLElement, root: ShadowRoot, listener: Listener) {
    this.listener = listener;
    this.view = new EditorView({ parent, root });
    // It scrolls by keyboard without the text being touched.
    this.view.scrollDOM.tabIndex = 0;
  }

  /** Shows a script as it stands. */
  show(script: Script): void {
    const { shown, view } = this;
    if (shown?.script === script && shown.name === script.name) {
      this.follow(script);
      return;
    }
    if (shown) this.states.set(shown.script, { name: shown.name, state: view.state });
    const known = this.states.get(script);
    view.setState(known?.name === script.name ? known.state : this.stateOf(script));
    this.shown = { script, name: script.name };
    this.follow(script);
  }

  /** Scripts that are gone are forgotten. */
  keepOnly(scripts: readonly Script[]): void {
    for (const script of this.states.keys()) {
      if (!scripts.includes(script)) this.states.delete(script);
    }
  }

  /** What somebody else has written, another tab or a shell. */
  private follow(script: Script): void {
    const { doc } = this.view.state;
    if (doc.toString() === script.text) return;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: script.text } });
  }

  /** Puts the cursor there. */
  goTo(line: number, column: number): void {
    const { doc } = this.view.state;
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    const at = Math.min(to, from + Math.max(0, column - 1));
    this.view.dispatch({
      selection: EditorSelection.cursor(at),
      effects: EditorView.scrollIntoView(at, { y: 'center' }),
    });
    this.view.focus();
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private stateOf(script: Script): EditorState {
    const language: Extension = script.language === 'python' ? python() : javascript();
    return EditorState.create({
      doc: script.text,
      extensions: [
        keymap.of([{ key: 'Mod-Enter', run: () => (this.listener.run(script), true) }]),
        basicSetup,
        language,
        EditorView.contentAttributes.of({
          'aria-label': tc('code.editor', { name: script.name }),
        }),
        EditorView.updateListener.of(({ docChanged, state: { doc } }) => {
          if (docChanged) this.listener.edited(script, doc.toString());
        }),
        theme,
        syntaxHighlighting(colours),
      ],
    });
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
