/** A shared lab becomes one of the visitor's own: its files, with all data in them, go into a saved lab. */

import { DEFAULT_PORT, openLab, type Lab } from '../client';
import { LIMITS, LinkError } from './shared-lab';
import { ts } from './catalogue';

/** The longest name of a lab. */
export const LONGEST_NAME = 64;

/** Whether a lab can be called so. */
export const isLabName = (name: string): boolean =>
  name.length <= LONGEST_NAME && /^[\p{L}\p{N}][\p{L}\p{N} _.-]*$/u.test(name);

/** Writes the data of the servers to their files, as SAVE and CONFIG REWRITE do. */
async function saveAll(lab: Lab): Promise<void> {
  for (const { name, sentinel, state } of lab.instances) {
    if (sentinel || state !== 'running') continue;
    const connection = await lab.connect({ port: name });
    // Without a file of its own a server has nothing to write its configuration to.
    await connection.pipeline([['SAVE'], ['CONFIG', 'REWRITE']]);
    connection.close();
  }
}

/** Whether a saved lab has anything in it besides what a new one has. */
export async function isThere(name: string): Promise<boolean> {
  const known = await indexedDB.databases();
  return known.some((database) => database.name === `resplay:${name}`);
}

/** Saves under this name, in place of whatever is saved there; rejects with a message when it cannot be. */
export async function saveCopy(lab: Lab, name: string): Promise<void> {
  if (!isLabName(name)) throw new LinkError('badName', 'name');
  await saveAll(lab);
  const own = await openLab({ name });
  try {
    if (own.storage.kind !== 'indexeddb') throw new Error(ts(`save.${reason(own)}`));
    await own.kill(DEFAULT_PORT);
    await empty(own);
    let left: number = LIMITS.inflated * 16;
    for (const { path, isDirectory, size } of await lab.files.list()) {
      if (isDirectory) continue;
      left -= size;
      if (left < 0) throw new LinkError('tooMuch', 'files');
      await own.files.write(path, await lab.files.read(path));
    }
    await own.start(DEFAULT_PORT);
  } finally {
    own.close();
  }
}

const reason = (lab: Lab): 'elsewhere' | 'unavailable' =>
  lab.storage.reason === 'elsewhere' ? 'elsewhere' : 'unavailable';

async function empty(lab: Lab): Promise<void> {
  // What is deepest comes last.
  for (const { path, isDirectory } of [...(await lab.files.list())].reverse()) {
    if (!isDirectory) await lab.files.remove(path);
  }
}
