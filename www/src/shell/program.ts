/** What a program is: it reads, writes, and ends with a number. And how its options are read. */

import type { Lab } from '../client/api';
import type { FileSystem } from './files';
import type { Input, Output } from './streams';
import type { Terminal } from './terminal';

/** What a program finds when it is run. */
export interface Run {
  /** What it was called. */
  readonly name: string;
  /** The words behind its name. */
  readonly args: readonly string[];
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly lab: Lab;
  readonly files: FileSystem;
  /** The terminal that it was started at. */
  readonly terminal: Terminal;
  readonly shell: ShellState;
  /** Ctrl-C, or kill. */
  readonly signal: AbortSignal;
  /** In the background: the terminal is somebody else's. */
  readonly background: boolean;
}

/** Runs to its end; resolves with the number that it ends with, 0 when all is well. */
export type Program = (run: Run) => Promise<number> | number;

/** What programs may see of the shell, and change if they are part of it. */
export interface ShellState {
  readonly pid: number;
  /** The name of its terminal. */
  readonly tty: string;
  /** What time it is in the lab. */
  readonly now: number;
  folder: string;
  user: 'learner' | 'root';
  readonly history: readonly string[];
  readonly jobs: readonly Job[];
  /** Everything that runs in the shells of the lab, for ps. */
  readonly processes: () => readonly ShellProcess[];
  /** Runs a program by its name. */
  execute(run: Run, args: readonly string[]): Promise<number>;
  /** Runs lines as if they were typed. */
  source(run: Run, text: string): Promise<number>;
  /** The names of all programs. */
  readonly programs: () => readonly string[];
  becomeRoot(): void;
  exit(): void;
}

export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly source: string;
  done: boolean;
}

export interface ShellProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  readonly command: string;
  readonly tty: string;
  readonly started: number;
  readonly kill: (() => void) | undefined;
}

/** A program was not called as it wants to be; the message goes to its standard error, and it ends. */
export class Usage extends Error {
  constructor(
    message: string,
    readonly code = 1,
  ) {
    super(message);
  }
}

export interface Options {
  /** Letters and long names that were given; a value where one was wanted. */
  readonly given: ReadonlyMap<string, string>;
  /** What is no option. */
  readonly rest: readonly string[];
  has(...names: readonly string[]): boolean;
  value(...names: readonly string[]): string | undefined;
}

/**
 * Reads options as getopt does: letters together, values behind or attached, `--` ends them. `flags` and `valued` list
 * the letters; `long` maps long names to letters. Throws `Usage` with GNU's words.
 */
export function options(
  run: Run,
  flags: string,
  valued = '',
  long: Readonly<Record<string, string>> = {},
): Options {
  const { name, args } = run;
  const given = new Map<string, string>();
  const rest: string[] = [];
  const wrong = (text: string): Usage =>
    new Usage(
      `${name}: ${text}\nTry '${name} --help' for more information.\n`,
      name === 'ls' || name === 'grep' || name === 'diff' ? 2 : 1,
    );
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      rest.push(...args.slice(at + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const [option = '', value] = arg.slice(2).split(/=(.*)/s);
      const letter = long[option];
      if (letter === undefined) throw wrong(`unrecognized option '--${option}'`);
      if (!valued.includes(letter)) given.set(letter, '');
      else if (value !== undefined) given.set(letter, value);
      else if (at + 1 < args.length) given.set(letter, args[(at += 1)] ?? '');
      else throw wrong(`option '--${option}' requires an argument`);
    } else if (arg.length > 1 && arg.startsWith('-')) {
      for (let letterAt = 1; letterAt < arg.length; letterAt += 1) {
        const letter = arg[letterAt] ?? '';
        if (valued.includes(letter)) {
          const attached = arg.slice(letterAt + 1);
          if (attached !== '') given.set(letter, attached);
          else if (at + 1 < args.length) given.set(letter, args[(at += 1)] ?? '');
          else throw wrong(`option requires an argument -- '${letter}'`);
          break;
        }
        if (!flags.includes(letter)) throw wrong(`invalid option -- '${letter}'`);
        given.set(letter, '');
      }
    } else rest.push(arg);
  }
  return {
    given,
    rest,
    has: (...names) => names.some((one) => given.has(one)),
    value: (...names) => names.map((one) => given.get(one)).find((one) => one !== undefined),
  };
}

/** What went wrong, in words. */
export const reason = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The line that a GNU program has for a file that it can do nothing with. */
export async function complain(run: Run, text: string): Promise<number> {
  await run.stderr.write(`${run.name}: ${text}\n`);
  return 1;
}
