/** The script of the code view, on its way into a link and out of it. */

import type { Lab } from '../client/api';
import { scripts } from '../python/scripts';
import { Session } from '../python/session';
import type { SharedFile, SharedLab } from './shared-lab';

const PATH = '/home/learner/script.py';

/** The script that somebody has written, as a file; undefined while it is the one that is there from the start. */
export function writtenScript(lab: Lab): SharedFile | undefined {
  const { script } = Session.of(lab);
  if (script === scripts.music || script.trim() === '') return undefined;
  return { path: PATH, bytes: new TextEncoder().encode(script) };
}

/** Puts the script of a link into the code view. */
export function showScript(lab: Lab, { script, files }: SharedLab): void {
  const file = files.find(({ path }) => path === script);
  if (file !== undefined) Session.of(lab).script = new TextDecoder().decode(file.bytes);
}

/** Runs it; resolves at its end. */
export const runScript = (lab: Lab): Promise<void> => Session.of(lab).run();

export const stopScript = (lab: Lab): void => Session.of(lab).stop();
