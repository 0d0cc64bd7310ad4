/** The lab's disk as programs see it: absolute and relative paths, folders, and the operating system's words for what fails. */

import type { FileInfo, Files } from '../client/api';

/** What an operation on a file failed with; the message is the operating system's. */
export class FileError extends Error {}

export const NO_SUCH_FILE = 'No such file or directory';

/** Largest file that a program reads or writes as a whole. */
export const MAX_FILE = 256 << 20;

export type Entry = Pick<FileInfo, 'path' | 'isDirectory' | 'size' | 'modified'>;

/** The absolute path of `path` as seen from a folder, without `.` and `..`. */
export function resolve(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

export const nameOf = (path: string): string =>
  path.replace(/\/+$/, '').slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1) || '/';

const ROOT: Entry = { path: '/', isDirectory: true, size: 0, modified: 0 };

/** Folders that a home and the programs of a course want. */
const FURNITURE = ['/home', '/home/learner', '/root', '/tmp', '/var/log', '/var/log/redis'];

export class FileSystem {
  constructor(private readonly disk: Files) {}

  /** Makes the folders that every system has, where they are missing. */
  async furnish(): Promise<void> {
    const known = new Set((await this.disk.list('/')).map(({ path }) => path));
    for (const folder of FURNITURE) if (!known.has(folder)) await this.makeFolder(folder);
  }

  /** What is at a path; undefined when nothing is. */
  async find(path: string): Promise<Entry | undefined> {
    if (path === '/') return ROOT;
    const entries = await this.disk.list('/');
    return entries.find((entry) => entry.path === path);
  }

  async stat(path: string): Promise<Entry> {
    const entry = await this.find(path);
    if (entry) return entry;
    // Something on the way may be a file.
    for (let above = parentOf(path); above !== '/'; above = parentOf(above)) {
      const found = await this.find(above);
      if (found && !found.isDirectory) throw new FileError('Not a directory');
    }
    throw new FileError(NO_SUCH_FILE);
  }

  /** What stands in a folder itself, by name. */
  async list(folder: string): Promise<Entry[]> {
    const entries = await this.below(folder);
    return entries.filter(({ path }) => parentOf(path) === folder);
  }

  /** Everything below a folder, by path. */
  async below(folder: string): Promise<Entry[]> {
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const entries = await this.disk.list('/');
    return entries.filter(({ path }) => path.startsWith(prefix));
  }

  async read(path: string, offset = 0, length = MAX_FILE): Promise<Uint8Array> {
    const entry = await this.stat(path);
    if (entry.isDirectory) throw new FileError('Is a directory');
    return this.attempt(this.disk.read(path, offset, length));
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder().decode(await this.read(path));
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const folder = await this.find(parentOf(path));
    if (!folder) throw new FileError(NO_SUCH_FILE);
    if (!folder.isDirectory) throw new FileError('Not a directory');
    if ((await this.find(path))?.isDirectory) throw new FileError('Is a directory');
    await this.attempt(this.disk.write(path, bytes));
  }

  makeFolder(path: string): Promise<void> {
    return this.attempt(this.disk.makeFolder(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.attempt(this.disk.rename(from, to));
  }

  /** Removes a file or an empty folder. */
  remove(path: string): Promise<void> {
    return this.attempt(this.disk.remove(path));
  }

  private async attempt<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw new FileError(error instanceof Error ? error.message : String(error));
    }
  }
}
