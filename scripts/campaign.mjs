// The long form of the generated tests. Usage: npm run campaign [-- <commands> [<seed>]]
import { build } from './build.mjs';
import { capture, Failure, main } from './project.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  setup('test');
  const [commands = '20000000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  console.log(`campaign: ${commands} commands from seed ${seed}`);
  const { code } = await capture(
    'cargo',
    [
      'nextest',
      'run',
      '--no-capture',
      '--lib',
      '--test',
      'differential',
      '--test',
      'malformed',
      '--test',
      'rdb',
      '--test',
      'aof',
      '--test',
      'saving',
      '--test',
      'crash',
      '--test',
      'waiting',
      '--test',
      'interleaved',
      '--test',
      'acl',
      '--test',
      'simulation',
    ],
    {
      env: {
        RESPLAY_COMMANDS: commands,
        RESPLAY_SEED: seed,
        RESPLAY_MALFORMED: '20000000',
        RESPLAY_MUTATIONS: '10000000',
        RESPLAY_SNAPSHOTS: '1000',
        RESPLAY_DAMAGED_LOGS: '200000',
        RESPLAY_SLICES: '100000',
        RESPLAY_STEPS: '500000',
        RESPLAY_INTERLEAVED: '1000000',
        RESPLAY_USERS: '1000000',
        RESPLAY_TRACKING: '3000',
        RESPLAY_PAUSING: '1000',
        RESPLAY_SEEDS: '10000',
        // For each of the four policies.
        RESPLAY_CRASHES: '1000',
        PROPTEST_RNG_SEED: seed,
        PROPTEST_CASES: '5000',
      },
    },
  );
  if (code !== 0) throw new Failure('campaign: something differs; the seed above repeats it');
  await build();
  const units = await capture('vitest', ['run'], {
    env: { RESPLAY_SEED: seed, RESPLAY_CASES: '50' },
  });
  if (units.code !== 0) throw new Failure('campaign: a property does not hold');
  const tabs = await capture('playwright', ['test', 'durability'], {
    env: { RESPLAY_RELOADS: '100' },
  });
  if (tabs.code !== 0) throw new Failure('campaign: something was lost in Chromium');
});
