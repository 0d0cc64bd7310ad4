/** A lab made from what a link carries: in memory, and in this tab alone. */

import { DEFAULT_PORT, openLab, type Lab } from '../client';
import { fileOf } from './commands';
import { readOnly } from './read-only';
import { LinkError, type SharedLab, type SharedServer } from './shared-lab';

/** How opening goes, and how it is given up. */
export interface Opening {
  readonly signal: AbortSignal;
  readonly onArriving: (done: number) => void;
}

const CONF = '/etc/redis/redis.conf';

/** Rejects with a `LinkError` or what the lab says, and leaves nothing open then. */
export async function makeLab(shared: SharedLab, { signal, onArriving }: Opening): Promise<Lab> {
  const { history, paused, speed } = shared;
  const lab = await openLab({
    temporary: true,
    signal,
    ...(history && { history, paused, onArriving }),
  });
  try {
    await furnish(lab, shared, signal);
    if (speed !== 1) await lab.clock.setSpeed(speed);
    if (paused && !history) await lab.clock.pause(true);
    signal.throwIfAborted();
    return shared.readOnly ? await readOnly(lab) : lab;
  } catch (error) {
    lab.close();
    throw error;
  }
}

async function furnish(
  lab: Lab,
  { files, servers }: SharedLab,
  signal: AbortSignal,
): Promise<void> {
  for (const { path, bytes } of files) {
    signal.throwIfAborted();
    await lab.files.write(path, bytes);
  }
  if (files.some(({ path }) => path === CONF)) {
    await lab.kill(DEFAULT_PORT);
    await lab.start(DEFAULT_PORT);
  }
  for (const server of servers) {
    signal.throwIfAborted();
    await addServer(lab, server);
  }
}

async function addServer(lab: Lab, server: SharedServer): Promise<void> {
  const { name, words, folder, host, config, data } = server;
  if (words.length > 0) {
    const made = await lab.launch(words, folder, host);
    // It would be found under another name than the rest of the link has for it.
    if (made !== name) throw new LinkError('badName', 'servers');
  }
  if (data !== undefined)
    await lab.files.load(data.kind === 'snapshot' ? data.bytes : fileOf(data.text), name);
  if (config.length === 0) return;
  const connection = await lab.connect({ port: name });
  try {
    const primary = config.find(([parameter]) => parameter === 'replicaof')?.[1].split(' ') ?? [];
    const others = config.filter(([parameter]) => parameter !== 'replicaof');
    // What can only be said at a start stands in its file, and is refused here.
    await connection.pipeline(others.map((pair) => ['CONFIG', 'SET', ...pair]));
    if (primary.length === 2) await connection.call('REPLICAOF', ...primary);
  } finally {
    connection.close();
  }
}
