/** Runs the code of a snippet: commands as in a redis-cli, or a script. */

import type { Console, Lab } from '../client/api';
import { Python } from '../python/python';
import type { SharedLab } from './labs';

export interface Run {
  /** Resolves when it is over; whether it failed. */
  readonly ended: Promise<boolean>;
  stop(): void;
}

type Print = (text: string) => void;

/** The prompt of a redis-cli, which authors copy along. */
const PROMPT = /^\s*(?:redis|127\.0\.0\.1:\d+(?:\[\d+\])?(?:\(TX\))?|localhost:\d+)> ?/;

/** The commands in a transcript: its lines with a prompt, or all lines where none has one. */
export function commandsIn(code: string): string[] {
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  const prompted = lines.filter((line) => PROMPT.test(line));
  const commands = prompted.length > 0 ? prompted.map((line) => line.replace(PROMPT, '')) : lines;
  return commands.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

export function startRun(shared: SharedLab, language: string, code: string, print: Print): Run {
  switch (language) {
    case 'redis':
      return runCommands(shared, commandsIn(code), print);
    case 'python':
      return runPython(shared.lab, code, print);
    case 'shell':
      return runShell(shared.lab, code, print);
    default:
      throw new Error(`No ${language} can be run here.`);
  }
}

function runCommands(shared: SharedLab, commands: readonly string[], print: Print): Run {
  let stopped = false;
  const run = async (): Promise<boolean> => {
    let failed = false;
    for (const command of commands) {
      if (stopped) return true;
      const printed = await shared.run([command]);
      failed ||= printed.startsWith('(error)');
      print(commands.length > 1 ? `> ${command}\n${printed}` : printed);
    }
    return failed;
  };
  return {
    ended: run(),
    stop: () => {
      stopped = true;
      shared.interrupt();
    },
  };
}

const shells = new WeakMap<Lab, Promise<Console>>();

/** The shell of a lab: what one snippet has changed into, the next is in. */
function shellOf(lab: Lab): Promise<Console> {
  const shell = shells.get(lab) ?? import('../shell/open').then(({ openShell }) => openShell(lab));
  shells.set(lab, shell);
  return shell;
}

/** The prompt of a shell, which authors copy along. */
const SHELL_PROMPT = /^\s*(?:\w+@[\w-]+:\S*)?\$ /;

function runShell(lab: Lab, code: string, print: Print): Run {
  const state = { stopped: false };
  const written = code.split('\n').filter((line) => line.trim() !== '');
  const prompted = written.filter((line) => SHELL_PROMPT.test(line));
  const lines = prompted.length > 0 ? prompted : written;
  const run = async (): Promise<boolean> => {
    const shell = await shellOf(lab);
    for (const line of lines) {
      if (state.stopped) return true;
      const command = line.replace(SHELL_PROMPT, '');
      if (lines.length > 1) print(`$ ${command}\n`);
      const { text } = await shell.run(command, (part) => print(part.text));
      print(text);
    }
    return false;
  };
  return {
    ended: run(),
    stop: () => {
      state.stopped = true;
      void shellOf(lab).then((shell) => shell.interrupt());
    },
  };
}

interface Interpreter {
  readonly python: Python;
  print: Print;
  /** Scripts of a page run one after another. */
  last: Promise<unknown>;
}

const interpreters = new WeakMap<Lab, Interpreter>();

/** The Python of a lab. */
function interpreterOf(lab: Lab): Interpreter {
  const known = interpreters.get(lab);
  if (known) return known;
  const made: Interpreter = {
    python: new Python(lab, {
      state: () => undefined,
      output: (text) => made.print(text),
    }),
    print: () => undefined,
    last: Promise.resolve(),
  };
  interpreters.set(lab, made);
  return made;
}

function runPython(lab: Lab, code: string, print: Print): Run {
  const interpreter = interpreterOf(lab);
  const state = { stopped: false, running: false };
  const ended = interpreter.last.then(async () => {
    if (state.stopped) return true;
    state.running = true;
    interpreter.print = print;
    const status = await interpreter.python.run(code, 'snippet.py');
    state.running = false;
    return status !== 0;
  });
  interpreter.last = ended.catch(() => undefined);
  return {
    ended,
    stop: () => {
      state.stopped = true;
      if (state.running) interpreter.python.stop();
    },
  };
}
