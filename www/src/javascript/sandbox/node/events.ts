/** node:events: the package `events`, and what has come to Node since. */

import base from 'events/events.js';

type Name = string | symbol;
type Listener = (...args: unknown[]) => void;

interface Emitter {
  on(name: Name, listener: Listener): unknown;
  removeListener(name: Name, listener: Listener): unknown;
  listeners(name: Name): Listener[];
  setMaxListeners(count: number): unknown;
}

interface Options {
  readonly signal?: AbortSignal;
}

function aborted(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

/** What an emitter says under a name, one after another, until it says 'error' or the signal comes. */
function on(
  emitter: Emitter,
  name: Name,
  { signal }: Options = {},
): AsyncIterableIterator<unknown[]> {
  if (signal?.aborted) throw aborted(signal);
  const heard: unknown[][] = [];
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let wake = (): void => undefined;
  const hear: Listener = (...args) => {
    heard.push(args);
    wake();
  };
  const fail: Listener = (error) => {
    failure = { error };
    wake();
  };
  const abort = (): void => {
    if (signal) fail(aborted(signal));
  };
  const leave = (): void => {
    ended = true;
    emitter.removeListener(name, hear);
    emitter.removeListener('error', fail);
    signal?.removeEventListener('abort', abort);
    wake();
  };
  emitter.on(name, hear);
  if (name !== 'error') emitter.on('error', fail);
  signal?.addEventListener('abort', abort, { once: true });
  const end: IteratorResult<unknown[]> = { value: undefined, done: true };
  return {
    async next() {
      for (;;) {
        const value = heard.shift();
        if (value) return { value, done: false };
        if (failure) {
          const { error } = failure;
          failure = undefined;
          leave();
          throw error;
        }
        if (ended) return end;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    return() {
      leave();
      return Promise.resolve(end);
    },
    throw(error) {
      leave();
      return Promise.reject(error as Error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const more = {
  on,
  errorMonitor: Symbol('events.errorMonitor'),
  captureRejectionSymbol: Symbol.for('nodejs.rejection'),
  getEventListeners: (emitter: Emitter, name: Name): Listener[] => emitter.listeners(name),
  setMaxListeners: (count: number, ...emitters: Emitter[]): void => {
    for (const emitter of emitters) emitter.setMaxListeners(count);
    if (emitters.length === 0) base.defaultMaxListeners = count;
  },
  addAbortListener: (
    signal: AbortSignal,
    listener: (event: Event) => void,
  ): { [key: symbol]: () => void } => {
    signal.addEventListener('abort', listener, { once: true });
    const dispose = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for('Symbol.dispose');
    return { [dispose]: () => signal.removeEventListener('abort', listener) };
  },
};

const events = Object.assign(base, more);
export default events;
export const { EventEmitter, once, defaultMaxListeners } = base;
export const {
  errorMonitor,
  captureRejectionSymbol,
  getEventListeners,
  setMaxListeners,
  addAbortListener,
} = more;
export { on };
