/**
 * Sockets into a lab for clients that were written for Node's: a Duplex with what net.Socket has besides, over any
 * implementation of Node's streams.
 */

import { LabError } from '../../www/src/client/errors';
import type { HostOptions, Lab, Wire } from './api';
import { after, cancel, pause, type Timer } from './timers';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an event's listener takes what it likes
type Listener = (...args: any[]) => void;

/** What is used of a Duplex, of Node's or of `readable-stream`. */
export interface DuplexLike {
  readonly destroyed: boolean;
  push(chunk: Uint8Array | null): boolean;
  destroy(error?: Error): unknown;
  end(): unknown;
  on(event: string, listener: Listener): unknown;
  once(event: string, listener: Listener): unknown;
  emit(event: string, ...args: unknown[]): boolean;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what TypeScript wants of a class that is extended
export type DuplexClass<Base extends DuplexLike> = new (...args: any[]) => Base;

/** What net.Socket has besides a Duplex. */
export interface SocketExtras {
  readonly connecting: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly remoteFamily: string;
  readonly timeout: number;
  setNoDelay(): this;
  setKeepAlive(): this;
  /** Emits `timeout` after so many milliseconds without anything; never with 0. */
  setTimeout(milliseconds: number, callback?: () => void): this;
  ref(): this;
  unref(): this;
}

export interface SocketOptions extends HostOptions {
  readonly port?: number;
}

type Callback = (error?: Error | null) => void;

export interface Sockets<Socket> {
  /** A socket to the process at a port of the lab, which emits `connect` or an `error` as net.connect's would. */
  stream(lab: Lab, port?: number, options?: HostOptions): Socket;
  /** ioredis's option `Connector`: `new Redis(6380, { Connector: connector(lab) })`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- ioredis has private members in its type
  connector(lab: Lab): new (options: any) => any;
}

/** Sockets that are streams of this class. */
export function sockets<Base extends DuplexLike>(
  Duplex: DuplexClass<Base>,
): Sockets<Base & SocketExtras> {
  const LabSocket = socketClass(Duplex);
  const stream = (lab: Lab, port = 6379, options: HostOptions = {}): Base & SocketExtras =>
    new LabSocket(lab, { ...options, port });
  return {
    stream,
    connector: (lab) =>
      class Connector {
        firstError: Error | undefined;
        connecting = false;
        private readonly options: SocketOptions;
        private stream: (Base & SocketExtras) | undefined;

        constructor(options: SocketOptions) {
          this.options = options;
        }

        check(): boolean {
          return true;
        }

        connect(): Promise<Base & SocketExtras> {
          this.connecting = true;
          const { port = 6379, host } = this.options;
          this.stream = stream(lab, port, host === undefined ? {} : { host });
          this.stream.once('error', (error: Error) => {
            this.firstError = error;
          });
          return Promise.resolve(this.stream);
        }

        disconnect(): void {
          this.connecting = false;
          this.stream?.end();
        }
      },
  };
}

function socketClass<Base extends DuplexLike>(
  Duplex: DuplexClass<Base>,
): new (lab: Lab, options: SocketOptions) => Base & SocketExtras {
  // A class that extends a type parameter cannot be told what it inherits.
  const Super = Duplex as unknown as DuplexClass<DuplexLike>;

  class LabSocket extends Super implements SocketExtras {
    connecting = true;
    readonly remoteAddress: string;
    readonly remotePort: number;
    readonly remoteFamily = 'IPv4';
    timeout = 0;
    private wire: Wire | undefined;
    private timer: Timer | undefined;
    private isHolding = true;
    /** What was written before it was connected. */
    private started: (() => void) | undefined;

    constructor(lab: Lab, { port = 6379, host = '127.0.0.1' }: SocketOptions) {
      super({ allowHalfOpen: false });
      this.remoteAddress = host;
      this.remotePort = port;
      // Who listens to it has to come first.
      void pause().then(() => this.connect(lab));
    }

    private connect(lab: Lab): void {
      if (this.destroyed) return;
      try {
        this.wire = lab.open(this.remotePort, { host: this.remoteAddress });
      } catch (error) {
        this.destroy(this.failure(error));
        return;
      }
      if (this.isHolding) this.wire.ref();
      // As a socket does, it tells of what comes when what is being done is done.
      this.wire.onData = (bytes) => queueMicrotask(() => this.received(bytes));
      this.wire.onClose = () => queueMicrotask(() => this.push(null));
      this.connecting = false;
      this.started?.();
      this.emit('connect');
      this.emit('ready');
    }

    private failure(error: unknown): Error {
      if (!(error instanceof LabError) || error.code !== 'refused') return error as Error;
      const { remoteAddress: address, remotePort: port } = this;
      const refused = new Error(`connect ECONNREFUSED ${address}:${port}`);
      return Object.assign(refused, { code: 'ECONNREFUSED', syscall: 'connect', address, port });
    }

    private received(bytes: Uint8Array): void {
      if (this.destroyed) return;
      this.stirred();
      if (!this.push(bytes)) this.wire?.pause();
    }

    _read(): void {
      this.wire?.resume();
    }

    _write(chunk: Uint8Array, _: string, callback: Callback): void {
      if (this.connecting) {
        this.started = () => this._write(chunk, _, callback);
        return;
      }
      this.stirred();
      try {
        this.wire?.write(chunk);
        callback();
      } catch (error) {
        callback(error as Error);
      }
    }

    _final(callback: Callback): void {
      // What was answered comes first.
      queueMicrotask(() => {
        this.wire?.close();
        this.push(null);
        callback();
      });
    }

    _destroy(error: Error | null, callback: Callback): void {
      this.connecting = false;
      cancel(this.timer);
      this.wire?.close();
      callback(error);
    }

    setNoDelay(): this {
      return this;
    }

    setKeepAlive(): this {
      return this;
    }

    setTimeout(milliseconds: number, callback?: () => void): this {
      this.timeout = milliseconds;
      if (callback !== undefined && milliseconds > 0) this.once('timeout', callback);
      this.stirred();
      return this;
    }

    /** Something has happened: it is not idle. */
    private stirred(): void {
      cancel(this.timer);
      this.timer = undefined;
      if (this.timeout > 0)
        this.timer = after(this.timeout, false, () => void this.emit('timeout'));
    }

    ref(): this {
      this.isHolding = true;
      this.wire?.ref();
      return this;
    }

    unref(): this {
      this.isHolding = false;
      this.wire?.unref();
      return this;
    }
  }

  return LabSocket as unknown as new (lab: Lab, options: SocketOptions) => Base & SocketExtras;
}
