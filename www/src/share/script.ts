/** The script in front of the code view, on its way into a link and out of it. Scripts are files, and travel as such. */

import type { Lab } from '../client/api';
import { HOME } from '../code/folder';
import type { Script } from '../code/script';
import { Session } from '../code/session';
import type { SharedFile, SharedLab } from './shared-lab';

/** The script in front; undefined while it is the one that is there from the start. */
export async function writtenScript(lab: Lab): Promise<SharedFile | undefined> {
  const session = await Session.of(lab);
  const { active } = session;
  if (session.isUntouched(active) || active.text.trim() === '') return undefined;
  return { path: `${HOME}/${active.name}`, bytes: new TextEncoder().encode(active.text) };
}

function find(session: Session, { script: path }: SharedLab): Script | undefined {
  return session.scripts.find(({ name }) => `${HOME}/${name}` === path);
}

/** Puts the script of a link in front. */
export async function showScript(lab: Lab, shared: SharedLab): Promise<void> {
  const session = await Session.of(lab);
  const script = find(session, shared);
  if (script) session.choose(script);
}

/** Runs it; resolves at its end. */
export async function runScript(lab: Lab, shared: SharedLab): Promise<void> {
  const session = await Session.of(lab);
  const script = find(session, shared);
  if (!script) return;
  session.run(script);
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (script.ending === undefined) return;
      session.removeEventListener('change', look);
      resolve();
    };
    session.addEventListener('change', look);
    look();
  });
}

export async function stopScript(lab: Lab, shared: SharedLab): Promise<void> {
  const session = await Session.of(lab);
  const script = find(session, shared);
  if (script) session.stop(script);
}
