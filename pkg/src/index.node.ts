/** The package in Node: the wasm is read from beside this module. */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Lab, LabOptions } from './api';
import { open } from './lab';
import type { Platform } from './wasm';

export type * from './api';
export { LabError, ReplyError } from '../../www/src/client/errors';

const platform: Platform = {
  engine: () => readFile(new URL('./engine_bg.wasm', import.meta.url)),
  lua: () => readFileSync(new URL('./lua.wasm', import.meta.url)),
  read: (url) => (url.protocol === 'file:' ? readFile(url) : fetch(url)),
};

/** Opens a lab in this thread, with one server at port 6379. */
export function openLab(options: LabOptions = {}): Promise<Lab> {
  return open(platform, options);
}
