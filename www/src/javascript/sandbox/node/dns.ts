/** node:dns: whatever name, it is the lab's first host; the lab's network knows the others by theirs. */

import { nextTick } from '../loop';
import { isIP } from './net';

interface Found {
  readonly address: string;
  readonly family: number;
}

function find(name: string): Found {
  const family = isIP(name);
  return family === 0 ? { address: '127.0.0.1', family: 4 } : { address: name, family };
}

type Options = { readonly all?: boolean } | number;
type Callback = (error: Error | null, address: string | Found[], family?: number) => void;

export function lookup(name: string, options: Options | Callback, callback?: Callback): void {
  const done = typeof options === 'function' ? options : callback;
  const all = typeof options === 'object' && options.all === true;
  const found = find(name);
  nextTick(() => {
    if (all) done?.(null, [found]);
    else done?.(null, found.address, found.family);
  });
}

function notFound(name: string): Error {
  const error = new Error(`querySrv ENOTFOUND ${name}`);
  return Object.assign(error, { code: 'ENOTFOUND', syscall: 'querySrv', hostname: name });
}

export function resolveSrv(name: string, callback: (error: Error) => void): void {
  nextTick(() => callback(notFound(name)));
}

export const promises = {
  lookup: (name: string, options?: Options): Promise<Found | Found[]> =>
    Promise.resolve(
      typeof options === 'object' && options.all === true ? [find(name)] : find(name),
    ),
  resolveSrv: (name: string): Promise<never> => Promise.reject(notFound(name)),
};

export default { lookup, resolveSrv, promises };
