/** The worker: loads the engine, then does what the page asks. */

import type { LabErrorCode } from '../client/api';
import { LabError } from '../client/errors';
import type { LabState, Message, Request, RequestName, Requests } from '../client/protocol';
import { Host } from './host';

const post = (message: Message, transfer: Transferable[] = []): void => {
  self.postMessage(message, { transfer });
};

const host = new Host(post);
let ready: Promise<LabState> | undefined;

async function answer(request: Request): Promise<void> {
  const { id, name, args } = request;
  try {
    if (name === 'open') {
      ready = host.open(...(args as Parameters<Requests['open']>));
    }
    const state = await ready;
    const value: unknown = name === 'open' ? state : await call(name, args);
    if (id !== 0) post({ type: 'result', id, value });
  } catch (error) {
    const code: LabErrorCode = error instanceof LabError ? error.code : 'unavailable';
    const message = error instanceof Error ? error.message : String(error);
    if (id !== 0) post({ type: 'failure', id, code, message });
  }
  host.settle();
}

function call(name: Exclude<RequestName, 'open'>, args: Request['args']): unknown {
  const method = host[name] as (...args: unknown[]) => unknown;
  return method.apply(host, args);
}

self.addEventListener('message', (event: MessageEvent<Request>) => void answer(event.data));
