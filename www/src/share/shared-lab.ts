/** What a link carries, and how much of it at most. */

/** Why a link is none. `text` values fill the places of the message of that name. */
export type LinkProblem =
  'newer' | 'damaged' | 'tooLong' | 'tooMuch' | 'badText' | 'badName' | 'badValue' | 'tooMany';

/** The one thing that reading a link throws. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly problem: LinkProblem;
  /** What it is about: the name of a part of the link. */
  readonly part: string;

  constructor(problem: LinkProblem, part = '') {
    super(`${problem}${part === '' ? '' : `: ${part}`}`);
    this.problem = problem;
    this.part = part;
  }
}

export const LIMITS = {
  /** Characters of a fragment or a file. */
  link: 1_500_000,
  /** Characters beyond which a file is better than a link. */
  comfortable: 30_000,
  /** Bytes after inflation. */
  inflated: 16 << 20,
  /** Bytes of all commands of a script, and how many of them. */
  commandBytes: 256 << 10,
  commands: 5000,
  files: 200,
  servers: 32,
  words: 40,
  /** Bytes of a lesson's text. */
  lesson: 512 << 10,
  config: 300,
  /** Characters of a name, a path, a word or a value of the configuration. */
  name: 255,
  word: 4096,
  charts: 12,
  consoles: 8,
  /** Bytes of a key that a chart shows. */
  key: 1024,
} as const;

/** The data of a server: commands that make it, one a line as redis-cli takes them, or a snapshot. */
export type SharedData =
  | { readonly kind: 'commands'; readonly text: string }
  | { readonly kind: 'snapshot'; readonly bytes: Uint8Array };

export interface SharedServer {
  /** As the lab calls it: `6379`, `db2:6379`. */
  readonly name: string;
  /** What it is started with, in which folder, on which host; no words for the one that is there anyway. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly host: string;
  /** What CONFIG GET says where it is not as in a new lab. */
  readonly config: readonly (readonly [name: string, value: string])[];
  readonly data?: SharedData;
}

export interface SharedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface SharedChart {
  readonly key: Uint8Array;
  readonly db: number;
  readonly limit: number;
  readonly order: 'desc' | 'asc';
  readonly server: string;
}

export interface SharedView {
  /** The view in front. */
  readonly front: string;
  readonly enlarged: boolean;
  /** The example that is explained; '' for none. */
  readonly example: string;
  readonly charts: readonly SharedChart[];
  /** The servers of the consoles that are open; '' for the lab's own. */
  readonly consoles: readonly string[];
}

/** A lesson that opens with the lab, in a lab of its own: one of the course by its name, or any by its text. */
export interface SharedLesson {
  /** Of the course, or the file that the text is called by. */
  readonly name: string;
  /** '' for one of the course. */
  readonly text: string;
}

/** A lab in a link: of `history` and `servers` at most one says what it holds. */
export interface SharedLab {
  /** Commands for the visitor to run, one a line. */
  readonly commands: string;
  /** The path of a script among the files, for the visitor to run. */
  readonly script: string;
  /** Commands and script run by themselves. */
  readonly autorun: boolean;
  /** The lab cannot be changed until it is copied. */
  readonly readOnly: boolean;
  readonly language?: 'en' | 'zh-CN';
  /** All that was done, from which the same lab is made. */
  readonly history?: Uint8Array;
  /** The clock stands still, or goes this many times faster than real time. */
  readonly paused: boolean;
  readonly speed: number;
  readonly servers: readonly SharedServer[];
  readonly files: readonly SharedFile[];
  readonly view?: SharedView;
  readonly lesson?: SharedLesson;
}

export const emptyLab: SharedLab = {
  commands: '',
  script: '',
  autorun: false,
  readOnly: false,
  paused: false,
  speed: 1,
  servers: [],
  files: [],
};
