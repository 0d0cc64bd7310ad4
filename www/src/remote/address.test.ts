import { describe, expect, it } from 'vitest';
import { BridgeAddress, serverAddress } from './address';
import { RemoteError } from './problem';

const read = (typed: string, first = '', secure = false): string => {
  try {
    return BridgeAddress.read(typed, first, secure).url();
  } catch (error) {
    return error instanceof RemoteError ? error.code : String(error);
  }
};

describe('BridgeAddress', () => {
  it('reads what people type', () => {
    expect(read('localhost:6380')).toBe('ws://localhost:6380/');
    expect(read('bridge.example/redis', '', true)).toBe('wss://bridge.example/redis');
    expect(read(' wss://bridge.example ')).toBe('wss://bridge.example/');
    expect(read('ws://b:1/?token={host}:{port}', '10.0.0.1:7000')).toBe(
      'ws://b:1/?token=10.0.0.1:7000',
    );
  });

  it('refuses what is no address, or would not be allowed', () => {
    for (const typed of ['', 'http://a', 'javascript:alert(1)', 'ws://u:p@a', 'ws://a/#b', 'ws://'])
      expect(read(typed), typed).toBe('address');
    expect(read('ws://b/{host}', 'nonsense')).toBe('address');
    expect(read('ws://bridge.example', '', true)).toBe('mixed');
    expect(read('ws://127.0.0.1:6380', '', true)).toBe('ws://127.0.0.1:6380/');
    expect(read('x'.repeat(3000))).toBe('address');
  });

  it('leads to one server, or to those that it names', () => {
    const one = BridgeAddress.read('ws://localhost:6380', '', false);
    expect(one.first).toEqual({ host: 'localhost', port: 6380 });
    expect(() => one.url({ host: '10.0.0.1', port: 7000 })).toThrow(RemoteError);
    const many = BridgeAddress.read('ws://{host}:{port}', '10.0.0.1:7000', false);
    expect(many.url({ host: '10.0.0.2', port: 7001 })).toBe('ws://10.0.0.2:7001/');
  });
});

describe('serverAddress', () => {
  it('takes host and port, and nothing else that a server may say', () => {
    expect(serverAddress('127.0.0.1:7000@17000')).toEqual({ host: '127.0.0.1', port: 7000 });
    expect(serverAddress('[::1]:7000')).toEqual({ host: '::1', port: 7000 });
    expect(serverAddress('::1:7000')).toEqual({ host: '::1', port: 7000 });
    for (const odd of ['', ':1', 'a', 'a:', 'a:0', 'a:70000', 'a/b:1', 'a@b:1', 'a?x:1', 'a b:1'])
      expect(serverAddress(odd), odd).toBeUndefined();
  });
});
