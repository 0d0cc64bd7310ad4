/** The terminals of a lesson: a shell at each, which goes on from cell to cell. */

import type { Console, ConsolePart, Lab } from '../client/api';
import { LabError } from '../client/errors';
import { MOST_TEXT, linesToEnter, type Watch } from './running';

/** A file that vi, nano or less wants to be shown. */
export interface EditedFile {
  readonly kind: 'vi' | 'nano' | 'less';
  readonly path: string;
  readonly text: string;
  readonly fresh: boolean;
  readonly save: (text: string) => Promise<void>;
}

/** A shell as a lesson wants it. */
export interface TerminalSession extends Console {
  /** What is printed while no line runs goes here. */
  onPrint: ((part: ConsolePart) => void) | undefined;
  /** Shows a file; resolves when it is closed. */
  onEdit: ((file: EditedFile) => Promise<void>) | undefined;
  /** Resolves when what runs has the terminal until somebody ends it, as a server does. */
  whenHeld(): Promise<void>;
  /** Ctrl-C where a program waits for a line. */
  cancel(): Promise<void>;
}

/** Opens a shell in a lab; set by the part of the page that has one. */
export type ShellOpener = (lab: Lab, tty: number) => Promise<TerminalSession>;
let openShell: ShellOpener | undefined;
/** Whether cells of kind `shell` can run. */
export const hasShell = (): boolean => openShell !== undefined;

export const setShellOpener = (opener: ShellOpener): void => void (openShell = opener);

export class Terminals {
  private readonly opened = new Map<string, Promise<LessonTerminal>>();

  constructor(private readonly lab: Lab) {}

  /** The terminal of this name, with a shell at it. */
  of(name: string): Promise<LessonTerminal> {
    if (!openShell) throw new LabError('unavailable', 'shell');
    const known =
      this.opened.get(name) ??
      openShell(this.lab, this.opened.size).then((session) => new LessonTerminal(session));
    this.opened.set(name, known);
    return known;
  }

  /** Ctrl-C at a terminal. */
  interrupt(name: string): void {
    void this.opened.get(name)?.then((terminal) => terminal.interrupt());
  }

  close(): void {
    for (const opened of this.opened.values())
      opened.then((terminal) => terminal.close()).catch(() => undefined);
    this.opened.clear();
  }
}

class LessonTerminal {
  private running: Promise<string> | undefined;
  /** Ctrl-C was pressed: what else the cell would enter is not entered. */
  private stopping = new AbortController();
  private waits = false;

  constructor(private readonly session: TerminalSession) {}

  /** Enters lines, and resolves with what was printed when the last has ended. What holds the terminal is ended before. */
  async enter(code: string, watch: Watch): Promise<string> {
    while (this.running) {
      this.interrupt();
      await this.running.catch(() => undefined);
    }
    const work = this.lines(code, watch);
    this.running = work;
    try {
      return await work;
    } finally {
      this.running = undefined;
    }
  }

  private async lines(code: string, watch: Watch): Promise<string> {
    const { session } = this;
    const { signal } = (this.stopping = new AbortController());
    let text = '';
    const add = (more: string): void => {
      if (more === '') return;
      // Of a log that is followed the end is what counts.
      text = (text + more).slice(-MOST_TEXT);
      watch.printed(text);
    };
    session.onPrint = (part) => add(part.text);
    session.onEdit = (file) => watch.edits(file);
    for (const line of linesToEnter(code)) {
      if (signal.aborted) break;
      add(`${session.prompt}${line}\n`);
      this.waits = true;
      const run = session.run(line, (part) => add(part.text));
      void session.whenHeld().then(watch.held);
      const output = await run.finally(() => (this.waits = false));
      if (output.clear) text = '';
      add(output.text);
    }
    return text;
  }

  interrupt(): void {
    this.stopping.abort();
    if (this.waits) this.session.interrupt();
    else void this.session.cancel();
  }

  close(): void {
    this.stopping.abort();
    this.session.close();
  }
}
