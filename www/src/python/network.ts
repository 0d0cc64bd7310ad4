/** What Python's sockets, clocks and locks stand on: streams into the lab, and one way to wait for anything. */

import type { BridgeAnswer, BridgeRequest } from '../client/bridge';

/** Bytes that a stream holds until Python takes them, before no more are asked for. */
const WINDOW = 256 * 1024;

/** Bytes on their way into the lab that it has not confirmed. */
const UNCONFIRMED = 1024 * 1024;

/** Numbers of errors as this build of Python knows them; `sockets.py` tells them as Linux does. */
const AGAIN = 6;
const BAD_DESCRIPTOR = 8;
const CANCELED = 11;
const BROKEN_PIPE = 64;
const NOT_SUPPORTED = 52;

/** What a wait ends with: bytes, 1 or 0, or the negative number of an error. */
type Result = Uint8Array | number;

/** Something that changes, and who waits for it. */
class Signal {
  readonly listeners = new Set<() => void>();

  fire(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** One end of a connection: into the lab, to another socket in here, or a socket that listens. */
class Stream extends Signal {
  /** In the lab. */
  connection: number | undefined;
  /** The other end, in here. */
  peer: Stream | undefined;
  /** Where it listens, and who has connected. */
  address: string | undefined;
  readonly backlog: number[] = [];
  readonly chunks: Uint8Array[] = [];
  size = 0;
  unconfirmed = 0;
  state: 'new' | 'opening' | 'open' | 'refused' = 'new';
  /** The other end sends no more. */
  ended = false;
  /** This end sends no more. */
  shut = false;
  /** Something was sent to an end that is gone: the next time it is an error. */
  broken = false;

  get readable(): boolean {
    return this.size > 0 || this.ended || this.backlog.length > 0 || this.state === 'refused';
  }

  get writable(): boolean {
    if (this.state === 'refused') return true;
    const room = this.peer ? WINDOW - this.peer.size : UNCONFIRMED - this.unconfirmed;
    return this.state === 'open' && (room > 0 || this.shut || this.ended);
  }

  put(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.chunks.push(bytes);
    this.size += bytes.length;
  }

  take(most: number, keep: boolean): Uint8Array {
    const [first] = this.chunks;
    if (first === undefined) return new Uint8Array();
    const bytes = first.subarray(0, most);
    if (!keep) {
      if (bytes.length === first.length) this.chunks.shift();
      else this.chunks[0] = first.subarray(most);
      this.size -= bytes.length;
    }
    return bytes;
  }
}

/** A wait that Python is about to begin: tried now and whenever one of the signals is given. */
interface Armed {
  attempt(most: number): Result | undefined;
  readonly signals: readonly Signal[];
  /** Milliseconds of the lab's time; without end when negative. */
  readonly timeout: number;
}

/** The lab's clock as it is known here, and who is to be called at what time. */
class Clock {
  private readonly ask: (request: BridgeRequest) => Promise<BridgeAnswer>;
  private known = { now: Date.now(), speed: 1, at: performance.now() };
  private last = 0;
  private began = 0;
  private passed = 0;
  private readonly alarms = new Set<{ readonly at: number; readonly ring: () => void }>();
  /** For when the lab has been asked to say so. */
  private asked = Infinity;

  constructor(ask: (request: BridgeRequest) => Promise<BridgeAnswer>) {
    this.ask = ask;
  }

  get now(): number {
    const { now, speed, at } = this.known;
    // The browser's clock is coarse; CPython's has never been seen to stand still.
    this.last = Math.max(this.last + 0.001, now + (performance.now() - at) * speed);
    return this.last;
  }

  /** Time since Python began, which only goes forward, and never stands still between two looks. */
  get monotonic(): number {
    this.passed = Math.max(this.passed + 1e-6, this.now - this.began);
    return this.passed;
  }

  set({ now, speed }: BridgeAnswer): void {
    // What is known is as old as a message; but somebody may have turned the clock back.
    if (this.began === 0 || now < this.last - 1000) {
      this.last = now;
      this.began = now - this.passed;
    }
    this.known = { now, speed, at: performance.now() };
  }

  /** Calls back in so many milliseconds, unless what is returned is called before. */
  after(milliseconds: number, ring: () => void): () => void {
    const alarm = { at: this.now + milliseconds, ring };
    this.alarms.add(alarm);
    this.look();
    return () => this.alarms.delete(alarm);
  }

  /** One question to the lab serves all alarms that are due later: most are called off before. */
  private look(): void {
    const next = Math.min(...[...this.alarms].map(({ at }) => at));
    if (next >= this.asked || next === Infinity) return;
    this.asked = next;
    const time = Math.max(0, next - this.now);
    void this.ask({ op: 'sleep', time }).then(({ now }) => {
      if (this.asked === next) this.asked = Infinity;
      // The clocks differ by what a message takes.
      for (const alarm of [...this.alarms]) {
        if (alarm.at > Math.max(now, next) + 0.5) continue;
        this.alarms.delete(alarm);
        alarm.ring();
      }
      this.look();
    });
  }
}

/** A bell: rung once. */
class Bell extends Signal {
  rung = false;
}

/** How a socket of Emscripten's is operated; only one is, and everything passes through it. */
export interface SocketOperations {
  recvmsgAsync?(socket: unknown, length: number): Promise<Result>;
  recvmsg(socket: unknown, length: number): { readonly buffer: Uint8Array };
  sendmsg(
    socket: unknown,
    buffer: { readonly buffer: ArrayBufferLike },
    offset: number,
    length: number,
  ): number;
}

export class Network {
  private readonly port: MessagePort;
  private readonly pending = new Map<number, (answer: BridgeAnswer) => void>();
  private readonly clock = new Clock((request) => this.ask(request));
  private readonly streams = new Map<number, Stream>();
  private readonly listeners = new Map<string, Stream>();
  private readonly bells = new Map<number, Bell>();
  /** All that wait, so that they can be made to end. */
  private readonly waits = new Set<(result: Result) => void>();
  private lastRequest = 0;
  private lastStream = 0;
  private armed: Armed = { attempt: () => 0, signals: [], timeout: 0 };
  private watched: { readonly stream: Stream; readonly events: number }[] = [];
  private target: Stream | undefined;
  /** Somebody has looked for bytes in vain, and nothing could arrive since. */
  private looked = false;

  constructor(port: MessagePort) {
    this.port = port;
    port.onmessage = (event: MessageEvent<BridgeAnswer>) => {
      this.clock.set(event.data);
      const { id } = event.data;
      const answered = this.pending.get(id);
      this.pending.delete(id);
      answered?.(event.data);
    };
  }

  /** Resolves once it is known what time it is. */
  async ready(): Promise<void> {
    await this.ask({ op: 'now' });
  }

  private ask(request: BridgeRequest, transfer: Transferable[] = []): Promise<BridgeAnswer> {
    return new Promise((resolve) => this.request(request, resolve, transfer));
  }

  private request(
    request: BridgeRequest,
    answered: (answer: BridgeAnswer) => void,
    transfer: Transferable[] = [],
  ): void {
    const id = (this.lastRequest += 1);
    this.pending.set(id, answered);
    this.port.postMessage({ ...request, id }, transfer);
  }

  // ---------------------------------------------------------------------------------------------------------- waiting

  /**
   * How the socket that all waits pass through is operated; `errno` makes an error of a number. Where calls cannot stand
   * still, only what need not wait succeeds.
   */
  operations(suspends: boolean, errno: (number: number) => Error): SocketOperations {
    return {
      ...(suspends
        ? { recvmsgAsync: (_: unknown, length: number) => this.wait(this.armed, length) }
        : {}),
      recvmsg: (_, length) => {
        const result = this.armed.attempt(length) ?? -NOT_SUPPORTED;
        if (typeof result !== 'number') return { buffer: result };
        if (result < 0) throw errno(-result);
        return { buffer: new Uint8Array(result) };
      },
      sendmsg: (_, buffer, offset, length) => {
        const sent = this.send(new Uint8Array(buffer.buffer, offset, length));
        if (sent < 0) throw errno(-sent);
        return sent;
      },
    };
  }

  private wait(armed: Armed, most: number): Promise<Result> {
    const { signals, timeout } = armed;
    const first = armed.attempt(most);
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => {
      let callOff = (): unknown => undefined;
      const end = (result: Result): void => {
        callOff();
        this.waits.delete(end);
        for (const { listeners } of signals) listeners.delete(look);
        this.looked = false;
        resolve(result);
      };
      const look = (): void => {
        const result = armed.attempt(most);
        if (result !== undefined) end(result);
      };
      this.waits.add(end);
      for (const { listeners } of signals) listeners.add(look);
      if (timeout >= 0) callOff = this.clock.after(timeout, () => end(-AGAIN));
    });
  }

  private arm(attempt: Armed['attempt'], signals: readonly Signal[], timeout = -1): void {
    this.armed = { attempt, signals, timeout };
  }

  // ----------------------------------------------------------------------------------------------------------- streams

  private open(stream: Stream, host: string, port: number): void {
    stream.state = 'opening';
    this.request({ op: 'open', host, port }, ({ connection = -1 }) => {
      if (connection >= 0) stream.connection = connection;
      stream.state = connection >= 0 ? 'open' : 'refused';
      this.listen(stream);
      stream.fire();
    });
  }

  /** Whatever comes for a stream is brought here, and so is its end; no more than there is room for. */
  private listen(stream: Stream): void {
    const { connection } = stream;
    if (connection === undefined || stream.ended || stream.size >= WINDOW) return;
    this.request({ op: 'read', connection, timeout: -1 }, (answer) => {
      this.received(stream, answer);
      this.listen(stream);
    });
  }

  private received(stream: Stream, { bytes, closed }: BridgeAnswer): void {
    if (bytes) stream.put(bytes);
    if (closed) stream.ended = true;
    if (stream.readable) stream.fire();
  }

  /** Sends to the stream that was chosen; how many bytes it took, or the negative number of an error. */
  private send(bytes: Uint8Array): number {
    const stream = this.target;
    if (stream === undefined) return -BAD_DESCRIPTOR;
    const { peer, connection } = stream;
    if (stream.state === 'opening') return -AGAIN;
    if (stream.state !== 'open' || stream.shut || stream.broken) return -BROKEN_PIPE;
    if (stream.ended && (peer === undefined || peer.ended)) {
      // As with TCP: only the answer to the first says that nobody is there.
      stream.broken = true;
      return peer ? -BROKEN_PIPE : bytes.length;
    }
    const room = peer ? WINDOW - peer.size : UNCONFIRMED - stream.unconfirmed;
    if (room <= 0) return -AGAIN;
    const taken = bytes.slice(0, room);
    const { length } = taken;
    if (peer) {
      peer.put(taken);
      peer.fire();
    } else if (connection !== undefined) {
      stream.unconfirmed += length;
      const request = { op: 'send', connection, bytes: taken } as const;
      this.request(
        request,
        (answer) => {
          const wasFull = !stream.writable;
          stream.unconfirmed -= length;
          this.received(stream, answer);
          if (wasFull) stream.fire();
        },
        [taken.buffer],
      );
    }
    return length;
  }

  private add(stream: Stream): number {
    const id = (this.lastStream += 1);
    this.streams.set(id, stream);
    return id;
  }

  private of(id: number): Stream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`no stream ${id}`);
    return stream;
  }

  private close(id: number): void {
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    this.streams.delete(id);
    this.shutWriting(stream);
    if (stream.address !== undefined) this.listeners.delete(stream.address);
    for (const waiting of stream.backlog) this.close(waiting);
    // Nobody reads any more: what the other end sends now is an error there.
    if (stream.peer) stream.ended = true;
    stream.connection = undefined;
  }

  private shutWriting(stream: Stream): void {
    if (stream.shut) return;
    stream.shut = true;
    const { peer, connection } = stream;
    if (peer) {
      peer.ended = true;
      peer.fire();
    }
    if (connection === undefined) return;
    this.port.postMessage({ op: 'close', connection, id: (this.lastRequest += 1) });
    // What it has answered before is on its way.
    this.request({ op: 'now' }, () => {
      stream.ended = true;
      stream.fire();
    });
  }

  // -------------------------------------------------------------------------------------------------- what Python sees

  /**
   * The module `_lab`. Only numbers and strings pass, because anything else would have to be wrapped. What has to wait
   * only prepares it; the wait itself is a `recv` on the socket that `operations` operates.
   */
  module(): object {
    return {
      now: () => this.clock.now,
      monotonic: () => this.clock.monotonic,
      sleep: (time: number) => {
        const bell = new Bell();
        this.request({ op: 'sleep', time }, () => {
          bell.rung = true;
          bell.fire();
        });
        this.arm(() => (bell.rung ? 1 : undefined), [bell]);
      },
      /** Until all that the lab has sent by now has come. */
      turn: () => {
        const bell = new Bell();
        this.request({ op: 'now' }, () => {
          bell.rung = true;
          bell.fire();
        });
        this.arm(() => (bell.rung ? 1 : undefined), [bell]);
      },
      bell: (id: number, timeout: number) => {
        const bell = new Bell();
        this.bells.set(id, bell);
        const attempt = (): Result | undefined => {
          if (!bell.rung) return undefined;
          this.bells.delete(id);
          return 1;
        };
        this.arm(attempt, [bell], timeout);
      },
      ring: (id: number) => {
        const bell = this.bells.get(id);
        if (bell === undefined) return;
        bell.rung = true;
        bell.fire();
      },
      /** Nobody waits for it any more. */
      forget: (id: number) => this.bells.delete(id),
      /** Ends all waits. */
      cancel: () => {
        for (const end of [...this.waits]) end(-CANCELED);
      },
      waiting: () => this.waits.size,

      create: () => this.add(new Stream()),
      connect: (id: number, host: string, port: number) => this.connect(this.of(id), host, port),
      opened: (id: number, timeout: number) => {
        const stream = this.of(id);
        const attempt = (): Result | undefined => {
          if (stream.state === 'opening') return undefined;
          return stream.state === 'open' ? 1 : 0;
        };
        this.arm(attempt, [stream], timeout);
      },
      state: (id: number) => (this.of(id).broken ? 'broken' : this.of(id).state),
      pair: () => {
        const [one, other] = [new Stream(), new Stream()];
        [one.peer, other.peer] = [other, one];
        one.state = other.state = 'open';
        // The numbers follow one another.
        this.add(one);
        return this.add(other);
      },
      listen: (id: number, address: string) => {
        if (this.listeners.has(address)) return false;
        const stream = this.of(id);
        stream.address = address;
        this.listeners.set(address, stream);
        return true;
      },
      accept: (id: number) => this.of(id).backlog.shift() ?? -1,
      to: (id: number) => {
        this.target = this.streams.get(id);
      },
      read: (id: number, timeout: number, keep: boolean) => {
        const stream = this.of(id);
        const attempt = (most: number): Result | undefined => {
          if (stream.size > 0) {
            const wasFull = stream.size >= WINDOW;
            const bytes = stream.take(most, keep);
            if (wasFull && stream.size < WINDOW) {
              this.listen(stream);
              stream.peer?.fire();
            }
            return bytes;
          }
          if (stream.ended) return 0;
          return this.streams.has(id) ? undefined : -BAD_DESCRIPTOR;
        };
        this.arm(attempt, [stream], timeout);
      },
      /** Whether there is something to read: 1 or 0; 2 when one has to look again after a turn. */
      readable: (id: number) => {
        if (this.of(id).readable) return 1;
        if (this.looked) return 2;
        this.looked = true;
        return 0;
      },
      looked: () => {
        this.looked = false;
      },
      shut: (id: number, reading: boolean, writing: boolean) => {
        const stream = this.of(id);
        if (writing) this.shutWriting(stream);
        if (reading) {
          stream.ended = true;
          stream.fire();
        }
      },
      close: (id: number) => this.close(id),
      closeAll: () => {
        for (const id of [...this.streams.keys()]) this.close(id);
      },
      /** Adds to what the next `poll` waits for: 1 to read, 4 to write. */
      watch: (id: number, events: number) => {
        this.watched.push({ stream: this.of(id), events });
      },
      poll: (timeout: number) => {
        const { watched } = this;
        this.watched = [];
        const isReady = (): Result | undefined =>
          watched.some(({ stream, events }) => this.events(stream, events) !== 0) ? 1 : undefined;
        const streams = watched.map(({ stream }) => stream);
        this.arm(isReady, streams, timeout);
      },
      /** Which of the events a stream is ready for. */
      ready: (id: number, events: number) => this.events(this.of(id), events),
    };
  }

  private events(stream: Stream, events: number): number {
    return (stream.readable ? events & 1 : 0) | (stream.writable ? events & 4 : 0);
  }

  private connect(stream: Stream, host: string, port: number): void {
    const listener = this.listeners.get(port < 0 ? host : String(port));
    if (listener === undefined && port >= 0) {
      this.open(stream, host, port);
      return;
    }
    if (listener === undefined) {
      stream.state = 'refused';
      return;
    }
    const other = new Stream();
    [stream.peer, other.peer] = [other, stream];
    stream.state = other.state = 'open';
    listener.backlog.push(this.add(other));
    listener.fire();
  }
}
