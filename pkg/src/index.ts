/** The package in browsers: the wasm is fetched. */

import type { Lab, LabOptions } from './api';
import { open } from './lab';
import type { Platform } from './wasm';

export type * from './api';
export { LabError, ReplyError } from '../../www/src/client/errors';

const platform: Platform = {
  // Bundlers look for these very words.
  engine: () => fetch(new URL('./engine_bg.wasm', import.meta.url)),
  get luaUrl() {
    return new URL('./lua.wasm', import.meta.url);
  },
  read: (url) => fetch(url),
};

/** Opens a lab in this thread, with one server at port 6379. */
export function openLab(options: LabOptions = {}): Promise<Lab> {
  return open(platform, options);
}
