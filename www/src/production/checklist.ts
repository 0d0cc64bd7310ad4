/** What changes when it is real: each line says what the lab has, and what is to be done. */

import { formatNumber } from '../i18n';
import { tp, type ProductionKey } from './catalogue';
import {
  configOf,
  followersOf,
  hostsOf,
  inStartOrder,
  type DeployedSentinel,
  type DeployedServer,
  type Deployment,
} from './deployment';
import { isOpen, otherUsers } from './passwords';

export type Level = 'danger' | 'warning' | 'note';

export interface Item {
  readonly level: Level;
  readonly topic: string;
  /** What the lab has. */
  readonly now: string;
  readonly todo: string;
}

/** A password that can be guessed is none. */
const SHORT_PASSWORD = 16;
/** Milliseconds of silence that a busy machine may need. */
const SHORT_SILENCE = 5000;

type Subject =
  Extract<ProductionKey, `topic.${string}`> extends `topic.${infer Name}` ? Name : never;
type Found = Extract<ProductionKey, `now.${string}`> extends `now.${infer Name}` ? Name : never;

type Values = Record<string, string | number>;

function item(level: Level, topic: Subject, found: Found, values: Values = {}): Item {
  return {
    level,
    topic: tp(`topic.${topic}`),
    now: tp(`now.${found}`, values),
    todo: tp(`todo.${found}`, values),
  };
}

const listed = (names: readonly string[]): string => names.join(', ');
const servicesOf = (them: readonly { readonly service: string }[]): string =>
  listed(them.map(({ service }) => service));

/** The checklist, the worst first within each topic. */
export function checklist(deployment: Deployment): readonly Item[] {
  const { servers, leftOut, unanswered, clockAhead } = deployment;
  const primaries = servers.filter(({ primary }) => primary === undefined);
  const items = [
    ...primaries.flatMap((primary) => persistence(primary, deployment)),
    ...data(primaries),
    ...memory(servers),
    ...passwords(deployment),
    ...users(servers),
    item('warning', 'network', 'network'),
    ...failover(primaries, deployment),
    ...primaries.flatMap((primary) => minReplicas(primary, deployment)),
    item('warning', 'backups', 'backups'),
    item('note', 'kernel', 'kernel', {
      clients: formatNumber(
        Math.max(0, ...servers.map((it) => Number(configOf(it, 'maxclients')))),
      ),
    }),
    ...(Math.abs(clockAhead) > 60_000
      ? [
          item('warning', 'clock', 'clock', {
            hours: formatNumber(Math.round(clockAhead / 360_000) / 10),
          }),
        ]
      : []),
    ...(leftOut.length > 0
      ? [item('warning', 'missing', 'stopped', { names: listed(leftOut) })]
      : []),
    ...unanswered.map(({ name, error }) =>
      item('danger', 'missing', 'unanswered', { name, error }),
    ),
    ...strangers(deployment),
    item('note', 'lab', 'lab'),
  ];
  return items;
}

function persistence(primary: DeployedServer, deployment: Deployment): Item[] {
  const { service } = primary;
  const points = configOf(primary, 'save');
  const saves = points.trim() !== '';
  const hasFollowers = followersOf(deployment, primary).length > 0;
  if (configOf(primary, 'appendonly') === 'yes') {
    const fsync = configOf(primary, 'appendfsync');
    if (fsync === 'always') return [item('note', 'persistence', 'aofAlways', { service })];
    if (fsync === 'no') return [item('warning', 'persistence', 'aofNo', { service })];
    return [item('note', 'persistence', 'aofEverysec', { service })];
  }
  if (!saves && hasFollowers)
    return [item('danger', 'persistence', 'nothingAndReplicas', { service })];
  if (!saves) return [item('danger', 'persistence', 'nothing', { service })];
  const longest = Math.max(
    ...points
      .split(' ')
      .filter((_, at) => at % 2 === 0)
      .map(Number),
  );
  return [
    item('warning', 'persistence', 'snapshots', {
      service,
      points,
      seconds: formatNumber(longest),
    }),
  ];
}

function data(primaries: readonly DeployedServer[]): Item[] {
  const without = primaries.filter(({ snapshot }) => snapshot === undefined);
  return without.length > 0
    ? [item('danger', 'data', 'dataLeft', { services: servicesOf(without) })]
    : [
        item('note', 'data', 'data', {
          keys: formatNumber(primaries.reduce((sum, { keys }) => sum + keys, 0)),
        }),
      ];
}

function memory(servers: readonly DeployedServer[]): Item[] {
  const bound = (server: DeployedServer): boolean => Number(configOf(server, 'maxmemory')) > 0;
  const free = servers.filter((server) => !bound(server));
  const refusing = servers.filter(
    (server) => bound(server) && configOf(server, 'maxmemory-policy') === 'noeviction',
  );
  const evicting = servers.filter((server) => bound(server) && !refusing.includes(server));
  return [
    ...(free.length > 0
      ? [item('warning', 'memory', 'noBound', { services: servicesOf(free) })]
      : []),
    ...refusing.map((server) =>
      item('note', 'memory', 'refuses', {
        service: server.service,
        bytes: formatNumber(Number(configOf(server, 'maxmemory'))),
      }),
    ),
    ...evicting.map((server) =>
      item('note', 'memory', 'evicts', {
        service: server.service,
        bytes: formatNumber(Number(configOf(server, 'maxmemory'))),
        policy: configOf(server, 'maxmemory-policy'),
      }),
    ),
  ];
}

function passwords({ servers, sentinels }: Deployment): Item[] {
  const open = servers.filter(isOpen);
  const short = servers.filter(
    ({ requirepass: { text } }) => text !== '' && text.length < SHORT_PASSWORD,
  );
  const long = servers.filter((server) => !open.includes(server) && !short.includes(server));
  const items: Item[] = [];
  if (open.length > 0)
    items.push(item('danger', 'passwords', 'open', { services: servicesOf(open) }));
  if (short.length > 0)
    items.push(item('danger', 'passwords', 'short', { services: servicesOf(short) }));
  if (long.length > 0)
    items.push(item('note', 'passwords', 'long', { services: servicesOf(long) }));
  const isOfCluster = (server: DeployedServer): boolean =>
    server.primary !== undefined ||
    servers.some(({ primary }) => primary?.service === server.service);
  const dumb = servers.filter(
    (server) => !isOpen(server) && isOfCluster(server) && configOf(server, 'masterauth') === '',
  );
  if (dumb.length > 0)
    items.push(item('danger', 'passwords', 'masterauth', { services: servicesOf(dumb) }));
  const locked = sentinels.filter(({ watched }) =>
    watched.some(({ at, authPass }) =>
      servers.some((it) => it.service === at.service && !isOpen(it) && authPass === undefined),
    ),
  );
  if (locked.length > 0)
    items.push(item('danger', 'passwords', 'authPass', { services: servicesOf(locked) }));
  const odd = sentinels.filter(({ watched }) =>
    watched.some(({ authPass }) => authPass !== undefined && /[\s"'\\]/.test(authPass.text)),
  );
  if (odd.length > 0)
    items.push(item('warning', 'passwords', 'oddPass', { services: servicesOf(odd) }));
  if (sentinels.length > 0 && sentinels.some(isOpen)) {
    const services = servicesOf(sentinels.filter(isOpen));
    items.push(item('warning', 'passwords', 'sentinelsOpen', { services }));
  }
  return items;
}

/** A name that somebody chose, as text that is nothing else in Markdown or a terminal. */
const inert = (name: string): string => name.slice(0, 40).replace(/[^\p{L}\p{N}.:@-]/gu, '·');

function users(servers: readonly DeployedServer[]): Item[] {
  const names = [...new Set(servers.flatMap(otherUsers))];
  return [
    names.length === 0
      ? item('note', 'users', 'onlyDefault')
      : item('note', 'users', 'users', {
          count: names.length,
          names: listed(names.slice(0, 10).map(inert)),
        }),
  ];
}

function failover(primaries: readonly DeployedServer[], deployment: Deployment): Item[] {
  const { sentinels } = deployment;
  return primaries.flatMap((primary) => {
    const { service } = primary;
    const replicas = followersOf(deployment, primary).length;
    const watching = sentinels.filter(({ watched }) =>
      watched.some(({ at }) => at.service === service),
    );
    if (watching.length === 0)
      return [
        replicas === 0
          ? item('warning', 'failover', 'alone', { service })
          : item('warning', 'failover', 'noSentinel', { service, count: replicas }),
      ];
    return [
      ...(replicas === 0 ? [item('danger', 'failover', 'nobodyToPromote', { service })] : []),
      ...quorum(service, watching, hostsOf(deployment).length),
    ];
  });
}

function quorum(service: string, watching: readonly DeployedSentinel[], hosts: number): Item[] {
  const count = watching.length;
  const settings = watching.flatMap(({ watched }) =>
    watched.filter(({ at }) => at.service === service),
  );
  const quorums = [...new Set(settings.map(({ quorum }) => quorum))];
  const most = Math.max(...quorums);
  const majority = Math.floor(count / 2) + 1;
  const values = {
    service,
    count,
    quorum: listed(quorums.map(String)),
    majority,
    spare: count - majority,
  };
  const items: Item[] = [];
  if (most > count) items.push(item('danger', 'failover', 'quorumTooHigh', values));
  else if (count < 3) items.push(item('danger', 'failover', 'fewSentinels', values));
  else if (count % 2 === 0) items.push(item('note', 'failover', 'evenSentinels', values));
  else items.push(item('note', 'failover', 'sentinels', values));
  if (count > 1 && hosts < 3) items.push(item('danger', 'machines', 'machines', { count, hosts }));
  const shortest = Math.min(...settings.map(({ downAfter }) => downAfter));
  const silence = { service, silence: formatNumber(shortest) };
  items.push(
    shortest < SHORT_SILENCE
      ? item('warning', 'timeouts', 'shortSilence', silence)
      : item('note', 'timeouts', 'silence', silence),
  );
  return items;
}

function minReplicas(primary: DeployedServer, deployment: Deployment): Item[] {
  const { service } = primary;
  const replicas = followersOf(deployment, primary).length;
  if (replicas === 0) return [];
  const wanted = Number(configOf(primary, 'min-replicas-to-write'));
  const lag = configOf(primary, 'min-replicas-max-lag');
  if (wanted === 0) return [item('warning', 'split', 'splitBrain', { service })];
  if (wanted >= replicas)
    return [item('warning', 'split', 'allNeeded', { service, wanted, replicas })];
  return [item('note', 'split', 'someNeeded', { service, wanted, lag })];
}

/** Those that follow or watch what is not deployed. */
function strangers(deployment: Deployment): Item[] {
  const lost = inStartOrder(deployment).filter((process) =>
    'watched' in process
      ? process.watched.some(({ at }) => at.service === undefined)
      : process.primary !== undefined && process.primary.service === undefined,
  );
  return lost.length > 0
    ? [item('danger', 'missing', 'stranger', { services: servicesOf(lost) })]
    : [];
}
