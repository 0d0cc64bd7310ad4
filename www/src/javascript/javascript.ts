/** JavaScript on the page's side: a worker for each script that runs, and one that is ready for the next. */

import type { Lab } from '../client/api';
import type { FromScript, ToScript } from './protocol';
import { SandboxFrame, type SandboxWorker } from './sandbox-frame';

export type JavaScriptState = 'none' | 'loading' | 'ready' | 'running';

export interface JavaScriptListener {
  state(state: JavaScriptState): void;
  output(text: string, error: boolean): void;
}

/** How long a worker may take until it is there, in milliseconds. */
const PATIENCE = 30_000;

/** The sandbox, which all scripts share. */
let frame: Promise<SandboxFrame> | undefined;
/** A worker that no script has had yet. */
let spare: Promise<SandboxWorker> | undefined;

async function openFrame(): Promise<SandboxFrame> {
  const response = await fetch(new URL('javascript/worker.js', document.baseURI));
  if (!response.ok) throw new Error(`javascript/worker.js: ${response.status}`);
  return SandboxFrame.open(await response.text(), document);
}

async function openWorker(): Promise<SandboxWorker> {
  frame ??= openFrame();
  const opened = await frame.catch((error: unknown) => {
    // The next one may have more luck.
    frame = undefined;
    throw error;
  });
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => {
      clearTimeout(timer);
      worker.end();
      reject(new Error(message));
    };
    const timer = setTimeout(() => fail('javascript/worker.js'), PATIENCE);
    const worker = opened.begin(fail);
    worker.port.onmessage = ({ data }: MessageEvent<FromScript>) => {
      if (data.type !== 'ready') return;
      clearTimeout(timer);
      resolve(worker);
    };
  });
}

/** Has a worker ready. */
function prepare(): Promise<SandboxWorker> {
  spare ??= openWorker();
  spare.catch(() => (spare = undefined));
  return spare;
}

export class JavaScript {
  state: JavaScriptState = 'none';
  private readonly lab: Lab;
  private readonly listener: JavaScriptListener;
  private worker: SandboxWorker | undefined;
  private bridge: { close(): void } | undefined;
  private done: ((code: number) => void) | undefined;
  private runs = 0;

  constructor(lab: Lab, listener: JavaScriptListener) {
    this.lab = lab;
    this.listener = listener;
  }

  /** Loads what scripts need, unless it is there. */
  async start(): Promise<void> {
    if (this.state === 'running') return;
    this.setState('loading');
    try {
      await prepare();
    } catch (error) {
      if (this.state === 'loading') this.setState('none');
      this.listener.output(`${error instanceof Error ? error.message : String(error)}\n`, true);
      throw error;
    }
    if (this.state === 'loading') this.setState('ready');
  }

  /**
   * Runs a script, which may import the other `files`; resolves with its exit code when nothing keeps it alive any more,
   * or -1 when it was stopped.
   */
  async run(
    code: string,
    name: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    if (this.state === 'running') return -1;
    const run = ++this.runs;
    await this.start();
    const worker = await prepare();
    // Another run, or a stop, may have come in between.
    if (run !== this.runs) return -1;
    spare = undefined;
    this.setState('running');
    const bridge = this.lab.openBridge();
    this.worker = worker;
    this.bridge = bridge;
    const ended = new Promise<number>((resolve) => (this.done = resolve));
    worker.port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isFromScript(data)) this.receive(worker, data);
    };
    const message: ToScript = {
      type: 'run',
      port: bridge.port,
      name,
      files: { ...files, [name]: code },
    };
    worker.port.postMessage(message, [bridge.port]);
    return ended;
  }

  private receive(worker: SandboxWorker, message: FromScript): void {
    switch (message.type) {
      case 'output': {
        const { text } = message;
        this.listener.output(text, message.error);
        const taken: ToScript = { type: 'taken', count: text.length };
        worker.port.postMessage(taken);
        break;
      }
      case 'ended':
        this.finish(message.code);
        break;
      case 'ready':
        break;
    }
  }

  /** Ends whatever runs, at once. The lab and its data go on. */
  stop(): void {
    this.runs += 1;
    this.finish(-1);
  }

  private finish(code: number): void {
    const { worker, bridge, done } = this;
    this.worker = undefined;
    this.bridge = undefined;
    this.done = undefined;
    bridge?.close();
    worker?.end();
    // The next run need not wait for one.
    if (worker) void prepare().catch(() => undefined);
    this.setState(spare ? 'ready' : 'none');
    done?.(code);
  }

  private setState(state: JavaScriptState): void {
    if (this.state === state) return;
    this.state = state;
    this.listener.state(state);
  }
}

/** Whatever comes out of the sandbox is looked at before it is believed. */
function isFromScript(data: unknown): data is FromScript {
  if (typeof data !== 'object' || data === null) return false;
  const { type, text, error, code } = data as Record<string, unknown>;
  if (type === 'output') return typeof text === 'string' && typeof error === 'boolean';
  return type === 'ended' && Number.isInteger(code);
}
