// The operating system's files, as the engine's disk wants them (src/wasm/host.rs).
import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** Syncs that have failed are remembered so long; whoever asked for one asks for its outcome soon. */
const REMEMBERED = 1024;

function withFile(path, flags, work) {
  const file = fs.openSync(path, flags);
  try {
    return work(file);
  } finally {
    fs.closeSync(file);
  }
}

function failure(code, message) {
  return Object.assign(new Error(message), { code });
}

/** Files and their syncs; `onSynced` is called when one is through. */
export class HostFiles {
  #onSynced;
  /** The file that was last synced, open: one that is synced is written again and again. */
  #open;
  /** Folders with names that are not durable yet. */
  #changed = new Set();
  #openings = 0;
  #asked = 0;
  #through = 0;
  #failed = new Map();
  #queue = [];
  #busy = false;

  constructor(onSynced) {
    this.#onSynced = onSynced;
  }

  metadata(path) {
    const found = fs.statSync(path);
    const isDirectory = found.isDirectory();
    return [isDirectory ? 0 : found.size, Number(isDirectory), Math.trunc(found.mtimeMs)];
  }

  list(path) {
    return fs.readdirSync(path).sort();
  }

  read(path, offset, length) {
    return withFile(path, 'r', (file) => {
      const found = fs.fstatSync(file);
      if (found.isDirectory()) throw failure('EISDIR', 'Is a directory');
      const bytes = new Uint8Array(Math.max(0, Math.min(length, found.size - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const count = fs.readSync(file, bytes, filled, bytes.length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    });
  }

  create(path) {
    this.#forget(path);
    withFile(path, 'w', () => undefined);
    this.#renamed(path);
  }

  append(path, bytes) {
    if (this.#open?.path === path) this.#write(this.#open.file, bytes);
    // Only what is there is written to: `a` would make it.
    else {
      const { O_APPEND, O_WRONLY } = fs.constants;
      withFile(path, O_APPEND | O_WRONLY, (file) => this.#write(file, bytes));
    }
  }

  /** All of the bytes, or none. */
  #write(file, bytes) {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += fs.writeSync(file, bytes, written, bytes.length - written);
      }
    } catch (error) {
      if (written > 0) fs.ftruncateSync(file, fs.fstatSync(file).size - written);
      throw error;
    }
  }

  truncate(path, length) {
    withFile(path, 'r+', (file) => {
      if (fs.fstatSync(file).size < length) throw failure('EINVAL', 'Invalid argument');
      fs.ftruncateSync(file, length);
    });
  }

  rename(from, to) {
    if (fs.statSync(to, { throwIfNoEntry: false })?.isDirectory()) {
      throw failure('EISDIR', 'Is a directory');
    }
    fs.renameSync(from, to);
    for (const path of [from, to]) {
      this.#forget(path);
      this.#renamed(path);
    }
  }

  remove(path) {
    if (fs.lstatSync(path).isDirectory()) fs.rmdirSync(path);
    else fs.unlinkSync(path);
    this.#forget(path);
    this.#renamed(path);
  }

  createDirectory(path) {
    fs.mkdirSync(path);
    this.#renamed(path);
  }

  /** Begins to make a file durable, and the names given or taken before; answers a ticket. */
  sync(path) {
    this.#asked += 1;
    const folders = [...this.#changed];
    this.#changed.clear();
    // Opened now: it may have another name when its turn comes.
    this.#queue.push({ ticket: this.#asked, path, folders, file: this.#handle(path) });
    if (!this.#busy) this.#work();
    return this.#asked;
  }

  /** Whether a sync is through. */
  synced(ticket) {
    const error = this.#failed.get(ticket);
    if (error) throw error;
    return ticket <= this.#through;
  }

  /** Syncs what has been asked for so far, a file once; then what was asked for meanwhile. */
  async #work() {
    this.#busy = true;
    while (this.#queue.length > 0) {
      // Those in a row that ask for the same file are answered by one sync, of all their folders.
      const { opening } = this.#queue[0].file;
      const end = this.#queue.findIndex((job) => job.file.opening !== opening);
      const jobs = this.#queue.splice(0, end < 0 ? this.#queue.length : end);
      const folders = new Set(jobs.flatMap((job) => job.folders));
      const error = await syncOne(jobs.at(-1).file, folders);
      for (const { file } of jobs) if (file.number !== undefined) fs.closeSync(file.number);
      for (const { ticket } of jobs) {
        if (error) this.#failed.set(ticket, error);
        if (this.#failed.size > REMEMBERED) this.#failed.delete(this.#failed.keys().next().value);
        this.#through = ticket;
      }
      this.#onSynced();
    }
    this.#busy = false;
  }

  /** A file to sync: { number, opening }, where two of one opening are one file; or { error }. */
  #handle(path) {
    try {
      if (this.#open?.path !== path) {
        const { O_APPEND, O_WRONLY } = fs.constants;
        this.#openings += 1;
        if (fs.statSync(path).isDirectory()) {
          return { number: fs.openSync(path, 'r'), opening: this.#openings };
        }
        const file = fs.openSync(path, O_WRONLY | O_APPEND);
        this.#forgetOpen();
        this.#open = { path, file, opening: this.#openings };
      }
      // A number of its own, which stays when the other is closed.
      return { number: fs.openSync(path, 'r'), opening: this.#open.opening };
    } catch (error) {
      return { error };
    }
  }

  #forgetOpen() {
    if (this.#open) fs.closeSync(this.#open.file);
    this.#open = undefined;
  }

  #forget(path) {
    if (this.#open?.path === path) this.#forgetOpen();
  }

  /** A name in the folder of `path` was given or taken. */
  #renamed(path) {
    this.#changed.add(dirname(path));
  }
}

/** The error, if there is one. */
async function syncOne(file, folders) {
  try {
    if (file.error) throw file.error;
    await new Promise((resolve, reject) => {
      fs.fdatasync(file.number, (error) => (error ? reject(error) : resolve()));
    });
    for (const folder of folders) {
      const handle = await fs.promises.open(folder, 'r').catch((error) => {
        // Removed since; its own folder is synced in its turn.
        if (error.code !== 'ENOENT') throw error;
      });
      await handle?.sync();
      await handle?.close();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}
