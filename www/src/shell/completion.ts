/** What Tab offers: programs at the beginning, files elsewhere. */

import type { Completions } from '../client/api';
import { resolve } from './files';
import type { Shell } from './shell';

/** Most names that are offered. */
const MOST = 100;

/** Programs whose first word is one of a few. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  systemctl: ['start', 'stop', 'restart', 'status', 'enable', 'disable'],
  '/etc/init.d/redis-server': ['start', 'stop', 'restart', 'status'],
  '/etc/init.d/redis-sentinel': ['start', 'stop', 'restart', 'status'],
  service: ['redis-server', 'redis-sentinel'],
};

/** The words that can stand where the line ends. */
export async function completeLine(shell: Shell, line: string): Promise<Completions> {
  const start =
    Math.max(...[' ', '|', ';', '&', '>', '<', '\t'].map((one) => line.lastIndexOf(one))) + 1;
  const word = line.slice(start);
  const before = line.slice(0, start).trimEnd();
  const first = before === '' || /[|;&]$/.test(before) || /(^|[|;&]\s*)sudo$/.test(before);
  const texts: string[] = [];
  if (first) {
    texts.push(
      ...shell
        .programs()
        .filter((name) => name.startsWith(word))
        .map((name) => `${name} `),
    );
  }
  const command = /([^\s|;&]+)$/.exec(before)?.[1] ?? '';
  texts.push(
    ...(WORDS[command] ?? []).filter((one) => one.startsWith(word)).map((one) => `${one} `),
  );
  if (!first || word.includes('/') || word.startsWith('.'))
    texts.push(...(await files(shell, word)));
  const unique = [...new Set(texts)].sort().slice(0, MOST);
  return { start, end: line.length, candidates: unique.map((text) => ({ text })) };
}

async function files(shell: Shell, word: string): Promise<string[]> {
  const slash = word.lastIndexOf('/');
  const shown = word.slice(0, slash + 1);
  const wanted = word.slice(slash + 1);
  const folder = resolve(shell.folder, shown.replace(/^~(?=\/)/, shell.home) || '.');
  const entries = await shell.files.list(folder).catch(() => []);
  return entries
    .map(({ path, isDirectory }) => ({ name: path.slice(path.lastIndexOf('/') + 1), isDirectory }))
    .filter(({ name }) => name.startsWith(wanted) && (wanted !== '' || !name.startsWith('.')))
    .map(
      ({ name, isDirectory }) =>
        `${shown}${name.replace(/[ '"\\$&|;<>()*?]/g, '\\$&')}${isDirectory ? '/' : ' '}`,
    );
}
