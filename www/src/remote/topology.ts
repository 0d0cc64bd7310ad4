/** Who is there and who follows whom, from what servers say about themselves and about each other. */

import type { InstanceInfo, Reply, TopologyNode } from '../client/api';
import { nameOf, serverAddress, type ServerAddress } from './address';
import { Info, itemsOf, textOf } from './info';
import type { Kind, Nodes } from './nodes';

/** One server as the picture shows it. */
export interface Seen extends TopologyNode {
  /** Somebody says that it cannot be reached. */
  readonly isDown?: boolean;
}

const NOBODY = { primary: null, link: true, offset: 0, watches: [] } as const;

/** What kind of server an INFO comes from. */
export function kindOf(info: Info): Kind {
  const mode = info.text('redis_mode') || info.text('server_mode');
  return mode === 'sentinel' || mode === 'cluster' ? mode : 'server';
}

/** All that the server at which everything begins knows of, itself first. */
export async function discover(nodes: Nodes): Promise<Seen[]> {
  switch (nodes.kind) {
    case 'cluster':
      return ofCluster(nodes);
    case 'sentinel':
      return ofSentinel(nodes);
    case 'server':
      return ofServer(nodes);
  }
}

export function instanceOf({ name, role, isDown }: Seen): InstanceInfo {
  const { host, port } = serverAddress(name) ?? { host: name, port: 0 };
  return {
    name,
    host,
    port,
    sentinel: role === 'sentinel',
    bind: '*',
    daemonized: true,
    prints: false,
    state: isDown ? 'stopped' : 'running',
  };
}

// ------------------------------------------------------------------------------------------------------ replication

async function infoOf(nodes: Nodes, name?: string): Promise<Info> {
  const [server, replication] = await nodes.ask(
    [
      ['INFO', 'server'],
      ['INFO', 'replication'],
    ],
    name,
  );
  const text = [server, replication].map((reply) => (reply?.kind === 'error' ? '' : textOf(reply)));
  return new Info(text.join('\n'));
}

async function ofServer(nodes: Nodes): Promise<Seen[]> {
  const info = await infoOf(nodes);
  const { main } = nodes;
  if (info.text('role') !== 'slave') return primaryAndReplicas(main, info);
  const primary = `${info.text('master_host')}:${info.text('master_port')}`;
  const self = replicaItself(main, primary, info);
  const above = nodes.leadsToMany ? await infoOf(nodes, primary).catch(() => undefined) : undefined;
  if (!above) {
    const isDown = !self.link;
    return [self, { ...NOBODY, name: primary, role: 'primary', offset: self.offset, isDown }];
  }
  const around = primaryAndReplicas(primary, above);
  // The primary knows the one that was asked as well, maybe by another name of its host.
  const port = info.text('tcp_port');
  const others = around.filter(({ name }) => name !== main && !name.endsWith(`:${port}`));
  return [self, ...others];
}

const replicaItself = (name: string, primary: string, info: Info): Seen => ({
  name,
  role: 'replica',
  primary,
  link: info.text('master_link_status') === 'up',
  offset: info.number('slave_repl_offset'),
  watches: [],
});

function primaryAndReplicas(name: string, info: Info): Seen[] {
  const offset = info.number('master_repl_offset');
  const isReplica = info.text('role') === 'slave';
  const above = `${info.text('master_host')}:${info.text('master_port')}`;
  const first: Seen = isReplica
    ? replicaItself(name, above, info)
    : { ...NOBODY, name, role: 'primary', offset };
  const replicas = info.numbered('slave').flatMap((fields): Seen[] => {
    const address = serverAddress(`${fields.get('ip') ?? ''}:${fields.get('port') ?? ''}`);
    if (!address) return [];
    return [
      {
        name: nameOf(address),
        role: 'replica',
        primary: name,
        link: fields.get('state') === 'online',
        offset: Number(fields.get('offset') ?? 0) || 0,
        watches: [],
      },
    ];
  });
  return [first, ...replicas];
}

// ---------------------------------------------------------------------------------------------------------- sentinel

type Watched = Seen['watches'][number];

/** The fields of an entry that Sentinel lists: names and values in turn, or a map. */
function fieldsOf(reply: Reply): ReadonlyMap<string, string> {
  const flat = reply.kind === 'map' ? reply.entries.flat() : itemsOf(reply);
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2)
    fields.set(textOf(flat[at]), textOf(flat[at + 1]));
  return fields;
}

function stateOf(flags: string): Watched['state'] {
  if (flags.includes('failover')) return 'failover';
  if (flags.includes('o_down')) return 'odown';
  return flags.includes('s_down') ? 'sdown' : 'ok';
}

async function ofSentinel(nodes: Nodes): Promise<Seen[]> {
  const [reply] = await nodes.ask([['SENTINEL', 'MASTERS']]);
  const watches: Watched[] = [];
  const found: Seen[] = [];
  const sentinels = new Map<string, Seen>();
  for (const entry of itemsOf(reply)) {
    const fields = fieldsOf(entry);
    const group = fields.get('name') ?? '';
    const primary = `${fields.get('ip') ?? ''}:${fields.get('port') ?? ''}`;
    const flags = fields.get('flags') ?? '';
    watches.push({ process: primary, state: stateOf(flags) });
    found.push({ ...NOBODY, name: primary, role: 'primary', isDown: flags.includes('s_down') });
    const [replicas, others] = await nodes.ask([
      ['SENTINEL', 'REPLICAS', group],
      ['SENTINEL', 'SENTINELS', group],
    ]);
    found.push(...itemsOf(replicas).map((replica) => followerOf(fieldsOf(replica), primary)));
    for (const other of itemsOf(others)) {
      const { name, isDown } = otherSentinel(fieldsOf(other));
      const before = sentinels.get(name)?.watches ?? [];
      const more = [...before, { process: primary, state: 'ok' as const }];
      sentinels.set(name, { ...NOBODY, name, role: 'sentinel', watches: more, isDown });
    }
  }
  const self: Seen = { ...NOBODY, name: nodes.main, role: 'sentinel', watches };
  return [self, ...found, ...sentinels.values()];
}

const followerOf = (fields: ReadonlyMap<string, string>, primary: string): Seen => ({
  name: `${fields.get('ip') ?? ''}:${fields.get('port') ?? ''}`,
  role: 'replica',
  primary,
  link: fields.get('master-link-status') === 'ok',
  offset: Number(fields.get('slave-repl-offset') ?? 0) || 0,
  watches: [],
  isDown: (fields.get('flags') ?? '').includes('s_down'),
});

const otherSentinel = (fields: ReadonlyMap<string, string>): { name: string; isDown: boolean } => ({
  name: `${fields.get('ip') ?? ''}:${fields.get('port') ?? ''}`,
  isDown: (fields.get('flags') ?? '').includes('s_down'),
});

// ----------------------------------------------------------------------------------------------------------- cluster

async function ofCluster(nodes: Nodes): Promise<Seen[]> {
  await nodes.readSlots();
  const [reply] = await nodes.ask([['CLUSTER', 'NODES']]);
  const seen = clusterNodes(reply?.kind === 'error' ? '' : textOf(reply), nodes.first);
  const offsets = await Promise.all(
    seen.map(async ({ name, isDown }) => {
      if (isDown || !(nodes.leadsToMany || name === nodes.main)) return undefined;
      const info = await infoOf(nodes, name).catch(() => undefined);
      return info?.number(
        info.text('role') === 'slave' ? 'slave_repl_offset' : 'master_repl_offset',
      );
    }),
  );
  return seen.map((node, index) => ({ ...node, offset: offsets[index] ?? 0 }));
}

/** Reads CLUSTER NODES; the server that was asked has the name by which it is reached. */
export function clusterNodes(text: string, asked: ServerAddress): Seen[] {
  const lines = text.split('\n').map((line) => line.trim().split(' '));
  const names = new Map<string, string>();
  for (const [id = '', address = '', flags = ''] of lines) {
    const found = serverAddress(address.replace(/@.*$/, ''));
    const isSelf = flags.includes('myself');
    if (isSelf) names.set(id, nameOf(asked));
    else if (found) names.set(id, nameOf(found));
  }
  return lines.flatMap(([id = '', , flags = '', above = '', , , , link, ...slots]): Seen[] => {
    const name = names.get(id);
    if (name === undefined || flags.includes('handshake')) return [];
    const isReplica = flags.includes('slave');
    const isDown = /\bfail\b/.test(flags) || (link !== 'connected' && !flags.includes('myself'));
    const held = slots.filter((slot) => !slot.startsWith('['));
    return [
      {
        ...NOBODY,
        name,
        role: isReplica ? 'replica' : 'primary',
        primary: isReplica ? (names.get(above) ?? null) : null,
        link: !isDown,
        isDown,
        ...(held.length > 0 && { slots: held.join(' ') }),
      },
    ];
  });
}
