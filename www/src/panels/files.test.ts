import { describe, expect, it } from 'vitest';
import type { FileInfo } from '../client/api';
import { isText, lookOf } from './file-view';
import { rows } from './files';

const file = (path: string, isDirectory = false): FileInfo => ({
  path,
  isDirectory,
  size: 1,
  unsynced: 0,
  modified: 0,
});

describe('the list of files', () => {
  it('puts files under their folders, and folders in folders further in', () => {
    const found = rows([
      file('/var/lib/redis/appendonlydir/a.manifest'),
      file('/var', true),
      file('/etc/redis/redis.conf'),
      file('/var/lib/redis/dump.rdb'),
    ]);
    expect(found.map(({ label, depth, file: own }) => [label, depth, own?.path])).toEqual([
      ['/etc/redis/', 0, undefined],
      ['redis.conf', 1, '/etc/redis/redis.conf'],
      ['/var/lib/redis/', 0, undefined],
      ['dump.rdb', 1, '/var/lib/redis/dump.rdb'],
      ['/var/lib/redis/appendonlydir/', 1, undefined],
      ['a.manifest', 2, '/var/lib/redis/appendonlydir/a.manifest'],
    ]);
    expect(rows([])).toEqual([]);
  });

  it('knows how to look at a file', () => {
    expect(lookOf('/x/dump.rdb')).toBe('rdb');
    expect(lookOf('/x/appendonly.aof.1.incr.aof')).toBe('aof');
    expect(lookOf('/x/appendonly.aof.manifest')).toBe('text');
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(isText(bytes('save 900 1\r\n\t歌\u001b[0m'))).toBe(true);
    expect(isText(bytes('\u0000'))).toBe(false);
  });
});
