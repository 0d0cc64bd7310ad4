/** Runs cells in a lab: one redis-cli a server (and session), one Python, all of which go on from cell to cell. */

import type { Console, Lab } from '../client/api';
import { LabError } from '../client/errors';
import { Python } from '../python/python';
import { withLines } from './configure';
import { restart, runDeeds } from './deeds';
import type { Cell } from './format';

/** What has come of a run. */
export interface Printed {
  readonly text: string;
  /** What is shown as having gone wrong: Python's standard error, a deed that failed. */
  readonly failed: boolean;
}

/** Most lines that are entered by one cell, and characters that are kept of what it prints. */
const MOST_LINES = 500;
const MOST_TEXT = 100_000;

/** Deeds that end processes: who was connected to one would only find out with the next command. */
const ENDS = /^(?:kill -9|restart|power) /m;

/** Opens a shell in a lab; set by the part of the page that has one. */
export type ShellOpener = (lab: Lab) => Promise<Console>;
let openShell: ShellOpener | undefined;
/** Whether cells of kind `shell` can run. */
export const hasShell = (): boolean => openShell !== undefined;

export const setShellOpener = (opener: ShellOpener): void => void (openShell = opener);

export class Cells {
  private readonly consoles = new Map<string, Promise<Console>>();
  private python: Python | undefined;
  private pythonText = '';
  private pythonFailed = false;
  private running: Console | undefined;

  constructor(readonly lab: Lab) {}

  /** Runs a cell with this code, which the learner may have changed. */
  async run(cell: Cell, code: string): Promise<Printed> {
    const { kind } = cell;
    switch (kind) {
      case 'console':
        return this.enter(this.consoleOf(cell), code);
      case 'shell':
        return this.enter(this.shell(), code);
      case 'python':
        return this.runPython(code);
      case 'lab':
        if (ENDS.test(code)) this.closeConsoles();
        return runDeeds(this.lab, code);
      case 'config':
        if (cell.restart !== '') this.closeConsoles();
        return this.configure(cell, code);
    }
  }

  private consoleOf({ port, session }: Cell): Promise<Console> {
    const name = `${port} ${session}`;
    const known = this.consoles.get(name) ?? this.lab.openConsole({ port });
    this.consoles.set(name, known);
    return known;
  }

  private shell(): Promise<Console> {
    if (!openShell) throw new LabError('unavailable', 'shell');
    const known = this.consoles.get('shell') ?? openShell(this.lab);
    this.consoles.set('shell', known);
    return known;
  }

  private async enter(opened: Promise<Console>, code: string): Promise<Printed> {
    const console = await opened;
    this.running = console;
    let text = '';
    try {
      for (const line of code.split('\n').slice(0, MOST_LINES)) {
        // What an exercise asks for stands in its cell as a comment.
        if (line.trim() === '' || line.startsWith('#')) continue;
        text += `${console.prompt}${line}\n`;
        const { text: rest } = await console.run(line, (part) => (text += part.text));
        text += rest;
        if (text.length > MOST_TEXT) break;
      }
    } finally {
      this.running = undefined;
    }
    return { text: text.slice(0, MOST_TEXT), failed: false };
  }

  private async runPython(code: string): Promise<Printed> {
    this.pythonText = '';
    this.pythonFailed = false;
    this.python ??= new Python(this.lab, {
      state: () => undefined,
      output: (text, error) => {
        if (this.pythonText.length < MOST_TEXT) this.pythonText += text;
        if (error) this.pythonFailed = true;
      },
    });
    await this.python.run(code, 'cell.py').catch(() => undefined);
    return { text: this.pythonText.slice(0, MOST_TEXT), failed: this.pythonFailed };
  }

  private async configure(cell: Cell, code: string): Promise<Printed> {
    const { lab } = this;
    try {
      const lines = code.split('\n');
      const text = cell.whole ? `${code}\n` : withLines(await this.textOf(cell.path), lines);
      const ended = cell.crlf ? text.replace(/\r?\n/g, '\r\n') : text;
      await lab.files.write(cell.path, new TextEncoder().encode(ended));
      if (cell.restart !== '') await restart(lab, cell.restart);
      return { text: '', failed: false };
    } catch (error) {
      return { text: error instanceof Error ? error.message : String(error), failed: true };
    }
  }

  private async textOf(path: string): Promise<string> {
    const bytes = await this.lab.files.read(path).catch(() => new Uint8Array());
    return new TextDecoder().decode(bytes);
  }

  /** Ends what runs at this moment. */
  stop(): void {
    this.running?.interrupt();
    this.python?.stop();
  }

  close(): void {
    this.stop();
    this.closeConsoles();
  }

  private closeConsoles(): void {
    for (const opened of this.consoles.values())
      opened.then((console) => console.close()).catch(() => undefined);
    this.consoles.clear();
  }
}
