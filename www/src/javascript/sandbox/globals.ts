/** A global scope that looks like Node's. */

import { installClock } from './clock';
import { console } from './console';
import { lent } from './modules';
import { native } from './native';
import { randomUUID } from './node/crypto';
import { process } from './node/process';
import { builtin } from './packages';
import { clearImmediate, clearTimeout, setImmediate, setInterval, setTimeout } from './timers';

/** What browsers have and Node has not. The policy and the origin of the sandbox's page keep scripts in, not this. */
const FOREIGN = [
  'self',
  'importScripts',
  'postMessage',
  'close',
  'name',
  'onmessage',
  'onmessageerror',
  'location',
  'origin',
  'indexedDB',
  'caches',
  'Worker',
  'SharedWorker',
  'XMLHttpRequest',
  'WebSocketStream',
  'WebTransport',
  'FileReader',
  'FileReaderSync',
  'Notification',
];

function hide(name: string): void {
  for (
    let holder: object | null = globalThis;
    holder !== null && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    Reflect.deleteProperty(holder, name);
  }
}

function lend(names: object): void {
  for (const [name, value] of Object.entries(names) as [string, unknown][]) {
    Object.defineProperty(globalThis, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
}

/** What the clients expect when they are loaded. */
export function installGlobals(): void {
  process.getBuiltinModule = builtin;
  lend({
    clearImmediate,
    clearInterval: clearTimeout,
    clearTimeout,
    console,
    setImmediate,
    setInterval,
    setTimeout,
    ...lent,
  });
  // Pages that come without https have it not.
  if (!('randomUUID' in native.crypto)) {
    Object.defineProperty(native.crypto, 'randomUUID', { value: randomUUID });
  }
  installClock();
}

/** What only a script sees. */
export function installForScript(require: unknown): void {
  lend({ require });
  for (const name of FOREIGN) hide(name);
}
