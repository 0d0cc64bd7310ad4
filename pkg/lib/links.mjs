// The connections that the server asks for: opened, read and written to for it.
import { connect } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { shown } from './listen.mjs';

/** What the system says, as C words it: "Connection refused". */
function told(error) {
  const text = getSystemErrorMap().get(error?.errno)?.[1] ?? error?.message ?? 'Input/output error';
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export class Links {
  #server;
  #enter;
  #sockets = new Map();
  /** Links whose sockets have more to send than the system takes. */
  #full = new Set();

  /** `enter` runs what calls the engine. */
  constructor(server, enter) {
    this.#server = server;
    this.#enter = enter;
  }

  /** Opens and closes what the server asks for, and sends what it has to say. */
  serve() {
    for (const { link, host, port, bind } of this.#server.takeLinkRequests()) {
      if (host === undefined || host === null) this.#drop(link);
      else this.#open(link, host, port, bind);
    }
    for (const link of this.#server.linksWithOutput()) {
      const socket = this.#sockets.get(link);
      // The server is to know what waits, so it keeps it.
      if (!socket || this.#full.has(link)) continue;
      if (!socket.write(this.#server.takeLinkOutput(link))) this.#full.add(link);
    }
  }

  close() {
    for (const link of [...this.#sockets.keys()]) this.#drop(link);
  }

  #open(link, host, port, bind) {
    const socket = connect({ host, port, noDelay: true, ...(bind ? { localAddress: bind } : {}) });
    this.#sockets.set(link, socket);
    let isOpen = false;
    let failure;
    // What was dropped is not told of.
    const on = (event, hear) => {
      socket.on(event, (value) => {
        if (this.#sockets.get(link) === socket) this.#enter(() => hear(value));
      });
    };
    on('connect', () => {
      isOpen = true;
      const { localAddress, localPort, remoteAddress, remotePort } = socket;
      const local = shown(localAddress ?? '', localPort ?? 0);
      this.#server.linkOpened(link, local, shown(remoteAddress ?? host, remotePort ?? port));
    });
    on('data', (bytes) => this.#server.linkReceived(link, bytes));
    on('drain', () => this.#full.delete(link));
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('end', () => socket.destroy());
    on('close', () => {
      this.#drop(link);
      if (isOpen) this.#server.linkClosed(link);
      else this.#server.linkFailed(link, told(failure));
    });
  }

  #drop(link) {
    const socket = this.#sockets.get(link);
    this.#sockets.delete(link);
    this.#full.delete(link);
    socket?.destroy();
  }
}
