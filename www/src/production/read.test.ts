import { describe, expect, it } from 'vitest';
import type { Argument, InstanceInfo, Reply } from '../client/api';
import { bytesOf } from '../client/bytes';
import { readDeployment } from './read';
import { secretLines } from './passwords';

const text = (value: string): Reply => ({ kind: 'string', value: { text: value } });
const array = (...items: Reply[]): Reply => ({ kind: 'array', items });
const error = (command: string): Reply => ({
  kind: 'error',
  text: `ERR unknown command '${command}', with args beginning with: `,
});

/** What a server of those names answers. */
function answering(names: Readonly<Record<string, string>>) {
  const replies: Record<string, Reply> = {
    CONFIG: array(text('maxmemory'), text('100'), text('requirepass'), text('')),
    ROLE: array(text('master'), { kind: 'integer', value: 0 }, array()),
    INFO: text('# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\n'),
    ACL: array(text('user default on nopass sanitize-payload ~* &* +@all')),
  };
  const asked: string[] = [];
  const call = (first: Argument): Promise<Reply> => {
    const name = typeof first === 'object' && 'text' in first ? first.text : String(first);
    asked.push(name);
    const [own] = Object.entries(names).find(([, called]) => called === name) ?? [name];
    const reply = own in names && names[own] !== name ? undefined : replies[own];
    return Promise.resolve(reply ?? error(name));
  };
  return { asked, connection: { call, close: () => undefined } };
}

const labOf = (
  conf: string | undefined,
  connection: ReturnType<typeof answering>['connection'],
) => ({
  instances: [
    {
      ...{ name: '6379', host: '127.0.0.1', port: 6379, sentinel: false, state: 'running' },
      conf: '/etc/redis/redis.conf',
    } as InstanceInfo,
  ],
  connect: () => Promise.resolve(connection),
  data: () => Promise.resolve(Uint8Array.of(1)),
  files: {
    read: () =>
      conf === undefined
        ? Promise.reject(new Error('no such file'))
        : Promise.resolve(bytesOf(conf)),
  },
  clock: { time: { now: Date.now() } },
});

describe('a server whose commands have other names', () => {
  it('is asked by those, and they go along', async () => {
    const { asked, connection } = answering({ CONFIG: 'set up' });
    const conf = 'port 6379\nRename-Command config "set up"\nrename-command FLUSHALL ""\n';
    const { servers, unanswered } = await readDeployment(labOf(conf, connection));
    expect(unanswered).toEqual([]);
    expect(asked).toContain('set up');
    expect(asked).not.toContain('CONFIG');
    expect(servers[0]?.config.get('maxmemory')).toEqual({ text: '100' });
    expect(servers.flatMap(secretLines)).toEqual([
      'rename-command config "set up"',
      'rename-command FLUSHALL ""',
    ]);
  });

  it('is asked by their own where the file has changed since it started', async () => {
    const { asked, connection } = answering({});
    const { servers } = await readDeployment(labOf('rename-command INFO about\n', connection));
    expect(asked.filter((name) => name !== 'CONFIG')).toEqual(['ROLE', 'about', 'ACL', 'INFO']);
    expect(servers[0]?.keys).toBe(3);
  });

  it('is read without its file where that is gone', async () => {
    const { servers } = await readDeployment(labOf(undefined, answering({}).connection));
    expect(servers[0]?.renamed).toEqual([]);
  });

  it('is named with what it said, and nothing made up of it, where it has none', async () => {
    const { connection } = answering({ CONFIG: '' });
    const { servers, unanswered } = await readDeployment(
      labOf('rename-command CONFIG ""\n', connection),
    );
    expect(servers).toEqual([]);
    expect(unanswered).toEqual([
      { name: '6379', error: expect.stringContaining("unknown command 'CONFIG'") as string },
    ]);
  });
});
