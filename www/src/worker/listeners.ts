/** Who takes connections at a port without being a process of the lab: services, and scripts. */

import { PipeEnd } from './channels';

/** Connections that nobody has accepted yet; more are refused. */
const BACKLOG = 511;

export class Listener {
  private readonly queue: PipeEnd[] = [];

  /** The other end of a new connection. */
  connect(): PipeEnd | undefined {
    if (this.queue.length >= BACKLOG) return undefined;
    const [near, far] = PipeEnd.pair();
    this.queue.push(far);
    return near;
  }

  accept(): PipeEnd | undefined {
    return this.queue.shift();
  }

  /** Whoever waits is hung up on. */
  end(): void {
    for (const end of this.queue.splice(0)) end.close();
  }
}

export class Listeners {
  private readonly ports = new Map<number, Listener>();

  /** Undefined when somebody listens there. */
  listen(port: number): Listener | undefined {
    if (this.ports.has(port)) return undefined;
    const listener = new Listener();
    this.ports.set(port, listener);
    return listener;
  }

  at(port: number): Listener | undefined {
    return this.ports.get(port);
  }

  close(listener: Listener): void {
    for (const [port, other] of this.ports) if (other === listener) this.ports.delete(port);
    listener.end();
  }
}
