import { expect, it } from 'vitest';
import { freeName, isScriptName, languageOf } from './folder';

it('a name is that of a script if it can be one file, and says its language', () => {
  for (const name of ['a.py', 'x-1.test.js', '排行.py', '_.js'])
    expect(isScriptName(name)).toBe(true);
  for (const name of [
    'a.ts',
    '.py',
    '../a.py',
    'a/b.js',
    'a b.py',
    '',
    'a.pyc',
    '-a.js',
    `${'a'.repeat(80)}.py`,
  ]) {
    expect(isScriptName(name), name).toBe(false);
  }
  expect(languageOf('a.js')).toBe('javascript');
  expect(languageOf('a.py')).toBe('python');
});

it('a name that is taken is counted on', () => {
  expect(freeName('a.py', new Set())).toBe('a.py');
  expect(freeName('a.py', new Set(['a.py']))).toBe('a2.py');
  expect(freeName('a2.py', new Set(['a.py', 'a2.py']))).toBe('a3.py');
  expect(freeName('x.test.js', new Set(['x.test.js']))).toBe('x.test2.js');
});
