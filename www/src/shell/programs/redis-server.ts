/** redis-server and redis-sentinel: processes of the lab, started as they are on any machine. */

import { DEFAULT_PORT, type InstanceInfo, type Lab } from '../../client/api';
import { reason, type Run } from '../program';
import { sleep } from '../streams';
import { holdsTerminal } from './processes';

/** The version that the engine answers as. */
export const VERSION = '7.2.4';

/** How often a terminal looks for what its server has printed, in milliseconds of real time. */
const LOOK_MS = 80;

const HELP = `Usage: ./redis-server [/path/to/redis.conf] [options]
       ./redis-server -v or --version
       ./redis-server -h or --help
       ./redis-sentinel /path/to/sentinel.conf, or with --sentinel

Options are names of redis.conf with two dashes before them, and their values.

Examples:
       ./redis-server (run the server with default conf)
       ./redis-server /etc/redis/6379.conf
       ./redis-server --port 7777
       ./redis-server --port 7777 --replicaof 127.0.0.1 8888
       ./redis-server /etc/myredis.conf --loglevel verbose
       ./redis-server /etc/sentinel.conf --sentinel
`;

/** The time as a log has it. */
export const logTime = (at: number): string => {
  const text = new Date(at).toUTCString();
  return `${text.slice(5, 16)} ${new Date(at).toISOString().slice(11, 23)}`;
};

export async function redisServer(run: Run): Promise<number> {
  const { args, stdout, stderr } = run;
  const [only] = args;
  if (args.length === 1 && (only === '-v' || only === '--version')) {
    await stdout.write(
      `Redis server v=${VERSION} sha=00000000:0 malloc=libc bits=64 build=resplay\n`,
    );
    return 0;
  }
  if (args.length === 1 && (only === '-h' || only === '--help')) {
    await stdout.write(HELP);
    return 0;
  }
  if (only === '--test-memory' || only === '--check-system' || args.includes('-')) {
    await stderr.write(
      `${run.name}: ${args.includes('-') ? 'a configuration on standard input' : (only ?? '')} is not here\n`,
    );
    return 1;
  }
  const words = run.name === 'redis-sentinel' ? [...args, '--sentinel'] : args;
  const attempt = await launch(run.lab, words, run.shell.folder, run.stdout.isTerminal);
  if ('refused' in attempt) {
    await tellRefusal(run, attempt);
    return 1;
  }
  const { instance, before } = attempt;
  if (instance.daemonized) return 0;
  return attend(run, instance, before);
}

interface Started {
  readonly instance: InstanceInfo;
  /** The number of the newest line of a log before it was started. */
  readonly before: number;
}

interface Refused {
  readonly refused: string;
  readonly instance: InstanceInfo | undefined;
  readonly before: number;
}

/** Starts a process of the lab, and says what came of it. */
export async function launch(
  lab: Lab,
  words: readonly string[],
  folder: string,
  terminal: boolean,
): Promise<Started | Refused> {
  const [before] = await lab.printed(DEFAULT_PORT, Number.MAX_SAFE_INTEGER);
  try {
    const name = await lab.launch(words, folder, '', terminal);
    const instance = lab.instances.find((one) => one.name === name);
    // Gone again before anybody has seen it.
    if (!instance) return { refused: '', instance: undefined, before };
    return { instance, before };
  } catch (error) {
    const refused = reason(error);
    const instance = lab.instances.find((one) => one.state === 'stopped' && one.reason === refused);
    return { refused, instance, before };
  }
}

/** What is printed of a server that did not start. */
export async function tellRefusal(run: Run, { refused, instance, before }: Refused): Promise<void> {
  const { lab, stdout, stderr } = run;
  if (refused.startsWith('*** FATAL CONFIG')) {
    await stderr.write(`\n${refused}\n`);
    return;
  }
  if (instance) {
    const [, lines] = await lab.printed(instance.name, before);
    // Its log may have gone to a file, where it can be read.
    for (const line of lines) await stdout.write(`${line}\n`);
    return;
  }
  const pid = Math.max(1000, ...lab.instances.map((one) => one.pid ?? 0)) + 1;
  const line = (role: string, mark: string, text: string): Promise<void> =>
    stdout.write(`${pid}:${role} ${logTime(run.shell.now)} ${mark} ${text}\n`);
  const port = /socket \*:(\d+): bind/.exec(refused)?.[1];
  if (port === undefined) {
    await line('C', '#', refused);
    return;
  }
  await line('C', '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  await line(
    'C',
    '*',
    `Redis version=${VERSION}, bits=64, commit=00000000, modified=0, pid=${pid}, just started`,
  );
  await line('M', '#', refused);
  await line('M', '#', `Failed listening on port ${port} (tcp), aborting.`);
}

/** Holds the terminal as long as the server runs, and prints what it prints. Ctrl-C asks it to end. */
async function attend(run: Run, started: InstanceInfo, before: number): Promise<number> {
  const { lab, stdout, shell } = run;
  const pid = started.pid ?? 0;
  holdsTerminal(lab, pid, shell.tty, shell.pid);
  let after = before;
  let { name } = started;
  // Somebody has asked it to end.
  const asked = new AbortController();
  const ask = (): void => {
    asked.abort();
    void lab.signal(name, 'INT').catch(() => undefined);
  };
  const print = async (): Promise<void> => {
    const [last, lines] = await lab.printed(name, after);
    after = last;
    if (lines.length > 0) await stdout.write(`${lines.join('\n')}\n`);
  };
  if (!run.background) run.terminal.onInterrupt = ask;
  const never = new AbortController().signal;
  for (;;) {
    if (run.signal.aborted && !asked.signal.aborted) ask();
    await print();
    const now = lab.instances.find((one) => one.pid === pid);
    if (!now || lab.status !== 'running') break;
    // CONFIG SET port gives it another name.
    ({ name } = now);
    if (!run.background && now.state !== 'loading') run.terminal.hold();
    await sleep(LOOK_MS, never);
  }
  await print();
  if (asked.signal.aborted) {
    // Who ended it with Ctrl-C does not want it back.
    await lab.forget(name);
    return 0;
  }
  const killed = lab.instances.some(
    (one) => one.name === name && one.state === 'stopped' && one.reason === undefined,
  );
  if (killed) {
    await stdout.write('Killed\n');
    return 137;
  }
  return 0;
}
