import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { Lab } from '../client/api';
import { examples, type ExampleName } from '../code/examples';
import { languageOf, type Language } from '../code/folder';
import type { Place } from '../code/output';
import type { Script } from '../code/script';
import { Session } from '../code/session';
import { icon } from '../widgets/icons';
import { tc } from './code/catalogue';
import { ScriptEditor } from './code/editor';
import './code/script-output';
import './code/script-tabs';
import type { ResplayScriptTabs } from './code/script-tabs';
import { ViewElement, define } from './view-element';

const LANGUAGES: readonly Language[] = ['python', 'javascript'];

/** Scripts in Python and JavaScript, and what they print; they run against the lab. */
export class ResplayCode extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        container: code / inline-size;
      }

      .parts {
        display: grid;
        flex: 1;
        grid-template: minmax(6rem, 3fr) minmax(5rem, 2fr) / minmax(0, 1fr);
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

      .dropping {
        outline: 2px dashed var(--accent);
        outline-offset: -4px;
      }

      .problem {
        margin: 0;
        padding: var(--space-1) var(--space-3);
        background: var(--danger-soft);
        color: var(--danger);
        font-size: var(--text-sm);
      }

      select {
        max-width: 11rem;
      }

      @container code (min-width: 900px) {
        .parts {
          grid-template: minmax(0, 1fr) / minmax(0, 3fr) minmax(0, 2fr);
        }

        .editor {
          border-right: 1px solid var(--border);
        }

        resplay-script-output {
          border-top: 1px solid var(--border);
        }
      }

      @container code (max-width: 520px) {
        select {
          max-width: 8rem;
        }

        [role='status'] {
          order: 1;
          flex-basis: 100%;
        }

        [role='status']:empty {
          display: none;
        }
      }
    `,
  ];

  @state() private session: Session | undefined;
  @state() private version = 0;
  @state() private dropping = false;
  @query('.editor') private host!: HTMLElement;
  @query('resplay-script-tabs') private tabs!: ResplayScriptTabs;
  private editor: ScriptEditor | undefined;

  protected labOpened(lab: Lab): void {
    let open = true;
    this.closeLater(() => {
      open = false;
      this.session = undefined;
      this.editor?.destroy();
      this.editor = undefined;
    });
    void Session.of(lab).then((session) => {
      if (open) this.attend(session);
    });
  }

  private attend(session: Session): void {
    const changed = (): void => {
      this.version += 1;
      this.editor?.keepOnly(session.scripts);
      this.editor?.show(session.active);
    };
    session.addEventListener('change', changed);
    this.closeLater(() => session.removeEventListener('change', changed));
    this.session = session;
    this.editor = new ScriptEditor(this.host, this.renderRoot as ShadowRoot, {
      edited: (script, text) => session.edit(script, text),
      run: (script) => session.run(script),
    });
    this.editor.show(session.active);
    session.prepare();
  }

  private load(event: Event): void {
    const select = event.target as HTMLSelectElement;
    this.session?.addExample(examples[select.value as ExampleName]);
    select.value = '';
    this.editor?.focus();
  }

  private goTo({ detail: { file, line, column } }: CustomEvent<Place>): void {
    const { session } = this;
    const script = session?.scripts.find(({ name }) => name === file);
    if (!session || !script) return;
    session.choose(script);
    this.editor?.goTo(line, column);
  }

  private drag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    this.dropping = true;
  }

  private drop(event: DragEvent): void {
    this.dropping = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    void this.tabs.take(files);
  }

  private told(session: Session, script: Script): string {
    const status = session.statusOf(script);
    if (status === 'running') return tc('code.running');
    // What a run has come to stands, while the next one is prepared.
    if (script.ending === undefined) {
      return status === 'loading' ? tc(`code.loading.${script.language}`) : '';
    }
    if (script.ending === 'busy') return tc('code.busy', { name: session.busyWith?.name ?? '' });
    return tc(`code.${script.ending}`);
  }

  protected override render(): TemplateResult {
    const { session, version } = this;
    const script = session?.active;
    const running = session && script ? session.statusOf(script) === 'running' : false;
    return html`
      <resplay-script-tabs .session=${session} .version=${version}></resplay-script-tabs>
      <div class="toolbar">
        <button
          class="outlined"
          title=${tc('code.runTitle')}
          ?disabled=${running || !script}
          @click=${() => session?.run(session.active)}
        >
          ${icon('play')} ${tc('code.run')}
        </button>
        <button
          class="outlined"
          title=${tc('code.stopTitle')}
          ?disabled=${!running}
          @click=${() => session?.stop(session.active)}
        >
          ${icon('stop')} ${tc('code.stop')}
        </button>
        <span class="muted" role="status"
          >${session && script ? this.told(session, script) : nothing}</span
        >
        <span class="grow"></span>
        ${this.renderExamples()}
        <button
          class="icon"
          aria-label=${tc('code.clear')}
          title=${tc('code.clear')}
          @click=${() => script?.output.clear()}
        >
          ${icon('clear')}
        </button>
      </div>
      ${
        script && script.problem !== ''
          ? html`<p class="problem" role="alert">
              ${tc('code.notKept', { reason: script.problem })}
            </p>`
          : nothing
      }
      <div
        class="parts ${this.dropping ? 'dropping' : ''}"
        @resplay-place=${this.goTo}
        @dragover=${this.drag}
        @dragleave=${() => (this.dropping = false)}
        @drop=${this.drop}
      >
        <div class="editor"></div>
        <resplay-script-output
          .pieces=${script?.output.pieces ?? []}
          .names=${new Set(session?.scripts.map(({ name }) => name))}
        ></resplay-script-output>
      </div>
      ${
        session?.suspends === false && script?.language === 'python'
          ? html`<p class="note">${tc('code.suspends')}</p>`
          : nothing
      }
    `;
  }

  private renderExamples(): TemplateResult {
    const names = Object.keys(examples) as ExampleName[];
    return html`<select aria-label=${tc('code.example')} @change=${this.load}>
      <option value="">${tc('code.chooseExample')}</option>
      ${LANGUAGES.map(
        (language) =>
          html`<optgroup label=${tc(`code.${language}`)}>
            ${names
              .filter((name) => languageOf(examples[name].file) === language)
              .map((name) => html`<option value=${name}>${tc(`code.${name}`)}</option>`)}
          </optgroup>`,
      )}
    </select>`;
  }
}

define('resplay-code', ResplayCode);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-code': ResplayCode;
  }
}
