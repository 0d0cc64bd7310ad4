/** Reads from a lab what is deployed. Nothing in the lab is changed. */

import type { Argument, InstanceInfo, Process, RedisString, Reply } from '../client/api';
import {
  NO_STRING,
  type DeployedSentinel,
  type DeployedServer,
  type Deployment,
  type Endpoint,
  type Renamed,
  type WatchedPrimary,
} from './deployment';
import { OF_SENTINELS, OLDER_NAMES } from './directives';
import { fromBinary, readLines } from './words';

/** What is asked of a lab. */
export interface ReadableLab {
  readonly instances: readonly InstanceInfo[];
  connect(options: { readonly port: Process }): Promise<Asked>;
  data(process: Process, kind: 'snapshot'): Promise<Uint8Array>;
  readonly files: { read(path: string): Promise<Uint8Array> };
  readonly clock: { readonly time: { readonly now: number } };
}

interface Asked {
  call(...command: readonly Argument[]): Promise<Reply>;
  close(): void;
}

/** What the lab calls its first host. */
const FIRST_HOST = 'lab';
const FIRST_ADDRESS = '10.0.0.1';

/** Bytes of data beyond which they stay where they are. */
export const MOST_DATA = 256 << 20;

export async function readDeployment(lab: ReadableLab): Promise<Deployment> {
  const running = lab.instances.filter(({ state }) => state === 'running');
  const leftOut = lab.instances.filter(({ state }) => state !== 'running').map(({ name }) => name);
  const places = new Places(running);
  const servers: DeployedServer[] = [];
  const sentinels: DeployedSentinel[] = [];
  const unanswered: { name: string; error: string }[] = [];
  let left = MOST_DATA;
  for (const instance of running) {
    const connection = await lab.connect({ port: instance.name });
    try {
      const file = await fileOf(lab, instance);
      const renamed = renamedIn(file);
      const asked = { instance, renamed, ask: askerOf(connection, renamed) };
      if (instance.sentinel) sentinels.push(await readSentinel(asked, file, places));
      else {
        const server = await readServer(lab, asked, places, left);
        left -= server.snapshot?.length ?? 0;
        servers.push(server);
      }
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      unanswered.push({ name: instance.name, error: error.message });
    } finally {
      connection.close();
    }
  }
  const clockAhead = lab.clock.time.now - Date.now();
  return { servers, sentinels, leftOut, unanswered, clockAhead };
}

type Lines = ReturnType<typeof readLines>;
type Ask = (command: string, ...rest: readonly string[]) => Promise<Reply>;

/** A process that is being read. */
interface Reading {
  readonly instance: InstanceInfo;
  readonly renamed: readonly Renamed[];
  readonly ask: Ask;
}

/** What a process said that did not answer. */
class Unanswered extends Error {}

/** The lines of a process's file. A server may have lost its own since it started; what a sentinel knows is nowhere else. */
async function fileOf({ files }: ReadableLab, { conf, sentinel }: InstanceInfo): Promise<Lines> {
  if (conf === undefined) return [];
  const reading = files.read(conf);
  return readLines(await (sentinel ? reading : reading.catch(() => new Uint8Array())));
}

/** The commands that a file gives other names: a server's own, or those of a primary that a sentinel watches. */
const renamedIn = (file: Lines, primary?: RedisString): readonly Renamed[] =>
  file.flatMap(({ words: [first, ...words] }): Renamed[] => {
    if (primary !== undefined) {
      const [directive, whose] = words.splice(0, 2);
      if (first?.text.toLowerCase() !== 'sentinel' || whose?.text !== primary.text) return [];
      first = directive;
    }
    const [command, name] = words;
    const isIt = first?.text.toLowerCase() === 'rename-command';
    return isIt && command && name ? [[command, name]] : [];
  });

/** Asks by the names that commands have there. The file may have changed since: then their own still hold. */
function askerOf(connection: Asked, renamed: readonly Renamed[]): Ask {
  return async (command, ...rest) => {
    const [, name] = renamed.findLast(([{ text }]) => text.toUpperCase() === command) ?? [];
    let reply: Reply | undefined;
    if (name !== undefined && name.text !== '') reply = await connection.call(name, ...rest);
    if (reply === undefined || reply.kind === 'error')
      reply = await connection.call(command, ...rest);
    if (reply.kind === 'error') throw new Unanswered(reply.text);
    return reply;
  };
}

/** Who listens where. */
class Places {
  readonly services = new Map<string, string>();

  constructor(private readonly instances: readonly InstanceInfo[]) {
    const taken = new Set<string>();
    for (const { name, sentinel } of instances) {
      const kind = sentinel ? 'sentinel' : 'redis';
      const usual = `${kind}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
      let service = usual;
      for (let count = 2; taken.has(service); count += 1) service = `${usual}-${count}`;
      taken.add(service);
      this.services.set(name, service);
    }
  }

  /** What an address means to somebody. */
  endpoint(asking: InstanceInfo, host: string, port: number): Endpoint {
    const wanted = /^(?:localhost|127\..*|::1)$/i.test(host) ? hostOf(asking) : host.toLowerCase();
    const isIt = (one: InstanceInfo): boolean =>
      one.port === port &&
      (hostOf(one).toLowerCase() === wanted ||
        (hostOf(one) === FIRST_HOST ? FIRST_ADDRESS : one.host) === wanted);
    const found = this.instances.find(isIt);
    const service = found && this.services.get(found.name);
    return { host, port, ...(service !== undefined && { service }) };
  }
}

const hostOf = ({ name }: InstanceInfo): string => /^(.*):/.exec(name)?.[1] ?? FIRST_HOST;

async function readServer(
  lab: ReadableLab,
  { instance, renamed, ask }: Reading,
  places: Places,
  mostData: number,
): Promise<DeployedServer> {
  const [configuration, standing, keyspace, users] = await Promise.all([
    ask('CONFIG', 'GET', '*'),
    ask('ROLE'),
    ask('INFO', 'keyspace'),
    ask('ACL', 'LIST'),
  ]);
  const config = pairsOf(configuration);
  for (const name of OLDER_NAMES) config.delete(name);
  const [what, host, port] = itemsOf(standing);
  const isReplica = stringOf(what).text === 'slave';
  const primary = isReplica
    ? places.endpoint(instance, stringOf(host).text, numberOf(port))
    : undefined;
  const keys = keysIn(stringOf(keyspace).text);
  const snapshot = isReplica ? undefined : await lab.data(instance.name, 'snapshot');
  return {
    name: instance.name,
    service: places.services.get(instance.name) ?? '',
    host: hostOf(instance),
    port: instance.port,
    requirepass: config.get('requirepass') ?? NO_STRING,
    users: itemsOf(users).map(stringOf),
    renamed,
    config,
    keys,
    ...(primary && { primary }),
    ...(snapshot && snapshot.length <= mostData && { snapshot }),
  };
}

async function readSentinel(
  { instance, renamed, ask }: Reading,
  file: Lines,
  places: Places,
): Promise<DeployedSentinel> {
  const own = file.filter(({ words }) => words[0]?.text.toLowerCase() !== 'sentinel');
  const last = (name: string): RedisString =>
    own.findLast(({ words }) => words[0]?.text.toLowerCase() === name)?.words[1] ?? NO_STRING;
  /** What a `sentinel` line says of a primary. It may have been written without quotes: then it is all that follows. */
  const of = (option: string, primary: RedisString): RedisString | undefined => {
    const found = file.findLast(
      ({ words: [sentinel, name, whose] }) =>
        sentinel?.text.toLowerCase() === 'sentinel' &&
        name?.text.toLowerCase() === option &&
        whose?.text === primary.text,
    );
    if (found === undefined) return undefined;
    if (found.words.length === 4) return found.words[3];
    const rest = /^\S+\s+\S+\s+\S+\s(.*)$/.exec(found.raw)?.[1];
    return rest === undefined ? undefined : fromBinary(rest);
  };
  const primaries = itemsOf(await ask('SENTINEL', 'MASTERS')).map(pairsOf);
  const announced = pairsOf(await ask('SENTINEL', 'CONFIG', 'GET', '*'));
  return {
    name: instance.name,
    service: places.services.get(instance.name) ?? '',
    host: hostOf(instance),
    port: instance.port,
    requirepass: last('requirepass'),
    users: itemsOf(await ask('ACL', 'LIST')).map(stringOf),
    renamed,
    settings: [...OF_SENTINELS]
      .map((name) => [name, last(name)] as const)
      .filter(([, value]) => value.text !== ''),
    sentinelUser: announced.get('sentinel-user') ?? NO_STRING,
    sentinelPass: announced.get('sentinel-pass') ?? NO_STRING,
    watched: primaries.map((fields): WatchedPrimary => {
      const text = (name: string): string => fields.get(name)?.text ?? '';
      const name = fields.get('name') ?? NO_STRING;
      const authUser = of('auth-user', name);
      const authPass = of('auth-pass', name);
      return {
        name,
        at: places.endpoint(instance, text('ip'), Number(text('port'))),
        quorum: Number(text('quorum')),
        downAfter: Number(text('down-after-milliseconds')),
        failoverTimeout: Number(text('failover-timeout')),
        parallelSyncs: Number(text('parallel-syncs')),
        ...(authUser && { authUser }),
        ...(authPass && { authPass }),
        renamed: renamedIn(file, name),
      };
    }),
  };
}

/** The keys that INFO keyspace tells of. */
const keysIn = (info: string): number =>
  [...info.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);

const itemsOf = (reply: Reply | undefined): readonly Reply[] =>
  reply !== undefined && 'items' in reply ? reply.items : [];

function stringOf(reply: Reply | undefined): RedisString {
  if (reply === undefined) return NO_STRING;
  if (reply.kind === 'string' || reply.kind === 'verbatim') return reply.value;
  return reply.kind === 'status' ? { text: reply.text } : NO_STRING;
}

const numberOf = (reply: Reply | undefined): number =>
  reply?.kind === 'integer' ? Number(reply.value) : 0;

/** An array of names and values, or a map. */
function pairsOf(reply: Reply): Map<string, RedisString> {
  const pairs = new Map<string, RedisString>();
  const items = reply.kind === 'map' ? reply.entries.flat() : itemsOf(reply);
  for (let at = 0; at + 1 < items.length; at += 2)
    pairs.set(stringOf(items[at]).text, stringOf(items[at + 1]));
  return pairs;
}
