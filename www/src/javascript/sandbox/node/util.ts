/** node:util: printing by Node's own code, the rest by the package `util`. */

import {
  format,
  formatWithOptions,
  inspect,
  stripVTControlCharacters,
} from 'node-inspect-extracted';
import base from 'util/util.js';
import { isDeepStrictEqual } from 'assert/build/internal/util/comparisons.js';

const more = {
  format,
  formatWithOptions,
  inspect,
  stripVTControlCharacters,
  isDeepStrictEqual,
  TextDecoder,
  TextEncoder,
  /** Says where the value of an environment variable would ask for it; there is none. */
  debuglog: () => () => undefined,
  styleText: (_style: unknown, text: string): string => text,
};

const util = { ...base, ...more };
export default util;
export const { callbackify, debuglog, deprecate, inherits, promisify, types, styleText } = util;
export { format, formatWithOptions, inspect, isDeepStrictEqual, stripVTControlCharacters };
