/** Who listens to what, on one connection. */

import { LabError } from '../../www/src/client/errors';
import type { Listener, Message, Subscription, Value } from './api';

export type Kind = 'subscribe' | 'psubscribe' | 'ssubscribe';

/** The kinds of messages, and what they are subscribed to by. */
const MESSAGES = new Map<Value, Kind>([
  ['message', 'subscribe'],
  ['pmessage', 'psubscribe'],
  ['smessage', 'ssubscribe'],
]);

const CONFIRMATIONS = new Set<Value>([
  'subscribe',
  'unsubscribe',
  'psubscribe',
  'punsubscribe',
  'ssubscribe',
  'sunsubscribe',
]);

/** Messages that wait to be read; who is further behind is cut off, as a server does. */
const MOST_WAITING = 100_000;

type Send = (command: readonly [string, ...string[]], confirmations: number) => Promise<void>;

export class Subscriptions {
  private readonly send: Send;
  private readonly listeners = new Map<string, Set<Listening>>();

  /** `send` resolves when the server has confirmed so many times. */
  constructor(send: Send) {
    this.send = send;
  }

  get isEmpty(): boolean {
    return this.listeners.size === 0;
  }

  async subscribe(
    kind: Kind,
    names: readonly string[],
    listener: Listener | undefined,
  ): Promise<Subscription> {
    if (names.length === 0) throw new TypeError('There is no channel to subscribe to');
    const unique = [...new Set(names)];
    const listening: Listening = new Listening(listener, () => this.leave(kind, unique, listening));
    // Before the server confirms: the first message may come with it.
    for (const name of unique) {
      const key = keyOf(kind, name);
      const others = this.listeners.get(key) ?? new Set();
      this.listeners.set(key, others.add(listening));
    }
    try {
      await this.send([kind.toUpperCase(), ...unique], unique.length);
    } catch (error) {
      this.remove(kind, unique, listening);
      throw error;
    }
    return listening;
  }

  /** Takes it if it is a message. */
  takeMessage(items: readonly Value[]): boolean {
    const kind = MESSAGES.get(items[0] ?? null);
    if (kind === undefined) return false;
    // Channels are named by the caller in UTF-8, so that names come as text.
    const [name, ...rest] = items.slice(1) as string[];
    const listeners = this.listeners.get(keyOf(kind, name ?? ''));
    if (listeners === undefined) return true;
    const [channel = '', message = ''] = kind === 'psubscribe' ? rest : [name, ...rest];
    const told = {
      channel,
      message,
      ...(kind === 'psubscribe' && name !== undefined ? { pattern: name } : {}),
    };
    for (const listening of [...listeners]) listening.tell(told);
    return true;
  }

  /** The connection is gone, or has forgotten what it was subscribed to. */
  end(): void {
    const all = new Set([...this.listeners.values()].flatMap((some) => [...some]));
    this.listeners.clear();
    for (const listening of all) listening.end();
  }

  private async leave(kind: Kind, names: readonly string[], listening: Listening): Promise<void> {
    const unheard = this.remove(kind, names, listening);
    if (unheard.length === 0) return;
    const name = {
      subscribe: 'UNSUBSCRIBE',
      psubscribe: 'PUNSUBSCRIBE',
      ssubscribe: 'SUNSUBSCRIBE',
    };
    await this.send([name[kind], ...unheard], unheard.length);
  }

  /** Answers the names that nobody listens to any more. */
  private remove(kind: Kind, names: readonly string[], listening: Listening): string[] {
    return names.filter((name) => {
      const key = keyOf(kind, name);
      const others = this.listeners.get(key);
      if (others === undefined) return false;
      others.delete(listening);
      return others.size === 0 && this.listeners.delete(key);
    });
  }
}

/** Whether the server tells so that a subscription has begun or ended. */
export const isConfirmation = (items: readonly Value[]): boolean =>
  CONFIRMATIONS.has(items[0] ?? null);

const keyOf = (kind: Kind, name: string): string => `${kind} ${name}`;

/** One subscription: messages on their way to a listener or a reader. */
class Listening implements Subscription {
  private readonly listener: Listener | undefined;
  private readonly leave: () => Promise<void>;
  private messages: Message[] = [];
  private wake: (() => void) | undefined;
  private isOver = false;
  private failure: LabError | undefined;

  constructor(listener: Listener | undefined, leave: () => Promise<void>) {
    this.listener = listener;
    this.leave = leave;
  }

  tell(message: Message): void {
    if (this.isOver) return;
    if (this.listener !== undefined) {
      this.listener(message.message, message.channel);
      return;
    }
    if (this.messages.length >= MOST_WAITING) {
      this.failure = new LabError('closed', `${MOST_WAITING} messages wait to be read`);
      void this.close().catch(() => undefined);
      return;
    }
    this.messages.push(message);
    this.wake?.();
  }

  end(): void {
    this.isOver = true;
    this.wake?.();
  }

  async close(): Promise<void> {
    if (this.isOver) return;
    this.end();
    await this.leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    if (this.listener !== undefined)
      throw new TypeError('The messages go to the listener that was given');
    try {
      for (;;) {
        const messages = this.messages;
        this.messages = [];
        yield* messages;
        if (this.failure !== undefined) throw this.failure;
        if (this.messages.length > 0) continue;
        if (this.isOver) return;
        await new Promise<void>((resolve) => (this.wake = resolve));
        this.wake = undefined;
      }
    } finally {
      await this.close();
    }
  }
}
