import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { COURSE, type LessonName } from '../lessons/course';
import { deskAround, type Desk } from '../lessons/desk';
import { isCell, type Block, type Check, type Predict } from '../lessons/format';
import type { OpenedLesson } from '../lessons/opened';
import { ProgressStore } from '../lessons/progress';
import { setShellOpener } from '../lessons/terminals';
import { icon } from '../widgets/icons';
import { tn } from './lessons/catalogue';
import './lessons/cell';
import type { ResplayLessonCopy } from './lessons/copy-dialog';
import './lessons/notice';
import { problemText } from './lessons/problems';
import { lessonStyles } from './lessons/styles';
import { inline, renderTokens } from './lessons/text';
import './lessons/topology';
import { ViewElement, define } from './view-element';

// The shell is fetched with the first cell that wants it.
setShellOpener(async (lab, tty) => (await import('../shell/open')).openShell(lab, tty));

/** Opens a file as a lesson of the page that an element is part of. */
export const openFile = (file: File, from: Element): Promise<void> =>
  deskAround(from).openFile(file);

/** The course, or the lesson that is open. */
export class ResplayLessons extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    lessonStyles,
    css`
      .toolbar {
        border-bottom: 1px solid var(--border);
      }

      .toolbar progress {
        width: 6rem;
        accent-color: var(--accent);
      }

      .scroll {
        flex: 1;
        min-height: 0;
        overflow: auto;
      }

      article,
      .course {
        max-width: 50rem;
        margin: 0 auto;
        padding: var(--space-4);
      }

      article h2,
      .course h2 {
        margin: 0 0 var(--space-1);
        font-size: var(--text-xl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }

      .summary {
        margin: 0 0 var(--space-4);
        color: var(--text-muted);
        font-size: var(--text-lg);
      }

      .course ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
        gap: var(--space-2);
        margin: 0 0 var(--space-4);
        padding: 0;
        list-style: none;
      }

      .course li button {
        display: grid;
        grid-template-columns: 2rem minmax(0, 1fr);
        justify-content: start;
        justify-items: start;
        width: 100%;
        height: 100%;
        padding: var(--space-3);
        border-color: var(--border);
        border-radius: var(--radius-lg);
        text-align: left;
        white-space: normal;
      }

      .course li .number {
        grid-row: span 3;
        align-self: start;
        color: var(--text-faint);
        font-size: var(--text-lg);
        text-align: left;
      }

      .course li strong {
        color: var(--text);
        font-size: var(--text-md);
        font-weight: var(--weight-strong);
      }

      .course li .far {
        color: var(--accent);
      }

      .failed {
        margin: 0 0 var(--space-4);
        padding: var(--space-3);
        border-radius: var(--radius-md);
        background: var(--danger-soft);
        color: var(--danger);
        overflow-wrap: anywhere;
      }

      .end {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-3) 0 var(--space-6);
      }
    `,
  ];

  @state() private version = 0;
  @query('input[type=file]') private fileInput!: HTMLInputElement;
  @query('.scroll') private scroller!: HTMLElement | null;
  private looked: OpenedLesson | undefined;
  private desk!: Desk;

  private readonly changed = (): void => {
    this.version += 1;
  };

  protected labOpened(): void {
    // A lesson has a lab of its own.
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const desk = (this.desk = deskAround(this));
    desk.addEventListener('change', this.changed);
    desk.notice = html`<resplay-lesson-notice></resplay-lesson-notice>`;
    this.look(desk.opened);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.desk.removeEventListener('change', this.changed);
    this.look(undefined);
  }

  /** Checks are made as long as the lesson is in sight. */
  private look(opened: OpenedLesson | undefined): void {
    if (opened === this.looked) return;
    this.looked?.look(false);
    opened?.look(true);
    this.looked = opened;
    this.scroller?.scrollTo(0, 0);
  }

  protected override updated(): void {
    super.updated();
    if (this.isConnected) this.look(this.desk.opened);
  }

  private chosen(): void {
    const file = this.fileInput.files?.[0];
    this.fileInput.value = '';
    if (file) void this.desk.openFile(file);
  }

  private async showCopy(opened: OpenedLesson): Promise<void> {
    await import('./lessons/copy-dialog');
    await this.renderRoot.querySelector<ResplayLessonCopy>('resplay-lesson-copy')?.show(opened);
  }

  protected override render(): TemplateResult {
    const { opened, failure } = this.desk;
    const failed =
      failure === undefined
        ? nothing
        : html`<div class="failed" role="alert">
            <strong>${tn('problem.title')}</strong><br />${problemText(failure)}
          </div>`;
    return html`${opened ? this.renderOpened(opened, failed) : this.renderCourse(failed)}
      <input type="file" accept=".md,text/markdown" hidden @change=${this.chosen} />
      <resplay-lesson-copy></resplay-lesson-copy>`;
  }

  // --------------------------------------------------------------------------------------------------------- the course

  private renderCourse(failed: unknown): TemplateResult {
    const store = new ProgressStore();
    return html`<div class="scroll" tabindex="0">
      <div class="course">
        ${failed}
        <h2>${tn('lessons.course')}</h2>
        <p class="summary">${tn('lessons.intro')}</p>
        <ol>
          ${COURSE.map((name, at) => this.renderEntry(name, at + 1, store))}
        </ol>
        <button class="outlined" @click=${() => this.fileInput.click()}>
          ${tn('lessons.openFile')}
        </button>
        <span class="muted">${tn('lessons.dropHint')}</span>
      </div>
    </div>`;
  }

  private renderEntry(name: LessonName, number: number, store: ProgressStore): TemplateResult {
    const { checks, of } = store.of(name);
    const far =
      of > 0 && checks.length >= of
        ? html`${icon('check')} ${tn('lessons.done')}`
        : checks.length > 0
          ? tn('lessons.reached', { reached: checks.length, of })
          : nothing;
    return html`<li>
      <button data-lesson=${name} @click=${() => this.desk.openCourse(name)}>
        <span class="number">${number}</span>
        <strong>${tn(`course.${name}.title`)}</strong>
        <span>${tn(`course.${name}.summary`)}</span>
        ${far === nothing ? nothing : html`<span class="far">${far}</span>`}
      </button>
    </li>`;
  }

  // ---------------------------------------------------------------------------------------------------------- a lesson

  private renderOpened(opened: OpenedLesson, failed: unknown): TemplateResult {
    const { lesson, allChecks: checks } = opened;
    const reached = checks.filter((check) => opened.isReached(check)).length;
    const goals = tn('lessons.goals', { reached, of: checks.length });
    return html`<div class="toolbar">
        <button @click=${() => this.desk.close()}>${tn('lessons.back')}</button>
        <span class="grow"></span>
        ${
          checks.length === 0
            ? nothing
            : html`<progress max=${checks.length} value=${reached} aria-label=${goals}></progress>
                <span class="muted" role="status">${goals}</span>`
        }
        <button class="outlined" ?disabled=${!opened.isReady} @click=${() => opened.runAll()}>
          ${icon('play')} ${tn('lessons.runAll')}
        </button>
        <button
          class="outlined"
          title=${tn('lessons.resetTitle')}
          @click=${() => void opened.reset()}
        >
          ${tn('lessons.reset')}
        </button>
        <button
          class="outlined"
          title=${tn('lessons.copyTitle')}
          @click=${() => this.showCopy(opened)}
        >
          ${tn('lessons.copy')}
        </button>
      </div>
      <div class="scroll" tabindex="0">
        <article aria-label=${lesson.title}>
          ${failed}
          <h2>${lesson.title}</h2>
          <p class="summary">
            ${lesson.summary} ${opened.isCopy ? html`<em>${tn('lessons.isCopy')}</em>` : nothing}
          </p>
          ${
            opened.failure === ''
              ? nothing
              : html`<p class="failed" role="alert">
                  ${tn('lessons.failed', { reason: opened.failure })}
                </p>`
          }
          ${
            opened.isReady || opened.failure !== ''
              ? nothing
              : html`<p class="muted" role="status">${tn('lessons.starting')}</p>`
          }
          ${repeat(
            lesson.blocks,
            (block, at) => ('id' in block ? block.id : at),
            (block) => this.renderBlock(block, opened),
          )}
          ${this.renderEnd(opened, checks.length > 0 && reached === checks.length)}
        </article>
      </div>`;
  }

  private renderEnd(opened: OpenedLesson, all: boolean): TemplateResult {
    const at = (COURSE as readonly string[]).indexOf(opened.source.id);
    const next = at < 0 ? undefined : COURSE[at + 1];
    return html`<div class="end">
      ${all ? html`<strong role="status">${tn('lessons.allReached')}</strong>` : nothing}
      ${
        next === undefined
          ? nothing
          : html`<button class="outlined" @click=${() => this.desk.openCourse(next)}>
              ${tn('lessons.next', { title: tn(`course.${next}.title`) })}
            </button>`
      }
    </div>`;
  }

  private renderBlock(block: Block, opened: OpenedLesson): TemplateResult | typeof nothing {
    if (isCell(block)) {
      if (block.hidden) return nothing;
      return html`<resplay-lesson-cell
        data-cell=${block.id}
        data-state=${opened.resultOf(block).state}
        .opened=${opened}
        .cell=${block}
        .version=${this.version}
      ></resplay-lesson-cell>`;
    }
    switch (block.kind) {
      case 'text':
        return html`<div class="text">${renderTokens(block.tokens)}</div>`;
      case 'check':
        return this.renderCheck(block, opened);
      case 'predict':
        return this.renderPredict(block, opened);
      case 'answer':
        return html`<details class="block">
          <summary>${tn('answer.show')}</summary>
          <div class="text">${renderTokens(block.tokens)}</div>
        </details>`;
      case 'chart':
        // The page has charts from the start: importing them here would split its first load.
        return html`<div class="block chart">
          <resplay-ranking-chart
            .lab=${opened.lab}
            .key=${block.key}
            .db=${block.db}
            .limit=${block.limit}
            .server=${block.server}
            .order=${block.order}
          ></resplay-ranking-chart>
        </div>`;
      case 'topology':
        return html`<div class="block topology">
          <resplay-lesson-topology .lab=${opened.lab}></resplay-lesson-topology>
        </div>`;
    }
  }

  private renderCheck(check: Check, opened: OpenedLesson): TemplateResult {
    const reached = opened.isReached(check);
    return html`<div
      class="block check ${reached ? 'reached' : ''}"
      data-check=${check.id}
      role="status"
    >
      <span class="mark">${icon('check')}</span>
      <span>${check.text}</span>
      <span class="visually-hidden">${tn(reached ? 'check.reached' : 'check.open')}</span>
    </div>`;
  }

  private renderPredict(predict: Predict, opened: OpenedLesson): TemplateResult {
    const chosen = opened.choiceFor(predict);
    const right = chosen === undefined ? undefined : predict.choices[chosen]?.right;
    return html`<div
      class="block predict"
      data-predict=${predict.id}
      role="group"
      aria-label=${tn('predict.label')}
    >
      <span class="legend">${tn('predict.label')}</span>
      <div class="text">${renderTokens(predict.question)}</div>
      <div class="choices">
        ${predict.choices.map((choice, at) => {
          const looks =
            chosen === undefined ? '' : choice.right ? 'right' : at === chosen ? 'wrong' : '';
          return html`<button
            class="outlined ${looks}"
            ?disabled=${chosen !== undefined}
            aria-pressed=${at === chosen ? 'true' : 'false'}
            @click=${() => opened.choose(predict, at)}
          >
            <span
              >${choice.tokens.map((token) => inline('tokens' in token ? token.tokens : [token]))}</span
            >
          </button>`;
        })}
      </div>
      ${
        right === undefined
          ? nothing
          : html`<div class="explanation text" role="status">
              <strong>${tn(right ? 'predict.right' : 'predict.wrong')}</strong>
              ${renderTokens(predict.explanation)}
            </div>`
      }
    </div>`;
  }
}

define('resplay-lessons', ResplayLessons);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lessons': ResplayLessons;
  }
}
