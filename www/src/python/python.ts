/** Python on the page's side: a worker that is begun anew whenever it is stopped. */

import type { Lab } from '../client/api';
import { siteFolder } from '../client/site';
import { startWorker } from '../client/start-worker';
import type { FromPython, ToPython } from './protocol';
import workerUrl from './python-worker.ts?worker&url';

const STOPPED = -1;

export type PythonState = 'none' | 'loading' | 'ready' | 'running';

export interface PythonListener {
  state(state: PythonState): void;
  output(text: string, error: boolean): void;
}

export class Python {
  state: PythonState = 'none';
  /** Code can wait, and have threads. */
  suspends = true;
  private readonly lab: Lab;
  private readonly listener: PythonListener;
  private worker: Worker | undefined;
  private bridge: { close(): void } | undefined;
  private ready: Promise<void> | undefined;
  private done: ((status: number) => void) | undefined;
  private runs = 0;

  constructor(lab: Lab, listener: PythonListener) {
    this.lab = lab;
    this.listener = listener;
  }

  /** Loads Python, unless it is there. */
  start(): Promise<void> {
    this.ready ??= this.load();
    return this.ready;
  }

  private load(): Promise<void> {
    this.setState('loading');
    const worker = startWorker(workerUrl);
    const bridge = this.lab.openBridge();
    this.worker = worker;
    this.bridge = bridge;
    return new Promise((resolve, reject) => {
      const fail = (message: string): void => {
        this.listener.output(`${message}\n`, true);
        this.stop();
        reject(new Error(message));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail(event.message);
      };
      worker.onmessage = (event: MessageEvent<FromPython>) => {
        const message = event.data;
        switch (message.type) {
          case 'ready':
            this.suspends = message.suspends;
            this.setState('ready');
            resolve();
            break;
          case 'output':
            this.listener.output(message.text, message.error);
            break;
          case 'done':
            this.setState('ready');
            this.done?.(message.status);
            break;
          case 'failed':
            fail(message.message);
            break;
        }
      };
      const { port } = bridge;
      const start: ToPython = { type: 'start', port, base: siteFolder() };
      worker.postMessage(start, [port]);
    });
  }

  /**
   * Runs a script; resolves with what it leaves to a shell when its last thread has ended, and with -1 when it was stopped.
   * One at a time: -1 also while another runs.
   */
  async run(code: string, name: string): Promise<number> {
    await this.start();
    if (this.state === 'running') return STOPPED;
    this.setState('running');
    const ended = new Promise<number>((resolve) => (this.done = resolve));
    this.worker?.postMessage({ type: 'run', id: ++this.runs, code, name } satisfies ToPython);
    return ended;
  }

  /** Ends whatever runs, at once. The lab and its data go on. */
  stop(): void {
    this.worker?.terminate();
    this.bridge?.close();
    this.worker = undefined;
    this.bridge = undefined;
    this.ready = undefined;
    this.setState('none');
    this.done?.(STOPPED);
    this.done = undefined;
  }

  private setState(state: PythonState): void {
    this.state = state;
    this.listener.state(state);
  }
}
