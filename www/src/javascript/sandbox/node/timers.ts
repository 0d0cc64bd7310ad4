/** node:timers. */

import { clearImmediate, clearTimeout, setImmediate, setInterval, setTimeout } from '../timers';
import promises from './timers-promises';

export { clearImmediate, clearTimeout, promises, setImmediate, setInterval, setTimeout };
export const clearInterval = clearTimeout;

export default {
  clearImmediate,
  clearInterval,
  clearTimeout,
  promises,
  setImmediate,
  setInterval,
  setTimeout,
};
