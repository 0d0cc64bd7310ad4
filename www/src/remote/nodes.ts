/** The servers that are looked at, each with one connection that all views share. */

import type { Argument, Reply } from '../client/api';
import { BridgeAddress, nameOf, serverAddress, type ServerAddress } from './address';
import { redirection } from './cli-rules';
import { RemoteClient, type Credentials } from './client';
import { RemoteError } from './problem';
import { slotOf, slotRanges, type SlotRange } from './slots';

/** Servers whose connections are kept. */
const MOST = 64;

export type Kind = 'server' | 'sentinel' | 'cluster';

export class Nodes {
  private readonly clients = new Map<string, Promise<RemoteClient>>();
  private ranges: readonly SlotRange[] = [];
  private closed = false;
  kind: Kind = 'server';

  constructor(
    private readonly bridge: BridgeAddress,
    readonly credentials: Credentials,
  ) {}

  get first(): ServerAddress {
    return this.bridge.first;
  }

  /** The name of the server at which everything begins. */
  get main(): string {
    return nameOf(this.first);
  }

  /** Whether other servers can be reached as well. */
  get leadsToMany(): boolean {
    return this.bridge.leadsToMany;
  }

  url(address: ServerAddress): string {
    return this.bridge.url(address);
  }

  /** The connection to a server, opened anew where it was lost. */
  client(name = this.main): Promise<RemoteClient> {
    const known = this.clients.get(name);
    if (known) return known;
    const opening = this.open(name);
    this.clients.set(name, opening);
    const forget = (): void => {
      if (this.clients.get(name) === opening) this.clients.delete(name);
    };
    opening.then((client) => client.onClose(forget), forget);
    return opening;
  }

  /** A connection of one's own. */
  async open(name = this.main): Promise<RemoteClient> {
    const address = serverAddress(name);
    if (!address || this.clients.size > MOST) throw new RemoteError('noway', name);
    const url = this.bridge.url(address);
    const client = await RemoteClient.open(url, this.credentials);
    if (this.isClosed) client.close();
    return client;
  }

  private get isClosed(): boolean {
    return this.closed;
  }

  /** Commands at one server, in database `db`. */
  async ask(
    commands: readonly (readonly Argument[])[],
    name = this.main,
    db = 0,
  ): Promise<Reply[]> {
    const client = await this.client(name);
    if (this.kind !== 'server') return client.pipeline(commands);
    // One connection serves views of several databases: each question says which.
    const [selected, ...replies] = await client.pipeline([['SELECT', db], ...commands]);
    return selected?.kind === 'error' && db !== 0 ? replies.map(() => selected) : replies;
  }

  /** Commands about one key, at the server that has it. */
  async askAbout(
    key: Uint8Array,
    commands: readonly (readonly Argument[])[],
    name = this.main,
    db = 0,
  ): Promise<Reply[]> {
    if (this.kind !== 'cluster') return this.ask(commands, name, db);
    const replies = await this.ask(commands, this.ownerOf(key));
    const moved = replies.map(redirection).find((found) => found !== undefined);
    if (!moved) return replies;
    await this.readSlots();
    return this.ask(commands, this.ownerOf(key));
  }

  ownerOf(key: Uint8Array): string {
    const slot = slotOf(key);
    const range = this.ranges.find(({ from, to }) => from <= slot && slot <= to);
    return range?.primary ?? this.main;
  }

  /** Who has keys: all primaries of a cluster, or the one server. */
  holders(name = this.main): readonly string[] {
    if (this.kind !== 'cluster') return [name];
    const found = new Set(this.ranges.map(({ primary }) => primary));
    return found.size === 0 ? [this.main] : [...found];
  }

  get slots(): readonly SlotRange[] {
    return this.ranges;
  }

  /** Asks who has which slots. */
  async readSlots(): Promise<void> {
    const [reply] = await this.ask([['CLUSTER', 'SLOTS']]);
    if (reply && reply.kind !== 'error') this.ranges = slotRanges(reply, this.first);
  }

  close(): void {
    this.closed = true;
    for (const opening of this.clients.values())
      opening.then(
        (client) => client.close(),
        () => undefined,
      );
    this.clients.clear();
  }
}
