/** A shell at its terminal, as the page's console knows a session: lines in, text out, a prompt, completion. */

import type { Completions, Console, ConsoleOutput, ConsolePart } from '../client/api';
import { completeLine } from './completion';
import { Shell, type ShellOptions } from './shell';
import { isUnfinished } from './syntax';
import { Terminal, plainPart, type Editing } from './terminal';

export class ShellSession implements Console {
  readonly hintsEnabled = true;
  readonly terminal = new Terminal();
  readonly shell: Shell;
  /** What is printed while no line runs goes here. */
  onPrint: ((part: ConsolePart) => void) | undefined;
  onEdit: ((editing: Editing) => Promise<void>) | undefined;
  onPrompt: (() => void) | undefined;
  private onPart: ((part: ConsolePart) => void) | undefined;
  private cleared = false;
  private spoken = '';
  private unfinished = '';
  private running: Promise<void> | undefined;
  private busy = false;
  private readonly furnished: Promise<void>;

  constructor(options: Omit<ShellOptions, 'terminal'>) {
    this.shell = new Shell({ ...options, terminal: this.terminal });
    this.terminal.view = {
      print: (part) => this.print(part),
      clear: () => this.clear(),
      edit: (editing) => this.onEdit?.(editing) ?? Promise.reject(new Error('Not a terminal')),
    };
    // Where nothing can be stored, programs say so when they try.
    this.furnished = this.shell.files.furnish().catch(() => undefined);
  }

  get prompt(): string {
    if (this.unfinished !== '') return '> ';
    if (this.terminal.question) return this.terminal.question.prompt;
    // What runs has the terminal.
    return this.busy ? '' : this.shell.prompt;
  }

  private print(part: ConsolePart): void {
    this.spoken = (this.spoken + part.text).slice(-2000);
    if (this.onPart) this.onPart(part);
    else this.onPrint?.(part);
  }

  private clear(): void {
    if (this.onPart) this.cleared = true;
    else this.onPrint?.(plainPart(''));
  }

  async run(line: string, onPart?: (part: ConsolePart) => void): Promise<ConsoleOutput> {
    this.busy = true;
    this.onPart = onPart;
    this.cleared = false;
    this.spoken = '';
    this.terminal.secret = false;
    this.terminal.release();
    try {
      await this.furnished;
      if (this.terminal.question) this.terminal.answer(line);
      else if (!this.goesOn(line)) {
        const source = this.unfinished + line;
        this.unfinished = '';
        this.running = this.shell.run(source).finally(() => (this.running = undefined));
      }
      await this.untilPrompt();
    } finally {
      this.onPart = undefined;
      this.busy = false;
    }
    return {
      ...plainPart(''),
      prompt: this.prompt,
      clear: this.cleared,
      closed: this.shell.ended,
      secret: this.terminal.secret,
    };
  }

  /** Resolves when what runs has the terminal until somebody ends it, as a server does. */
  whenHeld(): Promise<void> {
    return this.terminal.whenHeld();
  }

  /** What has been printed by the last line, for those who listen. */
  get said(): string {
    return this.spoken;
  }

  /** The line goes on: a quote is open, or it says so. */
  private goesOn(line: string): boolean {
    const source = this.unfinished + line;
    if (!isUnfinished(source)) return false;
    this.unfinished = source.endsWith('\\') ? source.slice(0, -1) : `${source}\n`;
    return true;
  }

  /** Until the program has ended, or wants a line. */
  private async untilPrompt(): Promise<void> {
    // What has just been answered may ask again before it ends.
    await Promise.resolve();
    if (this.running) await Promise.race([this.running, this.terminal.whenAsked()]);
    this.terminal.flush();
  }

  /** Ctrl-C, while something runs. */
  interrupt(): void {
    void this.terminal.write('^C\n');
    this.shell.interrupt();
  }

  /** Ctrl-C at a prompt: the shell forgets the line, a program that waits for one ends. */
  async cancel(): Promise<void> {
    this.unfinished = '';
    if (!this.terminal.question) return;
    this.shell.interrupt();
    await this.running;
    this.onPrompt?.();
  }

  /** Ctrl-D at an empty line: whether the shell itself is at its end. */
  async endOfInput(): Promise<boolean> {
    if (this.terminal.question) {
      this.terminal.answer(undefined);
      await this.untilPrompt();
      this.onPrompt?.();
      return this.shell.ended;
    }
    this.shell.exit();
    this.onPrompt?.();
    return this.shell.ended;
  }

  complete(line: string, cursor: number): Promise<Completions> {
    const { question } = this.terminal;
    if (question) {
      return (
        question.complete?.(line, cursor) ?? Promise.resolve({ start: 0, end: 0, candidates: [] })
      );
    }
    return completeLine(this.shell, line.slice(0, cursor));
  }

  hint(line: string): Promise<string> {
    return this.terminal.question?.hint?.(line) ?? Promise.resolve('');
  }

  setLanguage(): void {
    // Programs speak English, as they do in a course.
  }

  close(): void {
    this.shell.close();
    this.terminal.answer(undefined);
  }
}
