/** What the page, the sandbox's page and a script's worker say to one another. */

/** To the sandbox's page (`frame.js`), on a port of its own. */
export type ToFrame =
  /** A worker of the code that was handed over; `port` is its line to the page. */
  | { readonly type: 'begin'; readonly id: number; readonly port: MessagePort }
  /** Ends it at once, whatever it does. */
  | { readonly type: 'end'; readonly id: number };

/** What cannot be told by the worker itself, because it did not get so far. */
export interface FromFrame {
  readonly type: 'failed';
  readonly id: number;
  readonly message: string;
}

export interface RunMessage {
  readonly type: 'run';
  /** Into the lab; see `client/bridge`. */
  readonly port: MessagePort;
  readonly name: string;
  /** All scripts that there are, the one that runs among them: it may import the others. */
  readonly files: Readonly<Record<string, string>>;
}

export type ToScript =
  | RunMessage
  /** So many characters of output have been taken. */
  | { readonly type: 'taken'; readonly count: number };

export type FromScript =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly text: string; readonly error: boolean }
  | { readonly type: 'ended'; readonly code: number };

/** Characters that may be on their way to the page; a script that prints faster keeps only its latest. */
export const WINDOW = 400_000;
