/** node:timers/promises, by the lab's clock. */

import {
  clearImmediate,
  clearTimeout,
  setImmediate as callSoon,
  setInterval as callOften,
  setTimeout as callLater,
} from '../timers';

interface Options {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

function aborted(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

/** A promise that `begin` keeps, unless the signal comes first. */
function wait<Value>(
  value: Value,
  { signal, ref = true }: Options,
  begin: (done: () => void) => { unref(): unknown },
  clear: (timer: unknown) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(aborted(signal));
      return;
    }
    const abort = (): void => {
      clear(timer);
      if (signal) reject(aborted(signal));
    };
    const timer = begin(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    if (!ref) timer.unref();
    signal?.addEventListener('abort', abort, { once: true });
  });
}

export function setTimeout<Value>(
  delay?: number,
  value?: Value,
  options: Options = {},
): Promise<Value | undefined> {
  return wait(value, options, (done) => callLater(done, delay), clearTimeout);
}

export function setImmediate<Value>(
  value?: Value,
  options: Options = {},
): Promise<Value | undefined> {
  return wait(value, options, (done) => callSoon(done), clearImmediate);
}

export async function* setInterval<Value>(
  delay?: number,
  value?: Value,
  { signal, ref = true }: Options = {},
): AsyncGenerator<Value | undefined> {
  if (signal?.aborted) throw aborted(signal);
  let due = 0;
  let wake = (): void => undefined;
  const timer = callOften(() => {
    due += 1;
    wake();
  }, delay);
  if (!ref) timer.unref();
  const abort = (): void => wake();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      if (due === 0) await new Promise<void>((resolve) => (wake = resolve));
      for (; due > 0; due -= 1) yield value;
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

export const scheduler = {
  wait: (delay: number, options?: Options): Promise<undefined> =>
    setTimeout(delay, undefined, options),
  yield: (): Promise<undefined> => setImmediate(),
};

export default { setTimeout, setImmediate, setInterval, scheduler };
