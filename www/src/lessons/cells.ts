/** Runs cells in a lab: one redis-cli a server (and session), one Python, all of which go on from cell to cell. */

import type { Console, Lab } from '../client/api';
import { Python } from '../python/python';
import { withLines } from './configure';
import { restart, runDeeds } from './deeds';
import type { Cell } from './format';
import { MOST_TEXT, linesToEnter, type Watch } from './running';
import { Terminals } from './terminals';

/** What has come of a run. */
export interface Printed {
  readonly text: string;
  /** What is shown as having gone wrong: Python's standard error, a deed that failed. */
  readonly failed: boolean;
}

/** What ends processes, in a cell of kind `lab` or at a shell: who was connected to one would only find out later. */
const ENDS = /^(?:kill -9|restart|power) /m;
const ENDS_IN_SHELL = /\b(?:kill|pkill|killall|stop|restart|shutdown)\b/i;

export class Cells {
  private readonly consoles = new Map<string, Promise<Console>>();
  private readonly terminals: Terminals;
  private python: Python | undefined;
  private pythonText = '';
  private pythonFailed = false;
  private pythonWatch: Watch | undefined;
  private running: Console | undefined;

  constructor(readonly lab: Lab) {
    this.terminals = new Terminals(lab);
  }

  /** Runs a cell with this code, which the learner may have changed. */
  async run(cell: Cell, code: string, watch: Watch): Promise<Printed> {
    const { kind } = cell;
    switch (kind) {
      case 'console':
        return this.enter(this.consoleOf(cell), code, watch);
      case 'shell':
        return this.runShell(cell, code, watch);
      case 'python':
        return this.runPython(code, watch);
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

  private async runShell({ terminal }: Cell, code: string, watch: Watch): Promise<Printed> {
    const shell = await this.terminals.of(terminal);
    const text = await shell.enter(code, watch);
    if (ENDS_IN_SHELL.test(code)) this.closeConsoles();
    return { text, failed: false };
  }

  private async enter(opened: Promise<Console>, code: string, watch: Watch): Promise<Printed> {
    const console = await opened;
    this.running = console;
    let text = '';
    const add = (more: string): void => {
      text = (text + more).slice(0, MOST_TEXT);
      watch.printed(text);
    };
    try {
      for (const line of linesToEnter(code)) {
        add(`${console.prompt}${line}\n`);
        const output = await console.run(line, (part) => add(part.text));
        add(output.text);
        if (text.length >= MOST_TEXT) break;
      }
    } finally {
      this.running = undefined;
    }
    return { text, failed: false };
  }

  private async runPython(code: string, watch: Watch): Promise<Printed> {
    this.pythonText = '';
    this.pythonFailed = false;
    this.pythonWatch = watch;
    this.python ??= new Python(this.lab, {
      state: () => undefined,
      output: (text, error) => {
        if (error) this.pythonFailed = true;
        if (this.pythonText.length >= MOST_TEXT) return;
        this.pythonText += text;
        this.pythonWatch?.printed(this.pythonText);
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

  /** Ends what a cell runs at this moment. */
  stop({ kind, terminal }: Cell): void {
    if (kind === 'shell') this.terminals.interrupt(terminal);
    else {
      this.running?.interrupt();
      this.python?.stop();
    }
  }

  close(): void {
    this.running?.interrupt();
    this.python?.stop();
    this.terminals.close();
    this.closeConsoles();
  }

  private closeConsoles(): void {
    for (const opened of this.consoles.values())
      opened.then((console) => console.close()).catch(() => undefined);
    this.consoles.clear();
  }
}
