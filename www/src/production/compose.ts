/** The lab as services of docker-compose. */

import { confOf, type Place } from './conf';
import { dataFiles } from './data';
import {
  inStartOrder,
  isSentinel,
  type DeployedProcess,
  type DeployedServer,
  type Deployment,
} from './deployment';
import { comment, type Flavour, type OutputFile } from './output';
import { composeText, flowList } from './yaml';

const PLACE: Place = {
  kind: 'compose',
  address: (service) => service,
  dir: () => '/data',
  hasNames: true,
  bind: '* -::*',
  isPrivate: true,
};

/** Open files that a container gets, beyond which maxclients counts for nothing. */
const OPEN_FILES = 65_536;

export function composeFiles(deployment: Deployment, flavour: Flavour): readonly OutputFile[] {
  const all = inStartOrder(deployment);
  const files: OutputFile[] = [
    { path: 'compose.yaml', content: composeYaml(deployment, flavour) },
    { path: 'start.sh', content: startScript(deployment, flavour), isProgram: true },
    // Older ones do not know a name in the file itself.
    { path: '.env', content: 'COMPOSE_PROJECT_NAME=redis-lab\n' },
    { path: '.gitignore', content: 'secrets/\n' },
  ];
  for (const process of all) {
    const { service } = process;
    const { conf, secret } = confOf(process, PLACE);
    files.push({ path: `conf/${service}.conf`, content: conf });
    files.push({ path: `secrets/${service}.conf`, content: secret, isSecret: true });
    if (!isSentinel(process))
      for (const file of dataFiles(process))
        files.push({ ...file, path: `data/${service}/${file.path}` });
  }
  return files;
}

function composeYaml(deployment: Deployment, flavour: Flavour): string {
  const all = inStartOrder(deployment);
  const named = (of: (service: string) => string): string =>
    all.map(({ service }) => `  ${composeText(service)}:${of(service)}`).join('\n');
  return [
    comment('compose.head'),
    comment('compose.client', {
      cli: `${flavour.cli} -p ${all[0]?.port ?? 0}`,
      service: all[0]?.service ?? '',
    }),
    '',
    'services:',
    all.map((process) => serviceOf(process, deployment, flavour)).join('\n\n'),
    '',
    'networks:',
    comment('compose.network', {}, '  '),
    '  lab: {}',
    '',
    'volumes:',
    named(() => ' {}'),
    '',
    'secrets:',
    named((service) => `\n    file: ${composeText(`./secrets/${service}.conf`)}`),
    '',
  ].join('\n');
}

function serviceOf(process: DeployedProcess, deployment: Deployment, flavour: Flavour): string {
  const { service, port } = process;
  const needs = needsOf(process, deployment);
  const hasData = !isSentinel(process) && process.snapshot !== undefined;
  const start = ['sh', '/start.sh', ...(isSentinel(process) ? ['--sentinel'] : [])];
  const probe = `${flavour.cli} -p ${port} ping | grep -Eq 'PONG|NOAUTH|NOPERM'`;
  return [
    `  ${composeText(service)}:`,
    `    image: ${composeText(flavour.image)}`,
    `    hostname: ${composeText(service)}`,
    `    command: ${flowList(start)}`,
    '    restart: unless-stopped',
    '    networks: [lab]',
    ...(isSentinel(process)
      ? []
      : [
          comment('compose.ports', {}, '    '),
          '    # ports:',
          `    #   - "127.0.0.1:${port}:${port}"`,
        ]),
    '    volumes:',
    `      - ${composeText(`${service}:/data`)}`,
    `      - ${composeText('./start.sh:/start.sh:ro')}`,
    `      - ${composeText(`./conf/${service}.conf:/etc/redis/lab.conf:ro`)}`,
    ...(hasData ? [`      - ${composeText(`./data/${service}:/seed:ro`)}`] : []),
    '    secrets:',
    `      - source: ${composeText(service)}`,
    '        target: lab.conf',
    comment('compose.health', {}, '    '),
    '    healthcheck:',
    `      test: ${flowList(['CMD-SHELL', probe])}`,
    '      interval: 5s',
    '      timeout: 3s',
    '      retries: 5',
    '      start_period: 30s',
    '    stop_grace_period: 1m',
    '    ulimits:',
    `      nofile: ${OPEN_FILES}`,
    ...(needs.length === 0
      ? []
      : [
          '    depends_on:',
          ...needs.map((name) => `      ${composeText(name)}:\n        condition: service_healthy`),
        ]),
  ].join('\n');
}

/** Services that have to answer first. */
function needsOf(process: DeployedProcess, { servers }: Deployment): readonly string[] {
  if (!isSentinel(process)) {
    const above = process.primary?.service;
    return above !== undefined && !followsItself(process, servers) ? [above] : [];
  }
  const watched = process.watched.map(({ at }) => at.service);
  return [...new Set(watched)].filter((service) => service !== undefined);
}

/** Whether the way up from a server leads back to it, and none could start first. */
function followsItself(server: DeployedServer, servers: readonly DeployedServer[]): boolean {
  const seen = new Set<string>();
  let at: DeployedServer | undefined = server;
  while (at !== undefined && !seen.has(at.service)) {
    seen.add(at.service);
    const above: string | undefined = at.primary?.service;
    at = servers.find(({ service }) => service === above);
  }
  return at !== undefined;
}

function startScript({ sentinels }: Deployment, flavour: Flavour): string {
  const write = `cat /etc/redis/lab.conf /run/secrets/lab.conf > "$conf.new"`;
  const move = 'mv "$conf.new" "$conf"';
  const keeps = sentinels.length > 0;
  return [
    '#!/bin/sh',
    comment('start.head'),
    comment(keeps ? 'start.keeps' : 'start.again'),
    'set -eu',
    'umask 077',
    'conf=/data/lab.conf',
    'if [ ! -e "$conf" ]; then',
    '  if [ -d /seed ]; then cp -R /seed/. /data/; fi',
    ...(keeps ? [`  ${write}`, `  ${move}`, 'fi'] : ['fi', write, move]),
    comment('start.user'),
    `exec docker-entrypoint.sh ${flavour.server} "$conf" "$@"`,
    '',
  ].join('\n');
}
