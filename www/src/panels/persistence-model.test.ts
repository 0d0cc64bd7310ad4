import { describe, expect, it } from 'vitest';
import type { FileInfo, Lab, LogEntry, LogUpdate } from '../client/api';
import {
  baseOf,
  configuredPolicy,
  pointProgress,
  restingFigures,
  shoot,
  tally,
} from './persistence-model';

describe('a save point', () => {
  const point = { seconds: 300, changes: 10, due: 1_300_000 };
  const at = (dirty: number, now: number): unknown => pointProgress(point, dirty, now);

  it('needs its changes and its time', () => {
    expect(at(0, 1_000_000)).toEqual({ changes: 0, time: 0, left: 300_000, state: 'idle' });
    expect(at(5, 1_150_000)).toEqual({ changes: 0.5, time: 0.5, left: 150_000, state: 'both' });
    expect(at(10, 1_240_000)).toMatchObject({ changes: 1, time: 0.8, state: 'time' });
    expect(at(3, 1_400_000)).toMatchObject({ changes: 0.3, time: 1, left: 0, state: 'changes' });
    expect(at(500, 1_400_000)).toMatchObject({ changes: 1, time: 1, state: 'due' });
  });

  it('stays in its bounds when clocks differ', () => {
    expect(at(1, 0)).toMatchObject({ time: 0 });
    expect(pointProgress({ seconds: 0, changes: 0, due: 5 }, 1, 10)).toMatchObject({
      changes: 1,
      time: 1,
      state: 'due',
    });
  });
});

describe('redis.conf', () => {
  it('says what a restart will find', () => {
    expect(configuredPolicy('')).toEqual({ appendonly: 'no', appendfsync: 'everysec' });
    expect(
      configuredPolicy(
        '# appendonly yes\nappendonly yes\nappendfsync no\n  appendfsync "always"\n',
      ),
    ).toEqual({ appendonly: 'yes', appendfsync: 'always' });
    expect(configuredPolicy('appendonlyx yes\nappendonly\n')).toMatchObject({ appendonly: 'no' });
  });
});

describe('a server that does not run', () => {
  const file = (path: string, size: number, unsynced = 0): FileInfo => ({
    path,
    size,
    unsynced,
    isDirectory: false,
    modified: 0,
  });

  it('is told from redis.conf, the manifest and the files', () => {
    const conf = 'dir "/data/"\ndbfilename my.rdb\nappendonly yes\nappendfsync always\n';
    const manifest =
      'file a.2.base.rdb seq 2 type b\nfile a.1.incr.aof seq 1 type h\nfile a.2.incr.aof seq 2 type i\n';
    const figures = restingFigures(conf, manifest, [
      file('/data/appendonlydir/a.1.incr.aof', 1),
      file('/data/appendonlydir/a.2.base.rdb', 100),
      file('/data/appendonlydir/a.2.incr.aof', 50, 20),
    ]);
    expect(figures.rdbPath).toBe('/data/my.rdb');
    expect(figures.aof).toMatchObject({ enabled: true, fsync: 'always', unsynced: 20, size: 150 });
    expect(figures.aof.files).toEqual([
      { path: '/data/appendonlydir/a.2.base.rdb', type: 'base', size: 100, synced: 100 },
      { path: '/data/appendonlydir/a.2.incr.aof', type: 'incr', size: 50, synced: 30 },
    ]);
  });

  it('may have nothing, or an AOF of one file', () => {
    expect(restingFigures('', '', [])).toMatchObject({
      rdbPath: '/var/lib/redis/dump.rdb',
      aof: { enabled: false, fsync: 'everysec', files: [] },
    });
    const old = restingFigures('', '', [file('/var/lib/redis/appendonly.aof', 5)]);
    expect(old.aof.files).toMatchObject([{ path: '/var/lib/redis/appendonly.aof', type: 'base' }]);
  });
});

const entry = (text: string, kind: LogEntry['kind'] = 'command'): LogEntry => ({
  at: 0,
  length: 10,
  kind,
  text,
  synced: true,
});

describe('a picture of the AOF', () => {
  const logs: Record<string, LogEntry[]> = {
    base: [entry('', 'rdb')],
    incr: [entry('#TS:1', 'note'), entry('SET a 1'), entry('set b 2'), entry('DEL a')],
  };
  const lab = {
    watchLog: ({ path }: { path: string }, listener: (update: LogUpdate) => void) => {
      const entries = logs[path] ?? [];
      const total = entries.filter(({ kind }) => kind !== 'note').length;
      listener({ state: 'ok', total, offset: 0, entries });
      return { update: () => undefined, close: () => undefined };
    },
  } as unknown as Lab;

  it('joins the files and counts what is a command', async () => {
    const shot = await shoot(lab, [
      { path: 'base', type: 'base', size: 100, synced: 100 },
      { path: 'incr', type: 'incr', size: 60, synced: 20 },
    ]);
    expect(shot).toMatchObject({ commands: 3, bytes: 160, hasSnapshot: true });
    expect(tally(shot.entries)).toEqual([
      ['SET', 2],
      ['RDB', 1],
      ['DEL', 1],
    ]);
  });

  it('knows a rewrite by the base file', () => {
    expect(baseOf([])).toBe('');
    expect(baseOf([{ path: 'x.1.base.rdb', type: 'base', size: 0, synced: 0 }])).toBe(
      'x.1.base.rdb',
    );
  });
});
