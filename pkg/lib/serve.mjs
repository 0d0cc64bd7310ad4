// The engine in WebAssembly behind Node's sockets and files: bytes in, bytes out, the time. Nothing here knows a command.
import { readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { isatty } from 'node:tty';
import { BareServer, initSync, takeCrash, useLua } from '../dist/engine.js';
import { HostFiles } from './files.mjs';
import { Links } from './links.mjs';
import { close, listen, shown } from './listen.mjs';

/** Bytes of requests kept for a client that does not take its replies; then it is not read any more. */
const MAX_WAITING_INPUT = 32 * 1024 * 1024;

let loaded = false;

function loadEngine() {
  if (loaded) return;
  const file = (name) => readFileSync(new URL(`../dist/${name}`, import.meta.url));
  initSync({ module: file('engine_bg.wasm') });
  useLua(() => file('lua.wasm'));
  loaded = true;
}

/** Writes a line to standard output, in order and at once. */
function print(line) {
  try {
    writeSync(1, `${line}\n`);
  } catch {
    // A server goes on when nobody hears it.
  }
}

class Host {
  #server;
  #log;
  #settings;
  #listeners = [];
  #sockets = new Map();
  /** Clients whose sockets have more to send than the system takes. */
  #full = new Set();
  #closing = new Set();
  #links;
  #timer;
  #turn;
  #isReady = false;
  #over = false;
  #end;

  constructor(log) {
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async start(words) {
    loadEngine();
    const files = new HostFiles(() => this.#soon(0));
    let input = new Uint8Array();
    const options = [...words];
    const at = options.indexOf('-');
    if (at === 0 || (at > 0 && at === options.length - 1)) {
      options.splice(at, 1);
      input = readFileSync(0);
    }
    const seed = randomBytes(8).readBigUInt64LE();
    try {
      this.#server = BareServer.start(options, input, process.cwd(), files, seed, process.pid);
    } catch (refused) {
      if (refused.message === undefined || refused.fatal === undefined) throw refused;
      throw Object.assign(new Error(refused.message), { text: `${refused.message}\n` });
    }
    this.#settings = this.#server.settings();
    this.#links = new Links(this.#server, (work) => {
      this.#guard(() => {
        work();
        this.#work();
      });
    });
    if (this.#settings.daemonize) {
      const text =
        'resplay does not daemonize: have the shell or a service manager run it in the background.\n';
      throw Object.assign(new Error(text), { text });
    }
    try {
      this.#listeners = await listen(this.#settings, (socket, path) => this.#accept(socket, path));
    } catch (error) {
      for (const line of error.lines ?? [error.message]) this.#server.warn(line);
      this.#printLog();
      throw Object.assign(error, { text: '' });
    }
    const { pidfile } = this.#settings;
    if (pidfile) {
      try {
        writeFileSync(pidfile, `${process.pid}\n`);
      } catch {
        this.#server.warn(`Failed to write PID file ${pidfile}`);
      }
    }
    this.#guard(() => {
      this.#server.initialized(!this.#settings.logfile && isatty(1));
      this.#work();
    });
    // Whoever waits for the start wants a server that serves.
    while (!this.#isReady && !this.#over) await new Promise((resolve) => setTimeout(resolve, 5));
    if (!this.#isReady) throw Object.assign(new Error('The server has ended.'), { text: '' });
  }

  get port() {
    return this.#settings.port;
  }

  signal(interrupt) {
    this.#guard(() => {
      this.#server.signal(interrupt);
      this.#work();
    });
  }

  /** Runs what calls the engine. One that has failed must not be called again. */
  #guard(work) {
    if (this.#over) return;
    try {
      work();
    } catch (error) {
      const { message } = takeCrash();
      process.stderr.write(`\nThe engine has crashed: ${message ?? error.stack}\n`);
      this.#finish(70);
    }
  }

  #accept(socket, path) {
    if (this.#over) return socket.destroy();
    const { remoteAddress, remotePort, localAddress, localPort } = socket;
    // It was gone before it was accepted.
    if (!path && remoteAddress === undefined) return socket.destroy();
    if (!path && this.#settings.keepalive > 0) {
      socket.setKeepAlive(true, this.#settings.keepalive * 1000);
    }
    this.#guard(() => {
      const client = this.#server.connect(
        path ? `${path}:0` : shown(remoteAddress, remotePort),
        path ? `${path}:0` : shown(localAddress, localPort),
      );
      this.#sockets.set(client, socket);
      socket.on('data', (bytes) => this.#guard(() => this.#receive(client, socket, bytes)));
      socket.on('drain', () => this.#guard(() => this.#drained(client, socket)));
      // Why does not matter: what follows is `close`.
      socket.on('error', () => undefined);
      socket.on('end', () => socket.destroy());
      socket.on('close', () => this.#guard(() => this.#gone(client)));
      socket.resume();
      this.#soon(0);
    });
    return undefined;
  }

  #receive(client, socket, bytes) {
    this.#server.receive(client, bytes);
    if (this.#full.has(client) && this.#server.waitingInput(client) > MAX_WAITING_INPUT) {
      socket.pause();
    }
    // After all that have been heard in this round of Node's loop.
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#guard(() => {
        this.#send();
        this.#settle();
      });
    });
  }

  #drained(client, socket) {
    this.#full.delete(client);
    socket.resume();
    // Commands may wait for this.
    if (this.#server.waitingInput(client) > 0) this.#server.tick();
    this.#send();
    this.#settle();
  }

  #gone(client) {
    this.#sockets.delete(client);
    this.#full.delete(client);
    this.#closing.delete(client);
    this.#server.disconnect(client);
    this.#soon(0);
  }

  /** Sends the replies that are there to those who take them. */
  #send() {
    this.#links.serve();
    for (const client of this.#server.clientsWithOutput()) {
      const socket = this.#sockets.get(client);
      // The server is to know what waits, so it keeps it.
      if (!socket || this.#full.has(client)) continue;
      if (!socket.write(this.#server.takeOutput(client))) this.#full.add(client);
    }
  }

  /** A tick, and all that follows. */
  #work() {
    const wait = this.#server.tick();
    this.#send();
    this.#settle(wait);
  }

  /** Events, the log, and when to go on. */
  #settle(wait) {
    for (const { kind, client, message } of this.#server.takeEvents()) {
      if (kind === 'closed') this.#closing.add(client);
      else if (kind === 'shutdown') this.#finish(0);
      else if (kind === 'failed') this.#finish(1);
      else {
        this.#server.warn(message);
        this.#printLog();
        process.stderr.write(`${message}\n`);
        this.#finish(70);
      }
      if (this.#over) return;
    }
    for (const client of this.#closing) {
      if (this.#server.waitingOutput(client) > 0) continue;
      this.#closing.delete(client);
      const socket = this.#sockets.get(client);
      // All is sent first.
      socket?.end(() => socket.destroy());
    }
    if (!this.#isReady && !this.#server.isLoading()) {
      this.#isReady = true;
      this.#server.ready();
    }
    this.#printLog();
    if (wait !== undefined) this.#soon(wait);
    const next = this.#server.nextWait();
    if (next !== undefined) this.#soon(next);
  }

  /** Has the next tick come in so many milliseconds, unless it comes sooner. */
  #soon(wait) {
    if (this.#over) return;
    const at = performance.now() + wait;
    if (this.#timer && this.#timer.at <= at) return;
    if (this.#timer) clearTimeout(this.#timer.id);
    const run = () => {
      this.#timer = undefined;
      this.#guard(() => this.#work());
    };
    // setTimeout waits for a millisecond at least.
    if (wait < 1) this.#timer = { at, id: setTimeout(run, 0) };
    else this.#timer = { at, id: setTimeout(run, Math.ceil(wait)) };
  }

  #printLog() {
    const lines = this.#server.takeLog();
    if (!this.#settings?.logfile) lines.forEach(this.#log);
  }

  #finish(code) {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer?.id);
    clearImmediate(this.#turn);
    close(this.#listeners);
    try {
      this.#printLog();
    } catch {
      // It has crashed.
    }
    if (this.#settings.pidfile) rmSync(this.#settings.pidfile, { force: true });
    this.#links.close();
    const sockets = [...this.#sockets.values()];
    for (const socket of sockets) socket.destroySoon();
    this.#end(code);
  }
}

/** Starts a server; see serve.d.ts. */
export async function serve(words, { signals = false, log = print } = {}) {
  const host = new Host(log);
  let interrupted = false;
  if (signals) {
    process.on('SIGHUP', () => undefined);
    process.on('SIGTERM', () => host.signal(false));
    process.on('SIGINT', () => {
      if (interrupted) process.exit(1);
      interrupted = true;
      host.signal(true);
    });
  }
  await host.start(words);
  return {
    port: host.port,
    ended: host.ended,
    stop() {
      host.signal(false);
      return host.ended;
    },
  };
}
