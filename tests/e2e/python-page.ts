import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { FromPython, ToPython } from '../../www/src/python/protocol';

/** What a script has printed, and how it has ended. */
export interface Ran {
  readonly output: string;
  readonly error: string;
  readonly status: number;
}

interface PythonWindow {
  worker: Worker;
  run(code: string): Promise<Ran>;
}

/** Python as the page starts it, without the view around it. */
export class PythonPage {
  readonly page: Page;
  suspends = true;

  constructor(page: Page) {
    this.page = page;
  }

  /** The worker's script among what has been built. */
  static get chunk(): string {
    const assets = join(import.meta.dirname, '../../dist/assets');
    const name = readdirSync(assets).find((file) => /^python-worker-.*\.js$/.test(file));
    if (name === undefined) throw new Error('dist/ has no worker for Python: npm run build');
    return `assets/${name}`;
  }

  async open(): Promise<void> {
    await this.page.goto('./');
    await this.page.waitForFunction(() => document.querySelector('resplay-app')?.lab);
    this.suspends = await this.page.evaluate(start, PythonPage.chunk);
  }

  run(code: string): Promise<Ran> {
    return this.page.evaluate((code) => (window as unknown as PythonWindow).run(code), code);
  }
}

/** Runs in the page. */
function start(chunk: string): Promise<boolean> {
  const lab = document.querySelector('resplay-app')?.lab;
  if (!lab) throw new Error('there is no lab');
  const python = window as unknown as PythonWindow;
  const worker = (python.worker = new Worker(chunk, { type: 'module' }));
  const { port } = lab.openBridge();
  const send = (message: ToPython, transfer: Transferable[] = []): void =>
    worker.postMessage(message, transfer);
  python.run = (code) =>
    new Promise((resolve, reject) => {
      let [output, error] = ['', ''];
      worker.onmessage = ({ data }: MessageEvent<FromPython>) => {
        if (data.type === 'output' && data.error) error += data.text;
        else if (data.type === 'output') output += data.text;
        else if (data.type === 'done') resolve({ output, error, status: data.status });
        else if (data.type === 'failed') reject(new Error(data.message));
      };
      send({ type: 'run', id: 1, code, name: 'script.py' });
    });
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<FromPython>) => {
      if (data.type === 'ready') resolve(data.suspends);
      else if (data.type === 'failed') reject(new Error(data.message));
    };
    send({ type: 'start', port, base: document.baseURI }, [port]);
  });
}
