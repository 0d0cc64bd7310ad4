/** What many clients did at once, client by client: how long each waited and worked, and what it wrote. Pure. */

import type { Step } from '../../services/counter';

/** `held`: it had the lock; `vain`: it worked, and had to begin anew. */
export type SpanKind = 'waiting' | 'working' | 'vain' | 'held';

export interface Span {
  readonly kind: SpanKind;
  readonly from: number;
  readonly to: number;
}

/** `lost`: what it wrote has undone what others had written. */
export type MarkKind = 'written' | 'lost' | 'late' | 'stolen' | 'gaveUp';

export interface Mark {
  readonly kind: MarkKind;
  readonly at: number;
  /** What was written. */
  readonly value?: number;
}

export interface Lane {
  readonly client: number;
  readonly server: number;
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

export interface Timeline {
  readonly lanes: readonly Lane[];
  readonly from: number;
  readonly to: number;
  /** Requests that have been answered with a score. */
  readonly added: number;
  readonly gaveUp: number;
  /** Updates that others have undone. */
  readonly lost: number;
}

class LaneBuilder {
  readonly spans: Span[] = [];
  readonly marks: Mark[] = [];
  private readonly open = new Map<SpanKind, number>();

  constructor(
    readonly client: number,
    readonly server: number,
  ) {}

  begin(kind: SpanKind, at: number): void {
    if (!this.open.has(kind)) this.open.set(kind, at);
  }

  /** Ends what is going on, if it is; as another kind, perhaps. */
  end(kind: SpanKind, at: number, as = kind): void {
    const from = this.open.get(kind);
    if (from !== undefined) this.spans.push({ kind: as, from, to: at });
    this.open.delete(kind);
  }

  take({ kind, at, value, lost = 0 }: Step): void {
    switch (kind) {
      case 'waits':
        this.begin('waiting', at);
        break;
      case 'locked':
        this.end('waiting', at);
        this.begin('held', at);
        break;
      case 'read':
        this.begin('working', at);
        break;
      case 'retried':
        this.end('working', at, 'vain');
        break;
      case 'written':
        this.end('working', at);
        this.marks.push({
          kind: lost > 0 ? 'lost' : 'written',
          at,
          ...(value === undefined ? {} : { value }),
        });
        break;
      case 'released':
        this.end('held', at);
        break;
      case 'late':
      case 'stolen':
        this.end('held', at);
        this.marks.push({ kind, at });
        break;
      case 'gaveUp':
        this.end('waiting', at);
        this.marks.push({ kind, at });
        break;
      case 'asked':
      case 'answered':
        break;
    }
  }

  finish(at: number): Lane {
    for (const kind of [...this.open.keys()]) this.end(kind, at);
    const { client, server, spans, marks } = this;
    return { client, server, spans, marks };
  }
}

/** Steps in their order; what has not ended goes on until the last of them. */
export function timelineOf(steps: readonly Step[]): Timeline {
  const lanes = new Map<number, LaneBuilder>();
  let [added, gaveUp, lost] = [0, 0, 0];
  for (const step of steps) {
    const { client, server, kind } = step;
    const lane = lanes.get(client) ?? new LaneBuilder(client, server);
    lanes.set(client, lane);
    lane.take(step);
    if (kind === 'answered') added += 1;
    if (kind === 'gaveUp') gaveUp += 1;
    lost += step.lost ?? 0;
  }
  const from = steps[0]?.at ?? 0;
  const to = steps.at(-1)?.at ?? from;
  return {
    lanes: [...lanes.values()].map((lane) => lane.finish(to)),
    from,
    to,
    added,
    gaveUp,
    lost,
  };
}

/** Round numbers for an axis of so many milliseconds, some five of them. */
export function ticks(length: number): number[] {
  if (!(length > 0)) return [0];
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
