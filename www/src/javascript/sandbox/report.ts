/** What a script has not caught, told as Node tells it. */

import { inspect } from 'node-inspect-extracted';
import { importOf, named, textOf, Unlinked } from './modules';
import { print } from './output';
import { Exit, process } from './node/process';
import { excerpt, Unreadable, type Place } from './source';

/** The script that runs. */
let running = '';

export function reportFor(name: string): void {
  running = name;
}

/** Where in a script an error came from: the first line of its stack that is a script's. */
function placeIn(stack: string): { readonly name: string; readonly place: Place } | undefined {
  for (const [, name = '', line, column] of stack.matchAll(
    /(?:^|[\s(@])([^\s(@:]+\.[cm]?js):(\d+):(\d+)/gm,
  )) {
    if (textOf(name) !== undefined) {
      return { name, place: { line: Number(line), column: Number(column) } };
    }
  }
  return undefined;
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function told(error: unknown): string {
  if (error instanceof Unreadable) {
    const { script, place, message } = error;
    return `${excerpt(script, textOf(script) ?? '', place)}\nSyntaxError: ${message}\n    at ${script}:${place.line}:${place.column}\n`;
  }
  if (error instanceof Unlinked) {
    const { error: cause, script, start } = error;
    if (cause instanceof Unlinked || !(cause instanceof Error)) return told(cause);
    const text = textOf(script) ?? '';
    return `${excerpt(script, text, placeAt(text, start))}\n${cause.name}: ${cause.message}\n`;
  }
  if (!(error instanceof Error)) return `Uncaught ${named(inspect(error))}\n`;
  const text = textOf(running) ?? '';
  const at = importOf(running, error.message);
  if (at !== undefined) {
    const message = named(error.message);
    return `${excerpt(running, text, placeAt(text, at))}\n${error.name}: ${message}\n`;
  }
  const shown = named(inspect(error));
  const found = placeIn(named(error.stack ?? ''));
  if (!found) return `${shown}\n`;
  return `${excerpt(found.name, textOf(found.name) ?? '', found.place)}\n${shown}\n`;
}

/** An error that nobody has caught: told, and the end of the script, unless it listens for such. */
export function fatal(error: unknown, origin: 'uncaughtException' | 'unhandledRejection'): void {
  if (error instanceof Exit) return;
  try {
    if (process.listenerCount('uncaughtException') > 0) {
      process.emit('uncaughtException', error, origin);
      return;
    }
    print(told(error), true);
  } catch (failure) {
    if (failure instanceof Exit) return;
    print(`${String(failure)}\n`, true);
  }
  process.exitCode = 1;
  process.end();
}

/** A promise that was rejected, and nobody cares. */
export function rejected(reason: unknown, promise: Promise<unknown>): void {
  if (reason instanceof Exit) return;
  if (process.listenerCount('unhandledRejection') > 0) {
    process.emit('unhandledRejection', reason, promise);
    return;
  }
  if (reason instanceof Error) {
    fatal(reason, 'unhandledRejection');
    return;
  }
  const error = new Error(
    'This error originated either by throwing inside of an async function without a catch block, or by rejecting ' +
      `a promise which was not handled with .catch(). The promise rejected with the reason "${inspect(reason)}".`,
  );
  error.name = 'UnhandledPromiseRejection';
  error.stack = `${error.name}: ${error.message}`;
  fatal(Object.assign(error, { code: 'ERR_UNHANDLED_REJECTION' }), 'unhandledRejection');
}
