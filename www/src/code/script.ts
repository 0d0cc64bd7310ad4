/** A script: its text, whether the disk has it, and what its last run has come to. */

import { languageOf, type Language } from './folder';
import { Output } from './output';

export type ScriptStatus = 'idle' | 'loading' | 'running';

/** How the last run has ended; `busy`: it could not begin, because Python runs another script. */
export type Ending = 'done' | 'failed' | 'stopped' | 'busy';

let last = 0;

export class Script {
  /** The same as long as the page is open, whatever its name. */
  readonly id = ++last;
  name: string;
  text: string;
  /** What the disk has; undefined while it has none. */
  stored: string | undefined;
  /** Of the file that `stored` is from. */
  stamp = '';
  ending: Ending | undefined;
  /** Why it could not be kept. */
  problem = '';
  readonly output: Output;

  constructor(name: string, text: string, changed: () => void) {
    this.name = name;
    this.text = text;
    this.output = new Output(changed);
  }

  get language(): Language {
    return languageOf(this.name);
  }

  /** The disk has it as it stands here. */
  get isKept(): boolean {
    return this.text === this.stored;
  }
}
