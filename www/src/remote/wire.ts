/** One connection to a server: a WebSocket whose other end is a TCP connection of the bridge. */

import { RemoteError } from './problem';

/** As long may the bridge take to answer, in milliseconds. */
const OPEN_TIME = 10_000;
/** Bytes that wait to be sent; a bridge that takes no more is given up. */
const MOST_WAITING = 64 << 20;

export interface WireEvents {
  bytes(bytes: Uint8Array): void;
  /** The other end has hung up; not for one's own `close`. */
  closed(problem: RemoteError): void;
}

export type MakeSocket = (url: string, protocols: string[]) => WebSocket;

const makeSocket: MakeSocket = (url, protocols) => new WebSocket(url, protocols);

export class Wire {
  private ended = false;

  private constructor(
    private readonly socket: WebSocket,
    private readonly events: WireEvents,
  ) {
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) events.bytes(new Uint8Array(data));
      else this.fail(new RemoteError('foreign', 'text frames'));
    };
    socket.onclose = ({ reason }) => this.fail(new RemoteError('lost', reason));
  }

  /** Resolves when the bridge has answered; whether it reaches the server shows with the first reply. */
  static async open(url: string, events: WireEvents, make: MakeSocket = makeSocket): Promise<Wire> {
    try {
      return new Wire(await opened(url, ['binary'], make), events);
    } catch (error) {
      // There are bridges that know no sub-protocol, and browsers that insist on the one they asked for.
      if (!(error instanceof RemoteError) || error.code !== 'unreachable') throw error;
      return new Wire(await opened(url, [], make), events);
    }
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.ended) return;
    if (this.socket.bufferedAmount + bytes.length > MOST_WAITING) {
      this.fail(new RemoteError('tooBig'));
      return;
    }
    this.socket.send(bytes);
  }

  close(): void {
    this.ended = true;
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
  }

  private fail(problem: RemoteError): void {
    if (this.ended) return;
    this.close();
    this.events.closed(problem);
  }
}

function opened(url: string, protocols: string[], make: MakeSocket): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    let socket: WebSocket;
    try {
      socket = make(url, protocols);
    } catch {
      // Only mixed content makes the constructor throw: the address was looked at before.
      reject(new RemoteError('mixed'));
      return;
    }
    socket.binaryType = 'arraybuffer';
    const timer = setTimeout(() => {
      socket.onclose = socket.onopen = null;
      socket.close();
      reject(new RemoteError('timeout', url));
    }, OPEN_TIME);
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(socket);
    };
    socket.onclose = () => {
      clearTimeout(timer);
      reject(new RemoteError('unreachable', url));
    };
  });
}
