/** redis.conf and sentinel.conf of what is deployed. */

import {
  configOf,
  isSentinel,
  type DeployedProcess,
  type DeployedSentinel,
  type DeployedServer,
  type Endpoint,
} from './deployment';
import { DEFAULTS, LEFT_OUT, SINCE_7_2, WRITTEN_APART } from './directives';
import { comment } from './output';
import { isOpen, secretLines } from './passwords';
import { line, parts, word } from './words';

/** Where processes run, and what they have to know of it. */
export interface Place {
  readonly kind: 'compose' | 'systemd';
  /** By what name or address others reach a process; itself included. */
  address(service: string): string;
  dir(service: string): string;
  /** Whether processes reach one another by names. */
  readonly hasNames: boolean;
  readonly bind: string;
  /** Whether a server that has no password shall answer other machines. */
  readonly isPrivate: boolean;
}

/** What stands in a file of its own where there is one for secrets. */
export interface Written {
  readonly conf: string;
  readonly secret: string;
}

export function confOf(process: DeployedProcess, place: Place): Written {
  const text = isSentinel(process) ? sentinelConf(process, place) : serverConf(process, place);
  return { conf: `${text.join('\n')}\n`, secret: `${secretPart(process).join('\n')}\n` };
}

/** What an endpoint is called there. */
const addressOf = ({ host, port, service }: Endpoint, place: Place): [string, number] => [
  service === undefined ? host : place.address(service),
  port,
];

function basics(process: DeployedProcess, place: Place, protectedMode: 'yes' | 'no'): string[] {
  return [
    line('port', process.port),
    `bind ${place.bind}`,
    `protected-mode ${protectedMode}`,
    'daemonize no',
    ...(place.kind === 'systemd' ? ['supervised systemd'] : []),
    'logfile ""',
    line('dir', place.dir(process.service)),
  ];
}

function serverConf(server: DeployedServer, place: Place): string[] {
  const opens = place.isPrivate && isOpen(server);
  const lines = [
    comment('conf.server', { name: server.name }),
    '',
    ...(opens ? [comment('conf.unprotected')] : []),
    ...basics(server, place, opens ? 'no' : 'yes'),
    '',
    comment('conf.persistence'),
    ...saveLines(configOf(server, 'save')),
    line('dbfilename', fileNameOf(server, 'dbfilename')),
    line('appendonly', configOf(server, 'appendonly') === 'yes' ? 'yes' : 'no'),
    line('appendfilename', fileNameOf(server, 'appendfilename')),
    line('appenddirname', fileNameOf(server, 'appenddirname')),
    line('appendfsync', configOf(server, 'appendfsync') || 'everysec'),
    '',
    comment('conf.memory'),
    line('maxmemory', configOf(server, 'maxmemory') || '0'),
    line('maxmemory-policy', configOf(server, 'maxmemory-policy') || 'noeviction'),
  ];
  const changed = changedLines(server);
  if (changed.length > 0) lines.push('', comment('conf.changed'), ...changed);
  const replication = replicationLines(server, place);
  if (replication.length > 0) lines.push('', comment('conf.replication'), ...replication);
  return lines;
}

/** `900 1 300 10` as a line for each point. */
function saveLines(value: string): string[] {
  const numbers = value.split(' ').filter((number) => /^\d+$/.test(number));
  const lines: string[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2)
    lines.push(line('save', numbers[at] ?? '', numbers[at + 1] ?? ''));
  return lines.length > 0 ? lines : ['save ""'];
}

const USUAL_FILE_NAMES = {
  dbfilename: 'dump.rdb',
  appendfilename: 'appendonly.aof',
  appenddirname: 'appendonlydir',
} as const;

/** The name of a file of data, or the usual one where it would be none in an archive or a shell. */
export function fileNameOf(server: DeployedServer, name: keyof typeof USUAL_FILE_NAMES): string {
  const wanted = configOf(server, name);
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(wanted) ? wanted : USUAL_FILE_NAMES[name];
}

/** What is not as it would be anyway. */
function changedLines({ config }: DeployedServer): string[] {
  const lines: string[] = [];
  for (const [name, value] of [...config].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (WRITTEN_APART.has(name) || LEFT_OUT.has(name)) continue;
    if ((SINCE_7_2.get(name) ?? DEFAULTS.get(name)) === value.text) continue;
    if (SINCE_7_2.has(name)) lines.push(comment('conf.since'), `# ${line(name, value)}`);
    else if (!DEFAULTS.has(name)) lines.push(comment('conf.unknown', { name }));
    else if (name === 'client-output-buffer-limit') lines.push(...limitLines(value.text));
    else if (name === 'latency-tracking-info-percentiles') lines.push(line(name, ...parts(value)));
    else lines.push(line(name, value));
  }
  return lines;
}

/** `normal 0 0 0 slave 1 2 3` as a line for each class. */
function limitLines(value: string): string[] {
  const words = value.split(' ');
  const lines: string[] = [];
  for (let at = 0; at + 3 < words.length; at += 4) {
    const [of = '', ...limits] = words.slice(at, at + 4);
    lines.push(line('client-output-buffer-limit', of === 'slave' ? 'replica' : of, ...limits));
  }
  return lines;
}

function replicationLines(server: DeployedServer, place: Place): string[] {
  const lines: string[] = [];
  if (server.primary !== undefined) {
    if (server.primary.service === undefined) lines.push(comment('conf.stranger'));
    lines.push(line('replicaof', ...addressOf(server.primary, place)));
  }
  if (place.hasNames) lines.push(line('replica-announce-ip', place.address(server.service)));
  return lines;
}

function sentinelConf(sentinel: DeployedSentinel, place: Place): string[] {
  const lines = [
    comment('conf.sentinel', { name: sentinel.name }),
    '',
    ...(place.hasNames ? [comment('conf.sentinelOpen')] : []),
    ...basics(sentinel, place, 'no'),
    ...sentinel.settings.map(([name, value]) => line(name, value)),
  ];
  if (place.hasNames)
    lines.push(
      '',
      comment('conf.names'),
      'sentinel resolve-hostnames yes',
      'sentinel announce-hostnames yes',
      line('sentinel', 'announce-ip', place.address(sentinel.service)),
    );
  for (const watched of sentinel.watched) {
    const { name, at, quorum, downAfter, failoverTimeout, parallelSyncs } = watched;
    lines.push('');
    if (at.service === undefined) lines.push(comment('conf.stranger'));
    lines.push(
      line('sentinel', 'monitor', name, ...addressOf(at, place), quorum),
      line('sentinel', 'down-after-milliseconds', name, downAfter),
      line('sentinel', 'failover-timeout', name, failoverTimeout),
      line('sentinel', 'parallel-syncs', name, parallelSyncs),
    );
  }
  return lines;
}

/** Passwords and users; where there are none, where they would stand. */
function secretPart(process: DeployedProcess): string[] {
  const lines = secretLines(process);
  const [first] = isSentinel(process) ? process.watched : [];
  const places = isSentinel(process)
    ? first && [`# sentinel auth-pass ${word(first.name)} …`]
    : ['# requirepass …', '# masterauth …'];
  if (lines.length > 0) return [comment('conf.secrets'), ...lines];
  return [comment('conf.noSecrets'), ...(places ?? [])];
}
