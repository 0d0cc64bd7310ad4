// Commands a second: peers under redis-benchmark, and the engine with request bytes in and reply bytes out.
import { startChromium } from './chromium.mjs';
import { startEngine } from './engine.mjs';
import { Peer, programs } from './peers.mjs';
import { median, spread, table, thousands } from './report.mjs';
import { round, workloads } from './workloads.mjs';
import { hostProgram } from './host.mjs';

/** What redis-benchmark -P 100 gets from redis-server is to be exceeded by so many times in Chromium's worker. */
const aimOf = (name) => (name === 'ZADD' ? 5 : 3);

/** Where the engine or a peer runs: name to a function that answers { round(workload, pipeline, scale, seed), stop() }. */
const places = {
  redis: () => peer(programs.redis()),
  valkey: () => peer(programs.valkey()),
  host: () => peer(hostProgram()),
  node: async () => {
    const { send, free } = await startEngine();
    return {
      round: (workload, pipeline, scale, seed) =>
        round(workload, pipeline, scale, seed, send, () => performance.now()),
      stop: free,
    };
  },
  chromium: async () => {
    const worker = await startChromium();
    return {
      round: (workload, pipeline, scale, seed) =>
        worker.round(workload.name, pipeline, scale, seed),
      stop: () => worker.stop(),
    };
  },
};

async function peer(program) {
  const server = await Peer.start(program);
  return {
    // Of several commands in one, redis-benchmark knows nothing.
    round: (workload, pipeline, scale) =>
      workload.commands ? undefined : server.benchmark(workload, pipeline, scale),
    stop: () => server.stop(),
  };
}

export async function throughput({ tests, where, rounds, pipelines, scale }) {
  const names = Object.keys(places).filter((name) => where.length === 0 || where.includes(name));
  const chosen = workloads.filter(
    ({ name }) => tests.length === 0 || tests.some((test) => name.startsWith(test)),
  );
  const running = {};
  try {
    for (const name of names) running[name] = await places[name]();
    const results = [];
    for (const pipeline of pipelines) {
      for (const workload of chosen) {
        const figures = Object.fromEntries(names.map((name) => [name, []]));
        // In turn, so that whatever else the machine does meets all of them.
        for (let seed = 1; seed <= rounds; seed += 1) {
          for (const name of names) {
            const persecond = await running[name].round(workload, pipeline, scale, seed);
            if (persecond !== undefined) figures[name].push(persecond);
          }
        }
        const medians = Object.fromEntries(
          names.map((name) => [name, median(figures[name])]).filter(([, value]) => value),
        );
        results.push({
          name: workload.name,
          pipeline,
          aim: workload.standard && pipeline === 100 ? aimOf(workload.name) : undefined,
          medians,
          spreads: Object.fromEntries(names.map((name) => [name, spread(figures[name])])),
        });
        console.log(`${String(pipeline).padStart(4)} ${workload.name}: ${JSON.stringify(medians)}`);
      }
    }
    return { names, results };
  } finally {
    for (const place of Object.values(running)) await place.stop();
  }
}

/** Tables of thousands of commands a second, a pipeline each, with Chromium over redis-server. */
export function throughputTables({ names, results }) {
  const titles = {
    redis: 'redis-server',
    valkey: 'valkey',
    host: 'native host',
    node: 'Node',
    chromium: 'Chromium',
  };
  return [...new Set(results.map(({ pipeline }) => pipeline))].reverse().map((pipeline) => {
    const rows = results.filter((result) => result.pipeline === pipeline);
    const cells = rows.map(({ name, medians, spreads, aim }) => {
      const ratio = medians.chromium / medians.redis;
      const shown = names.map((place) =>
        medians[place] ? `${thousands(medians[place])} ±${spreads[place]} %` : '',
      );
      const times = Number.isFinite(ratio) ? `${ratio.toFixed(2)}` : '';
      return [name, ...shown, times, aim ? `${aim}${ratio >= aim ? '' : ' missed'}` : ''];
    });
    const heads = ['', ...names.map((name) => titles[name]), 'Chromium / redis', 'aim'];
    return `### Pipelines of ${pipeline}\n\n${table(heads, cells)}`;
  });
}
