import type {
  AofFile,
  FileInfo,
  Lab,
  LogEntry,
  LogUpdate,
  PersistenceUpdate,
  SavePoint,
} from '../client/api';

export const CONF = '/etc/redis/redis.conf';

/** How near a save point is to firing. */
export interface PointProgress {
  /** 0 to 1: changes made of those needed, time gone of that which must go by. */
  readonly changes: number;
  readonly time: number;
  /** Milliseconds until its time is over. */
  readonly left: number;
  readonly state: 'idle' | 'both' | 'time' | 'changes' | 'due';
}

/** Redis saves when a point's changes are there *and* its time since the last save is over. */
export function pointProgress(point: SavePoint, dirty: number, now: number): PointProgress {
  const whole = Math.max(1, point.seconds * 1000);
  const left = Math.max(0, point.due - now);
  const enough = dirty >= point.changes;
  const state =
    dirty === 0 ? 'idle' : enough ? (left === 0 ? 'due' : 'time') : left === 0 ? 'changes' : 'both';
  return {
    changes: point.changes <= 0 ? 1 : Math.min(1, dirty / point.changes),
    time: Math.min(1, 1 - Math.min(left, whole) / whole),
    left,
    state,
  };
}

/** What stands between a write and its loss. */
export type Policy = 'off' | 'always' | 'everysec' | 'no';

export function policyOf(update: PersistenceUpdate): Policy {
  return update.aof.enabled ? update.aof.fsync : 'off';
}

/** A parameter as a redis.conf sets it: its last line counts. Undefined where there is none. */
function directive(conf: string, name: string): string | undefined {
  const lines = conf.matchAll(
    new RegExp(`^[ \\t]*${name}[ \\t]+"?([^"\\r\\n]*?)"?[ \\t]*$`, 'gim'),
  );
  return [...lines].at(-1)?.[1];
}

/** appendonly and appendfsync as a redis.conf sets them; the defaults where it does not. */
export function configuredPolicy(conf: string): { appendonly: string; appendfsync: string } {
  return {
    appendonly: directive(conf, 'appendonly')?.toLowerCase() ?? 'no',
    appendfsync: directive(conf, 'appendfsync')?.toLowerCase() ?? 'everysec',
  };
}

/** Where a redis.conf has its server keep things. */
export function configuredPaths(conf: string): { rdb: string; manifest: string; single: string } {
  const dir = (directive(conf, 'dir') ?? '/var/lib/redis').replace(/\/+$/, '');
  const log = directive(conf, 'appendfilename') ?? 'appendonly.aof';
  return {
    rdb: `${dir}/${directive(conf, 'dbfilename') ?? 'dump.rdb'}`,
    manifest: `${dir}/${directive(conf, 'appenddirname') ?? 'appendonlydir'}/${log}.manifest`,
    single: `${dir}/${log}`,
  };
}

/** What there is to tell of a server that does not run: what its redis.conf says, and what lies on the disk. */
export function restingFigures(
  conf: string,
  manifest: string,
  files: readonly FileInfo[],
): PersistenceUpdate {
  const paths = configuredPaths(conf);
  const { appendonly, appendfsync } = configuredPolicy(conf);
  const folder = paths.manifest.slice(0, paths.manifest.lastIndexOf('/') + 1);
  const named = [...manifest.matchAll(/^file "?([^"\s]+)"? seq \d+ type ([bi])/gm)].map(
    ([, name = '', type]) =>
      ({ path: folder + name, type: type === 'b' ? 'base' : 'incr' }) as const,
  );
  if (named.length === 0) named.push({ path: paths.single, type: 'base' });
  const found = named.flatMap(({ path, type }) => {
    const file = files.find((one) => one.path === path);
    return file === undefined
      ? []
      : [{ path, type, size: file.size, synced: file.size - file.unsynced }];
  });
  const size = found.reduce((sum, file) => sum + file.size, 0);
  return {
    dirty: 0,
    savePoints: [],
    lastSave: 0,
    lastSaveFailed: false,
    rdbPath: paths.rdb,
    aof: {
      enabled: appendonly === 'yes',
      fsync: appendfsync === 'always' || appendfsync === 'no' ? appendfsync : 'everysec',
      files: found,
      buffered: 0,
      unsynced: size - found.reduce((sum, file) => sum + file.synced, 0),
      unsyncedSince: null,
      lastSync: null,
      size,
      baseSize: 0,
    },
  };
}

/** Reads what `restingFigures` tells. */
export async function readResting(lab: Lab): Promise<PersistenceUpdate> {
  const files = await lab.files.list();
  const text = async (path: string): Promise<string> =>
    files.some((file) => file.path === path)
      ? new TextDecoder().decode(await lab.files.read(path, 0, 1 << 20))
      : '';
  const conf = await text(CONF);
  return restingFigures(conf, await text(configuredPaths(conf).manifest), files);
}

/** One window of an AOF file, once. */
export function readLog(lab: Lab, path: string, offset: number, limit: number): Promise<LogUpdate> {
  return new Promise((resolve) => {
    let done = false;
    const watch = lab.watchLog({ path, offset, limit }, (update) => {
      if (done) return;
      done = true;
      // The first update may come before `watchLog` has returned.
      queueMicrotask(() => watch.close());
      resolve(update);
    });
  });
}

/** An AOF as it was at one moment. */
export interface AofShot {
  readonly entries: readonly LogEntry[];
  /** Commands in all files; `entries` may be the first of them only. */
  readonly commands: number;
  readonly bytes: number;
  readonly hasSnapshot: boolean;
}

const SHOT_ENTRIES = 500;

/** Reads what the files hold now, in loading order. */
export async function shoot(lab: Lab, files: readonly AofFile[]): Promise<AofShot> {
  const logs = await Promise.all(files.map(({ path }) => readLog(lab, path, 0, SHOT_ENTRIES)));
  const entries = logs.flatMap((log) => log.entries).filter(({ kind }) => kind !== 'note');
  const snapshots = entries.filter(({ kind }) => kind === 'rdb').length;
  return {
    entries: entries.slice(0, SHOT_ENTRIES),
    commands: logs.reduce((sum, log) => sum + log.total, 0) - snapshots,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    hasSnapshot: snapshots > 0,
  };
}

/** The base file's name tells rewrites apart: each makes a new one. */
export function baseOf(files: readonly AofFile[]): string {
  return files.find(({ type }) => type === 'base')?.path ?? '';
}

/** Which files these are, whatever they hold. */
export function sameFiles(one: readonly AofFile[], other: readonly AofFile[]): boolean {
  return (
    one.length === other.length && one.every((file, index) => file.path === other[index]?.path)
  );
}

/** How often each command stands in a list, the most frequent first. */
export function tally(entries: readonly LogEntry[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { kind, text } of entries) {
    const name = kind === 'rdb' ? 'RDB' : (/^\S+/.exec(text)?.[0] ?? '').toUpperCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
