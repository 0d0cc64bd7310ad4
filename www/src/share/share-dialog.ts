import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { dialogStyles } from '../styles/dialog';
import type { ResplayApp } from '../app/resplay-app';
import { DEFAULT_PORT, type Lab } from '../client';
import { Localized, formatNumber, locale } from '../i18n';
import { saveFile } from '../panels/save-file';
import { define } from '../panels/view-element';
import { baseStyles, buttonStyles, fieldStyles } from '../styles/shared';
import { icon } from '../widgets/icons';
import {
  captureLesson,
  captureState,
  captureView,
  commandsOf,
  type CapturedLesson,
  type CapturedState,
} from './capture';
import { ts } from './catalogue';
import { linesIn } from './commands';
import { contentsOf } from './contents';
import { shareDialogStyles } from './dialog-styles';
import { toFragment } from './link';
import { problemText } from './problems';
import { MOST_IN_QR, qrCode } from './qr-code';
import { writtenScript } from './script';
import { LIMITS, emptyLab, type SharedFile, type SharedLab } from './shared-lab';

const MODES = ['state', 'history', 'commands'] as const;
type Mode = (typeof MODES)[number];

/** What was read of the lab when the dialog was opened. */
interface Captured {
  readonly state: CapturedState;
  readonly history: Uint8Array | undefined;
  /** The data of the first server as commands. */
  readonly commands: string;
  readonly script: SharedFile | undefined;
  readonly lesson: CapturedLesson | undefined;
  /** How long the history is, in milliseconds. */
  readonly span: number;
}

interface Made {
  readonly lab: SharedLab;
  readonly fragment: string;
}

type Option = 'autorun' | 'readOnly' | 'withView' | 'withScript' | 'withLesson';

/** Makes a link of the lab: what goes along, what it does when it is opened, how long it is, and ways to hand it out. */
export class ResplayShare extends LitElement {
  static override styles = [baseStyles, buttonStyles, fieldStyles, dialogStyles, shareDialogStyles];

  @property({ attribute: false }) app!: ResplayApp;

  @state() private mode: Mode = 'state';
  @state() private commands = '';
  @state() private autorun = false;
  @state() private readOnly = false;
  @state() private withView = true;
  @state() private withScript = true;
  @state() private withLesson = false;
  @state() private captured: Captured | undefined;
  @state() private made: Partial<Record<Mode, Made>> = {};
  @state() private failure = '';
  @state() private told = '';
  @state() private showsQr = false;
  @query('dialog') private dialog!: HTMLDialogElement;
  private turn = 0;

  constructor() {
    super();
    new Localized(this);
  }

  /** Reads the lab and shows itself; resolves when it is closed. */
  async show(lab: Lab): Promise<void> {
    await this.updateComplete;
    this.dialog.showModal();
    try {
      this.captured = await capture(this.app, lab);
      const { history, commands, lesson } = this.captured;
      // A name is short; a text is somebody's, and goes along if that is wanted.
      this.withLesson = lesson?.lesson.text === '';
      this.commands = commands;
      if (lab.instances.length > 1 && history !== undefined) this.mode = 'history';
      await this.make();
    } catch (error) {
      this.failure = problemText(error);
    }
    if (this.dialog.open)
      await new Promise((resolve) => this.dialog.addEventListener('close', resolve));
  }

  /** Makes the links anew; the last that was asked for counts. */
  private async make(): Promise<void> {
    const { captured } = this;
    this.turn += 1;
    const { turn } = this;
    if (captured === undefined) return;
    const made: Partial<Record<Mode, Made>> = {};
    try {
      for (const mode of MODES) {
        const lab = this.labOf(mode, captured);
        if (lab !== undefined) made[mode] = { lab, fragment: await toFragment(lab) };
      }
      if (turn !== this.turn) return;
      this.failure = '';
      this.told = '';
      this.made = made;
    } catch (error) {
      this.failure = problemText(error);
    }
  }

  /** What a link of this kind carries; undefined when there is none. */
  private labOf(mode: Mode, captured: Captured): SharedLab | undefined {
    const { state, history, script, lesson } = captured;
    const { time } = (this.app.shown as Lab).clock;
    const withScript = script !== undefined && this.withScript;
    const withLesson = lesson !== undefined && this.withLesson;
    const view = this.withView ? captureView(this.app) : undefined;
    const clock = { paused: time.paused || time.past, speed: time.speed };
    const usual: SharedLab = {
      ...emptyLab,
      script: withScript ? script.path : '',
      files: withScript ? [script] : [],
      autorun: this.autorun,
      readOnly: this.readOnly,
      language: locale(),
      ...(view && { view }),
      ...(withLesson && { lesson: lesson.lesson }),
    };
    switch (mode) {
      case 'commands': {
        const commands = linesIn(this.commands).join('\n');
        // What is shorter than a view is not to grow by one that says nothing.
        return commands === '' && !withScript && !withLesson ? undefined : { ...usual, commands };
      }
      case 'history':
        return history && { ...usual, ...clock, history };
      case 'state': {
        const others = state.files.filter(({ path }) => path !== script?.path);
        const files = [...others, ...usual.files];
        return { ...usual, ...clock, servers: state.servers, files };
      }
    }
  }

  private get link(): string {
    const fragment = this.made[this.mode]?.fragment;
    return fragment === undefined ? '' : `${location.origin}${location.pathname}${fragment}`;
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.told = ts('share.copied');
    } catch {
      this.told = ts('share.copyFailed');
    }
  }

  private copyMarkdown(): void {
    const lines = this.mode === 'commands' ? linesIn(this.commands).join('\n') : this.dataCommands;
    const code = lines === '' ? '' : `\n\n\`\`\`redis\n${lines.replaceAll('```', '` ` `')}\n\`\`\``;
    void this.copy(`[Resplay](${this.link})${code}\n`);
  }

  private get dataCommands(): string {
    return this.captured?.commands ?? '';
  }

  private save(): void {
    const text = this.made[this.mode]?.fragment.slice(1) ?? '';
    saveFile('lab.resplay', new TextEncoder().encode(`${text}\n`));
  }

  private choose(mode: Mode): void {
    this.mode = mode;
    this.told = '';
  }

  private toggle(option: Option): void {
    this[option] = !this[option];
    void this.make();
  }

  private typed(event: Event): void {
    this.commands = (event.target as HTMLTextAreaElement).value.slice(0, LIMITS.commandBytes);
    void this.make();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <div class="head">
        <h2 id="title">${ts('share.title')}</h2>
        <button
          class="icon"
          title=${ts('share.close')}
          aria-label=${ts('share.close')}
          @click=${() => this.dialog.close()}
        >
          ${icon('close')}
        </button>
      </div>
      <div class="body">
        <p>${ts('share.explain')}</p>
        ${this.renderModes()} ${this.renderChoices()} ${this.renderLink()}
      </div>
    </dialog>`;
  }

  private renderModes(): TemplateResult {
    const { captured, mode } = this;
    const isThere = (one: Mode): boolean => one !== 'history' || captured?.history !== undefined;
    return html`<fieldset>
        <legend>${ts('share.what')}</legend>
        ${MODES.map((one) => {
          const length = this.made[one]?.fragment.length;
          const help =
            captured && !isThere(one) ? 'share.historyNone' : (`share.${one}Help` as const);
          return html`<label class="choice">
            <input
              type="radio"
              name="mode"
              .checked=${mode === one}
              ?disabled=${!isThere(one)}
              @change=${() => this.choose(one)}
            />
            <span class="name"
              >${ts(`share.${one}`)}
              ${
                length === undefined
                  ? nothing
                  : html`<small>${ts('share.length', { length: formatNumber(length) })}</small>`
              }</span
            >
            <span class="help">${ts(help)}</span>
          </label>`;
        })}
      </fieldset>
      ${
        mode === 'commands'
          ? html`<label class="commands">
              ${ts('share.commandsLabel')}
              <textarea
                rows="6"
                spellcheck="false"
                .value=${this.commands}
                @input=${this.typed}
              ></textarea>
            </label>`
          : nothing
      }`;
  }

  private renderChoices(): TemplateResult {
    const { script, lesson } = this.captured ?? {};
    const runs = this.mode === 'commands' || (script !== undefined && this.withScript);
    const option = (name: Option, text: string): TemplateResult =>
      html`<label class="option">
        <input type="checkbox" .checked=${this[name]} @change=${() => this.toggle(name)} />
        ${text}
      </label>`;
    return html`<fieldset>
      <legend>${ts('share.options')}</legend>
      ${option('withView', ts('share.view'))}
      ${script === undefined ? nothing : option('withScript', ts('share.withScript'))}
      ${
        lesson === undefined
          ? nothing
          : option(
              'withLesson',
              ts(lesson.lesson.text === '' ? 'share.withLesson' : 'share.withLessonText', {
                title: lesson.title,
              }),
            )
      }
      ${
        runs
          ? option(
              'autorun',
              ts(this.mode === 'commands' ? 'share.autorun' : 'share.autorunScript'),
            )
          : nothing
      }
      ${option('readOnly', ts('share.readOnly'))}
    </fieldset>`;
  }

  private renderLink(): TemplateResult {
    const { link, failure, captured } = this;
    if (failure !== '')
      return html`<p class="failed" role="alert">${ts('share.failed', { reason: failure })}</p>`;
    const made = this.made[this.mode];
    if (captured === undefined || made === undefined)
      return html`<p role="status">${captured ? '' : ts('share.working')}</p>`;
    const isTooLong = link.length > LIMITS.link;
    const isLong = link.length > LIMITS.comfortable;
    const numbers = {
      length: formatNumber(link.length),
      most: formatNumber(isTooLong ? LIMITS.link : LIMITS.comfortable),
    };
    return html`<fieldset class="result">
      <legend>${ts('share.link')} <small>${ts('share.length', numbers)}</small></legend>
      ${
        isTooLong
          ? html`<p class="failed" role="alert">${ts('share.tooLong', numbers)}</p>`
          : isLong
            ? html`<p class="warning">${ts('share.long', numbers)}</p>`
            : html`<input
                class="link"
                type="text"
                readonly
                aria-label=${ts('share.link')}
                .value=${link}
                @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
              />`
      }
      <div class="contents">
        ${ts('share.contents')}
        <ul>
          ${contentsOf(made.lab, captured.span).map((text) => html`<li>${text}</li>`)}
        </ul>
      </div>
      <div class="actions">${isTooLong ? nothing : this.renderActions(link, isLong)}</div>
      <p class="told" role="status">${this.told}</p>
      ${this.showsQr && !isLong ? this.renderQr(link) : nothing}
    </fieldset>`;
  }

  private renderActions(link: string, isLong: boolean): TemplateResult {
    const file = html`<button class=${isLong ? 'primary' : 'outlined'} @click=${this.save}>
      ${ts('share.file')}
    </button>`;
    const cli =
      this.dataCommands === ''
        ? nothing
        : html`<button
            class="outlined"
            title=${ts('share.cliTitle')}
            @click=${() => this.copy(`${this.dataCommands}\n`)}
          >
            ${ts('share.cli')}
          </button>`;
    if (isLong) return html`${file} ${cli}`;
    return html`<button class="primary" @click=${() => this.copy(link)}>
        ${icon('copy')} ${ts('share.copy')}
      </button>
      <button
        class="outlined"
        title=${ts('share.qrTitle')}
        aria-expanded=${this.showsQr ? 'true' : 'false'}
        @click=${() => (this.showsQr = !this.showsQr)}
      >
        ${ts('share.qr')}
      </button>
      <button class="outlined" title=${ts('share.markdownTitle')} @click=${this.copyMarkdown}>
        ${ts('share.markdown')}
      </button>
      ${cli} ${file}`;
  }

  private renderQr(link: string): TemplateResult {
    if (link.length > MOST_IN_QR)
      return html`<p class="warning">
        ${ts('share.qrTooLong', { most: formatNumber(MOST_IN_QR) })}
      </p>`;
    return qrCode(link, ts('share.qrLabel'));
  }
}

async function capture(app: ResplayApp, lab: Lab): Promise<Captured> {
  const { began, now } = lab.clock.time;
  const history = await lab.history();
  const first = lab.instances.find(({ name }) => name === String(DEFAULT_PORT));
  return {
    history: history === null || history.length > LIMITS.inflated / 2 ? undefined : history,
    state: await captureState(lab),
    commands: first?.state === 'running' ? await commandsOf(lab, first.name) : '',
    script: await writtenScript(lab),
    lesson: await captureLesson(app),
    span: began === null ? 0 : now - began,
  };
}

define('resplay-share', ResplayShare);

/** Opens the dialog for the lab of a page. */
export async function share(app: ResplayApp): Promise<void> {
  const { shown: lab } = app;
  if (lab === undefined) return;
  const dialog = document.createElement('resplay-share');
  dialog.app = app;
  document.body.append(dialog);
  await dialog.show(lab);
  dialog.remove();
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-share': ResplayShare;
  }
}
