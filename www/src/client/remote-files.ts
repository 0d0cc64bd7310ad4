/** The lab's disk, seen from the page. */

import { DEFAULT_PORT, type FileInfo, type Files, type Process, type Unsubscribe } from './api';
import type { WorkerLink } from './worker-link';

export class RemoteFiles implements Files {
  private link: WorkerLink;
  private readonly listeners = new Set<() => void>();

  constructor(link: WorkerLink) {
    this.link = link;
  }

  /** Another worker has the disk now. */
  reopen(link: WorkerLink): void {
    this.link = link;
    if (this.listeners.size > 0) link.tell('watchFiles', [true]);
    this.changed();
  }

  /** The worker says that files have changed. */
  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  list(folder = '/'): Promise<readonly FileInfo[]> {
    return this.link.ask('listFiles', [folder]);
  }

  read(path: string, offset = 0, length = Number.MAX_SAFE_INTEGER): Promise<Uint8Array> {
    return this.link.ask('readFile', [path, offset, length]);
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.link.ask('writeFile', [path, bytes]);
  }

  remove(path: string): Promise<void> {
    return this.link.ask('removeFile', [path]);
  }

  makeFolder(path: string): Promise<void> {
    return this.link.ask('makeFolder', [path]);
  }

  rename(from: string, to: string): Promise<void> {
    return this.link.ask('renameFile', [from, to]);
  }

  onChange(listener: () => void): Unsubscribe {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.link.tell('watchFiles', [true]);
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0)
        this.link.tell('watchFiles', [false]);
    };
  }

  exportAll(): Promise<Uint8Array | null> {
    return this.link.ask('exportAll', []);
  }

  load(bytes: Uint8Array, process: Process = DEFAULT_PORT): Promise<{ readonly keys: number }> {
    return this.link.ask('load', [bytes, String(process)]);
  }
}
