/** Where a bridge is, and which of its addresses leads to which server. */

import { RemoteError } from './problem';

const HOST = /^[A-Za-z0-9_.:-]{1,255}$/;
const LONGEST = 2000;

/** A server as Redis names it: `host:port`; of an IPv6 address the last colon counts. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export const nameOf = ({ host, port }: ServerAddress): string => `${host}:${port}`;

/** Reads `host:port`; undefined when that is none. A server may have said it, so that nothing odd gets through. */
export function serverAddress(text: string): ServerAddress | undefined {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  // Servers of a cluster add their own port for each other.
  const digits = text.slice(at + 1).replace(/@.*$/, '');
  const port = Number(digits);
  if (at < 1 || !HOST.test(host) || !/^\d{1,5}$/.test(digits) || port < 1 || port > 65_535)
    return undefined;
  return { host, port };
}

/** The address of a bridge to one server, or one with `{host}` and `{port}` in it that leads to many. */
export class BridgeAddress {
  private constructor(
    private readonly text: string,
    /** The server at which everything begins; the bridge's own address where it is a bridge to one server. */
    readonly first: ServerAddress,
    /** Whether other servers can be reached as well. */
    readonly leadsToMany: boolean,
  ) {}

  /**
   * Reads what somebody typed. `first` is the server to begin with, `host:port`, for an address that leads to many.
   * Throws `RemoteError`.
   */
  static read(typed: string, first = '', secure = location.protocol === 'https:'): BridgeAddress {
    let text = typed.trim();
    if (text.length > LONGEST) throw new RemoteError('address');
    if (!/^[a-z]+:\/\//i.test(text)) text = `${secure ? 'wss' : 'ws'}://${text}`;
    const leadsToMany = BridgeAddress.namesServers(text);
    const server = leadsToMany ? serverAddress(first.trim()) : undefined;
    if (leadsToMany && !server) throw new RemoteError('address', first);
    const url = parse(fill(text, server ?? { host: 'host', port: 1 }));
    if (secure && url.protocol === 'ws:' && !isLoopback(url.hostname))
      throw new RemoteError('mixed');
    const port = Number(url.port) || (url.protocol === 'wss:' ? 443 : 80);
    const here = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
    return new BridgeAddress(text, server ?? here, leadsToMany);
  }

  static namesServers(text: string): boolean {
    return text.includes('{host}') || text.includes('{port}');
  }

  /** The address that leads to a server. */
  url(server: ServerAddress = this.first): string {
    if (!this.leadsToMany && nameOf(server) !== nameOf(this.first))
      throw new RemoteError('noway', nameOf(server));
    return parse(fill(this.text, server)).href;
  }
}

const fill = (text: string, { host, port }: ServerAddress): string =>
  text.replaceAll('{host}', host).replaceAll('{port}', String(port));

function parse(text: string): URL {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new RemoteError('address', text);
  }
  // A name or password in an address would be sent to nobody; a fragment is not allowed.
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  if (!['ws:', 'wss:'].includes(url.protocol) || !isPlain) throw new RemoteError('address', text);
  return url;
}

/** Browsers trust the way to one's own machine. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host);
