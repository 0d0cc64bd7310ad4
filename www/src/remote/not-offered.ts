/** What a lab has and a real server has not: the parts of the contract that say so. */

import type { Clock, Files, LabTime, Network } from '../client/api';
import { LabError } from '../client/errors';

/** Rejects: the page does not offer it, and who asks all the same is told. */
export const notOffered = (): Promise<never> =>
  Promise.reject(new LabError('unavailable', 'This is a real server, not a lab'));

const nothing = (): void => undefined;

export const noFiles: Files = {
  list: notOffered,
  read: notOffered,
  write: notOffered,
  remove: notOffered,
  makeFolder: notOffered,
  rename: notOffered,
  onChange: () => nothing,
  exportAll: notOffered,
  load: notOffered,
};

export const noNetwork: Network = {
  cut: notOffered,
  setLine: notOffered,
  setLines: notOffered,
  heal: notOffered,
};

/** The time of a real server is the time. */
export const realTime = (): LabTime => {
  const now = Date.now();
  return {
    now,
    began: null,
    present: now,
    paused: false,
    speed: 1,
    hurries: false,
    past: false,
  };
};

export const noClock: Clock = {
  get time() {
    return realTime();
  },
  now: () => Date.now(),
  pause: notOffered,
  setSpeed: notOffered,
  hurry: notOffered,
  step: notOffered,
  lookAt: notOffered,
  lookAtPresent: notOffered,
  fork: notOffered,
  deeds: () => Promise.resolve([]),
};
