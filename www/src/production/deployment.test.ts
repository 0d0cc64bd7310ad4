// @vitest-environment node
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RedisString } from '../client/api';
import { setLocale } from '../i18n';
import { archiveOf, filesOf } from './archive';
import { checklist } from './checklist';
import { composeFiles } from './compose';
import { dataFiles } from './data';
import {
  inStartOrder,
  type DeployedSentinel,
  type DeployedServer,
  type Deployment,
} from './deployment';
import { DEFAULTS, LEFT_OUT, OLDER_NAMES, SINCE_7_2, WRITTEN_APART } from './directives';
import { FLAVOURS, type OutputFile } from './output';
import { systemdFiles } from './systemd';

const [REDIS, VALKEY] = FLAVOURS;
const has = (program: string): boolean => spawnSync('which', [program]).status === 0;
const OPEN = 'user default on nopass sanitize-payload ~* &* +@all';
const strings = (values: Readonly<Record<string, string>>): Map<string, RedisString> =>
  new Map(Object.entries(values).map(([name, text]) => [name, { text }]));

function server(
  port: number,
  config: Readonly<Record<string, string>> = {},
  more: Partial<DeployedServer> = {},
): DeployedServer {
  return {
    name: String(port),
    service: `redis-${port}`,
    host: 'lab',
    port,
    requirepass: { text: '' },
    users: [{ text: OPEN }],
    renamed: [],
    config: strings({
      ...{ save: '900 1 300 10', appendonly: 'no', appendfsync: 'everysec', maxmemory: '0' },
      ...{ dbfilename: 'dump.rdb', appenddirname: 'appendonlydir', maxclients: '10000' },
      ...{ appendfilename: 'appendonly.aof', 'maxmemory-policy': 'noeviction' },
      'min-replicas-to-write': '0',
      ...config,
    }),
    keys: 1,
    snapshot: Uint8Array.of(1, 2, 3),
    ...more,
  };
}

const followerOf = (port: number, of: DeployedServer): DeployedServer => {
  const replica = server(port);
  return {
    ...{ name: replica.name, service: replica.service, host: replica.host, port, keys: 1 },
    ...{ requirepass: replica.requirepass, users: replica.users, config: replica.config },
    renamed: [],
    primary: { host: '127.0.0.1', port: of.port, service: of.service },
  };
};

function sentinel(port: number, of: DeployedServer, quorum: number): DeployedSentinel {
  return {
    ...{ name: String(port), service: `sentinel-${port}`, host: 'lab', port, settings: [] },
    requirepass: { text: '' },
    users: [{ text: OPEN }],
    renamed: [],
    sentinelUser: { text: '' },
    sentinelPass: { text: '' },
    watched: [
      {
        name: { text: 'mymaster' },
        at: { host: '127.0.0.1', port: of.port, service: of.service },
        ...{ quorum, downAfter: 5000, failoverTimeout: 60_000, parallelSyncs: 1, renamed: [] },
      },
    ],
  };
}

const lab = (
  servers: readonly DeployedServer[],
  sentinels: readonly DeployedSentinel[] = [],
): Deployment => ({ servers, sentinels, leftOut: [], unanswered: [], clockAhead: 0 });

const textOf = (files: readonly OutputFile[], path: string): string => {
  const found = files.find((file) => file.path === path);
  expect(found, `${path} among ${files.map((file) => file.path).join(' ')}`).toBeDefined();
  return String(found?.content);
};

const findings = (deployment: Deployment): string =>
  checklist(deployment)
    .map(({ level, now }) => `${level}: ${now}`)
    .join('\n');

afterEach(() => setLocale('en'));

describe('the tables of parameters', () => {
  it.runIf(has('redis-server'))('say what a real server does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'directives-'));
    const socket = join(folder, 'socket');
    const run = (...words: string[]): string =>
      spawnSync('redis-cli', ['-s', socket, ...words], { encoding: 'utf8' }).stdout;
    try {
      const words = ['--port', '0', '--unixsocket', socket, '--daemonize', 'yes', '--dir', folder];
      spawnSync('redis-server', [...words, '--logfile', join(folder, 'log')]);
      for (let tries = 0; tries < 1000 && !run('PING').startsWith('PONG'); tries += 1);
      const real = JSON.parse(run('--json', 'CONFIG', 'GET', '*')) as Record<string, string>;
      for (const [name, value] of DEFAULTS) expect(real[name], name).toBe(value);
      for (const name of [...WRITTEN_APART, ...LEFT_OUT, ...OLDER_NAMES])
        expect(real, name).toHaveProperty([name]);
      for (const name of SINCE_7_2.keys()) expect(real, name).not.toHaveProperty([name]);
    } finally {
      run('SHUTDOWN', 'NOSAVE');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a configuration', () => {
  it('has what was changed, by names that hold there', () => {
    const primary = server(6379, {
      ...{ timeout: '30', hz: '10', 'set-max-listpack-value': '1', odd: 'x' },
      ...{ 'enable-debug-command': 'local', 'notify-keyspace-events': 'a "b"\n#' },
    });
    const files = systemdFiles(lab([primary, followerOf(6380, primary)]), REDIS);
    const conf = textOf(files, 'etc/redis/redis-6379.conf');
    expect(conf).toContain('\ntimeout 30\n');
    expect(conf).not.toMatch(/^(hz|odd|set-max|enable-debug|replicaof)/m);
    expect(conf).toContain('\n# set-max-listpack-value 1\n');
    expect(conf).toContain('\nnotify-keyspace-events "a \\"b\\"\\n#"\n');
    expect(conf).toContain('\nsave 900 1\nsave 300 10\n');
    expect(conf).toContain('\nbind 127.0.0.1 -::1\nprotected-mode yes\n');
    expect(conf).toContain('\n# requirepass …\n');
    const replica = textOf(files, 'etc/redis/redis-6380.conf');
    expect(replica).toContain('\nreplicaof 127.0.0.1 6379\n');
    expect(textOf(files, 'etc/systemd/system/redis-6380.service')).toContain(
      'After=network-online.target redis-6379.service\n',
    );
  });

  it('calls machines by their names where there are several', () => {
    const primary = server(6379);
    const replica = {
      ...followerOf(6379, primary),
      ...{ name: 'db2:6379', service: 'redis-db2-6379', host: 'db2' },
    };
    const files = systemdFiles(lab([primary, replica], [sentinel(26379, primary, 1)]), REDIS);
    const conf = textOf(files, 'db2/etc/redis/redis-db2-6379.conf');
    expect(conf).toContain('\nreplicaof lab 6379\nreplica-announce-ip db2\n');
    // A server without a password answers nobody from outside, whatever the lab says.
    expect(conf).toContain('\nprotected-mode yes\n');
    expect(textOf(files, 'lab/etc/redis/sentinel-26379.conf')).toContain(
      '\nsentinel resolve-hostnames yes\n',
    );
    expect(textOf(files, 'lab/install.sh')).toContain(
      "'This machine must know by name (DNS or /etc/hosts): db2'",
    );
  });

  it('keeps passwords apart for containers, and opens a server only where it is alone', () => {
    const hash = '#9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    const primary = server(
      6379,
      { masterauth: 'secret$HOME' },
      {
        requirepass: { text: 'secret$HOME' },
        users: [
          { text: `user default on ${hash} ~* &* +@all` },
          { text: `user ann on ${hash} ~a:* -@all` },
        ],
      },
    );
    const files = composeFiles(lab([primary, server(6380)]), REDIS);
    expect(textOf(files, 'secrets/redis-6379.conf').split('\n').slice(1)).toEqual([
      'requirepass secret$HOME',
      'masterauth secret$HOME',
      `user ann on ${hash} ~a:* -@all`,
      '',
    ]);
    expect(textOf(files, 'conf/redis-6379.conf')).toContain('\nprotected-mode yes\n');
    expect(textOf(files, 'conf/redis-6380.conf')).toContain('\nprotected-mode no\n');
    for (const { path, content } of files)
      if (!path.startsWith('secrets/')) expect(String(content), path).not.toContain('secret$HOME');
    // A user `default` that is not as usual has a line of its own.
    const strict = { ...primary, users: [{ text: 'user default off resetchannels -@all' }] };
    expect(textOf(composeFiles(lab([strict]), REDIS), 'secrets/redis-6379.conf')).toContain(
      '\nuser default off resetchannels -@all\n',
    );
  });
});

describe('the data', () => {
  it('stand where a server looks for them', () => {
    const paths = (one: DeployedServer): string[] => dataFiles(one).map(({ path }) => path);
    expect(paths(server(6379))).toEqual(['dump.rdb']);
    expect(paths(server(6379, { appendonly: 'yes', appendfilename: 'a.aof' }))).toEqual([
      'appendonlydir/a.aof.1.base.rdb',
      'appendonlydir/a.aof.1.incr.aof',
      'appendonlydir/a.aof.manifest',
    ]);
  });

  it('do not leave their folder, whatever they are called', () => {
    for (const dbfilename of ['../x', '/etc/passwd', '.', '..', 'a/b', '', '-rf', 'a\nb', '$(x)']) {
      const odd = server(6379, { dbfilename });
      expect(dataFiles(odd)[0]?.path).toBe('dump.rdb');
      const files = systemdFiles(lab([odd]), REDIS);
      expect(textOf(files, 'etc/redis/redis-6379.conf')).toContain('\ndbfilename dump.rdb\n');
    }
  });
});

describe('services', () => {
  it('start after those that they follow, also where they follow one another in a circle', () => {
    const one = server(1);
    const two = followerOf(2, one);
    const three = followerOf(3, two);
    const names = (servers: readonly DeployedServer[]): string[] =>
      inStartOrder(lab(servers)).map(({ name }) => name);
    expect(names([three, two, one])).toEqual(['1', '2', '3']);
    const circle = [followerOf(1, server(2)), followerOf(2, server(1)), followerOf(3, server(2))];
    expect(names(circle)).toHaveLength(3);
    const yaml = textOf(composeFiles(lab(circle), REDIS), 'compose.yaml');
    const { services } = parse(yaml) as { services: Record<string, { depends_on?: object }> };
    expect(services['redis-1']?.depends_on).toBeUndefined();
  });

  it('are of Redis or of Valkey throughout', () => {
    const primary = server(6379);
    const all = filesOf(lab([primary], [sentinel(26379, primary, 1)]), VALKEY);
    const yaml = textOf(all, 'compose/compose.yaml');
    expect(yaml).toContain('image: valkey/valkey:7.2');
    expect(yaml).toContain('valkey-cli -p 6379 ping');
    expect(textOf(all, 'compose/start.sh')).toContain('exec docker-entrypoint.sh valkey-server');
    expect(textOf(all, 'systemd/etc/systemd/system/sentinel-26379.service')).toContain(
      'ExecStart=/usr/bin/valkey-server /etc/valkey/sentinel-26379.conf --sentinel\n',
    );
  });

  it.runIf(has('sh'))('have scripts that a shell understands', () => {
    const primary = server(6379);
    for (const language of ['en', 'zh-CN'] as const) {
      setLocale(language, false);
      for (const sentinels of [[], [sentinel(26379, primary, 1)]])
        for (const { path, content, isProgram } of filesOf(lab([primary], sentinels), REDIS)) {
          if (isProgram !== true) continue;
          const { status, stderr } = spawnSync('sh', ['-n'], {
            input: String(content),
            encoding: 'utf8',
          });
          expect(status, path + stderr).toBe(0);
        }
    }
  });

  it.runIf(has('systemd-analyze'))('have units that systemd understands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'units-'));
    const primary = server(6379);
    const files = systemdFiles(
      lab([primary, followerOf(6380, primary)], [sentinel(26379, primary, 1)]),
      REDIS,
    );
    const units = files.filter(({ path }) => path.endsWith('.service'));
    expect(units).toHaveLength(3);
    try {
      const paths = units.map(({ path, content }) => {
        const at = join(folder, path.slice(path.lastIndexOf('/') + 1));
        writeFileSync(at, String(content));
        return at;
      });
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
        encoding: 'utf8',
      });
      // It complains of units of the machine too.
      expect(stderr.split('\n').filter((text) => text.includes(folder))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the checklist', () => {
  it('sees what is dangerous', () => {
    const bare = server(6379, { save: '' });
    expect(findings(lab([bare]))).toContain(
      'danger: redis-6379: no save points, appendonly no. A restart',
    );
    expect(findings(lab([bare, followerOf(6380, bare)]))).toContain(
      'its replicas empty themselves after it',
    );
    expect(findings(lab([bare]))).toContain('danger: No password: redis-6379.');
    const short = server(
      6379,
      {},
      { requirepass: { text: '123456' }, users: [{ text: 'user default on #1' }] },
    );
    const trio = lab(
      [short, followerOf(6380, short)],
      [sentinel(26379, short, 2), sentinel(26380, short, 2)],
    );
    const found = findings(trio);
    expect(found).toContain('danger: A password of less than 16 characters: redis-6379.');
    expect(found).toContain('danger: A password, but no masterauth: redis-6379.');
    expect(found).toContain('danger: These sentinels watch a server with a password and have none');
    expect(found).toContain('danger: Sentinels that watch redis-6379: 2; quorum 2.');
    expect(found).toContain('warning: redis-6379: min-replicas-to-write 0.');
    expect(findings(lab([bare], [sentinel(1, bare, 2)]))).toContain(
      'danger: Sentinels that watch redis-6379: 1; quorum 2.',
    );
    const stranger = { ...server(6380), primary: { host: '10.9.9.9', port: 1 } };
    expect(findings(lab([stranger]))).toContain('danger: These follow or watch an address');
  });

  it('sees what is well', () => {
    const password = { text: 'a-long-secret-chosen-by-chance' };
    const users = [{ text: 'user default on #1 ~* &* +@all' }];
    const config = { appendonly: 'yes', appendfsync: 'always', masterauth: password.text };
    const well = server(
      6379,
      {
        ...config,
        maxmemory: '1000',
        'maxmemory-policy': 'allkeys-lru',
        'min-replicas-to-write': '1',
      },
      { requirepass: password, users },
    );
    const replicas = [6380, 6381].map((port, at) => ({
      ...followerOf(port, well),
      ...{ config: well.config, requirepass: password, users, host: `db${at}` },
    }));
    const sentinels = [1, 2, 3].map((port) => ({
      ...sentinel(port, well, 2),
      users,
      watched: sentinel(port, well, 2).watched.map((one) => ({ ...one, authPass: password })),
    }));
    const found = findings(lab([well, ...replicas], sentinels));
    expect(found).not.toContain('danger');
    expect(found).toContain('note: Sentinels that watch redis-6379: 3; quorum 2.');
    expect(found).toContain('note: redis-6379: maxmemory 1,000, allkeys-lru.');
  });

  it('makes no markup of names', () => {
    const odd = server(6379, {}, { users: [{ text: OPEN }, { text: 'user <b>[x](y)</b>` on' }] });
    const text = textOf(filesOf(lab([odd]), REDIS), 'CHECKLIST.md');
    expect(text).not.toMatch(/[<`[]b|\[x\]/);
  });
});

describe('the archive', () => {
  it('has all files, and they are in the language of the page', () => {
    const deployment = lab([server(6379)]);
    for (const [language, words] of [
      ['en', 'The servers of the lab'],
      ['zh-CN', '实验室的服务器'],
    ] as const) {
      setLocale(language, false);
      const files = filesOf(deployment, REDIS);
      const unpacked = unzipSync(archiveOf(files));
      expect(Object.keys(unpacked).sort()).toEqual(
        files.map(({ path }) => `redis-lab/${path}`).sort(),
      );
      const yaml = unpacked['redis-lab/compose/compose.yaml'];
      expect(new TextDecoder().decode(yaml)).toContain(words);
      expect([...(unpacked['redis-lab/compose/data/redis-6379/dump.rdb'] ?? [])]).toEqual([
        1, 2, 3,
      ]);
    }
  });
});
