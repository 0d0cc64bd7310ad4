/** A lesson that is open: its lab, what its cells have printed, which checks hold. It outlives the view that shows it. */

import { openLab, type Lab } from '../client';
import { Cells, type Printed } from './cells';
import { holds } from './conditions';
import { withLines } from './configure';
import { readDeed } from './deeds';
import { isCell, type Cell, type Check, type Lesson, type LessonLab, type Predict } from './format';
import { readLesson } from './parse';
import { ProgressStore, type Kept } from './progress';
import type { Watch } from './running';
import type { EditedFile } from './terminals';

const CONF = '/etc/redis/redis.conf';
/** How often checks are made while the lesson is looked at. */
const PERIOD_MS = 700;

/** How often what a cell prints while it runs is shown. */
const SHOWN_MS = 60;

/** `held`: what it runs goes on until somebody ends it, and other cells run meanwhile. */
export type CellState = 'idle' | 'waiting' | 'running' | 'held' | 'done';

/** A file that a cell has opened in an editor. */
export interface CellEditing {
  readonly file: EditedFile;
  readonly close: () => void;
}

export interface CellResult {
  readonly state: CellState;
  readonly printed: Printed | undefined;
  /** What the learner has made of the code; undefined as long as it is the author's. */
  readonly code: string | undefined;
  readonly editing?: CellEditing | undefined;
}

/** It runs, or will. */
export const isBusy = (state: CellState): boolean => state === 'waiting' || state === 'running';

const UNTOUCHED: CellResult = { state: 'idle', printed: undefined, code: undefined };

/** Where a lesson comes from. */
export interface Source {
  /** Under which its progress is kept. */
  readonly id: string;
  /** Under which the learner's own text is kept: one a language. */
  readonly copyId: string;
  /** The file that it was read from, where it is none of the course. */
  readonly file?: string;
  /** The author's text. */
  readonly text: string;
}

export class OpenedLesson extends EventTarget {
  source: Source;
  lesson: Lesson;
  lab: Lab | undefined;
  /** Why there is no lab. */
  failure = '';
  /** Which lab it is; of one that comes late nobody wants to know. */
  private attempt = 0;
  private cells: Cells | undefined;
  private results = new Map<string, CellResult>();
  private ran = new Set<string>();
  /** The last run of each cell: what an earlier one still prints is not shown. */
  private readonly runs = new Map<string, symbol>();
  private queue: Promise<void> = Promise.resolve();
  private checking: Promise<void> = Promise.resolve();
  private looking = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  private checks: ReadonlySet<string>;
  private choices: Readonly<Record<string, number>>;
  private copy = '';

  /** Throws a `LessonError` where the text is no lesson. */
  constructor(
    source: Source,
    private readonly store = new ProgressStore(),
  ) {
    super();
    this.source = source;
    const { checks, choices } = store.of(source.id);
    this.checks = new Set(checks);
    this.choices = choices;
    this.lesson = this.read(source);
  }

  /** The learner's text where there is one, else the author's. */
  private read({ copyId, text }: Source): Lesson {
    this.copy = this.store.copyOf(copyId);
    if (this.copy !== '') {
      try {
        return readLesson(this.copy);
      } catch {
        this.copy = ''; // Kept by a version that read it otherwise.
      }
    }
    return readLesson(text);
  }

  /** The same lesson in another language: its lab goes on where its cells are the same. */
  async translate(source: Source): Promise<void> {
    const cells = (): string =>
      JSON.stringify(this.allCells.map(({ kind, code, exercise }) => [kind, exercise || code]));
    const before = cells();
    this.source = source;
    this.lesson = this.read(source);
    if (cells() === before) this.changed();
    else {
      this.results.clear();
      await this.start();
    }
  }

  get isCopy(): boolean {
    return this.copy !== '';
  }

  get isReady(): boolean {
    return this.cells !== undefined;
  }

  /**
   * Opens its lab: one that keeps nothing, as the head of the lesson wants it. The one before is left when the new one
   * is there.
   */
  async start(): Promise<void> {
    const attempt = (this.attempt += 1);
    this.beginAnew();
    this.changed();
    let lab: Lab | undefined;
    try {
      lab = await openLab({ temporary: true, seed: this.lesson.lab.seed });
      await furnish(lab, this.lesson.lab);
    } catch (error) {
      lab?.close();
      lab = undefined;
      if (attempt === this.attempt)
        this.failure = error instanceof Error ? error.message : String(error);
    }
    if (attempt !== this.attempt) {
      lab?.close();
      return;
    }
    const before = this.lab;
    this.lab = lab;
    this.cells = lab && new Cells(lab);
    this.changed();
    before?.close();
  }

  private beginAnew(): void {
    this.cells?.close();
    this.cells = undefined;
    this.failure = '';
    this.queue = Promise.resolve();
    this.ran = new Set();
    this.results = new Map(
      [...this.results].map(([id, { code }]) => [id, { ...UNTOUCHED, code }] as const),
    );
  }

  close(): void {
    this.attempt += 1;
    this.look(false);
    this.beginAnew();
    this.lab?.close();
    this.lab = undefined;
  }

  // ---------------------------------------------------------------------------------------------------------- cells

  get allCells(): readonly Cell[] {
    return this.lesson.blocks.filter(isCell);
  }

  resultOf(cell: Cell): CellResult {
    return this.results.get(cell.id) ?? UNTOUCHED;
  }

  codeOf(cell: Cell): string {
    return this.resultOf(cell).code ?? cell.code;
  }

  edit(cell: Cell, code: string): void {
    const changed = code === cell.code ? undefined : code;
    this.results.set(cell.id, { ...this.resultOf(cell), code: changed });
    this.changed();
  }

  /** The author's code again, and nothing printed. */
  resetCell(cell: Cell): void {
    const { state } = this.resultOf(cell);
    if (state === 'running' || state === 'held') this.stop(cell);
    this.runs.delete(cell.id);
    this.results.set(cell.id, UNTOUCHED);
    this.changed();
  }

  /** Runs a cell, and before it what is hidden above it and has not run. */
  run(cell: Cell): Promise<void> {
    const all = this.allCells;
    const above = all.slice(0, all.indexOf(cell));
    const cells = [...above.filter(({ id, hidden }) => hidden && !this.ran.has(id)), cell];
    return this.runCells(cells);
  }

  /** Runs what has not run above a cell, and the cell. */
  runUpTo(cell: Cell): Promise<void> {
    const all = this.allCells;
    const above = all.slice(0, all.indexOf(cell)).filter(({ id }) => !this.ran.has(id));
    return this.runCells([...above, cell]);
  }

  runAll(): Promise<void> {
    return this.runCells(this.allCells.filter(({ id }) => !this.ran.has(id)));
  }

  private runCells(cells: readonly Cell[]): Promise<void> {
    for (const cell of cells) {
      this.results.set(cell.id, { ...this.resultOf(cell), state: 'waiting' });
      this.ran.add(cell.id);
    }
    this.changed();
    const { attempt } = this;
    this.queue = this.queue.then(async () => {
      for (const cell of cells) {
        if (attempt !== this.attempt || !this.cells) return;
        await this.runNow(cell, this.cells);
      }
    });
    return this.queue;
  }

  /** Runs a cell, to its end or until what it runs holds its terminal. */
  private async runNow(cell: Cell, cells: Cells): Promise<void> {
    const run = Symbol();
    this.runs.set(cell.id, run);
    const isCurrent = (): boolean => cells === this.cells && run === this.runs.get(cell.id);
    const show = (result: Partial<CellResult>): void => {
      if (!isCurrent()) return;
      this.results.set(cell.id, { ...this.resultOf(cell), ...result });
      this.changed();
    };
    show({ state: 'running' });
    const { watch, held, settle } = this.watching(show);
    const work = cells
      .run(cell, this.codeOf(cell), watch)
      .catch((error: unknown): Printed => {
        return { text: error instanceof Error ? error.message : String(error), failed: true };
      })
      .then(async (printed) => {
        settle();
        if (cells === this.cells) await this.checkNow();
        show({ state: 'done', printed });
      });
    const holds = held.then(async () => {
      if (cells === this.cells) await this.checkNow();
      if (this.resultOf(cell).state === 'running') show({ state: 'held' });
    });
    await Promise.race([work, holds]);
  }

  /** Shows what a cell does while it runs, a few times a second. */
  private watching(show: (result: Partial<CellResult>) => void): {
    readonly watch: Watch;
    readonly held: Promise<void>;
    readonly settle: () => void;
  } {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let text = '';
    let hold: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (hold = resolve));
    const settle = (): void => {
      clearTimeout(timer);
      timer = undefined;
    };
    const watch: Watch = {
      printed: (all) => {
        text = all;
        timer ??= setTimeout(() => {
          timer = undefined;
          show({ printed: { text, failed: false } });
        }, SHOWN_MS);
      },
      held: () => hold(),
      edits: (file) =>
        new Promise((resolve) => {
          const close = (): void => {
            show({ editing: undefined });
            resolve();
          };
          show({ editing: { file, close } });
        }),
    };
    return { watch, held, settle };
  }

  /** Ends what a cell runs, as Ctrl-C does. */
  stop(cell: Cell): void {
    this.resultOf(cell).editing?.close();
    this.cells?.stop(cell);
  }

  /** A fresh lab, the author's code, nothing reached. */
  async reset(): Promise<void> {
    this.results.clear();
    this.checks = new Set();
    this.choices = {};
    this.keep();
    await this.start();
  }

  // --------------------------------------------------------------------------------------------- checks and questions

  get allChecks(): readonly Check[] {
    return this.lesson.blocks.filter((block): block is Check => block.kind === 'check');
  }

  isReached({ id }: Check): boolean {
    return this.checks.has(id);
  }

  /** Checks are made while somebody looks. */
  look(looks: boolean): void {
    clearInterval(this.timer);
    this.timer = looks ? setInterval(() => void this.checkInPassing(), PERIOD_MS) : undefined;
  }

  /** What stands above a check has been run; an exercise may be done anywhere, such as in the page's console. */
  private isDue(id: string): boolean {
    const { blocks } = this.lesson;
    const at = blocks.findIndex((block) => block.kind === 'check' && block.id === id);
    const above = blocks.slice(0, at).findLast((block) => isCell(block) && !block.exercise);
    return above === undefined || !isCell(above) || this.ran.has(above.id);
  }

  /** Not while cells run, who check by themselves, nor while the last look goes on. */
  private async checkInPassing(): Promise<void> {
    if (this.looking || [...this.results.values()].some(({ state }) => isBusy(state))) return;
    this.looking = true;
    await this.checkNow();
    this.looking = false;
  }

  /** Looks at those checks that have not come true, once something has been run. */
  private checkNow(): Promise<void> {
    this.checking = this.checking.then(() => this.lookAtChecks()).catch(() => undefined);
    return this.checking;
  }

  private async lookAtChecks(): Promise<void> {
    const { lab } = this;
    if (!lab || lab.status !== 'running') return;
    const reached: string[] = [];
    for (const { id, conditions } of this.allChecks) {
      if (!this.checks.has(id) && this.isDue(id) && (await holds(lab, conditions)))
        reached.push(id);
    }
    if (reached.length === 0 || lab !== this.lab) return;
    this.checks = new Set([...this.checks, ...reached]);
    this.keep();
    this.changed();
  }

  choiceFor({ id }: Predict): number | undefined {
    return this.choices[id];
  }

  choose({ id }: Predict, choice: number): void {
    if (id in this.choices) return;
    this.choices = { ...this.choices, [id]: choice };
    this.keep();
    this.changed();
  }

  /** The question that stands right above a cell, and has no answer yet; none once it has been run. */
  questionBefore(cell: Cell): Predict | undefined {
    if (this.ran.has(cell.id)) return undefined;
    const { blocks } = this.lesson;
    const shown = blocks.filter((block) => !(isCell(block) && block.hidden));
    const at = shown.indexOf(cell);
    for (let before = at - 1; before >= 0; before -= 1) {
      const block = shown[before];
      if (block?.kind === 'predict') return block.id in this.choices ? undefined : block;
      if (block?.kind !== 'text') return undefined;
    }
    return undefined;
  }

  // ---------------------------------------------------------------------------------------------------------- my copy

  /** The lesson's text as it is now. */
  get text(): string {
    return this.lesson.source;
  }

  /** Takes another text in place of the author's. Throws a `LessonError` where it is no lesson. */
  async takeCopy(text: string): Promise<Kept> {
    const lesson = readLesson(text);
    this.lesson = lesson;
    this.copy = lesson.source === readLesson(this.source.text).source ? '' : lesson.source;
    this.results.clear();
    const kept = this.store.keepCopy(this.source.copyId, this.copy);
    this.keep();
    await this.start();
    return kept;
  }

  private keep(): Kept {
    return this.store.keep(this.source.id, {
      checks: [...this.checks],
      choices: this.choices,
      of: this.allChecks.length,
    });
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/** Configures a fresh lab, and starts what a lesson wants besides the first server. */
async function furnish(lab: Lab, { config, servers }: LessonLab): Promise<void> {
  if (config.length > 0) {
    const text = new TextDecoder().decode(await lab.files.read(CONF));
    await lab.files.write(CONF, new TextEncoder().encode(withLines(text, config)));
    await lab.kill();
    await lab.start();
  }
  for (const line of servers) await readDeed(line)?.(lab);
}
