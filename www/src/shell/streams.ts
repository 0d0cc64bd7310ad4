/** What flows between programs: bytes, bounded, taken as they are wanted. */

const encoder = new TextEncoder();

/** Bytes that a pipe holds before who writes has to wait. */
const PIPE_CAPACITY = 64 * 1024;

/** Nobody reads any more: who writes ends, as by SIGPIPE. */
export class BrokenPipe extends Error {}

/** Where a program writes. */
export interface Output {
  /** A person reads it, and not a program or a file. */
  readonly isTerminal: boolean;
  /** Resolves when more may be written. */
  write(data: string | Uint8Array): Promise<void>;
}

/** What a program reads; it ends. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTerminal: boolean;
}

export const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? encoder.encode(data) : data;

/** A pipe: what is written at one end is read at the other. */
export class Pipe implements Output, Input {
  readonly isTerminal = false;
  private readonly chunks: Uint8Array[] = [];
  private held = 0;
  private ended = false;
  private broken = false;
  private wake: (() => void)[] = [];

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(data);
    while (!this.broken && this.held >= PIPE_CAPACITY) await this.changed();
    if (this.broken) throw new BrokenPipe();
    if (bytes.length === 0) return;
    this.chunks.push(bytes);
    this.held += bytes.length;
    this.change();
  }

  /** Nothing more is written. */
  end(): void {
    this.ended = true;
    this.change();
  }

  /** Nothing more is read. */
  close(): void {
    this.broken = true;
    this.change();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk) {
        this.held -= chunk.length;
        this.change();
        yield chunk;
      } else if (this.ended || this.broken) return;
      else await this.changed();
    }
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.wake.push(resolve));
  }

  private change(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}

/** Input that is there from the start. */
export class FixedInput implements Input {
  readonly isTerminal = false;

  constructor(private readonly bytes: Uint8Array) {}

  // eslint-disable-next-line @typescript-eslint/require-await -- what reads knows asynchronous input only
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.bytes.length > 0) yield this.bytes;
  }
}

/** Output that is kept, up to so many bytes. */
export class Kept implements Output {
  readonly isTerminal = false;
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  constructor(private readonly limit: number) {}

  write(data: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(data);
    this.length += bytes.length;
    if (this.length > this.limit) return Promise.reject(new Error('File too large'));
    this.chunks.push(bytes.slice());
    return Promise.resolve();
  }

  bytes(): Uint8Array {
    return joined(this.chunks);
  }
}

export const discard: Output = { isTerminal: false, write: () => Promise.resolve() };

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Everything there is to read. */
export async function readAll(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return joined(chunks);
}

/** The lines of what is read, without their ends. */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Waits so long, or until the signal ends the wait. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
