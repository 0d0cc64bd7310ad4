/** A shell on a disk in memory, for tests. */

import type { FileInfo, Files, Lab } from '../client/api';
import type { NumberedRequest } from '../client/bridge';
import { resolve } from './files';
import { programs } from './programs';
import { ShellSession } from './session';

/** Files as the lab's disk has them, with its words for what fails. */
export class MemoryFiles implements Pick<
  Files,
  'list' | 'read' | 'write' | 'remove' | 'makeFolder' | 'rename'
> {
  private readonly entries = new Map<string, Uint8Array | undefined>();

  list(): Promise<readonly FileInfo[]> {
    const sorted = [...this.entries].sort(([one], [other]) => (one < other ? -1 : 1));
    return Promise.resolve(
      sorted.map(([path, bytes]) => ({
        path,
        isDirectory: bytes === undefined,
        size: bytes?.length ?? 0,
        unsynced: 0,
        modified: 0,
      })),
    );
  }

  read(path: string, offset = 0, length = Infinity): Promise<Uint8Array> {
    const bytes = this.entries.get(path);
    if (!bytes) return Promise.reject(new Error('No such file or directory'));
    return Promise.resolve(bytes.slice(offset, offset + Math.min(length, bytes.length)));
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    this.entries.set(path, bytes);
    return Promise.resolve();
  }

  remove(path: string): Promise<void> {
    if ([...this.entries.keys()].some((one) => one.startsWith(`${path}/`)))
      return Promise.reject(new Error('Directory not empty'));
    return this.entries.delete(path)
      ? Promise.resolve()
      : Promise.reject(new Error('No such file or directory'));
  }

  makeFolder(path: string): Promise<void> {
    if (this.entries.has(path)) return Promise.reject(new Error('File exists'));
    const above = path.slice(0, path.lastIndexOf('/'));
    if (above !== '' && !this.entries.has(above))
      return Promise.reject(new Error('No such file or directory'));
    this.entries.set(path, undefined);
    return Promise.resolve();
  }

  rename(from: string, to: string): Promise<void> {
    const moved = [...this.entries].filter(
      ([path]) => path === from || path.startsWith(`${from}/`),
    );
    if (moved.length === 0) return Promise.reject(new Error('No such file or directory'));
    for (const [path, bytes] of moved) {
      this.entries.delete(path);
      this.entries.set(to + path.slice(from.length), bytes);
    }
    return Promise.resolve();
  }
}

/** What the time is in the lab of tests: noon of a day in November. */
const NOW = Date.UTC(2026, 10, 30, 12);

function openBridge(now: number): { port: MessagePort; close(): void } {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<NumberedRequest>) => {
    const { id } = data;
    port1.postMessage({ id, connection: -1, now, speed: 1 });
  };
  return { port: port2, close: () => port1.close() };
}

/** A terminal whose lines a test enters, and whose text it reads. */
export class TestTerminal {
  readonly files = new MemoryFiles();
  readonly session: ShellSession;
  text = '';

  constructor(now = NOW) {
    const lab = {
      files: this.files,
      instances: [],
      status: 'running',
      clock: { time: { now, began: now } },
      openBridge: () => openBridge(now),
    };
    this.session = new ShellSession({
      lab: lab as unknown as Lab,
      tty: 0,
      programs,
      texts: { unsupported: (construct) => `unsupported ${construct}` },
    });
    this.session.onPrint = ({ text }) => (this.text += text);
  }

  /** Enters a line, and answers what it prints. */
  async enter(line: string): Promise<string> {
    let text = '';
    const output = await this.session.run(line, (part) => (text += part.text));
    return text + output.text;
  }

  write(name: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return this.files.write(resolve('/home/learner', name), bytes);
  }
}
