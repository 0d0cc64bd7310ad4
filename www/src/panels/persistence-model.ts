import type {
  AofFile,
  Lab,
  LogEntry,
  LogUpdate,
  PersistenceUpdate,
  SavePoint,
} from '../client/api';

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

/** appendonly and appendfsync as a redis.conf sets them: the last line of each counts, the defaults where there is none. */
export function configuredPolicy(conf: string): { appendonly: string; appendfsync: string } {
  const found = { appendonly: 'no', appendfsync: 'everysec' };
  for (const line of conf.split('\n')) {
    const match = /^\s*(appendonly|appendfsync)\s+"?([a-z]+)"?\s*$/i.exec(line);
    const name = match?.[1]?.toLowerCase();
    const value = match?.[2]?.toLowerCase();
    if (value === undefined) continue;
    if (name === 'appendonly') found.appendonly = value;
    if (name === 'appendfsync') found.appendfsync = value;
  }
  return found;
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
