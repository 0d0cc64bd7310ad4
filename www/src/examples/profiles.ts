import type { Example } from './example';

export const profiles: Example = {
  id: 'profiles',
  title: 'examples.profiles.title',
  summary: 'examples.profiles.summary',
  steps: [
    {
      caption: 'examples.profiles.set',
      lines: [
        'HSET user:1 name "Ana Silva" city Lisbon visits 1',
        'HSET user:2 name "Ben Wu" city Chengdu visits 1',
      ],
    },
    {
      caption: 'examples.profiles.get',
      lines: ['HGET user:1 city', 'HMGET user:1 name visits', 'HGETALL user:2'],
    },
    {
      caption: 'examples.profiles.change',
      lines: ['HINCRBY user:1 visits 1', 'HSET user:1 city Porto'],
    },
    { caption: 'examples.profiles.expire', lines: ['EXPIRE user:2 600', 'TTL user:2'] },
  ],
  opens: { view: 'key', key: 'user:1', db: 0 },
  traffic: [
    ['HINCRBY', { oneOf: ['user:1', 'user:1', 'user:2'] }, 'visits', '1'],
    ['HSET', 'user:1', 'city', { oneOf: ['Lisbon', 'Porto', 'Braga', 'Faro'] }],
  ],
};
