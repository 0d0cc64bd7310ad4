import { describe, expect, test } from 'vitest';
import { standing } from './server-roles';

describe('how a process stands', () => {
  test('a primary and its replicas', () => {
    const info = '# Replication\r\nrole:master\r\nconnected_slaves:2\r\nmaster_repl_offset:7\r\n';
    expect(standing(info)).toEqual({ role: 'primary', replicas: 2, offset: '7' });
  });

  test('a replica, in step or looking for its primary', () => {
    const info = (status: string): string =>
      `role:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:${status}\r\nslave_repl_offset:5\r\n`;
    const expected = { role: 'replica', follows: '127.0.0.1:6379', offset: '5' };
    expect(standing(info('up'))).toEqual({ ...expected, connected: true });
    expect(standing(info('down'))).toEqual({ ...expected, connected: false });
  });

  test('a sentinel and what it watches', () => {
    const info =
      'sentinel_masters:1\r\nmaster0:name=mymaster,status=ok,address=127.0.0.1:6379,slaves=2,sentinels=3\r\n';
    expect(standing(info)).toEqual({
      role: 'sentinel',
      watches: '127.0.0.1:6379',
      status: 'ok',
      sentinels: 3,
    });
  });

  test('what says nothing of a role', () => {
    expect(standing('')).toBeUndefined();
  });
});
