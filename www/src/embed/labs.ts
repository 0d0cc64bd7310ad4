/** The labs of a page: elements with the same name share one. */

import type { Lab } from '../client/api';

export interface SharedLab {
  readonly lab: Lab;
  /** Runs lines as in a redis-cli; what was printed. One at a time, in one connection. */
  run(lines: readonly string[]): Promise<string>;
  /** What somebody has started and that others may wait for. */
  readonly done: Map<Element, Promise<unknown>>;
  /** Ctrl-C for what runs. */
  interrupt(): void;
}

export interface LabChoices {
  readonly name: string;
  /** Kept in the browser under its name, rather than for this page only. */
  readonly persist: boolean;
  readonly seed?: bigint;
  /** Ports at which further servers are started, and of those the ones that follow the first server. */
  readonly ports: readonly string[];
  readonly replicas: readonly string[];
  /** One of the scenarios of the servers' view, by its name. */
  readonly scenario?: string;
  /** Commands that run before anything else. */
  readonly setup: readonly string[];
}

const labs = new Map<string, Promise<SharedLab>>();

/** The lab of a name, opened by who asks first and as that one wants it. */
export function sharedLab(choices: LabChoices): Promise<SharedLab> {
  let lab = labs.get(choices.name);
  if (lab === undefined) {
    lab = open(choices);
    labs.set(choices.name, lab);
    // Whoever comes next may try again.
    lab.catch(() => labs.delete(choices.name));
  }
  return lab;
}

async function open(choices: LabChoices): Promise<SharedLab> {
  const { name, persist, seed, setup } = choices;
  const { openLab } = await import('../client');
  const lab = await openLab({
    temporary: !persist,
    ...(persist ? { name: `embed:${name}` } : {}),
    ...(seed === undefined ? {} : { seed }),
  });
  // Another tab has it: this one works on a copy.
  if (lab.storage.reason === 'elsewhere') await lab.openCopy();
  await furnish(lab, choices);
  const console = await lab.openConsole();
  let last: Promise<unknown> = Promise.resolve();
  const shared: SharedLab = {
    lab,
    done: new Map(),
    interrupt: () => console.interrupt(),
    run: (lines) => {
      const run = last.then(async () => {
        let printed = '';
        for (const line of lines) {
          const onPart = ({ text }: { readonly text: string }): void => void (printed += text);
          const { text } = await console.run(line, onPart);
          printed += text;
        }
        return printed;
      });
      last = run.catch(() => undefined);
      return run;
    },
  };
  if (setup.length > 0) await shared.run(setup);
  return shared;
}

/** Starts what shall run besides the first server. */
async function furnish(lab: Lab, { ports, replicas, scenario }: LabChoices): Promise<void> {
  if (scenario !== undefined) {
    const { scenarios } = await import('../panels/topology/scenarios');
    const found = scenarios.find(({ name }) => name === scenario);
    if (!found) throw new Error(`scenario: ${scenarios.map(({ name }) => name).join(', ')}`);
    await found.setUp(lab);
  }
  const running = new Set(lab.instances.map(({ name }) => name));
  const launch = async (port: string, ...more: string[]): Promise<void> => {
    // A lab that is kept has its processes already.
    if (!running.has(port)) await lab.launch(['--port', port, ...more], `/var/lib/redis-${port}`);
  };
  for (const port of ports) await launch(port);
  for (const port of replicas) await launch(port, '--replicaof', '127.0.0.1', '6379');
}
