/** Python in a worker of its own: Pyodide, sockets that lead into the lab, threads that take turns. */

import { confine } from './confine';
import { Network, type SocketOperations } from './network';
import program from './program.py?raw';
import sockets from './sockets.py?raw';
import threads from './threads.py?raw';
import type { FromPython, ToPython } from './protocol';

/** As much of Pyodide as is used; the package's own types would bring in all of it. */
interface Pyodide {
  readonly FS: {
    readonly ErrnoError: new (number: number) => Error;
    mkdirTree(path: string): void;
    writeFile(path: string, data: string): void;
  };
  readonly _module: {
    readonly SOCKFS: { getSocket(file: number): { sock_ops: SocketOperations } | null };
  };
  registerJsModule(name: string, module: object): void;
  unpackArchive(buffer: ArrayBuffer, format: string, options: { extractDir: string }): void;
  runPython(code: string): unknown;
  setStdout(options: { write(bytes: Uint8Array): number }): void;
  setStderr(options: { write(bytes: Uint8Array): number }): void;
}

interface Loader {
  loadPyodide(options: object): Promise<Pyodide>;
}

/** A function of Python's, called so that it can stand still; plainly where that is not possible. */
interface PythonFunction<Arguments extends unknown[], Result> {
  (...args: Arguments): Result;
  callPromising(...args: Arguments): Promise<Result>;
  destroy(): void;
}

const post = (message: FromPython): void => self.postMessage(message);

const suspends = 'Suspending' in WebAssembly;

let python: Pyodide | undefined;
let runProgram: PythonFunction<[code: string, name: string], number> | undefined;

/** A thread begins, behind whoever starts it. */
function spawn(enter: PythonFunction<[], void>): void {
  enter
    .callPromising()
    .catch((error: unknown) => post({ type: 'output', text: `${String(error)}\n`, error: true }))
    .finally(() => enter.destroy());
}

async function start(port: MessagePort, base: string): Promise<void> {
  const from = new URL('python/', base);
  const network = new Network(port);
  const connected = network.ready();
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
  await connected;
  const { FS, _module: module } = loaded;
  const operate = (file: number): void => {
    const socket = module.SOCKFS.getSocket(file);
    if (socket === null) throw new Error(`${file} is no socket`);
    socket.sock_ops = network.operations(suspends, (number) => new FS.ErrnoError(number));
  };
  loaded.registerJsModule('_lab', { ...network.module(), suspends, operate, spawn });
  FS.writeFile('/lib/packages/_lab_threads.py', threads);
  FS.writeFile('/lib/packages/_lab_sockets.py', sockets);
  FS.writeFile('/lib/packages/_lab_program.py', program);
  runProgram = loaded.runPython(
    "import sys; sys.path.append('/lib/packages'); import _lab_threads, _lab_sockets, _lab_program, redis; _lab_program.run",
  ) as PythonFunction<[string, string], number>;
  confine();
  python = loaded;
}

async function run(id: number, code: string, name: string): Promise<void> {
  if (!runProgram) throw new Error('Python has not been started');
  const status = await (suspends ? runProgram.callPromising(code, name) : runProgram(code, name));
  post({ type: 'done', id, status });
}

async function receive(message: ToPython): Promise<void> {
  try {
    switch (message.type) {
      case 'start':
        await start(message.port, message.base);
        post({ type: 'ready', suspends });
        break;
      case 'mount': {
        if (!python) throw new Error('Python has not been started');
        const { archive, format, folder } = message;
        python.FS.mkdirTree(folder);
        python.unpackArchive(archive, format, { extractDir: folder });
        break;
      }
      case 'run':
        await run(message.id, message.code, message.name);
    }
  } catch (error) {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

self.addEventListener('message', (event: MessageEvent<ToPython>) => void receive(event.data));
