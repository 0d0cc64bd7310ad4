// Runs the lessons of the course in Chromium, and compares what their cells print with what they say; with --write, what
// was printed is put in its place. Other words choose lessons: en/aof. The site is to be built before.

import { spawnSync } from 'node:child_process';

const words = process.argv.slice(2);
const chosen = words.filter((word) => word !== '--write');
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/@playwright/test/cli.js',
    'test',
    'tests/e2e/lessons-course.spec.ts',
    ...(chosen.length > 0 ? ['-g', `(${chosen.join('|')}) prints`] : []),
  ],
  {
    stdio: 'inherit',
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, ...(words.includes('--write') ? { RESPLAY_LESSONS_WRITE: '1' } : {}) },
  },
);
process.exitCode = status ?? 1;
