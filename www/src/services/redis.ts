/** A service's connections to Redis: RESP over the lab's network, as an application's. */

import type { Argument, Reply } from '../client/api';
import { ConnectionError, type BridgeEnd, type Socket } from '../client/bridge-end';
import { ReplyError } from '../client/errors';
import { encodeCommand, ReplyReader } from '../client/resp';

/** Connections that are open at a time. */
const MAX_CONNECTIONS = 256;

export class RedisConnection {
  private readonly reader = new ReplyReader();
  broken = false;

  constructor(private readonly socket: Socket) {}

  /** Rejects with `ReplyError`, or `ConnectionError` when the server has gone. */
  async call(...args: readonly Argument[]): Promise<Reply> {
    let received = await this.socket.send(encodeCommand(args));
    for (;;) {
      this.reader.feed(received.bytes);
      const reply = this.reader.next();
      if (reply?.kind === 'error') throw new ReplyError(reply.text);
      if (reply !== undefined) return reply;
      if (received.closed) {
        this.broken = true;
        throw new ConnectionError('Connection closed by server.');
      }
      received = await this.socket.read();
    }
  }

  /** Whether the server has not hung up meanwhile. */
  async isAlive(): Promise<boolean> {
    return !(await this.socket.read(0)).closed;
  }

  close(): void {
    this.socket.close();
  }
}

/** Connections that are used again. */
export class RedisPool {
  private readonly idle: RedisConnection[] = [];
  private open = 0;

  constructor(
    private readonly bridge: BridgeEnd,
    private readonly port: number,
  ) {}

  /** Works with a connection of one's own. */
  async with<Result>(work: (redis: RedisConnection) => Promise<Result>): Promise<Result> {
    const redis = await this.take();
    try {
      return await work(redis);
    } catch (error) {
      // What is unread on it is unknown.
      redis.broken ||= !(error instanceof ReplyError);
      throw error;
    } finally {
      if (redis.broken) {
        redis.close();
        this.open -= 1;
      } else {
        this.idle.push(redis);
      }
    }
  }

  private async take(): Promise<RedisConnection> {
    for (let idle = this.idle.pop(); idle; idle = this.idle.pop()) {
      if (await idle.isAlive()) return idle;
      idle.close();
      this.open -= 1;
    }
    if (this.open >= MAX_CONNECTIONS) throw new ConnectionError('Too many connections');
    this.open += 1;
    try {
      return new RedisConnection(await this.bridge.open(this.port));
    } catch (error) {
      this.open -= 1;
      throw error;
    }
  }
}
