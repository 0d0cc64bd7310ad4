/** Runs one script, as a process of Node would: from its first line until nothing keeps it alive. */

import './early';
import type { FromScript, RunMessage, ToScript } from '../protocol';
import { installForScript, installGlobals } from './globals';
import { connect, disconnect } from './lab';
import { begin, enter, hold, isAlive, soon } from './loop';
import {
  importAddress,
  kindOf,
  moduleAddress,
  requireFrom,
  requireScript,
  useFiles,
} from './modules';
import { native } from './native';
import { onExit, process } from './node/process';
import { flush, print, sendTo, taken } from './output';
import { fatal, rejected, reportFor } from './report';

installGlobals();

/** Node's code for a script whose last `await` nothing will ever answer. */
const UNSETTLED = 13;

let line: MessagePort | undefined;
let ended = false;
/** An ES module that has not come to its end. */
let unsettled = false;

const post = (message: FromScript): void => {
  if (!ended) line?.postMessage(message);
};

function end(code: number): void {
  flush(true);
  post({ type: 'ended', code });
  ended = true;
  disconnect();
  native.close();
}

function idle(): void {
  if (unsettled && process.exitCode === undefined) {
    print('Warning: Detected unsettled top-level await\n', true);
    process.exitCode = UNSETTLED;
  } else {
    process.emit('beforeExit', process.exitCode ?? 0);
    if (isAlive()) return;
  }
  process.end();
}

async function run({ port, name, files }: RunMessage): Promise<void> {
  await connect(port);
  useFiles(files);
  reportFor(name);
  process.argv = [...process.argv, `/home/learner/${name}`];
  installForScript(requireFrom(name));
  enter(() => {
    if (kindOf(name) === 'commonjs') requireScript(name);
    else evaluate(name);
  });
}

/** Loading counts as something that goes on; an `await` does not, for whatever answers it does. */
function evaluate(name: string): void {
  const release = hold();
  try {
    const address = moduleAddress(name, () => soon(release));
    unsettled = true;
    importAddress(address).then(
      () => {
        unsettled = false;
      },
      (error: unknown) => {
        unsettled = false;
        release();
        enter(() => fatal(error, 'uncaughtException'));
      },
    );
  } catch (error) {
    release();
    throw error;
  }
}

begin({ fatal: (error) => fatal(error, 'uncaughtException'), idle });
sendTo(post);
onExit(end);

addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  enter(() => rejected(event.reason, event.promise));
});

addEventListener('error', (event) => {
  event.preventDefault();
  enter(() => fatal(event.error ?? event.message, 'uncaughtException'));
});

addEventListener(
  'message',
  ({ ports: [port] }) => {
    line = port;
    if (!port) return;
    port.onmessage = ({ data }: MessageEvent<ToScript>) => {
      if (data.type === 'taken') taken(data.count);
      else void run(data);
    };
    post({ type: 'ready' });
  },
  { once: true },
);
