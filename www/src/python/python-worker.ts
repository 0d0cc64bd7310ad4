/** Python in a worker of its own: Pyodide, sockets that lead into the lab, threads that take turns. */

import type { BridgeAnswer, BridgeRequest } from '../client/bridge';
import { confine } from './confine';
import sockets from './sockets.py?raw';
import threads from './threads.py?raw';
import type { FromPython, ToPython } from './protocol';

/** As much of Pyodide as is used; the package's own types would bring in all of it. */
interface Pyodide {
  readonly FS: { writeFile(path: string, data: string): void };
  registerJsModule(name: string, module: object): void;
  unpackArchive(buffer: ArrayBuffer, format: string, options: { extractDir: string }): void;
  runPython(code: string): unknown;
  runPythonAsync(code: string, options?: { filename: string; globals?: unknown }): Promise<unknown>;
  setStdout(options: { write(bytes: Uint8Array): number }): void;
  setStderr(options: { write(bytes: Uint8Array): number }): void;
  toPy(value: unknown): unknown;
}

interface Loader {
  loadPyodide(options: object): Promise<Pyodide>;
}

const post = (message: FromPython): void => self.postMessage(message);

/** The lab at the other end of a port. */
class Lab {
  private readonly port: MessagePort;
  private readonly pending = new Map<number, (answer: BridgeAnswer) => void>();
  private last = 0;
  private time = { now: Date.now(), speed: 1, at: performance.now() };

  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = (event: MessageEvent<BridgeAnswer>) => {
      const { id, now, speed } = event.data;
      this.time = { now, speed, at: performance.now() };
      this.pending.get(id)?.(event.data);
      this.pending.delete(id);
    };
  }

  private ask(request: BridgeRequest, transfer: Transferable[] = []): Promise<BridgeAnswer> {
    const id = ++this.last;
    this.port.postMessage({ ...request, id }, transfer);
    return new Promise((resolve) => this.pending.set(id, resolve));
  }

  /** What Python sees as the module `_lab`. */
  module(): object {
    return {
      open: async (host: string, port: number) => {
        const { connection = -1 } = await this.ask({ op: 'open', host, port });
        return connection;
      },
      send: (connection: number, data: { toJs(): Uint8Array } | Uint8Array) => {
        const bytes = data instanceof Uint8Array ? data : data.toJs();
        return this.ask({ op: 'send', connection, bytes }, [bytes.buffer as ArrayBuffer]);
      },
      read: (connection: number, timeout: number) => this.ask({ op: 'read', connection, timeout }),
      close: (connection: number) => {
        this.port.postMessage({ op: 'close', connection, id: ++this.last });
      },
      sleep: async (time: number) => {
        await this.ask({ op: 'sleep', time });
      },
      now: () => this.time.now + (performance.now() - this.time.at) * this.time.speed,
      /** What somebody waits for until it is rung, or so much time has passed. */
      bell: (timeout: number) => {
        let ring = (): void => undefined;
        const rung = new Promise<void>((resolve) => (ring = resolve));
        const promise =
          timeout < 0 ? rung : Promise.race([rung, this.ask({ op: 'sleep', time: timeout })]);
        return { promise, ring: () => ring() };
      },
      spawn: (enter: { callPromising(): Promise<unknown>; destroy(): void }) => {
        // Behind whoever starts it, which goes on first.
        setTimeout(() => {
          enter.callPromising().catch((error: unknown) => {
            post({ type: 'output', text: `${String(error)}\n`, error: true });
          });
        });
      },
    };
  }
}

let python: Pyodide | undefined;

async function start(port: MessagePort, base: string): Promise<void> {
  const from = new URL('python/', base);
  const packages = fetch(new URL('packages.zip', from));
  const loader = (await import(/* @vite-ignore */ new URL('pyodide.mjs', from).href)) as Loader;
  const loaded = await loader.loadPyodide({
    indexURL: from.href,
    stdLibURL: new URL('stdlib.zip', from).href,
    lockFileURL: new URL('lock.json', from).href,
    packageBaseUrl: from.href,
  });
  const archive = await packages;
  if (!archive.ok) throw new Error(`packages.zip: ${archive.status}`);
  loaded.unpackArchive(await archive.arrayBuffer(), 'zip', { extractDir: '/lib/packages' });
  const decoders = { output: new TextDecoder(), error: new TextDecoder() };
  const write = (error: boolean) => (bytes: Uint8Array) => {
    const decoder = error ? decoders.error : decoders.output;
    post({ type: 'output', text: decoder.decode(bytes, { stream: true }), error });
    return bytes.length;
  };
  loaded.setStdout({ write: write(false) });
  loaded.setStderr({ write: write(true) });
  loaded.registerJsModule('_lab', new Lab(port).module());
  loaded.FS.writeFile('/lib/packages/_lab_threads.py', threads);
  loaded.FS.writeFile('/lib/packages/_lab_sockets.py', sockets);
  loaded.runPython(
    "import sys; sys.path.append('/lib/packages'); import _lab_threads, _lab_sockets, redis",
  );
  confine();
  python = loaded;
}

/** Runs a script as a program is run: with names of its own, until its last thread has ended. */
const RUN = `
import _lab_threads, gc, linecache, sys, traceback
def _run(code, name):
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    names = {'__name__': '__main__', '__builtins__': __builtins__}
    try:
        exec(compile(code, name, 'exec'), names)
        _lab_threads.finish()
    except SystemExit as end:
        if end.code not in (None, 0):
            print(end.code, file=sys.stderr)
    except BaseException as error:
        # The first two lines are of here.
        traceback.print_exception(error.with_traceback(error.__traceback__.tb_next))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        gc.collect()
_run(_code, _name)
`;

async function run(id: number, code: string, name: string): Promise<void> {
  if (!python) throw new Error('Python has not been started');
  const globals = python.toPy({ _code: code, _name: name });
  await python.runPythonAsync(RUN, { filename: '<lab>', globals });
  post({ type: 'done', id });
}

async function receive(message: ToPython): Promise<void> {
  try {
    if (message.type === 'start') {
      await start(message.port, message.base);
      const suspends = 'Suspending' in WebAssembly;
      post({ type: 'ready', suspends });
    } else {
      await run(message.id, message.code, message.name);
    }
  } catch (error) {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

self.addEventListener('message', (event: MessageEvent<ToPython>) => void receive(event.data));
