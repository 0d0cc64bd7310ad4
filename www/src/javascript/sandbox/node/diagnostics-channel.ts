/** node:diagnostics_channel, as far as the clients publish in it; without tracing, which they do without. */

type Listener = (message: unknown, name: string) => void;

export class Channel {
  private readonly listeners = new Set<Listener>();

  constructor(readonly name: string) {}

  get hasSubscribers(): boolean {
    return this.listeners.size > 0;
  }

  subscribe(listener: Listener): void {
    this.listeners.add(listener);
  }

  unsubscribe(listener: Listener): boolean {
    return this.listeners.delete(listener);
  }

  publish(message: unknown): void {
    for (const listener of [...this.listeners]) listener(message, this.name);
  }
}

const channels = new Map<string, Channel>();

export function channel(name: string): Channel {
  const found = channels.get(name) ?? new Channel(name);
  channels.set(name, found);
  return found;
}

export const hasSubscribers = (name: string): boolean =>
  channels.get(name)?.hasSubscribers ?? false;
export const subscribe = (name: string, listener: Listener): void =>
  channel(name).subscribe(listener);
export const unsubscribe = (name: string, listener: Listener): boolean =>
  channel(name).unsubscribe(listener);

export default { Channel, channel, hasSubscribers, subscribe, unsubscribe };
