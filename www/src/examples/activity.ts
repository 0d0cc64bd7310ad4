import type { Example } from './example';

const visit = (day: string, ...users: number[]) =>
  users.map((user) => `SETBIT active:${day} ${user} 1`);

export const activity: Example = {
  id: 'activity',
  title: 'examples.activity.title',
  summary: 'examples.activity.summary',
  steps: [
    {
      caption: 'examples.activity.visits',
      lines: [...visit('mon', 3, 7, 12, 31, 64, 90), ...visit('tue', 3, 12, 40, 64, 95)],
    },
    {
      caption: 'examples.activity.count',
      lines: ['GETBIT active:mon 7', 'BITCOUNT active:mon', 'BITCOUNT active:tue'],
    },
    {
      caption: 'examples.activity.both',
      lines: ['BITOP AND active:both active:mon active:tue', 'BITCOUNT active:both'],
    },
    {
      caption: 'examples.activity.either',
      lines: ['BITOP OR active:either active:mon active:tue', 'BITCOUNT active:either'],
    },
  ],
  opens: { view: 'key', key: 'active:either', db: 0 },
  traffic: [
    ['SETBIT', 'active:tue', { min: 0, max: 767 }, '1'],
    ['SETBIT', 'active:mon', { min: 0, max: 767 }, '1'],
    ['BITOP', 'OR', 'active:either', 'active:mon', 'active:tue'],
  ],
};
