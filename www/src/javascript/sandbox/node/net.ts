/** node:net, whose sockets lead into the lab's network. */

import { Duplex } from 'node:stream';
import type { BridgeAnswer } from '../../../client/bridge';
import { ask, closeConnection } from '../lab';
import { hold, nextTick } from '../loop';
import { type Timeout, setTimeout as later } from '../timers';

type Done = (error?: Error | null) => void;

interface Options {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string;
  readonly timeout?: number;
}

/** An error of the operating system, as Node words it. */
function systemError(
  code: string,
  errno: number,
  syscall: string,
  place: { address?: string; port?: number } = {},
): Error {
  const where = place.address === undefined ? '' : ` ${place.address}:${place.port}`;
  return Object.assign(new Error(`${syscall} ${code}${where}`), { errno, code, syscall, ...place });
}

export class Socket extends Duplex {
  connecting = false;
  pending = true;
  bytesRead = 0;
  bytesWritten = 0;
  timeout: number | undefined;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  remoteFamily: string | undefined;
  localAddress: string | undefined;
  localPort: number | undefined;

  private connection = -1;
  private reading = false;
  private referenced = true;
  private release: (() => void) | undefined;
  private timer: Timeout | undefined;
  private queued: (() => void) | undefined;

  constructor(options: { readonly allowHalfOpen?: boolean } = {}) {
    super({ allowHalfOpen: options.allowHalfOpen ?? false, emitClose: true, autoDestroy: true });
    this.once('end', () => {
      if (!this.allowHalfOpen && !this.writableEnded) this.end();
    });
  }

  get readyState(): string {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  connect(...args: unknown[]): this {
    const [options, listener] = normalize(args);
    if (listener) this.once('connect', listener);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    const { host = 'localhost', path } = options;
    const port = Number(options.port);
    if (path === undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
      const text = `Port should be >= 0 and < 65536. Received ${String(options.port)}.`;
      throw Object.assign(new RangeError(text), { code: 'ERR_SOCKET_BAD_PORT' });
    }
    this.connecting = true;
    if (this.referenced) this.release ??= hold();
    if (path !== undefined) {
      // There are no sockets of files in the lab.
      nextTick(() => this.destroy(systemError('ENOENT', -2, 'connect')));
      return this;
    }
    const address = isIP(host) === 0 ? '127.0.0.1' : host;
    ask({ op: 'open', host, port }, ({ connection = -1 }) => {
      if (this.destroyed) {
        if (connection >= 0) closeConnection(connection);
        return;
      }
      this.connecting = false;
      if (connection < 0) {
        this.destroy(systemError('ECONNREFUSED', -111, 'connect', { address, port }));
        return;
      }
      this.connection = connection;
      this.pending = false;
      this.remoteAddress = address;
      this.remotePort = port;
      this.remoteFamily = isIP(address) === 6 ? 'IPv6' : 'IPv4';
      this.localAddress = '127.0.0.1';
      this.localPort = 49_152 + (connection % 16_384);
      this.emit('connect');
      this.emit('ready');
      const { queued } = this;
      this.queued = undefined;
      queued?.();
      if (!this.isPaused()) this.read(0);
    });
    return this;
  }

  override _read(): void {
    if (this.connection < 0 || this.reading) return;
    this.reading = true;
    ask({ op: 'read', connection: this.connection, timeout: -1 }, (answer) => {
      this.reading = false;
      this.receive(answer);
    });
  }

  /** What has come, by whichever answer. */
  private receive({ bytes, closed = false }: BridgeAnswer): void {
    if (this.destroyed) return;
    if (bytes && bytes.length > 0) {
      this.bytesRead += bytes.length;
      this.touch();
      this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    if (closed && !this.readableEnded) {
      this.push(null);
      // Nobody may be reading what is left; the end is heard all the same.
      if (this.readableLength === 0) this.resume();
    }
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.sendAll([chunk], done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    this.sendAll(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  private sendAll(chunks: readonly Uint8Array[], done: Done): void {
    if (this.connection < 0) {
      if (this.connecting) this.queued = () => this.sendAll(chunks, done);
      else done(systemError('EPIPE', -32, 'write'));
      return;
    }
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    // A copy in any case: the writer may use its memory again.
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.bytesWritten += length;
    this.touch();
    const { connection } = this;
    ask(
      { op: 'send', connection, bytes },
      (answer) => {
        done();
        this.receive(answer);
      },
      [bytes.buffer],
    );
  }

  override _final(done: Done): void {
    if (this.connecting) this.queued = () => this._final(done);
    else done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.connecting = false;
    if (this.connection >= 0) closeConnection(this.connection);
    this.connection = -1;
    this.timer?.close();
    this.timer = undefined;
    this.queued = undefined;
    this.release?.();
    this.release = undefined;
    done(error);
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  /** Tells when nothing has passed for so long; 0 never. */
  setTimeout(time: number, listener?: () => void): this {
    this.timer?.close();
    this.timer = undefined;
    this.timeout = time;
    if (time > 0) {
      this.timer = later(() => this.emit('timeout'), time).unref();
      if (listener) this.once('timeout', listener);
    } else if (listener) {
      this.removeListener('timeout', listener);
    }
    return this;
  }

  private touch(): void {
    this.timer?.refresh();
  }

  // What the network of the lab has no use for.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.referenced = true;
    if (this.connecting || this.connection >= 0) this.release ??= hold();
    return this;
  }

  unref(): this {
    this.referenced = false;
    this.release?.();
    this.release = undefined;
    return this;
  }

  address(): object {
    const { localAddress: address, localPort: port } = this;
    return address === undefined ? {} : { address, port, family: 'IPv4' };
  }
}

/** The forms that connect may be called in: options or port and host or path, and a listener. */
function normalize(args: readonly unknown[]): [Options, (() => void) | undefined] {
  const last = args.at(-1);
  const listener = typeof last === 'function' ? (last as () => void) : undefined;
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) return [first, listener];
  if (typeof first === 'string' && Number.isNaN(Number(first))) return [{ path: first }, listener];
  const options: Options = {
    port: first as number,
    ...(typeof second === 'string' ? { host: second } : {}),
  };
  return [options, listener];
}

export function createConnection(...args: unknown[]): Socket {
  const [options] = normalize(args);
  return new Socket(options as object).connect(...args);
}

export const connect = createConnection;
export const Stream = Socket;

export function createServer(): never {
  throw new Error(
    'A script in the lab cannot listen: its servers are started in the servers’ view',
  );
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

export function isIP(text: string): 0 | 4 | 6 {
  if (IPV4.test(text)) return 4;
  if (!text.includes(':')) return 0;
  try {
    // An address of sixteen bytes is one that a URL takes between brackets.
    return new URL(`http://[${text.replace(/%.*$/, '')}]/`).hostname === '' ? 0 : 6;
  } catch {
    return 0;
  }
}

export const isIPv4 = (text: string): boolean => isIP(text) === 4;
export const isIPv6 = (text: string): boolean => isIP(text) === 6;

export default {
  Socket,
  Stream,
  connect,
  createConnection,
  createServer,
  isIP,
  isIPv4,
  isIPv6,
};
