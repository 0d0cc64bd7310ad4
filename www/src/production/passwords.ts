/** Who may come in and what they have to know: passwords, users and names of commands, as lines of a configuration. */

import { isSentinel, type DeployedProcess } from './deployment';
import { line, parts } from './words';

/** What the user `default` may be without a line of its own. */
const USUAL: ReadonlySet<string> = new Set(['on', 'sanitize-payload', '~*', '&*', '+@all']);

const rulesOf = ({ users }: DeployedProcess, name: string): readonly string[] | undefined =>
  users
    .map((user) => parts(user).map(({ text }) => text))
    .find(([, user]) => user === name)
    ?.slice(2);

/** Whether everybody may come in without a password. */
export function isOpen(process: DeployedProcess): boolean {
  const rules = rulesOf(process, 'default') ?? ['on', 'nopass'];
  return rules.includes('on') && rules.includes('nopass');
}

/** Users besides `default`. */
export const otherUsers = ({ users }: DeployedProcess): readonly string[] =>
  users.map((user) => parts(user)[1]?.text ?? '').filter((name) => name !== 'default');

function hasUsualDefault(process: DeployedProcess): boolean {
  const rules = rulesOf(process, 'default');
  if (rules === undefined) return true;
  const others = rules.filter((rule) => !USUAL.has(rule));
  const isUsual = [...USUAL].every((rule) => rule === 'sanitize-payload' || rules.includes(rule));
  const [only = ''] = others;
  const isKnown = process.requirepass.text !== '' && only.startsWith('#');
  return isUsual && others.length === 1 && (only === 'nopass' || isKnown);
}

/** `requirepass`, `masterauth`, `user`, `rename-command` … with what they are in the lab. */
export function secretLines(process: DeployedProcess): string[] {
  const lines: string[] = [];
  if (process.requirepass.text !== '') lines.push(line('requirepass', process.requirepass));
  if (isSentinel(process)) {
    const { sentinelUser, sentinelPass } = process;
    if (sentinelUser.text !== '') lines.push(line('sentinel', 'sentinel-user', sentinelUser));
    if (sentinelPass.text !== '') lines.push(line('sentinel', 'sentinel-pass', sentinelPass));
    for (const { name, authUser, authPass, renamed } of process.watched) {
      if (authUser) lines.push(line('sentinel', 'auth-user', name, authUser));
      if (authPass) lines.push(line('sentinel', 'auth-pass', name, authPass));
      for (const words of renamed) lines.push(line('sentinel', 'rename-command', name, ...words));
    }
  } else {
    for (const name of ['masteruser', 'masterauth']) {
      const value = process.config.get(name);
      if (value !== undefined && value.text !== '') lines.push(line(name, value));
    }
  }
  for (const user of process.users) {
    const words = parts(user);
    if (words[1]?.text !== 'default' || !hasUsualDefault(process)) lines.push(line(...words));
  }
  // A name that nobody can guess is a password too.
  for (const words of process.renamed) lines.push(line('rename-command', ...words));
  return lines;
}
