import type { Example } from './example';

const SONGS = Array.from({ length: 9 }, (_, index) => `song${index + 1}`);

export const music: Example = {
  id: 'music',
  title: 'examples.music.title',
  summary: 'examples.music.summary',
  steps: [
    {
      caption: 'examples.music.add',
      lines: [`ZADD ranking ${SONGS.map((song) => `1 ${song}`).join(' ')}`],
    },
    {
      caption: 'examples.music.play',
      lines: ['ZINCRBY ranking 50 song3', 'ZINCRBY ranking 60 song5', 'ZINCRBY ranking 80 song7'],
    },
    { caption: 'examples.music.top', lines: ['ZREVRANGE ranking 0 2 WITHSCORES'] },
    { caption: 'examples.music.rank', lines: ['ZREVRANK ranking song5', 'ZSCORE ranking song5'] },
  ],
  opens: { view: 'ranking', key: 'ranking', db: 0, limit: 10, order: 'desc' },
  traffic: [['ZINCRBY', 'ranking', { min: 1, max: 9 }, { oneOf: SONGS }]],
};
