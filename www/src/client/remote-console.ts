/** A console, seen from the page. */

import type { Completions, Console, ConsoleOptions, ConsoleOutput, ConsolePart } from './api';
import { LabError } from './errors';
import type { ConsoleState } from './protocol';
import type { WorkerLink } from './worker-link';

export class RemoteConsole implements Console {
  readonly id: number;
  options: ConsoleOptions;
  prompt = 'not connected> ';
  hintsEnabled = true;
  private link: WorkerLink;
  private readonly forget: () => void;
  private onPart: ((part: ConsolePart) => void) | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(id: number, options: ConsoleOptions, link: WorkerLink, forget: () => void) {
    this.id = id;
    this.options = options;
    this.link = link;
    this.forget = forget;
  }

  /** Opens it in a worker: the first, or the one after a restart. */
  async open(link: WorkerLink): Promise<void> {
    this.link = link;
    this.take(await link.ask('openConsole', [this.id, this.options]));
  }

  /** The lab crashed. */
  lost(): void {
    this.prompt = 'not connected> ';
  }

  part(part: ConsolePart): void {
    this.onPart?.(part);
  }

  run(line: string, onPart?: (part: ConsolePart) => void): Promise<ConsoleOutput> {
    const run = this.last.then(() => this.runNow(line, onPart));
    // What went wrong with one line is no reason not to run the next.
    this.last = run.catch(() => undefined);
    return run;
  }

  interrupt(): void {
    this.link.tell('interrupt', [this.id]);
  }

  complete(line: string, cursor: number): Promise<Completions> {
    return this.link.ask('complete', [line.slice(0, cursor)]);
  }

  hint(line: string): Promise<string> {
    return this.hintsEnabled ? this.link.ask('hint', [line]) : Promise.resolve('');
  }

  setLanguage(language: 'en' | 'zh'): void {
    this.options = { ...this.options, language };
    this.link.tell('setLanguage', [this.id, language]);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.link.tell('closeConsole', [this.id]);
    this.forget();
  }

  private async runNow(line: string, onPart?: (part: ConsolePart) => void): Promise<ConsoleOutput> {
    if (this.closed) throw new LabError('closed', 'The console is closed');
    this.onPart = onPart;
    try {
      const result = await this.link.ask('run', [this.id, line]);
      this.take(result);
      if (result.closed) this.close();
      return result;
    } finally {
      this.onPart = undefined;
    }
  }

  private take(state: ConsoleState): void {
    this.prompt = state.prompt;
    this.hintsEnabled = state.hints;
  }
}
