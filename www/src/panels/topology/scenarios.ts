/** Labs that are set up by one click, and the steps that show what they are about. */

import type { Argument, Lab, Process, Reply } from '../../client/api';
import type { labEn } from '../../i18n/lab.en';

type Step = Extract<keyof typeof labEn, `step.${string}`>;
export type ScenarioName =
  'replicas' | 'chain' | 'sentinels' | 'split' | 'cure' | 'rolling' | 'slow';

export interface ScenarioStep {
  readonly label: Step;
  run(lab: Lab): Promise<unknown>;
}

export interface Scenario {
  readonly name: ScenarioName;
  setUp(lab: Lab): Promise<void>;
  readonly steps: readonly ScenarioStep[];
}

const PRIMARY = 6379;
const SENTINELS = [26_379, 26_380, 26_381] as const;

/** Runs one command on a server. */
export async function command(lab: Lab, port: Process, ...words: Argument[]): Promise<Reply> {
  const connection = await lab.connect({ port });
  try {
    return await connection.call(...words);
  } finally {
    connection.close();
  }
}

/** Back to one server, on lines without faults, on a clock that goes. */
async function clear(lab: Lab): Promise<void> {
  await lab.clock.lookAtPresent();
  await lab.clock.pause(false);
  await lab.network.heal();
  for (const { name, state } of lab.instances) {
    if (name === String(PRIMARY)) continue;
    if (state !== 'stopped') await lab.kill(name);
    await lab.forget(name);
  }
  if (lab.instances.some(({ name, state }) => name === String(PRIMARY) && state === 'paused'))
    await lab.pauseProcess(PRIMARY, false);
  await lab.start(PRIMARY);
  await command(lab, PRIMARY, 'REPLICAOF', 'NO', 'ONE');
  const config = ['min-replicas-to-write', 0, 'min-replicas-max-lag', 10];
  // Replicas are served at once, and not after the five seconds in which more might come.
  config.push('repl-diskless-sync-delay', 0, 'repl-backlog-size', '1mb');
  await command(lab, PRIMARY, 'CONFIG', 'SET', ...config);
}

async function addReplica(
  lab: Lab,
  port: number,
  of = PRIMARY,
  more: string[] = [],
): Promise<void> {
  const words = ['--port', port, '--replicaof', '127.0.0.1', of].map(String);
  words.push('--repl-diskless-sync-delay', '0', ...more);
  await lab.launch(words, `/var/lib/redis-${port}`);
}

async function addSentinels(lab: Lab): Promise<void> {
  for (const port of SENTINELS) {
    const path = `/etc/redis/sentinel-${port}.conf`;
    const lines = [
      `port ${port}`,
      `sentinel monitor mymaster 127.0.0.1 ${PRIMARY} 2`,
      'sentinel down-after-milliseconds mymaster 5000',
      'sentinel failover-timeout mymaster 20000',
    ];
    await lab.files.write(path, new TextEncoder().encode(`${lines.join('\n')}\n`));
    await lab.launch([path, '--sentinel'], '/etc/redis');
  }
  // They learn of replicas by INFO every ten seconds, and of one another every two.
  await lab.clock.hurry(12_000);
}

async function withSentinels(lab: Lab, config: string[] = []): Promise<void> {
  await clear(lab);
  const words = config.map((word) => word.replace(/^--/, ''));
  if (words.length > 0) await command(lab, PRIMARY, 'CONFIG', 'SET', ...words);
  await addReplica(lab, 6380, PRIMARY, config);
  await addReplica(lab, 6381, PRIMARY, config);
  await addSentinels(lab);
}

/** The port of the server that the sentinels call the primary. */
async function primaryOf(lab: Lab): Promise<number> {
  for (const port of SENTINELS) {
    try {
      const reply = await command(lab, port, 'SENTINEL', 'get-master-addr-by-name', 'mymaster');
      if (reply.kind !== 'array') continue;
      const found = reply.items[1];
      if (found?.kind === 'string') return Number(found.value.text);
    } catch {
      // This one does not run; the next may.
    }
  }
  return PRIMARY;
}

/** The server that has been the primary, as long as it is not the one now. */
let former = PRIMARY;

const write: ScenarioStep = {
  label: 'step.write',
  run: async (lab) => command(lab, await primaryOf(lab), 'SET', 'greeting', `hello ${Date.now()}`),
};

const cutOff: ScenarioStep = {
  label: 'step.cutPrimary',
  run: async (lab) => {
    former = await primaryOf(lab);
    for (const { name } of lab.instances) {
      if (name === String(former)) continue;
      await lab.network.cut(former, name, true);
      await lab.network.cut(name, former, true);
    }
  },
};

const splitSteps: readonly ScenarioStep[] = [
  cutOff,
  {
    label: 'step.writeBoth',
    run: async (lab) => {
      const now = await primaryOf(lab);
      if (now !== former) await command(lab, now, 'SET', 'greeting', 'written to the new primary');
      await command(lab, former, 'SET', 'greeting', 'written to the old primary');
    },
  },
  { label: 'step.mend', run: (lab) => lab.network.heal() },
];

export const scenarios: readonly Scenario[] = [
  {
    name: 'replicas',
    setUp: async (lab) => {
      await clear(lab);
      await addReplica(lab, 6380);
      await addReplica(lab, 6381);
    },
    steps: [write],
  },
  {
    name: 'chain',
    setUp: async (lab) => {
      await clear(lab);
      await addReplica(lab, 6380);
      await addReplica(lab, 6381, 6380);
    },
    steps: [
      write,
      { label: 'step.killMiddle', run: (lab) => lab.kill(6380) },
      { label: 'step.startMiddle', run: (lab) => lab.start(6380) },
    ],
  },
  {
    name: 'sentinels',
    setUp: (lab) => withSentinels(lab),
    steps: [
      write,
      {
        label: 'step.killPrimary',
        run: async (lab) => {
          former = await primaryOf(lab);
          await lab.kill(former);
        },
      },
      { label: 'step.startOld', run: (lab) => lab.start(former) },
    ],
  },
  { name: 'split', setUp: (lab) => withSentinels(lab), steps: splitSteps },
  {
    name: 'cure',
    setUp: (lab) =>
      withSentinels(lab, ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '3']),
    steps: splitSteps,
  },
  {
    name: 'rolling',
    setUp: (lab) => withSentinels(lab),
    steps: [
      write,
      {
        label: 'step.failover',
        run: (lab) => command(lab, SENTINELS[0], 'SENTINEL', 'FAILOVER', 'mymaster'),
      },
    ],
  },
  {
    name: 'slow',
    setUp: async (lab) => {
      await clear(lab);
      const config = ['repl-backlog-size', '64kb', 'client-output-buffer-limit', 'replica 1mb 0 0'];
      await command(lab, PRIMARY, 'CONFIG', 'SET', ...config);
      await addReplica(lab, 6380);
      await addReplica(lab, 6381);
      await lab.network.setLine(PRIMARY, 6380, { latency: 100, bytesPerSecond: 50_000 });
    },
    steps: [
      {
        label: 'step.flood',
        run: async (lab) => {
          const connection = await lab.connect({ port: PRIMARY });
          const value = 'x'.repeat(16_384);
          const sets = Array.from({ length: 256 }, (_, at) => ['SET', `filler:${at}`, value]);
          await connection.pipeline(sets);
          connection.close();
        },
      },
      { label: 'step.widen', run: (lab) => lab.network.heal() },
    ],
  },
];
