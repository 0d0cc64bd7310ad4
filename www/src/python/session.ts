/** The script of a lab and what it has printed, which outlive the view that shows them. */

import type { Lab } from '../client/api';
import { Python, type PythonState } from './python';
import { scripts } from './scripts';

/** Characters of output that are kept. */
const KEPT = 200_000;

export interface Piece {
  readonly text: string;
  readonly error: boolean;
}

/** How the last run has ended. */
export type Ending = 'done' | 'stopped' | undefined;

export class Session extends EventTarget {
  script: string = scripts.music;
  status: PythonState = 'none';
  pieces: readonly Piece[] = [];
  ending: Ending;
  readonly python: Python;
  private waiting: Piece[] = [];
  private frame = 0;
  private stopping = false;

  private constructor(lab: Lab) {
    super();
    this.python = new Python(lab, {
      state: (status) => {
        this.status = status;
        this.changed();
      },
      output: (text, error) => this.print({ text, error }),
    });
    lab.on('status', () => this.python.stop());
  }

  /** The one of a lab. */
  static of(lab: Lab): Session {
    const session = sessions.get(lab) ?? new Session(lab);
    sessions.set(lab, session);
    return session;
  }

  /** Loads Python, so that it is ready when the script is. */
  start(): void {
    // What went wrong is told where the output stands.
    this.python.start().catch(() => undefined);
  }

  async run(): Promise<void> {
    if (this.status === 'running') return;
    this.pieces = [];
    this.ending = undefined;
    this.stopping = false;
    try {
      await this.python.run(this.script, 'script.py');
      this.ending = this.wasStopped() ? 'stopped' : 'done';
    } catch {
      // It has been told where the output stands.
    }
    this.changed();
  }

  stop(): void {
    this.stopping = true;
    this.python.stop();
    // The next run need not wait for it.
    this.start();
  }

  clear(): void {
    this.pieces = [];
    this.changed();
  }

  private wasStopped(): boolean {
    return this.stopping;
  }

  private print(piece: Piece): void {
    this.waiting.push(piece);
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const pieces = [...this.pieces, ...this.waiting];
      this.waiting = [];
      let kept = 0;
      let from = pieces.length;
      while (from > 0 && kept < KEPT) kept += pieces[(from -= 1)]?.text.length ?? 0;
      this.pieces = pieces.slice(from);
      this.changed();
    });
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

const sessions = new WeakMap<Lab, Session>();
