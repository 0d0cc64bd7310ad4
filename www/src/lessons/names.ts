/** The lessons of the course, in their order. */
export const COURSE = [
  'types',
  'ranking',
  'sales',
  'bitmaps',
  'expiry',
  'transactions',
  'pipelines',
  'locks',
  'rdb',
  'aof',
  'choosing',
  'configuration',
  'replication',
  'failover',
  'sentinel',
  'final',
] as const;

export type LessonName = (typeof COURSE)[number];
