/** The gauges, from INFO. */

import type { MetricsSample, MetricsUpdate } from '../client/api';
import type { Info } from './info';

/** Samples that are kept, one a second. */
const KEPT = 600;

/** INFO of one moment after another becomes rates and their past. */
export class Gauges {
  private samples: MetricsSample[] = [];
  private before:
    { readonly at: number; readonly hits: number; readonly misses: number } | undefined;

  /** Takes what the servers said at a moment; those of a cluster are added up. */
  take(infos: readonly Info[], at: number): MetricsUpdate {
    const sum = (name: string): number =>
      infos.reduce((total, info) => total + info.number(name), 0);
    const hits = sum('keyspace_hits');
    const misses = sum('keyspace_misses');
    const seconds = Math.max(0.001, (at - (this.before?.at ?? at - 1000)) / 1000);
    // CONFIG RESETSTAT and a restart begin again at zero.
    const rate = (now: number, then: number | undefined): number =>
      then === undefined ? 0 : Math.max(0, Math.round((now - then) / seconds));
    const sample: MetricsSample = {
      time: at,
      operationsPerSecond: sum('instantaneous_ops_per_sec'),
      hits: rate(hits, this.before?.hits),
      misses: rate(misses, this.before?.misses),
      usedMemory: sum('used_memory'),
      keys: infos.reduce(
        (total, info) => total + info.databases.reduce((keys, db) => keys + db.keys, 0),
        0,
      ),
      clients: sum('connected_clients'),
    };
    this.before = { at, hits, misses };
    this.samples = [...this.samples, sample].slice(-KEPT);
    return {
      samples: this.samples,
      current: sample,
      totals: {
        commands: sum('total_commands_processed'),
        hits,
        misses,
        expired: sum('expired_keys'),
        evicted: sum('evicted_keys'),
      },
    };
  }
}
