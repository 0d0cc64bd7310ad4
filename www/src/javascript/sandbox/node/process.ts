/** The process that a script believes to be, as node:process. */

import { EventEmitter } from 'node:events';
import { labElapsed } from '../lab';
import { nextTick } from '../loop';
import { print } from '../output';

/** Thrown by exit(), so that nothing behind it runs. */
export class Exit extends Error {
  constructor() {
    super('The script has ended');
  }
}

type Write = (text: string | Uint8Array, ...rest: unknown[]) => boolean;

/** A stream that can only be written to. */
class Output extends EventEmitter {
  readonly writable = true;
  readonly isTTY = false;
  readonly columns = 80;
  private readonly decoder = new TextDecoder();

  constructor(
    readonly fd: number,
    private readonly error: boolean,
  ) {
    super();
  }

  readonly write: Write = (text, ...rest) => {
    print(
      typeof text === 'string' ? text : this.decoder.decode(text, { stream: true }),
      this.error,
    );
    const done = rest.at(-1);
    if (typeof done === 'function') nextTick(done as () => void);
    return true;
  };

  end(text?: string | Uint8Array): void {
    if (text !== undefined) this.write(text);
  }
}

let leave: (code: number) => void = () => undefined;

/** How the script's end is told. */
export function onExit(listener: (code: number) => void): void {
  leave = listener;
}

class Process extends EventEmitter {
  readonly title = 'node';
  readonly version = 'v22.0.0';
  readonly versions = { node: '22.0.0' };
  readonly platform = 'linux';
  readonly arch = 'wasm32';
  readonly pid = 1;
  readonly ppid = 0;
  readonly browser = true;
  readonly execArgv: readonly string[] = [];
  readonly execPath = '/usr/bin/node';
  readonly release = { name: 'node' };
  readonly stdout = new Output(1, false);
  readonly stderr = new Output(2, true);
  readonly env: Record<string, string> = {};
  argv: string[] = ['/usr/bin/node'];
  exitCode: number | undefined;
  private exiting = false;

  readonly cwd = (): string => '/home/learner';
  readonly uptime = (): number => labElapsed() / 1000;
  readonly umask = (): number => 0o022;
  /** Set when there are any. */
  getBuiltinModule: (name: string) => object | undefined = () => undefined;

  readonly nextTick = (callback: (...args: unknown[]) => void, ...args: unknown[]): void =>
    nextTick(() => callback(...args));

  readonly hrtime = Object.assign(
    ([seconds = 0, nanoseconds = 0] = [] as number[]): [number, number] => {
      const now = BigInt(Math.round(labElapsed() * 1e6));
      const since = now - BigInt(seconds) * 1_000_000_000n - BigInt(nanoseconds);
      return [Number(since / 1_000_000_000n), Number(since % 1_000_000_000n)];
    },
    { bigint: (): bigint => BigInt(Math.round(labElapsed() * 1e6)) },
  );

  readonly emitWarning = (warning: string | Error, options?: string | { type?: string }): void => {
    const type = typeof options === 'string' ? options : options?.type;
    const text = typeof warning === 'string' ? `${type ?? 'Warning'}: ${warning}` : String(warning);
    print(`(node) ${text}\n`, true);
  };

  readonly exit = (code?: number): never => {
    if (code !== undefined) this.exitCode = code;
    this.end();
    throw new Exit();
  };

  readonly abort = (): never => this.exit(134);

  /** Says goodbye, once. */
  end(): void {
    if (this.exiting) return;
    this.exiting = true;
    try {
      this.emit('exit', this.exitCode ?? 0);
    } finally {
      leave(this.exitCode ?? 0);
    }
  }
}

export const process = new Process();
export default process;
