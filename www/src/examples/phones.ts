import type { Example } from './example';

const UNION = 'sales:total 3 sales:day1 sales:day2 sales:day3';

/**
 * Each day's set holds what was sold since the launch, so the last figure of a phone is its total, and the largest.
 * A phone that sold nothing on a day is missing from that day's set: the third day alone is no answer.
 */
export const phones: Example = {
  id: 'phones',
  title: 'examples.phones.title',
  summary: 'examples.phones.summary',
  steps: [
    {
      caption: 'examples.phones.days',
      lines: [
        'ZADD sales:day1 120 Aurora 95 Breeze 60 Comet 30 Delta',
        'ZADD sales:day2 150 Aurora 180 Breeze 140 Comet 35 Delta 80 Ember',
        'ZADD sales:day3 210 Breeze 260 Comet 190 Ember',
      ],
    },
    {
      caption: 'examples.phones.max',
      lines: [`ZUNIONSTORE ${UNION} AGGREGATE MAX`, 'ZREVRANGE sales:total 0 -1 WITHSCORES'],
    },
    {
      caption: 'examples.phones.sum',
      lines: [
        `ZUNIONSTORE ${UNION.replace('sales:total', 'sales:wrong')} AGGREGATE SUM`,
        'ZREVRANGE sales:wrong 0 -1 WITHSCORES',
      ],
    },
    {
      caption: 'examples.phones.inter',
      lines: [
        `ZINTERSTORE ${UNION.replace('sales:total', 'sales:daily')} AGGREGATE MAX`,
        'ZREVRANGE sales:daily 0 -1 WITHSCORES',
      ],
    },
  ],
  opens: { view: 'ranking', key: 'sales:total', db: 0, limit: 5, order: 'desc' },
  traffic: [
    ['ZINCRBY', 'sales:day3', { min: 1, max: 9 }, { oneOf: ['Breeze', 'Comet', 'Ember'] }],
    ['ZUNIONSTORE', ...UNION.split(' '), 'AGGREGATE', 'MAX'],
  ],
};
