/** All that a deployment needs, as files, and those files as one. */

import { zipSync, type Zippable } from 'fflate';
import { tp } from './catalogue';
import { checklist } from './checklist';
import { composeFiles } from './compose';
import { hostsOf, type Deployment } from './deployment';
import type { Flavour, OutputFile } from './output';
import { systemdFiles } from './systemd';

/** The folder that the archive unpacks to. */
const FOLDER = 'redis-lab';

/** Bytes from which a file is packed as it is: a snapshot is compressed already, and a page must not stand still. */
const PACKED_AS_IT_IS = 4 << 20;

const UNIX = 3;
const [PLAIN, PROGRAM, SECRET] = [0o100644, 0o100755, 0o100600];

/** README and checklist, and the two ways to run it, each in a folder. */
export function filesOf(deployment: Deployment, flavour: Flavour): readonly OutputFile[] {
  const inFolder = (folder: string, files: readonly OutputFile[]): readonly OutputFile[] =>
    files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
  return [
    { path: 'README.md', content: readme(deployment, flavour) },
    { path: 'CHECKLIST.md', content: checklistText(deployment) },
    ...inFolder('compose', composeFiles(deployment, flavour)),
    ...inFolder('systemd', systemdFiles(deployment, flavour)),
  ];
}

function readme(deployment: Deployment, flavour: Flavour): string {
  const hosts = hostsOf(deployment);
  const folders = hosts.length > 1 ? hosts.map((host) => `systemd/${host}`) : ['systemd'];
  const [first] = deployment.servers;
  return [
    `# ${tp('production.title')}`,
    tp('readme.intro'),
    '## Docker Compose',
    tp('readme.compose'),
    '```sh\n' +
      `cd compose\ndocker compose up -d\ndocker compose ps\n` +
      (first ? `docker compose exec ${first.service} ${flavour.cli} -p ${first.port}\n` : '') +
      '```',
    '## systemd',
    tp('readme.systemd'),
    ...folders.map((folder) => `\`\`\`sh\ncd ${folder}\nsudo ./install.sh\n\`\`\``),
    tp('readme.secrets'),
    '',
  ].join('\n\n');
}

function checklistText(deployment: Deployment): string {
  const lines = checklist(deployment).map(
    ({ level, topic, now, todo }) =>
      `- [ ] **${topic}** (${tp(`level.${level}`)})\n  ${now}\n  → ${todo}\n`,
  );
  return `# ${tp('production.checklist')}\n\n${lines.join('\n')}`;
}

export const sizeOf = ({ content }: OutputFile): number =>
  typeof content === 'string' ? new TextEncoder().encode(content).length : content.length;

export const contentOf = ({ content }: OutputFile): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** The files in one, with their rights. */
export function archiveOf(files: readonly OutputFile[]): Uint8Array {
  const entries: Zippable = {};
  for (const file of files) {
    const bytes = contentOf(file);
    const mode = file.isProgram === true ? PROGRAM : file.isSecret === true ? SECRET : PLAIN;
    const level = bytes.length >= PACKED_AS_IT_IS ? 0 : 6;
    entries[`${FOLDER}/${file.path}`] = [bytes, { level, os: UNIX, attrs: mode << 16 }];
  }
  return zipSync(entries);
}

export const ARCHIVE_NAME = `${FOLDER}.zip`;
