/** Programs about processes and ports: ps, kill, pgrep, netstat, ss. */

import type { InstanceInfo, Lab } from '../../client/api';
import { Usage, complain, options, type Run, type ShellProcess } from '../program';

/** A line of ps. */
interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly user: string;
  readonly tty: string;
  readonly command: string;
  readonly started: number;
  readonly instance?: InstanceInfo;
  readonly shell?: ShellProcess;
}

/** Which programs of a shell hold which server at their terminal. */
const held = new WeakMap<Lab, Map<number, { readonly tty: string; readonly parent: number }>>();

/** Notes that a server was started at a terminal, for ps. */
export function holdsTerminal(lab: Lab, pid: number, tty: string, parent: number): void {
  const known = held.get(lab) ?? new Map<number, { tty: string; parent: number }>();
  known.set(pid, { tty, parent });
  held.set(lab, known);
}

const started = new WeakMap<Lab, Map<number, number>>();

/** When a process was first seen: nobody tells when it was started. */
function since(run: Run, pid: number): number {
  const { lab, shell } = run;
  const known = started.get(lab) ?? new Map<number, number>();
  started.set(lab, known);
  const at = known.get(pid) ?? shell.now;
  known.set(pid, at);
  return at;
}

/** The title that a server gives itself. */
const titleOf = ({ bind, port, sentinel, conf }: InstanceInfo, service: boolean): string => {
  const path = service && conf?.startsWith('/etc/') ? '/usr/bin/' : '';
  return `${path}${sentinel ? 'redis-sentinel' : 'redis-server'} ${bind}:${port}${sentinel ? ' [sentinel]' : ''}`;
};

export function allProcesses(run: Run): Listed[] {
  const { lab, shell } = run;
  const servers = lab.instances
    .filter((instance) => instance.pid !== undefined)
    .map((instance): Listed => {
      const pid = instance.pid ?? 0;
      const at = held.get(lab)?.get(pid);
      return {
        pid,
        parent: at?.parent ?? 1,
        user: at ? 'learner' : 'redis',
        tty: at?.tty ?? '?',
        command: titleOf(instance, at === undefined),
        started: since(run, pid),
        instance,
      };
    });
  const programs = shell.processes().map((one): Listed => ({ ...one, shell: one }));
  // A server at a terminal is one process, not two.
  const shown = programs.filter(
    ({ command }) => !/^(sudo )?(\/usr\/bin\/)?redis-(server|sentinel)\b/.test(command),
  );
  const init: Listed = {
    pid: 1,
    parent: 0,
    user: 'root',
    tty: '?',
    command: '/sbin/init',
    started: shown[0]?.started ?? 0,
  };
  return [init, ...servers, ...shown].sort((one, other) => one.pid - other.pid);
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);

export async function ps(run: Run): Promise<number> {
  const letters = run.args
    .filter((arg) => !/^\d+$/.test(arg))
    .join('')
    .replace(/-/g, '');
  if (/[^aAuxefldjwpCo]/.test(letters)) {
    throw new Usage(
      `error: unsupported option\n\nUsage:\n ps [options]\n\n Try 'ps --help' for more information.\n`,
    );
  }
  const all = allProcesses(run);
  const { stdout } = run;
  const bsd = letters.includes('u');
  const every = /[Aexa]/.test(letters);
  const own = all.filter(({ tty }) => tty === run.shell.tty);
  const listed = every ? all : own;
  if (bsd) {
    await stdout.write(
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n',
    );
    for (const one of listed) {
      const state =
        one.instance?.state === 'paused' ? 'T' : one.pid === 1 ? 'Ss' : one.instance ? 'Sl' : 'S';
      await stdout.write(
        `${one.user.padEnd(8)} ${String(one.pid).padStart(7)}  0.0  0.0      0     0 ${one.tty.padEnd(8)} ${state.padEnd(4)} ${clock(one.started)}   0:00 ${one.command}\n`,
      );
    }
  } else if (letters.includes('f')) {
    await stdout.write('UID          PID    PPID  C STIME TTY          TIME CMD\n');
    for (const one of listed) {
      await stdout.write(
        `${one.user.padEnd(8)} ${String(one.pid).padStart(7)} ${String(one.parent).padStart(7)}  0 ${clock(one.started)} ${one.tty.padEnd(8)} 00:00:00 ${one.command}\n`,
      );
    }
  } else {
    await stdout.write('    PID TTY          TIME CMD\n');
    for (const one of listed) {
      const [path = ''] = one.command.split(' ');
      await stdout.write(
        `${String(one.pid).padStart(7)} ${one.tty.padEnd(8)} 00:00:00 ${path.slice(path.lastIndexOf('/') + 1)}\n`,
      );
    }
  }
  return 0;
}

const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  TERM: 15,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
};

function signalOf(run: Run, text: string): number {
  const name = text.toUpperCase().replace(/^SIG/, '');
  const number = /^\d+$/.test(name) ? Number(name) : SIGNALS[name];
  if (number === undefined || !(number === 0 || Object.values(SIGNALS).includes(number))) {
    throw new Usage(`bash: ${run.name}: ${text}: invalid signal specification\n`);
  }
  return number;
}

export async function kill(run: Run): Promise<number> {
  const args = [...run.args];
  if (args[0] === '-l') {
    await run.stdout.write(
      `${Object.entries(SIGNALS)
        .map(([name, number]) => `${number}) SIG${name}`)
        .join('  ')}\n`,
    );
    return 0;
  }
  let signal = SIGNALS.TERM ?? 15;
  if (args[0] === '-s') {
    signal = signalOf(run, args[1] ?? '');
    args.splice(0, 2);
  } else if (args[0]?.startsWith('-')) signal = signalOf(run, (args.shift() ?? '').slice(1));
  if (args.length === 0)
    throw new Usage(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
      2,
    );
  let status = 0;
  for (const arg of args) {
    const job = /^%\d+$/.test(arg)
      ? run.shell.jobs.find(({ number }) => number === Number(arg.slice(1)))
      : undefined;
    if (arg.startsWith('%') && !job) {
      await run.stderr.write(`bash: kill: ${arg}: no such job\n`);
      status = 1;
      continue;
    }
    const pid = job?.pid ?? Number(arg);
    if (!Number.isInteger(pid)) {
      await run.stderr.write(`bash: kill: ${arg}: arguments must be process or job IDs\n`);
      status = 1;
    } else if (!(await sendSignal(run, pid, signal))) {
      await run.stderr.write(`bash: kill: (${pid}) - No such process\n`);
      status = 1;
    }
  }
  return status;
}

/** Sends a signal; whether there is such a process. */
export async function sendSignal(run: Run, pid: number, signal: number): Promise<boolean> {
  const { lab } = run;
  const found = allProcesses(run).find((one) => one.pid === pid);
  if (!found) return false;
  const { instance, shell } = found;
  if (instance) {
    switch (signal) {
      case SIGNALS.KILL:
      case SIGNALS.QUIT:
        await lab.kill(instance.name);
        break;
      case SIGNALS.STOP:
      case SIGNALS.TSTP:
        await lab.pauseProcess(instance.name, true);
        break;
      case SIGNALS.CONT:
        await lab.pauseProcess(instance.name, false);
        break;
      case SIGNALS.INT:
        await lab.signal(instance.name, 'INT');
        break;
      case SIGNALS.TERM:
        await lab.signal(instance.name, 'TERM');
        break;
      default: // 0 asks whether it is there; redis-server ignores SIGHUP.
    }
  } else if (signal === SIGNALS.KILL || signal === SIGNALS.TERM || signal === SIGNALS.INT)
    shell?.kill?.();
  return true;
}

/** pkill and killall: a signal to all that are called so. */
export async function killByName(run: Run): Promise<number> {
  const args = [...run.args];
  const signal =
    args[0]?.startsWith('-') && args[0] !== '-f'
      ? signalOf(run, (args.shift() ?? '').slice(1))
      : 15;
  const name = args.filter((arg) => !arg.startsWith('-'))[0];
  if (name === undefined) throw new Usage(`${run.name}: no process selection criteria\n`, 2);
  const fits = allProcesses(run).filter(
    ({ command, instance }) => instance !== undefined && command.includes(name),
  );
  if (fits.length === 0) {
    if (run.name === 'killall') return complain({ ...run, name }, 'no process found');
    return 1;
  }
  for (const { pid } of fits) await sendSignal(run, pid, signal);
  return 0;
}

export async function pgrep(run: Run): Promise<number> {
  const given = options(run, 'fla');
  const [name = ''] = given.rest;
  const fits = allProcesses(run).filter(
    ({ command, instance }) => instance !== undefined && command.includes(name),
  );
  for (const { pid, command } of fits) {
    const [path = ''] = command.split(' ');
    const shown = given.has('a')
      ? ` ${command}`
      : given.has('l')
        ? ` ${path.slice(path.lastIndexOf('/') + 1)}`
        : '';
    await run.stdout.write(`${pid}${shown}\n`);
  }
  return fits.length > 0 ? 0 : 1;
}

interface Socket {
  readonly kind: 'tcp' | 'tcp6';
  readonly local: string;
  readonly port: number;
  readonly instance: InstanceInfo;
}

function sockets(run: Run): Socket[] {
  const up = run.lab.instances.filter(({ pid }) => pid !== undefined);
  const of = (instance: InstanceInfo): Socket[] => {
    const { bind, port } = instance;
    const four: Socket = { kind: 'tcp', local: bind === '*' ? '0.0.0.0' : bind, port, instance };
    return bind === '*' ? [four, { kind: 'tcp6', local: '::', port, instance }] : [four];
  };
  return up.flatMap(of).sort((one, other) => one.kind.localeCompare(other.kind));
}

export async function netstat(run: Run): Promise<number> {
  const given = options(run, 'atlnpue', '');
  const { stdout } = run;
  if (!given.has('l', 'a')) {
    await stdout.write(
      'Active Internet connections (w/o servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \n',
    );
    return 0;
  }
  const names = given.has('p');
  await stdout.write(
    `Active Internet connections (${given.has('a') ? 'servers and established' : 'only servers'})\n` +
      `Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${names ? 'PID/Program name    ' : ''}\n`,
  );
  for (const { kind, local, port, instance } of sockets(run)) {
    const foreign = kind === 'tcp' ? '0.0.0.0:*' : ':::*';
    const title = titleOf(instance, false).replace(/^(\S+) (.*)$/, '$1 $2');
    const program = names ? `${instance.pid ?? ''}/${title}`.slice(0, 19).padEnd(20) : '';
    await stdout.write(
      `${kind.padEnd(5)} ${'0'.padStart(6)} ${'0'.padStart(6)} ${`${local}:${port}`.padEnd(23)} ${foreign.padEnd(23)} LISTEN      ${program}\n`,
    );
  }
  return 0;
}

export async function ss(run: Run): Promise<number> {
  const given = options(run, 'atlnpu', '');
  const { stdout } = run;
  await stdout.write(
    'State    Recv-Q   Send-Q     Local Address:Port      Peer Address:Port  Process\n',
  );
  if (!given.has('l', 'a')) return 0;
  for (const { kind, local, port, instance } of sockets(run)) {
    const address = kind === 'tcp' ? local : '[::]';
    const peer = kind === 'tcp' ? '0.0.0.0' : '[::]';
    const name = instance.sentinel ? 'redis-sentinel' : 'redis-server';
    const process = given.has('p') ? `  users:(("${name}",pid=${instance.pid ?? ''},fd=6))` : '';
    await stdout.write(
      `LISTEN   0        511      ${address.padStart(15)}:${String(port).padEnd(10)} ${peer.padStart(15)}:*     ${process}`.trimEnd() +
        '\n',
    );
  }
  return 0;
}
