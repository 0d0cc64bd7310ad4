/** A connection of the page's own code, in a cluster to whoever has the key that is asked about. */

import type { Argument, Connection, Process, Reply, Unsubscribe } from '../client/api';
import { bytesOf } from '../client/bytes';
import { ReplyError } from '../client/errors';
import type { RemoteClient } from './client';
import { notOffered } from './not-offered';
import type { Nodes } from './nodes';
import { RemoteError } from './problem';

export class RoutedConnection implements Connection {
  private readonly clients = new Map<string, RemoteClient>();
  private readonly closeListeners = new Set<() => void>();

  constructor(
    private readonly nodes: Nodes,
    readonly port: Process,
    private readonly db: number,
  ) {}

  async open(): Promise<void> {
    await this.client(String(this.port));
  }

  /** Only whole commands can be routed. */
  send = notOffered;

  async call(...args: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.pipeline([args]);
    if (!reply) throw new RemoteError('lost');
    if (reply.kind === 'error') throw new ReplyError(reply.text);
    return reply;
  }

  async pipeline(commands: readonly (readonly Argument[])[]): Promise<Reply[]> {
    // What belongs together is about one key, which stands behind the name of the first command that has any.
    const key = commands.find((command) => command.length > 1)?.[1];
    const isRouted = this.nodes.kind === 'cluster' && key !== undefined;
    const name = isRouted ? this.nodes.ownerOf(bytesOf(key)) : String(this.port);
    return (await this.client(name)).pipeline(commands);
  }

  private async client(name: string): Promise<RemoteClient> {
    const known = this.clients.get(name);
    if (known?.isOpen) return known;
    const client = await this.nodes.open(name);
    this.clients.set(name, client);
    client.onClose(() => {
      for (const listener of this.closeListeners) listener();
    });
    if (this.db !== 0) await client.call('SELECT', this.db);
    return client;
  }

  onClose(listener: () => void): Unsubscribe {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  close(): void {
    this.closeListeners.clear();
    for (const client of this.clients.values()) client.close();
  }
}
