import type { Example } from './example';

export const queue: Example = {
  id: 'queue',
  title: 'examples.queue.title',
  summary: 'examples.queue.summary',
  steps: [
    {
      caption: 'examples.queue.push',
      lines: [
        'RPUSH jobs "resize photo 1" "resize photo 2" "send mail 7" "send mail 8"',
        'LLEN jobs',
        'LRANGE jobs 0 -1',
      ],
    },
    { caption: 'examples.queue.pop', lines: ['LPOP jobs'] },
    {
      caption: 'examples.queue.move',
      lines: ['LMOVE jobs jobs:working LEFT RIGHT', 'LRANGE jobs:working 0 -1'],
    },
    {
      caption: 'examples.queue.done',
      lines: ['LREM jobs:working 1 "resize photo 2"', 'LLEN jobs'],
    },
  ],
  opens: { view: 'key', key: 'jobs', db: 0 },
  traffic: [
    ['RPUSH', 'jobs', { oneOf: ['resize photo', 'send mail', 'build index', 'clean cache'] }],
    ['RPUSH', 'jobs', { oneOf: ['resize photo', 'send mail', 'build index', 'clean cache'] }],
    // Takers are a little quicker than makers, so that the queue stays short.
    ['LPOP', 'jobs'],
    ['LPOP', 'jobs'],
    ['LTRIM', 'jobs', '-50', '-1'],
  ],
};
