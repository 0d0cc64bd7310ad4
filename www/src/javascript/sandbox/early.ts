/** What packages ask the global scope for while they are loaded; it has to be there before they are. */

import { Buffer } from 'node:buffer';
import { process } from './node/process';

for (const [name, value] of Object.entries({ Buffer, process, global: globalThis })) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
