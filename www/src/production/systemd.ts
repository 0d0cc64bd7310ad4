/** The lab as services of systemd: a tree of files for each machine, and what installs it. */

import { confOf, type Place } from './conf';
import { dataFiles } from './data';
import {
  configOf,
  hostsOf,
  inStartOrder,
  isSentinel,
  type DeployedProcess,
  type Deployment,
} from './deployment';
import { comment, type Flavour, type OutputFile } from './output';
import { tp } from './catalogue';

export function systemdFiles(deployment: Deployment, flavour: Flavour): readonly OutputFile[] {
  const hosts = hostsOf(deployment);
  const place = placeOf(deployment, hosts, flavour);
  return hosts.flatMap((host) => {
    const own = inStartOrder(deployment).filter((process) => process.host === host);
    const folder = hosts.length > 1 ? `${host}/` : '';
    const files = [...own.flatMap((process) => filesOf(process, own, place, flavour))];
    files.push({ path: 'etc/sysctl.d/60-redis.conf', content: sysctl() });
    files.push({
      path: 'install.sh',
      content: installScript(
        own,
        hosts.filter((other) => other !== host),
        flavour,
      ),
      isProgram: true,
    });
    return files.map((file) => ({ ...file, path: folder + file.path }));
  });
}

function placeOf(deployment: Deployment, hosts: readonly string[], flavour: Flavour): Place {
  const hostOf = new Map(inStartOrder(deployment).map(({ service, host }) => [service, host]));
  const hasNames = hosts.length > 1;
  return {
    kind: 'systemd',
    address: (service) => (hasNames ? (hostOf.get(service) ?? '') : '127.0.0.1'),
    dir: (service) => `/var/lib/${flavour.name}/${service}`,
    hasNames,
    bind: hasNames ? '* -::*' : '127.0.0.1 -::1',
    isPrivate: false,
  };
}

function filesOf(
  process: DeployedProcess,
  own: readonly DeployedProcess[],
  place: Place,
  flavour: Flavour,
): readonly OutputFile[] {
  const { service } = process;
  const { conf, secret } = confOf(process, place);
  const data = isSentinel(process) ? [] : dataFiles(process);
  return [
    {
      path: `etc/${flavour.name}/${service}.conf`,
      content: `${conf}\n${secret}`,
      isSecret: true,
    },
    {
      path: `etc/systemd/system/${service}.service`,
      content: unitOf(process, own, flavour),
    },
    ...data.map((file) => ({ ...file, path: `${place.dir(service).slice(1)}/${file.path}` })),
  ];
}

function unitOf(
  process: DeployedProcess,
  own: readonly DeployedProcess[],
  flavour: Flavour,
): string {
  const { service } = process;
  const above = isSentinel(process)
    ? process.watched.map(({ at }) => at.service)
    : [process.primary?.service];
  const here = own.filter((other) => above.includes(other.service) && other !== process);
  const after = ['network-online.target', ...here.map((other) => `${other.service}.service`)];
  const clients = isSentinel(process) ? 10_000 : Number(configOf(process, 'maxclients')) || 10_000;
  const start = [
    `/usr/bin/${flavour.server}`,
    `/etc/${flavour.name}/${service}.conf`,
    ...(isSentinel(process) ? ['--sentinel'] : []),
  ];
  return [
    comment('unit.head', { name: process.name }),
    '[Unit]',
    `Description=${flavour.title} ${service}`,
    'Wants=network-online.target',
    `After=${after.join(' ')}`,
    '',
    '[Service]',
    comment('unit.notify'),
    'Type=notify',
    `ExecStart=${start.join(' ')}`,
    `User=${flavour.name}`,
    `Group=${flavour.name}`,
    'Restart=always',
    'RestartSec=1',
    comment('unit.timeouts'),
    'TimeoutStartSec=10min',
    'TimeoutStopSec=5min',
    comment('unit.files', { clients }),
    `LimitNOFILE=${Math.max(65_535, clients + 1024)}`,
    'UMask=0077',
    `StateDirectory=${flavour.name}/${service}`,
    'StateDirectoryMode=0750',
    '',
    comment('unit.hardening', { folder: `/etc/${flavour.name}` }),
    'ProtectSystem=strict',
    `ReadWritePaths=/etc/${flavour.name}`,
    'ProtectHome=yes',
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'LockPersonality=yes',
    'MemoryDenyWriteExecute=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

const sysctl = (): string =>
  [
    comment('sysctl.memory'),
    'vm.overcommit_memory = 1',
    comment('sysctl.backlog'),
    'net.core.somaxconn = 1024',
    '',
  ].join('\n');

/** A text as one word of a shell. */
const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function installScript(
  own: readonly DeployedProcess[],
  others: readonly string[],
  flavour: Flavour,
): string {
  const { name, server } = flavour;
  const services = own.map(({ service }) => service).join(' ');
  const say = (text: string): string => `echo ${shellWord(text)}`;
  const stop = (text: string): string => `{ ${say(text)} >&2; exit 1; }`;
  return [
    '#!/bin/sh',
    comment('install.head'),
    'set -eu',
    'umask 077',
    'cd "$(dirname "$0")"',
    `[ "$(id -u)" = 0 ] || ${stop(tp('install.root'))}`,
    `[ -x /usr/bin/${server} ] || ${stop(tp('install.missing', { program: `/usr/bin/${server}` }))}`,
    `services=${shellWord(services)}`,
    '',
    comment('install.package'),
    `for usual in ${server} ${name}-sentinel; do`,
    '  if systemctl is-active --quiet "$usual"; then',
    `    ${say(tp('install.active'))} "$usual" >&2`,
    '    exit 1',
    '  fi',
    'done',
    '',
    `if ! id ${name} >/dev/null 2>&1; then`,
    `  useradd --system --user-group --home-dir /var/lib/${name} --shell /usr/sbin/nologin ${name}`,
    'fi',
    `install -d -o ${name} -g ${name} -m 0750 /etc/${name} /var/lib/${name}`,
    'for service in $services; do',
    comment('install.keep', {}, '  '),
    `  if [ -e "/etc/${name}/$service.conf" ]; then`,
    `    ${say(tp('install.kept'))} "/etc/${name}/$service.conf"`,
    '  else',
    `    install -o ${name} -g ${name} -m 0640 "etc/${name}/$service.conf" /etc/${name}/`,
    '  fi',
    `  if [ -e "/var/lib/${name}/$service" ]; then`,
    `    ${say(tp('install.kept'))} "/var/lib/${name}/$service"`,
    '  else',
    `    install -d -o ${name} -g ${name} -m 0750 "/var/lib/${name}/$service"`,
    `    if [ -d "var/lib/${name}/$service" ]; then`,
    `      cp -R "var/lib/${name}/$service/." "/var/lib/${name}/$service/"`,
    `      chown -R ${name}:${name} "/var/lib/${name}/$service"`,
    '    fi',
    '  fi',
    '  install -m 0644 "etc/systemd/system/$service.service" /etc/systemd/system/',
    'done',
    '',
    'install -m 0644 etc/sysctl.d/60-redis.conf /etc/sysctl.d/',
    'sysctl -q -p /etc/sysctl.d/60-redis.conf',
    'systemctl daemon-reload',
    ...(others.length === 0 ? [] : [say(tp('install.hosts', { hosts: others.join(', ') }))]),
    comment('install.order'),
    'for service in $services; do',
    '  systemctl enable --now "$service"',
    'done',
    'for service in $services; do',
    '  systemctl --no-pager --lines=0 status "$service" || true',
    'done',
    '',
  ].join('\n');
}
