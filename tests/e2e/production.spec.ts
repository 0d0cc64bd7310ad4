/** From the lab to production: what the page offers, and real servers that take it up. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { expectAccessible } from './accessible';
import { PASSWORD, ProductionPage, askLab, furnish } from './production-lab';
import { RealServers, freePorts } from './real-servers';

const SERVERS = [6379, 6380, 6381];
const SENTINELS = [26379, 26380, 26381];
const SERVICES = [
  ...SERVERS.map((port) => `redis-${port}`),
  ...SENTINELS.map((port) => `sentinel-${port}`),
];

let folder = '';

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'production-'));
});

test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Other ports for those of the lab, which may be in use here. */
async function portsHere(): Promise<{
  of: (port: number) => number;
  in: (text: string) => string;
}> {
  const free = await freePorts(6);
  const here = new Map([...SERVERS, ...SENTINELS].map((port, at) => [port, free[at] ?? 0]));
  const of = (port: number): number => here.get(port) ?? 0;
  // Ports, not the names of services and their folders.
  return {
    of,
    in: (text) => text.replace(/(?<= )(\d+)(?=\s)/g, (all) => String(here.get(Number(all)) ?? all)),
  };
}

/** The servers stand to one another as in the lab, have its data, and fail over. */
async function expectTheLab(
  servers: RealServers,
  port: (port: number) => number,
  digest: string,
  address: (port: number) => string,
): Promise<void> {
  const [primary, one, other] = SERVERS.map(port) as [number, number, number];
  await servers.until(() => servers.info(primary, 'connected_slaves'), '2');
  expect(servers.ask(primary, 'DEBUG', 'DIGEST')).toBe(digest);
  for (const replica of [one, other]) {
    await servers.until(() => servers.info(replica, 'master_link_status'), 'up');
    await servers.until(() => servers.ask(replica, 'DEBUG', 'DIGEST'), digest);
  }
  for (const sentinel of SENTINELS.map(port)) {
    const known = (): string => {
      const fields = servers.askAs('', sentinel, 'SENTINEL', 'MASTER', 'mymaster').split('\n');
      const field = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
      return ['ip', 'port', 'flags', 'num-slaves', 'num-other-sentinels', 'quorum']
        .map(field)
        .join(' ');
    };
    await servers.until(known, `${address(6379)} ${primary} master 2 2 2`);
  }
  const config = (name: string): string =>
    servers.ask(primary, 'CONFIG', 'GET', name).split('\n')[1] ?? '';
  expect(config('maxmemory')).toBe('104857600');
  expect(config('maxclients')).toBe('500');
  expect(config('notify-keyspace-events')).toBe('AKE');
  expect(config('save')).toBe('60 1');
  expect(config('client-output-buffer-limit')).toContain('slave 134217728 33554432 30');
  expect(config('latency-tracking-info-percentiles')).toBe('50 99');
  expect(servers.askAs('secret of ann', primary, '--user', 'ann', 'GET', 'cart:1')).toBe('');
  expect(servers.ask(primary, 'ACL', 'LIST')).toContain('$(odd)"\' on');

  expect(servers.ask(primary, 'FLUSHALL')).toContain('unknown command');
  expect(servers.ask(primary, 'list keys', 'user:*')).toBe('user:1');

  servers.askAs('', port(26379), 'SENTINEL', 'FAILOVER', 'mymaster');
  const leader = (): string =>
    [one, other]
      .map((replica) => servers.info(replica, 'role'))
      .sort()
      .join(' ');
  await servers.until(leader, 'master slave');
  await servers.until(() => servers.info(primary, 'role'), 'slave');
  await servers.until(() => servers.info(primary, 'master_link_status'), 'up');
}

test('it is reached from the servers and the files, read, copied, and closed by keys', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = new ProductionPage(page);
  await lab.open();
  await lab.enter('SET greeting hello');
  await lab.expectOutput('OK');
  await lab.show();
  await expect(lab.summary).toContainText('Servers: 1 · sentinels: 0 · keys: 1', {
    timeout: 60_000,
  });
  // The checklist speaks of this lab.
  await expect(lab.dialog.getByRole('listitem').filter({ hasText: 'Persistence' })).toContainText(
    'redis-6379: save points 900 1 300 10 60 10000; appendonly no.',
  );
  await expect(lab.dialog.getByRole('listitem').filter({ hasText: 'No password' })).toContainText(
    'No password: redis-6379.',
  );
  await expectAccessible(page, 'the checklist', 'resplay-production', 'dialog');

  await lab.tab('Checklist').press('ArrowRight');
  await expect(lab.tab('Docker Compose')).toBeFocused();
  await expect(lab.shown).toContainText('image: redis:7.2');
  await lab.dialog.getByLabel('Servers').selectOption('Valkey');
  await expect(lab.shown).toContainText('image: valkey/valkey:7.2');
  await lab.dialog.getByLabel('Servers').selectOption('Redis');
  await lab.file('conf/redis-6379.conf').focus();
  await page.keyboard.press('Enter');
  await expect(lab.shown).toContainText('appendonly no');
  await lab.dialog.getByRole('button', { name: 'Copy' }).click();
  await expect(lab.dialog.getByText('Copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await lab.shown.textContent());
  await lab.file('data/redis-6379/dump.rdb').click();
  await expect(lab.dialog.getByText('which is no text')).toBeVisible();
  await expectAccessible(page, 'the files', 'resplay-production', 'dialog');

  await lab.tab('Docker Compose').focus();
  await page.keyboard.press('End');
  await expect(lab.shown).toContainText('systemctl enable --now "$service"');
  await lab.file('redis-6379.service').click();
  await expect(lab.shown).toContainText('Type=notify');

  await page.keyboard.press('Escape');
  await expect(lab.dialog).toBeHidden();
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('button', { name: 'To production…' }).click();
  await expect(lab.dialog).toBeVisible();
});

test('it speaks Chinese, and so do its files', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('resplay.locale', 'zh-CN'));
  const lab = new ProductionPage(page);
  await lab.open();
  await page.getByRole('tab', { name: '服务器' }).click();
  await page.getByRole('button', { name: '部署到生产…' }).click();
  await expect(lab.dialog).toContainText('没有密码：redis-6379。', { timeout: 60_000 });
  await lab.tab('systemd').click();
  await expect(lab.shown).toContainText('# 在本机安装实验室的服务器');
  await expectAccessible(page, 'the files', 'resplay-production', 'dialog');
  const rights = await lab.download(folder);
  expect(rights.get('redis-lab/compose/compose.yaml')).toBe(0o644);
  const yaml = readFileSync(join(folder, 'redis-lab/compose/compose.yaml'), 'utf8');
  expect(yaml).toContain('# 实验室的服务器');
  expect(readFileSync(join(folder, 'redis-lab/CHECKLIST.md'), 'utf8')).toContain(
    '没有密码：redis-6379。',
  );
  expect(Object.keys((parse(yaml) as { services: object }).services)).toEqual(['redis-6379']);
});

// With a log; the containers have snapshots.
test('real servers start from the files for systemd', async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new ProductionPage(page);
  await lab.open();
  await furnish(page, 'yes');
  const [digest = ''] = await askLab(page, 6379, ['DEBUG', 'DIGEST']);
  await lab.show();
  await expect(lab.summary).toContainText('Servers: 3 · sentinels: 3 · keys: 9', {
    timeout: 60_000,
  });
  await expect(
    lab.dialog
      .getByRole('listitem')
      .filter({ hasText: 'Sentinels: 3; machines that they are on: 1.' }),
  ).toBeVisible();
  const rights = await lab.download(folder);
  expect(rights.get('redis-lab/systemd/install.sh')).toBe(0o755);
  expect(rights.get('redis-lab/systemd/etc/redis/redis-6379.conf')).toBe(0o600);

  const root = join(folder, 'redis-lab/systemd');
  const ports = await portsHere();
  const servers = new RealServers(PASSWORD);
  try {
    for (const service of SERVICES) {
      const path = join(root, `etc/redis/${service}.conf`);
      const conf = readFileSync(path, 'utf8').replaceAll('/var/lib/', `${root}/var/lib/`);
      writeFileSync(path, ports.in(conf));
      mkdirSync(join(root, 'var/lib/redis', service), { recursive: true });
      const isSentinel = service.startsWith('sentinel');
      servers.start('redis-server', [
        path,
        ...(isSentinel ? ['--sentinel'] : ['--enable-debug-command', 'yes']),
      ]);
    }
    await expectTheLab(servers, ports.of, digest, () => '127.0.0.1');
    // What it wrote back is what it starts with.
    const rewritten = readFileSync(join(root, 'etc/redis/sentinel-26379.conf'), 'utf8');
    expect(rewritten).toContain('known-replica mymaster');
    expect(existsSync(join(root, 'var/lib/redis/redis-6380/dump.rdb'))).toBe(true);
    expect(readdirSync(join(root, 'var/lib/redis/redis-6379'))).toContain('appendonlydir');
  } catch (error) {
    throw new Error(servers.log.slice(-20_000), { cause: error });
  } finally {
    await servers.end();
  }
});

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly restart: string;
  readonly ports?: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

test('docker-compose gets what it needs, and real servers start as its containers would', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const lab = new ProductionPage(page);
  await lab.open();
  await furnish(page, 'no');
  const [digest = ''] = await askLab(page, 6379, ['DEBUG', 'DIGEST']);
  await lab.show();
  await expect(lab.summary).toContainText('Servers: 3', { timeout: 60_000 });
  const rights = await lab.download(folder);
  expect(rights.get('redis-lab/compose/secrets/redis-6379.conf')).toBe(0o600);
  const root = join(folder, 'redis-lab/compose');
  const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), {
    strict: true,
    uniqueKeys: true,
  }) as Compose;
  expect(Object.keys(compose.services)).toEqual(SERVICES);
  expect(Object.keys(compose.volumes)).toEqual(SERVICES);
  const needs = (name: string): string[] => Object.keys(compose.services[name]?.depends_on ?? {});
  expect(needs('redis-6379')).toEqual([]);
  expect(needs('redis-6381')).toEqual(['redis-6379']);
  expect(needs('sentinel-26380')).toEqual(['redis-6379']);
  // Passwords stand in the files of secrets and nowhere else.
  expect(readFileSync(join(root, '.gitignore'), 'utf8')).toContain('secrets/');
  for (const [path] of rights) {
    if (!path.startsWith('redis-lab/compose/') || path.includes('/secrets/')) continue;
    expect(readFileSync(join(folder, path), 'latin1'), path).not.toContain('lab#$PATH');
  }

  // A machine of its own for each container: folders in the places of its mounts, ports in those of its names.
  const ports = await portsHere();
  const servers = new RealServers(PASSWORD);
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  writeFileSync(
    join(programs, 'docker-entrypoint.sh'),
    '#!/bin/sh\ncase "$*" in *--sentinel*) exec "$@";; *) exec "$@" --enable-debug-command yes;; esac\n',
  );
  chmodSync(join(programs, 'docker-entrypoint.sh'), 0o755);
  try {
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.image).toBe('redis:7.2');
      expect(service.restart).toBe('unless-stopped');
      expect(service.ports).toBeUndefined();
      const machine = join(folder, 'machines', name);
      mkdirSync(join(machine, 'data'), { recursive: true });
      const mounted = new Map([['/data', join(machine, 'data')]]);
      for (const volume of service.volumes) {
        const [from = '', to = ''] = volume.split(':');
        if (from.startsWith('./')) mounted.set(to, join(root, from));
        else expect(compose.volumes).toHaveProperty([from]);
      }
      for (const { source, target } of service.secrets)
        mounted.set(`/run/secrets/${target}`, join(root, compose.secrets[source]?.file ?? ''));
      const inMachine = (text: string): string =>
        [...mounted]
          .filter(([place]) => place !== '/start.sh')
          .reduce((all, [place, here]) => all.replaceAll(place, here), text);
      for (const place of ['/etc/redis/lab.conf', '/run/secrets/lab.conf']) {
        const path = mounted.get(place) ?? '';
        let text = ports.in(readFileSync(path, 'utf8').replaceAll('/data', join(machine, 'data')));
        for (const other of SERVICES)
          text = text.replace(new RegExp(`(?<= )${other}(?=\\s)`, 'g'), '127.0.0.1');
        writeFileSync(path, text);
      }
      expect(service.command.slice(0, 2)).toEqual(['sh', '/start.sh']);
      const script = readFileSync(mounted.get('/start.sh') ?? '', 'utf8');
      writeFileSync(join(machine, 'start.sh'), inMachine(script));
      servers.start('sh', [join(machine, 'start.sh'), ...service.command.slice(2)], {
        PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      });
    }
    await expectTheLab(servers, ports.of, digest, () => '127.0.0.1');
    // The probe of health is content with a server that asks for a password.
    for (const [name, service] of Object.entries(compose.services)) {
      const [how, probe = ''] = service.healthcheck.test;
      expect(how).toBe('CMD-SHELL');
      const port = Number(/\d+$/.exec(name)?.[0]);
      const line = ports.in(probe.replaceAll('$$', '$'));
      expect(spawnSync('sh', ['-c', line]).status, name).toBe(0);
      expect(line).toContain(`-p ${ports.of(port)} `);
    }
    const [any = 0] = await freePorts(1);
    const [, probe = ''] = compose.services['redis-6379']?.healthcheck.test ?? [];
    expect(spawnSync('sh', ['-c', probe.replace('6379', String(any))]).status).not.toBe(0);
  } catch (error) {
    throw new Error(servers.log.slice(-20_000), { cause: error });
  } finally {
    await servers.end();
  }
});
