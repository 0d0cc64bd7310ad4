/** What of a lab goes to real machines: its processes, how they stand to one another, and their data. */

import type { RedisString } from '../client/api';

/** Where something listens. `service` names it when it is one of those that are deployed. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly service?: string;
}

interface Deployed {
  /** As the lab calls it: `6379`, `db2:6379`. */
  readonly name: string;
  /** As files, containers and units call it: `redis-6379`, `redis-db2-6379`. */
  readonly service: string;
  /** The name of its host in the lab. */
  readonly host: string;
  readonly port: number;
  readonly requirepass: RedisString;
  /** ACL LIST. */
  readonly users: readonly RedisString[];
  /** Commands that have another name there, or none: ''. */
  readonly renamed: readonly Renamed[];
}

/** A command's own name, and what it is called. */
export type Renamed = readonly [command: RedisString, name: RedisString];

export interface DeployedServer extends Deployed {
  /** CONFIG GET, without the older names of a parameter. */
  readonly config: ReadonlyMap<string, RedisString>;
  /** Whom it follows. */
  readonly primary?: Endpoint;
  readonly keys: number;
  /** The data of a primary, as an RDB file. */
  readonly snapshot?: Uint8Array;
}

export interface DeployedSentinel extends Deployed {
  /** What its file says besides its `sentinel` lines. */
  readonly settings: readonly (readonly [name: string, value: RedisString])[];
  readonly sentinelUser: RedisString;
  readonly sentinelPass: RedisString;
  readonly watched: readonly WatchedPrimary[];
}

export type DeployedProcess = DeployedServer | DeployedSentinel;

/** A primary that a sentinel watches. */
export interface WatchedPrimary {
  readonly name: RedisString;
  readonly at: Endpoint;
  readonly quorum: number;
  readonly downAfter: number;
  readonly failoverTimeout: number;
  readonly parallelSyncs: number;
  readonly authUser?: RedisString;
  readonly authPass?: RedisString;
  /** What commands are called at the primary and its replicas. */
  readonly renamed: readonly Renamed[];
}

export interface Deployment {
  readonly servers: readonly DeployedServer[];
  readonly sentinels: readonly DeployedSentinel[];
  /** Processes that do not run, by name. */
  readonly leftOut: readonly string[];
  /** Processes that answered with an error, and what they said. */
  readonly unanswered: readonly { readonly name: string; readonly error: string }[];
  /** By how many milliseconds the lab's clock is ahead of that of this machine. */
  readonly clockAhead: number;
}

export const NO_STRING: RedisString = { text: '' };

/** All processes, those that others need first. */
export function inStartOrder({ servers, sentinels }: Deployment): readonly DeployedProcess[] {
  const ordered: DeployedServer[] = servers.filter(({ primary }) => primary === undefined);
  let left = servers.filter(({ primary }) => primary !== undefined);
  while (left.length > 0) {
    const isThere = ({ primary }: DeployedServer): boolean =>
      primary?.service === undefined || ordered.some(({ service }) => service === primary.service);
    const next = left.filter(isThere);
    // Those that follow one another in a circle come last.
    ordered.push(...(next.length > 0 ? next : left));
    left = next.length > 0 ? left.filter((server) => !next.includes(server)) : [];
  }
  return [...ordered, ...sentinels];
}

export const isSentinel = (process: DeployedProcess): process is DeployedSentinel =>
  'watched' in process;

/** The hosts that processes run on, in order; one at least. */
export function hostsOf({ servers, sentinels }: Deployment): readonly string[] {
  return [...new Set([...servers, ...sentinels].map(({ host }) => host))];
}

/** A parameter's value; '' when it has none. */
export const configOf = ({ config }: DeployedServer, name: string): string =>
  config.get(name)?.text ?? '';

/** Those that follow a server. */
export const followersOf = (
  { servers }: Deployment,
  { service }: DeployedServer,
): readonly DeployedServer[] => servers.filter(({ primary }) => primary?.service === service);
