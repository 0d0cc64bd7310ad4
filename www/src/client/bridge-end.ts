/** The end of a bridge (./bridge) where code stands that works at the lab. */

import type { BridgeAnswer, BridgeRequest } from './bridge';

/** The other end has hung up, or nobody listens there. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

export class BridgeEnd {
  private readonly port: MessagePort;
  private readonly pending = new Map<number, (answer: BridgeAnswer) => void>();
  private last = 0;
  private clock = { now: Date.now(), speed: 1, at: performance.now() };

  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<BridgeAnswer>) => {
      this.clock = { now: data.now, speed: data.speed, at: performance.now() };
      this.pending.get(data.id)?.(data);
      this.pending.delete(data.id);
    };
  }

  private ask(request: BridgeRequest, transfer: Transferable[] = []): Promise<BridgeAnswer> {
    const id = ++this.last;
    this.port.postMessage({ ...request, id }, transfer);
    return new Promise((resolve) => this.pending.set(id, resolve));
  }

  /** Rejects with `ConnectionError` when it is refused. */
  async open(port: number, host = '127.0.0.1'): Promise<Socket> {
    const { connection = -1 } = await this.ask({ op: 'open', host, port });
    if (connection < 0) throw new ConnectionError(`${host}:${port}: Connection refused`);
    return this.socket(connection);
  }

  /** Calls back with each connection to a port, until the bridge ends. Rejects when the port is taken. */
  async listen(port: number, accepted: (socket: Socket) => void): Promise<void> {
    const { connection: listener = -1 } = await this.ask({ op: 'listen', port });
    if (listener < 0) throw new ConnectionError(`${port}: Address already in use`);
    const accept = async (): Promise<void> => {
      for (;;) {
        const answer = await this.ask({ op: 'accept', connection: listener, timeout: -1 });
        if (answer.connection === undefined || answer.connection < 0) return;
        accepted(this.socket(answer.connection));
      }
    };
    void accept();
  }

  /** Bytes are so long on their way, there and back, from now on. */
  async setLatency(time: number): Promise<void> {
    await this.ask({ op: 'latency', time });
  }

  /** Waits by the lab's clock. */
  async sleep(time: number): Promise<void> {
    await this.ask({ op: 'sleep', time });
  }

  /** What time it is in the lab, as far as that is known without asking. */
  get time(): number {
    const { now, speed, at } = this.clock;
    return now + (performance.now() - at) * speed;
  }

  private socket(connection: number): Socket {
    return {
      send: (bytes) => this.ask({ op: 'send', connection, bytes }, [bytes.buffer]).then(received),
      read: (timeout = -1) => this.ask({ op: 'read', connection, timeout }).then(received),
      close: () => this.port.postMessage({ op: 'close', connection, id: ++this.last }),
    };
  }
}

/** What has come on a connection, and when that was by the lab's clock. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly closed: boolean;
  readonly at: number;
}

export interface Socket {
  /** Hands the bytes over, whose buffer is gone then; what had come back by then. */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<Received>;
  /** What comes next; nothing when that takes longer than `timeout` (in milliseconds, without end when negative). */
  read(timeout?: number): Promise<Received>;
  close(): void;
}

const received = ({ bytes = new Uint8Array(), closed = false, now }: BridgeAnswer): Received => ({
  bytes,
  closed,
  at: now,
});
