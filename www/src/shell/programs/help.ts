/** help: what there is. */

import type { Run } from '../program';
import { ts } from '../texts';

/** Programs that are told of together. */
const GROUPS = [
  [
    'help.servers',
    [
      'redis-server',
      'redis-sentinel',
      'redis-cli',
      'redis-benchmark',
      'redis-check-rdb',
      'redis-check-aof',
    ],
  ],
  [
    'help.services',
    [
      '/etc/init.d/redis-server',
      '/etc/init.d/redis-sentinel',
      'service',
      'systemctl',
      'apt',
      'sudo',
    ],
  ],
  [
    'help.files',
    [
      'ls',
      'cd',
      'pwd',
      'cat',
      'head',
      'tail',
      'less',
      'grep',
      'wc',
      'diff',
      'cp',
      'mv',
      'rm',
      'mkdir',
      'rmdir',
      'touch',
      'chmod',
      'chown',
    ],
  ],
  ['help.editing', ['vi', 'vim', 'nano', 'echo', 'printf']],
  ['help.processes', ['ps', 'pgrep', 'kill', 'pkill', 'killall', 'netstat', 'ss', 'jobs']],
  [
    'help.others',
    ['python3', 'bash', 'sleep', 'date', 'whoami', 'hostname', 'which', 'clear', 'history', 'exit'],
  ],
] as const;

/** Characters in a line. */
const WIDTH = 78;

export async function help(run: Run): Promise<number> {
  const blocks = GROUPS.map(([title, names]) => `${ts(title)}\n${wrapped(names)}`);
  await run.stdout.write(`${ts('help.title')}\n\n${blocks.join('\n')}\n${ts('help.syntax')}\n`);
  return 0;
}

function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const name of names) {
    if (line.length + name.length + 1 > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${name}`;
  }
  return [...lines, line, ''].join('\n');
}
