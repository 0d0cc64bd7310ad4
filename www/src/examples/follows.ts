import type { Example } from './example';

const PEOPLE = ['chen', 'dana', 'emil', 'fatima', 'goro', 'hana', 'ivan', 'june', 'kofi', 'lena'];

export const follows: Example = {
  id: 'follows',
  title: 'examples.follows.title',
  summary: 'examples.follows.summary',
  steps: [
    {
      caption: 'examples.follows.add',
      lines: ['SADD follows:ana chen dana emil fatima', 'SADD follows:ben dana fatima goro'],
    },
    { caption: 'examples.follows.common', lines: ['SINTER follows:ana follows:ben'] },
    { caption: 'examples.follows.all', lines: ['SUNION follows:ana follows:ben'] },
    { caption: 'examples.follows.suggest', lines: ['SDIFF follows:ana follows:ben'] },
    {
      caption: 'examples.follows.store',
      lines: [
        'SINTERSTORE common:ana:ben follows:ana follows:ben',
        'SUNIONSTORE all:ana:ben follows:ana follows:ben',
        'SDIFFSTORE suggest:ben follows:ana follows:ben',
        'SMEMBERS common:ana:ben',
      ],
    },
  ],
  opens: { view: 'key', key: 'common:ana:ben', db: 0 },
  traffic: [
    ['SADD', { oneOf: ['follows:ana', 'follows:ben'] }, { oneOf: PEOPLE }],
    ['SREM', { oneOf: ['follows:ana', 'follows:ben'] }, { oneOf: PEOPLE }],
    ['SINTERSTORE', 'common:ana:ben', 'follows:ana', 'follows:ben'],
  ],
};
