/** The services of the lab, as an installation starts and stops them: init.d, service, systemctl; and apt. */

import type { InstanceInfo } from '../../client/api';
import { Usage, type Run } from '../program';
import { sleep } from '../streams';
import { VERSION, launch, logTime, tellRefusal } from './redis-server';

interface Service {
  readonly name: 'redis-server' | 'redis-sentinel';
  readonly conf: string;
  readonly words: readonly string[];
}

const SERVICES: Readonly<Record<string, Service>> = {
  'redis-server': {
    name: 'redis-server',
    conf: '/etc/redis/redis.conf',
    words: ['/etc/redis/redis.conf'],
  },
  'redis-sentinel': {
    name: 'redis-sentinel',
    conf: '/etc/redis/sentinel.conf',
    words: ['/etc/redis/sentinel.conf', '--sentinel'],
  },
};

function serviceOf(text: string): Service | undefined {
  const name = text.replace(/\.service$/, '');
  return SERVICES[name === 'redis' ? 'redis-server' : name];
}

/** How long a service is waited for, in milliseconds. */
const PATIENCE_MS = 15_000;

/** The process of a service, if it is there. */
const processOf = (run: Run, service: Service): InstanceInfo | undefined =>
  run.lab.instances.find(
    ({ conf, sentinel, pid }) =>
      pid !== undefined &&
      conf === service.conf &&
      sentinel === (service.name === 'redis-sentinel'),
  );

/** Starts a service; undefined when that went well or it ran already, or how to tell what is wrong. */
async function start(run: Run, service: Service): Promise<(() => Promise<void>) | undefined> {
  if (processOf(run, service)) return undefined;
  const { lab } = run;
  const attempt = await launch(lab, service.words, '/', false);
  if ('refused' in attempt) return () => tellRefusal(run, attempt);
  // What listened elsewhere before is no process of its own.
  for (const one of lab.instances) {
    if (one.conf === service.conf && one.state === 'stopped' && one.name !== attempt.instance.name)
      await lab.forget(one.name);
  }
  return undefined;
}

/** Whether it is gone. */
async function stop(run: Run, service: Service): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  const process = processOf(run, service);
  if (process) await run.lab.signal(process.name, 'TERM');
  while (processOf(run, service) && performance.now() < until && !run.signal.aborted)
    await sleep(50, run.signal);
  return processOf(run, service) === undefined;
}

/** /etc/init.d/redis-server and /etc/init.d/redis-sentinel */
export async function initScript(run: Run): Promise<number> {
  const name = run.name.slice(run.name.lastIndexOf('/') + 1);
  const service = serviceOf(name);
  const [action] = run.args;
  if (!service) return 1;
  return script(run, service, action, run.name);
}

async function script(
  run: Run,
  service: Service,
  action: string | undefined,
  called: string,
): Promise<number> {
  const { stdout } = run;
  const { name } = service;
  const starting = async (verb: string): Promise<number> => {
    await stdout.write(`${verb} ${name}: `);
    const failed = await start(run, service);
    await failed?.();
    await stdout.write(failed ? 'failed\n' : `${name}.\n`);
    return failed ? 1 : 0;
  };
  switch (action) {
    case 'start':
      return starting('Starting');
    case 'stop': {
      await stdout.write(`Stopping ${name}: `);
      const gone = await stop(run, service);
      await stdout.write(gone ? `${name}.\n` : 'failed\n');
      return gone ? 0 : 1;
    }
    case 'restart':
    case 'force-reload': {
      const stopped = await script(run, service, 'stop', called);
      return stopped === 0 ? starting('Starting') : stopped;
    }
    case 'status': {
      const up = processOf(run, service) !== undefined;
      await stdout.write(up ? `${name} is running\n` : `${name} is not running\n`);
      return up ? 0 : 3;
    }
    default:
      throw new Usage(`Usage: ${called} {start|stop|restart|force-reload|status}\n`);
  }
}

export async function service(run: Run): Promise<number> {
  const [name, action] = run.args;
  if (name === undefined)
    throw new Usage(
      'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n',
    );
  if (name === '--status-all') {
    for (const one of Object.values(SERVICES)) {
      await run.stdout.write(` [ ${processOf(run, one) ? '+' : '-'} ]  ${one.name}\n`);
    }
    return 0;
  }
  const found = serviceOf(name);
  if (!found) throw new Usage(`${name}: unrecognized service\n`);
  return script(run, found, action, `/etc/init.d/${found.name}`);
}

export async function systemctl(run: Run): Promise<number> {
  const args = run.args.filter((arg) => !arg.startsWith('-'));
  const [action, ...names] = args;
  if (action === 'daemon-reload') return 0;
  const known = [
    'start',
    'stop',
    'restart',
    'reload',
    'status',
    'enable',
    'disable',
    'is-active',
    'is-enabled',
  ];
  if (action === undefined || !known.includes(action)) {
    throw new Usage(
      action === undefined ? 'Too few arguments.\n' : `Unknown command verb ${action}.\n`,
    );
  }
  if (names.length === 0) throw new Usage('Too few arguments.\n');
  let status = 0;
  for (const name of names) {
    const found = serviceOf(name);
    if (!found) {
      await run.stderr.write(
        action === 'status'
          ? `Unit ${name}.service could not be found.\n`
          : `Failed to ${action} ${name}.service: Unit ${name}.service not found.\n`,
      );
      status = action === 'status' ? 4 : 5;
    } else status = (await unit(run, found, action)) || status;
  }
  return status;
}

async function unit(run: Run, service: Service, action: string): Promise<number> {
  const { stdout, stderr } = run;
  switch (action) {
    case 'stop':
      return (await stop(run, service)) ? 0 : 1;
    case 'restart':
      if (!(await stop(run, service))) return 1;
      return unit(run, service, 'start');
    case 'start': {
      const failed = await start(run, service);
      if (!failed) return 0;
      await stderr.write(
        `Job for ${service.name}.service failed because the control process exited with error code.\n` +
          `See "systemctl status ${service.name}.service" and "journalctl -xeu ${service.name}.service" for details.\n`,
      );
      // There is no journal here to look into.
      await failed();
      return 1;
    }
    case 'status':
      return status(run, service);
    case 'is-active': {
      const up = processOf(run, service) !== undefined;
      await stdout.write(up ? 'active\n' : 'inactive\n');
      return up ? 0 : 3;
    }
    case 'is-enabled':
      await stdout.write('enabled\n');
      return 0;
    case 'reload':
      await stderr.write(
        `Failed to reload ${service.name}.service: Job type reload is not applicable for unit ${service.name}.service.\n`,
      );
      return 1;
    default: // The lab starts what it has; there is nothing to enable.
      return 0;
  }
}

async function status(run: Run, service: Service): Promise<number> {
  const { stdout } = run;
  const process = processOf(run, service);
  const failure = run.lab.instances.find(
    ({ conf, reason }) => conf === service.conf && reason !== undefined,
  );
  const state = process ? 'active (running)' : failure ? 'failed' : 'inactive (dead)';
  await stdout.write(
    `${process ? '●' : failure ? '×' : '○'} ${service.name}.service - Advanced key-value store\n` +
      `     Loaded: loaded (/lib/systemd/system/${service.name}.service; enabled; preset: enabled)\n` +
      `     Active: ${state}\n` +
      `       Docs: http://redis.io/documentation,\n             man:${service.name}(1)\n`,
  );
  if (process) {
    const ready =
      process.state === 'loading' ? 'Redis is loading...' : 'Ready to accept connections';
    await stdout.write(
      `   Main PID: ${process.pid ?? ''} (${service.name})\n     Status: "${ready}"\n`,
    );
  } else if (failure?.reason !== undefined) {
    await stdout.write(`\n${logTime(run.shell.now)} ${failure.reason}\n`);
  }
  return process ? 0 : 3;
}

const PACKAGES: readonly string[] = [
  'redis',
  'redis-server',
  'redis-sentinel',
  'redis-tools',
  'vim',
  'nano',
  'python3',
  'python3-redis',
  'net-tools',
];

/** apt and apt-get: what a course installs is there. */
export async function apt(run: Run): Promise<number> {
  const args = run.args.filter((arg) => !arg.startsWith('-'));
  const [action, ...names] = args;
  const { stdout } = run;
  switch (action) {
    case 'update':
      await stdout.write(
        'Reading package lists... Done\nBuilding dependency tree... Done\nAll packages are up to date.\n',
      );
      return 0;
    case 'upgrade':
      await stdout.write('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
      return 0;
    case 'install': {
      await stdout.write(
        'Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n',
      );
      const unknown = names.filter((name) => !PACKAGES.includes(name));
      for (const name of unknown) await stdout.write(`E: Unable to locate package ${name}\n`);
      if (unknown.length > 0) return 100;
      for (const name of names)
        await stdout.write(
          `${name} is already the newest version${name.startsWith('redis') ? ` (5:${VERSION})` : ''}.\n`,
        );
      await stdout.write('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
      return 0;
    }
    case undefined:
      throw new Usage(`${run.name}: update, upgrade and install are here\n`);
    default:
      await run.stderr.write(`E: Invalid operation ${action}\n`);
      return 100;
  }
}
