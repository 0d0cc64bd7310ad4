/** What cells that run have in common: who watches them, and bounds on what they enter and print. */

import type { EditedFile } from './terminals';

/** Who watches a cell while it runs. */
export interface Watch {
  /** All that it has printed so far. */
  printed(text: string): void;
  /** It goes on until somebody ends it: others may run meanwhile. */
  held(): void;
  /** Shows a file to be edited; resolves when it is closed. */
  edits(file: EditedFile): Promise<void>;
}

/** Most lines that are entered by one cell, and characters that are kept of what it prints. */
const MOST_LINES = 500;
export const MOST_TEXT = 100_000;

/** The lines of a cell that are entered: what an exercise asks for stands in it as a comment. */
export const linesToEnter = (code: string): string[] =>
  code
    .split('\n')
    .slice(0, MOST_LINES)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
