/** Connections of this process that end in a lab, whoever makes them. */

import dns from 'node:dns/promises';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import { Duplex } from 'node:stream';
import type { Lab } from './api';
import { sockets } from './sockets';

export interface InterceptOptions {
  /** The hosts that are in the lab: `lab` and the names and addresses of its hosts when absent. */
  readonly hosts?: readonly string[];
}

/** What ends an interception. */
export interface Interception extends Disposable {
  restore(): void;
}

interface Intercepted {
  readonly lab: Lab;
  readonly hosts: readonly string[] | undefined;
}

/** A lab's first host: its name and its address. */
const LAB = ['lab', '10.0.0.1'] as const;

const intercepted: Intercepted[] = [];
let outside: (() => void) | undefined;

/**
 * Has connections of this process that go to certain hosts end in a lab: whatever asks `node:net` for one, such as
 * `redis://lab:6379` with any client, gets a stream into it. All others go where they always went.
 */
export function intercept(lab: Lab, { hosts }: InterceptOptions = {}): Interception {
  const mine: Intercepted = { lab, hosts: hosts?.map((host) => host.toLowerCase()) };
  intercepted.push(mine);
  outside ??= replace();
  const restore = (): void => {
    const at = intercepted.indexOf(mine);
    if (at >= 0) intercepted.splice(at, 1);
    if (intercepted.length > 0) return;
    outside?.();
    outside = undefined;
  };
  return { restore, [Symbol.dispose]: restore };
}

/** The lab where a host is. The newest first: a test may shadow what its suite has. */
function labOf(host: string): Lab | undefined {
  return intercepted.findLast(({ lab, hosts }) => hosts?.includes(host) ?? isOf(lab, host))?.lab;
}

function isOf(lab: Lab, host: string): boolean {
  return host === LAB[0] || host === LAB[1] || addressIn(lab, host) !== undefined;
}

/** The address of another host than the first, by its name or address. */
function addressIn(lab: Lab, host: string): string | undefined {
  const others = lab.instances.filter((instance) => instance.host !== '127.0.0.1');
  return others.find((it) => it.host === host || it.name.startsWith(`${host}:`))?.host;
}

type Anything = (...args: unknown[]) => unknown;

/** Puts ours in the place of what Node has; answers what puts it back. */
function replace(): () => void {
  const { connect, createConnection } = net;
  const { lookup } = dns;
  const { stream } = sockets(Duplex);

  const ours: Anything = (...args) => {
    const { host, port, listener } = target(args);
    const lab = port === undefined ? undefined : labOf(host);
    if (lab === undefined) return (connect as Anything)(...args);
    const there = addressIn(lab, host);
    const socket = stream(lab, port, there === undefined ? {} : { host: there });
    if (listener !== undefined) socket.once('connect', listener);
    return socket;
  };
  // Some look up themselves where they are to connect to.
  const ourLookup: Anything = (host, options) => {
    const name = String(host).toLowerCase();
    const lab = labOf(name);
    if (lab === undefined) return (lookup as Anything)(host, options);
    const found = { address: addressIn(lab, name) ?? LAB[1], family: 4 };
    const wantsAll = typeof options === 'object' && options !== null && 'all' in options;
    return Promise.resolve(wantsAll && options.all === true ? [found] : found);
  };

  Object.assign(net, { connect: ours, createConnection: ours });
  Object.assign(dns, { lookup: ourLookup });
  syncBuiltinESMExports();
  return () => {
    Object.assign(net, { connect, createConnection });
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
  };
}

interface Target {
  readonly host: string;
  readonly port: number | undefined;
  readonly listener: (() => void) | undefined;
}

/** The arguments of net.connect: (options), (port, host) or (path), each with a listener behind. */
function target(args: readonly unknown[]): Target {
  const last = args.at(-1);
  const listener = typeof last === 'function' ? (last as () => void) : undefined;
  const [first, second] = args;
  const isOptions = typeof first === 'object' && first !== null;
  const options = isOptions
    ? (first as { host?: unknown; port?: unknown; path?: unknown })
    : { port: first, host: second };
  const port = 'path' in options && options.path ? NaN : Number(options.port);
  const host = typeof options.host === 'string' ? options.host.toLowerCase() : 'localhost';
  return { host, port: Number.isInteger(port) ? port : undefined, listener };
}
