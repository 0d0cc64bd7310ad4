/** The sandbox on the page's side: a frame whose origin is its own, without network, where workers of scripts are made. */

import type { FromFrame, ToFrame } from './protocol';

/** How long the sandbox's page may take, in milliseconds. */
const PATIENCE = 20_000;

/** A worker in the sandbox. */
export interface SandboxWorker {
  /** Its line to the page. */
  readonly port: MessagePort;
  /** Ends it at once. */
  end(): void;
}

/**
 * The sandbox's page, in an origin of its own. A service worker that serves this page makes it one, without a network too;
 * it does not hear of frames with the attribute, which do that everywhere else.
 */
async function openSandbox(document: Document): Promise<HTMLIFrameElement> {
  // Missing where the page is no secure context.
  const { serviceWorker } = navigator as Partial<Navigator>;
  if (serviceWorker?.controller) {
    const frame = await openFrame(document, false);
    // Nothing has been told to it yet.
    if (frame.contentDocument === null) return frame;
    frame.remove();
  }
  return openFrame(document, true);
}

async function openFrame(document: Document, sandbox: boolean): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  if (sandbox) frame.setAttribute('sandbox', 'allow-scripts');
  frame.title = 'JavaScript';
  frame.hidden = true;
  frame.src = new URL('javascript/sandbox.html', document.baseURI).href;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('javascript/sandbox.html')), PATIENCE);
    frame.onload = () => {
      clearTimeout(timer);
      resolve();
    };
    document.body.append(frame);
  });
  return frame;
}

export class SandboxFrame {
  private readonly port: MessagePort;
  private readonly failures = new Map<number, (message: string) => void>();
  private last = 0;

  private constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<FromFrame>) =>
      this.failures.get(data.id)?.(data.message);
  }

  /** Makes one whose workers run this code. */
  static async open(code: string, document: Document): Promise<SandboxFrame> {
    const frame = await openSandbox(document);
    const { port1, port2 } = new MessageChannel();
    // Its origin is opaque, and has no name that could be asked for.
    frame.contentWindow?.postMessage(code, '*', [port2]);
    return new SandboxFrame(port1);
  }

  /** Makes a worker; `failed` is told why there is none. */
  begin(failed: (message: string) => void): SandboxWorker {
    const id = ++this.last;
    const { port1, port2 } = new MessageChannel();
    this.failures.set(id, failed);
    this.tell({ type: 'begin', id, port: port2 }, [port2]);
    return {
      port: port1,
      end: () => {
        this.failures.delete(id);
        port1.close();
        this.tell({ type: 'end', id });
      },
    };
  }

  private tell(message: ToFrame, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}
