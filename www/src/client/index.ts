/** The lab for the page: `openLab`, and the contract it keeps. */

import type { Lab, LabOptions } from './api';
import { RemoteLab } from './remote-lab';

export type * from './api';
export { DEFAULT_PORT } from './api';
export { bytesOf, escapeBytes, identityOf, redisString } from './bytes';
export { LabError, ReplyError } from './errors';

/** Starts the worker and the engine in it. Rejects with `unavailable` when the browser cannot load them. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const lab = new RemoteLab(options);
  options.signal?.addEventListener('abort', () => lab.close());
  await lab.open();
  return lab;
}
