/** The page's end of the wire to one worker. */

import type { CrashReport, LabErrorCode } from './api';
import { LabError } from './errors';
import type { Message, RequestName, Requests } from './protocol';
import { startWorker } from './start-worker';
import workerUrl from '../worker/worker.ts?worker&url';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** What the worker says without being asked. */
export type Announcement = Exclude<Message, { type: 'result' | 'failure' }>;

export class WorkerLink {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private readonly announce: (message: Announcement) => void;
  private lastId = 0;
  private broken: LabErrorCode | undefined;

  constructor(announce: (message: Announcement) => void) {
    this.announce = announce;
    this.worker = startWorker(workerUrl);
    this.worker.addEventListener('message', (event: MessageEvent<Message>) =>
      this.receive(event.data),
    );
    // Whatever nobody caught in the worker, its script failing to load among it.
    this.worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.lose(event.message);
    });
  }

  /** Asks for something, and waits. */
  ask<Name extends RequestName>(
    name: Name,
    args: Parameters<Requests[Name]>,
    transfer: Transferable[] = [],
  ): Promise<Awaited<ReturnType<Requests[Name]>>> {
    if (this.broken !== undefined)
      return Promise.reject(new LabError(this.broken, 'The lab is not running'));
    const id = ++this.lastId;
    this.worker.postMessage({ id, name, args }, transfer);
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve: resolve, reject });
    });
  }

  /** Tells something that needs no answer. */
  tell<Name extends RequestName>(name: Name, args: Parameters<Requests[Name]>): void {
    if (this.broken === undefined) this.worker.postMessage({ id: 0, name, args });
  }

  /** Ends the worker at once, whatever it is doing. */
  end(code: LabErrorCode): void {
    this.worker.terminate();
    this.fail(code);
  }

  private fail(code: LabErrorCode, reason = 'The lab is not running'): void {
    this.broken ??= code;
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of pending) reject(new LabError(code, reason));
  }

  private lose(message: string): void {
    if (this.broken !== undefined) return;
    const report: CrashReport = {
      message: message || 'The worker could not be loaded',
      commands: [],
      time: Date.now(),
    };
    this.fail(this.lastId <= 1 ? 'unavailable' : 'crashed', report.message);
    this.announce({ type: 'crash', report });
  }

  private receive(message: Message): void {
    if (message.type === 'result') {
      this.take(message.id)?.resolve(message.value);
    } else if (message.type === 'failure') {
      this.take(message.id)?.reject(new LabError(message.code, message.message));
    } else {
      if (message.type === 'crash') this.fail('crashed');
      this.announce(message);
    }
  }

  private take(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }
}
