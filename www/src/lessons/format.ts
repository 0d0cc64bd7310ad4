/** What a lesson is, once its Markdown has been read. `docs/lessons.md` describes the Markdown itself. */

import type { Token } from 'marked';
import type { Condition } from './conditions';
import type { Line } from './transcript';

/** Bounds on what a file may hold: it may come from anywhere. */
export const MAX_LESSON = 200_000;
export const MAX_CELLS = 200;

export interface Lesson {
  readonly title: string;
  readonly summary: string;
  /** The lab that it wants. */
  readonly lab: LessonLab;
  readonly blocks: readonly Block[];
  /** The file as it was written. */
  readonly source: string;
}

export interface LessonLab {
  /** Of all chance in it. */
  readonly seed: bigint;
  /** Lines that take the place of their like in /etc/redis/redis.conf before the first server starts. */
  readonly config: readonly string[];
  /** What else is started, such as `redis-server --port 6380`. */
  readonly servers: readonly string[];
}

export type Block = TextBlock | Cell | ChartBlock | TopologyBlock | Check | Predict | AnswerBlock;

export interface TextBlock {
  readonly kind: 'text';
  readonly tokens: readonly Token[];
}

export type CellKind = 'console' | 'shell' | 'python' | 'lab' | 'config';

/** Something to run. */
export interface Cell {
  readonly kind: CellKind;
  /** Unique in the lesson. */
  readonly id: string;
  /** Where it stands in the file. */
  readonly line: number;
  /** What is run, as the learner sees and edits it. */
  readonly code: string;
  /** What it prints; undefined where the author has not said. */
  readonly expected: string | undefined;
  /** Runs unseen, before the next cell does. */
  readonly hidden: boolean;
  /** The learner is to write it: `answer` is the author's. */
  readonly exercise: boolean;
  readonly answer?: { readonly code: string; readonly expected: string | undefined };
  /** Console: which one, where a lesson has several on one server. */
  readonly session: string;
  /** Shell: at which terminal. */
  readonly terminal: string;
  /** Console: the process of lines that have no prompt of their own. */
  readonly port: string;
  /** Config: the file. */
  readonly path: string;
  /** Config: the text is the whole file, not lines that take the place of their like. */
  readonly whole: boolean;
  /** Config: its lines end as those of the protocol do, by \\r\\n. */
  readonly crlf: boolean;
  /** Config: who is to read it again. */
  readonly restart: string;
  /** Console, as it stands in the file. */
  readonly lines: readonly Line[];
}

export interface ChartBlock {
  readonly kind: 'chart';
  readonly key: string;
  readonly db: number;
  readonly limit: number;
  readonly server: string;
  readonly order: 'desc' | 'asc';
}

export interface TopologyBlock {
  readonly kind: 'topology';
}

/** Something that is to become true. */
export interface Check {
  readonly kind: 'check';
  readonly id: string;
  readonly line: number;
  /** In the lesson's language. */
  readonly text: string;
  readonly conditions: readonly Condition[];
}

/** A question that is answered before the next cell is run. */
export interface Predict {
  readonly kind: 'predict';
  readonly id: string;
  readonly question: readonly Token[];
  readonly choices: readonly { readonly tokens: readonly Token[]; readonly right: boolean }[];
  /** Shown once a choice was made. */
  readonly explanation: readonly Token[];
}

/** Text that is shown when it is asked for. */
export interface AnswerBlock {
  readonly kind: 'answer';
  readonly tokens: readonly Token[];
}

/** A file is not what it should be: where, and why. The key is one of the catalogue's. */
export class LessonError extends Error {
  constructor(
    readonly problem: Problem,
    readonly line: number,
    readonly what = '',
  ) {
    super(`${problem} (line ${line}) ${what}`);
  }
}

export type Problem =
  | 'tooLong'
  | 'tooMany'
  | 'noTitle'
  | 'badFront'
  | 'badCell'
  | 'badPrompt'
  | 'badAttribute'
  | 'badDeed'
  | 'badCheck'
  | 'badPredict'
  | 'badAnswer'
  | 'badMarkdown';

export const isCell = (block: Block): block is Cell =>
  'code' in block && typeof block.code === 'string';
