/** The terminal of a shell: what is printed to the person, what the person types, the files that are edited. */

import type { Completions, ConsolePart } from '../client/api';
import type { Output } from './streams';

/** A line that a program wants the person to type. */
export interface Asking {
  readonly prompt: string;
  readonly complete?: (line: string, cursor: number) => Promise<Completions>;
  readonly hint?: (line: string) => Promise<string>;
}

/** What a program wants to be shown in place of the terminal. */
export interface Editing {
  readonly kind: 'vi' | 'nano' | 'less';
  readonly path: string;
  readonly text: string;
  /** There is no such file yet. */
  readonly fresh: boolean;
  /** Stores the text; rejects when that fails. */
  readonly save: (text: string) => Promise<void>;
}

export interface TerminalView {
  print(part: ConsolePart): void;
  clear(): void;
  /** Shows an editor; resolves when it is closed. */
  edit(editing: Editing): Promise<void>;
}

/** Bytes that wait to be painted, beyond which who writes has to wait. */
const CAPACITY = 1 << 20;

const nothing = new Uint8Array();

export const plainPart = (text: string): ConsolePart => ({
  text,
  marks: [],
  sent: nothing,
  received: nothing,
});

/** When the next frame is painted; soon also where none is. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 50);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- tests run where nothing is painted
    globalThis.requestAnimationFrame?.(() => {
      clearTimeout(timer);
      resolve();
    });
  });

export class Terminal implements Output {
  readonly isTerminal = true;
  view: TerminalView | undefined;
  /** What Ctrl-C does, if it does not end the program. */
  onInterrupt: (() => void) | undefined;
  /** The line that was typed holds a password. */
  secret = false;
  private waiting = '';
  private flushing: Promise<void> | undefined;
  private asking: { asked: Asking; answer: (line: string | undefined) => void } | undefined;
  private asked: (() => void)[] = [];
  private held = false;
  private holders: (() => void)[] = [];
  private readonly decoder = new TextDecoder();

  async write(data: string | Uint8Array): Promise<void> {
    this.waiting += typeof data === 'string' ? data : this.decoder.decode(data, { stream: true });
    this.flushing ??= nextFrame().then(() => {
      this.flush();
    });
    if (this.waiting.length > CAPACITY) await this.flushing;
  }

  /** Prints what waits. */
  flush(): void {
    this.flushing = undefined;
    const text = this.waiting;
    this.waiting = '';
    if (text !== '') this.view?.print(plainPart(text.replace(/\r\n/g, '\n')));
  }

  /** Prints text with its marks. */
  print(part: ConsolePart): void {
    this.flush();
    this.view?.print(part);
  }

  clear(): void {
    this.waiting = '';
    this.view?.clear();
  }

  /** A line that the person types; undefined at Ctrl-D, or when the program is to end. */
  readLine(asked: Asking, signal: AbortSignal): Promise<string | undefined> {
    this.flush();
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(undefined);
        return;
      }
      const ended = (): void => answer(undefined);
      const answer = (line: string | undefined): void => {
        signal.removeEventListener('abort', ended);
        this.asking = undefined;
        resolve(line);
      };
      signal.addEventListener('abort', ended);
      this.asking = { asked, answer };
      for (const wake of this.asked.splice(0)) wake();
    });
  }

  /** What a program waits for at this moment. */
  get question(): Asking | undefined {
    return this.asking?.asked;
  }

  /** Resolves when a program waits for a line. */
  whenAsked(): Promise<void> {
    if (this.asking) return Promise.resolve();
    return new Promise((resolve) => this.asked.push(resolve));
  }

  /** Gives the line to the program that waits for it. */
  answer(line: string | undefined): void {
    this.asking?.answer(line);
  }

  /** What is typed, line by line, until Ctrl-D. */
  async *typed(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    for (;;) {
      const line = await this.readLine({ prompt: '' }, signal);
      if (line === undefined) return;
      yield encoder.encode(`${line}\n`);
    }
  }

  /** What runs goes on until somebody ends it, such as a server: nobody need wait for its end. */
  hold(): void {
    this.held = true;
    for (const wake of this.holders.splice(0)) wake();
  }

  /** A new line is run. */
  release(): void {
    this.held = false;
    this.holders = [];
  }

  /** Resolves when what runs holds the terminal. */
  whenHeld(): Promise<void> {
    if (this.held) return Promise.resolve();
    return new Promise((resolve) => this.holders.push(resolve));
  }

  edit(editing: Editing): Promise<void> {
    if (!this.view) return Promise.reject(new Error('Not a terminal'));
    this.flush();
    return this.view.edit(editing);
  }
}
