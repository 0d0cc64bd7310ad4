// Where clients can reach the server.
import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';

const OPTIONAL = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/** Begins to listen; rejects with the system's error. */
function listening(place, connected) {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, connected);
    server.once('error', reject);
    server.listen(place, () => {
      server.removeListener('error', reject);
      resolve(server);
    });
  });
}

/** The address of a `bind` word. */
function host(word) {
  if (word === '*') return '0.0.0.0';
  return word === '::*' ? '::' : word;
}

/**
 * Listens at all that the settings name; `connected(socket, path)` is called for who comes. Throws an error whose
 * `lines` are to be logged.
 */
export async function listen(settings, connected) {
  const listeners = [];
  const problems = [];
  const failed = async () => {
    await close(listeners);
    return Object.assign(new Error(problems.at(-1)), { lines: problems });
  };
  const { port, backlog } = settings;
  for (const word of port === 0 ? [] : settings.bind) {
    const name = word.replace(/^-/, '');
    try {
      const place = { port, host: host(name), backlog, ipv6Only: true };
      listeners.push(await listening(place, (socket) => connected(socket)));
    } catch (error) {
      const reason = error.code === 'EADDRINUSE' ? 'bind: Address already in use' : error.message;
      problems.push(
        `Warning: Could not create server TCP listening socket ${name}:${port}: ${reason}`,
      );
      if (word.startsWith('-') && OPTIONAL.includes(error.code)) continue;
      problems.push(`Failed listening on port ${port} (tcp), aborting.`);
      throw await failed();
    }
  }
  const path = settings.unixsocket;
  if (path) {
    try {
      if (existsSync(path)) unlinkSync(path);
      listeners.push(await listening({ path, backlog }, (socket) => connected(socket, path)));
      const mode = Number.parseInt(settings.unixsocketperm, 8);
      if (mode) chmodSync(path, mode);
    } catch (error) {
      problems.push(`Failed opening Unix socket: ${error.message}`);
      throw await failed();
    }
  }
  if (listeners.length === 0) {
    problems.push('Configured to not listen anywhere, exiting.');
    throw await failed();
  }
  return listeners;
}

/** Listens no more. A Unix socket's file goes with it. */
export function close(listeners) {
  for (const listener of listeners) listener.close();
}

/** An address as CLIENT LIST shows it. */
export const shown = (address, port) =>
  (address.includes(':') ? `[${address}]` : address) + `:${port}`;
