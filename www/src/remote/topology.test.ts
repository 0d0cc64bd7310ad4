import { describe, expect, it } from 'vitest';
import type { Reply } from '../client/api';
import { Info } from './info';
import { slotRanges } from './slots';
import { clusterNodes, kindOf } from './topology';

const NODES = `07c37dfeb235213a872192d90877d0cd55635b91 127.0.0.1:30004@31004,hostname4 slave e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca 0 1426238317239 4 connected
67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1 127.0.0.1:30002@31002 master - 0 1426238316232 2 connected 5461-10922
292f8b365bb7edb5e285caf0b7e6ddc7265d2f4f 127.0.0.1:30003@31003 master,fail - 0 1426238318243 3 disconnected 10923-16382 16383 [16383->-67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1]
e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca :30001@31001 myself,master - 0 0 1 connected 0-5460
aaaa :0@0 handshake - 0 0 0 disconnected
`;

describe('topology', () => {
  it('of a cluster comes from CLUSTER NODES', () => {
    const nodes = clusterNodes(NODES, { host: 'db1', port: 30_001 });
    const told = nodes.map(({ name, role, primary, isDown, slots }) => [
      name,
      role,
      primary,
      isDown,
      slots,
    ]);
    expect(told).toEqual([
      ['127.0.0.1:30004', 'replica', 'db1:30001', false, undefined],
      ['127.0.0.1:30002', 'primary', null, false, '5461-10922'],
      ['127.0.0.1:30003', 'primary', null, true, '10923-16382 16383'],
      ['db1:30001', 'primary', null, false, '0-5460'],
    ]);
    expect(clusterNodes('nonsense\n\n', { host: 'a', port: 1 })).toEqual([]);
  });

  it('slots are those of CLUSTER SLOTS, and nothing odd gets through', () => {
    const text = (value: string): Reply => ({ kind: 'string', value: { text: value } });
    const number = (value: number): Reply => ({ kind: 'integer', value });
    const list = (...items: Reply[]): Reply => ({ kind: 'array', items });
    const node = (host: string, port: number): Reply => list(text(host), number(port), text('id'));
    const reply = list(
      list(number(0), number(5460), node('', 7000), node('10.0.0.2', 7003)),
      list(number(5461), number(16_383), node('a/b', 7001)),
      text('odd'),
    );
    expect(slotRanges(reply, { host: 'first', port: 1 })).toEqual([
      { from: 0, to: 5460, primary: 'first:7000', replicas: ['10.0.0.2:7003'] },
    ]);
  });

  it('kinds and databases come from INFO, of Redis and Valkey', () => {
    const info = new Info(
      '# Server\r\nredis_mode:cluster\r\n# Keyspace\r\ndb3:keys=2,expires=1,avg_ttl=0\r\n',
    );
    expect(kindOf(info)).toBe('cluster');
    expect(info.databases).toEqual([{ db: 3, keys: 2, expires: 1 }]);
    expect(kindOf(new Info('server_mode:sentinel'))).toBe('sentinel');
    expect(kindOf(new Info(''))).toBe('server');
    const replicas = new Info('slave0:ip=10.0.0.2,port=1,state=online\nslave_priority:100\n');
    expect(replicas.numbered('slave')).toHaveLength(1);
  });
});
