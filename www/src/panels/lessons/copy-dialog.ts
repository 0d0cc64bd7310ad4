import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { diffLines } from 'diff';
import type { OpenedLesson } from '../../lessons/opened';
import { Localized } from '../../i18n';
import { baseStyles, buttonStyles } from '../../styles/shared';
import { saveFile } from '../save-file';
import { define } from '../view-element';
import { tn } from './catalogue';
import { problemText } from './problems';

/** Changes beyond which a text is simply another, and milliseconds that are given to finding them. */
const MOST_EDITS = 2000;
const MOST_TIME = 300;
/** Lines of what has not changed that are shown around a change. */
const AROUND = 2;

interface Row {
  readonly mark: '+' | '-' | ' ' | '…';
  readonly text: string;
}

/** The lines in which two texts differ, with a few around them. */
export function differences(before: string, after: string): readonly Row[] {
  const found = diffLines(before, after, { maxEditLength: MOST_EDITS, timeout: MOST_TIME });
  const changes = found ?? [
    { removed: true, added: false, value: before },
    { removed: false, added: true, value: after },
  ];
  return changes.flatMap(({ added, removed, value }, index) => {
    const lines = value.replace(/\n$/, '').split('\n');
    if (added || removed) return lines.map((text): Row => ({ mark: added ? '+' : '-', text }));
    const head = index === 0 ? [] : lines.slice(0, AROUND);
    const rest = lines.slice(head.length);
    const tail = index === changes.length - 1 ? [] : rest.slice(-AROUND);
    const row = (text: string): Row => ({ mark: ' ', text });
    const gap: Row[] = rest.length > tail.length ? [{ mark: '…', text: '' }] : [];
    return [...head.map(row), ...gap, ...tail.map(row)];
  });
}

/** The text of a lesson, to change, and how it differs from the author's. */
export class ResplayLessonCopy extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      dialog {
        width: min(60rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: var(--space-4);
        border: 1px solid var(--border);
        border-radius: var(--radius-lg);
        background: var(--surface);
        color: var(--text);
        box-shadow: var(--shadow);
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 0.4);
      }

      h2 {
        margin: 0;
        font-size: var(--text-lg);
      }

      p {
        margin: var(--space-2) 0;
        color: var(--text-muted);
      }

      .failed {
        color: var(--danger);
      }

      textarea {
        width: 100%;
        height: 45dvh;
        padding: var(--space-2);
        border: 1px solid var(--border-strong);
        border-radius: var(--radius-md);
        background: var(--surface);
        color: var(--text);
        font: var(--text-md) / 1.5 var(--font-mono);
        resize: vertical;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin-top: var(--space-3);
      }

      pre {
        max-height: 30dvh;
        margin: 0;
        overflow: auto;
        border: 1px solid var(--border);
        border-radius: var(--radius-md);
        font: var(--text-sm) / 1.5 var(--font-mono);
      }

      pre span {
        display: block;
        min-height: 1.5em;
        padding: 0 var(--space-2);
        white-space: pre-wrap;
      }

      pre .added {
        background: var(--accent-soft);
      }

      pre .removed {
        background: var(--danger-soft);
      }
    `,
  ];

  @state() private opened: OpenedLesson | undefined;
  @state() private text = '';
  @state() private failure = '';
  @query('dialog') private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localized(this);
  }

  async show(opened: OpenedLesson): Promise<void> {
    this.opened = opened;
    this.text = opened.text;
    this.failure = '';
    await this.updateComplete;
    this.dialog.showModal();
  }

  private async use(): Promise<void> {
    try {
      const kept = await this.opened?.takeCopy(this.text);
      if (kept === undefined || kept === 'kept') this.dialog.close();
      else this.failure = tn(`copy.${kept}`);
    } catch (error) {
      this.failure = problemText(error);
    }
  }

  private save(): void {
    const { opened } = this;
    const name = `${opened?.source.id ?? 'lesson'}.md`;
    saveFile(name, new TextEncoder().encode(this.text));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { opened, text } = this;
    if (!opened) return nothing;
    const original = opened.source.text;
    const rows = text === original ? [] : differences(original, text);
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${tn('copy.title')}</h2>
      <p>${tn('copy.explain')}</p>
      <textarea
        spellcheck="false"
        aria-label=${tn('copy.editor')}
        .value=${text}
        @input=${(event: Event) => {
          this.text = (event.target as HTMLTextAreaElement).value;
          this.failure = '';
        }}
      ></textarea>
      ${this.failure === '' ? nothing : html`<p class="failed" role="alert">${this.failure}</p>`}
      <p>${tn(rows.length === 0 ? 'copy.same' : 'copy.differences')}</p>
      ${rows.length === 0 ? nothing : renderRows(rows)}
      <div class="actions">
        <button class="primary" @click=${this.use}>${tn('copy.use')}</button>
        <button
          class="outlined"
          ?disabled=${text === original}
          @click=${() => (this.text = original)}
        >
          ${tn('copy.original')}
        </button>
        <button class="outlined" @click=${this.save}>${tn('copy.save')}</button>
        <button class="outlined" @click=${() => this.dialog.close()}>${tn('copy.cancel')}</button>
      </div>
    </dialog>`;
  }
}

const ROW_CLASSES: Readonly<Record<Row['mark'], string>> = {
  '+': 'added',
  '-': 'removed',
  ' ': '',
  '…': '',
};

const renderRows = (rows: readonly Row[]): TemplateResult =>
  html`<pre tabindex="0" aria-label=${tn('copy.differences')}>
${rows.map(({ mark, text }) => html`<span class=${ROW_CLASSES[mark]}>${mark} ${text}</span>`)}</pre>`;

define('resplay-lesson-copy', ResplayLessonCopy);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lesson-copy': ResplayLessonCopy;
  }
}
