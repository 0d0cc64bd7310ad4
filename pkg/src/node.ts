/** What the package has for Node's clients besides. */

import net, { type Socket } from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import { Duplex } from 'node:stream';
import type { Lab } from './api';
import { sockets, type SocketExtras, type Sockets } from './sockets';

export type { SocketExtras } from './sockets';

const overNode: Sockets<Duplex & SocketExtras> = sockets(Duplex);

export const { stream, connector } = overNode;

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

const intercepted: Intercepted[] = [];
let outside: Pick<typeof net, 'connect' | 'createConnection'> | undefined;

/**
 * Has connections of this process that go to certain hosts end in a lab: whatever asks `node:net` for one, such as
 * `redis://lab:6379` with any client, gets a stream into it. All others go where they always went.
 */
export function intercept(lab: Lab, { hosts }: InterceptOptions = {}): Interception {
  const mine: Intercepted = { lab, hosts: hosts?.map((host) => host.toLowerCase()) };
  intercepted.push(mine);
  if (outside === undefined) replace();
  const restore = (): void => {
    const at = intercepted.indexOf(mine);
    if (at >= 0) intercepted.splice(at, 1);
    if (intercepted.length === 0) putBack();
  };
  return { restore, [Symbol.dispose]: restore };
}

type Connect = (...args: unknown[]) => Socket;

function replace(): void {
  outside = { connect: net.connect, createConnection: net.createConnection };
  const connect: Connect = (...args) => {
    const { port, host, listener } = parse(args);
    // The newest first: a test may shadow what its suite has.
    const found = intercepted.findLast((one) => leadsInto(one, host));
    if (found === undefined || port === undefined) return (outside?.connect as Connect)(...args);
    const socket = stream(found.lab, port, host === LAB ? {} : { host });
    if (listener !== undefined) socket.once('connect', listener);
    return socket as unknown as Socket;
  };
  Object.assign(net, { connect, createConnection: connect });
  syncBuiltinESMExports();
}

function putBack(): void {
  if (outside !== undefined) Object.assign(net, outside);
  outside = undefined;
  syncBuiltinESMExports();
}

/** The name of a lab's first host. */
const LAB = 'lab';

function leadsInto({ lab, hosts }: Intercepted, host: string): boolean {
  if (hosts !== undefined) return hosts.includes(host);
  if (host === LAB || host === '10.0.0.1') return true;
  const isHost = ({ name, host: address }: { name: string; host: string }): boolean =>
    name.startsWith(`${host}:`) || (address === host && address !== '127.0.0.1');
  return lab.instances.some(isHost);
}

interface Target {
  readonly host: string;
  readonly port: number | undefined;
  readonly listener: (() => void) | undefined;
}

/** The arguments of net.connect: (options), (port, host) or (path), each with a listener behind. */
function parse(args: readonly unknown[]): Target {
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
