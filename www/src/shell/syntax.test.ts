import { describe, expect, it } from 'vitest';
import { SyntaxMistake, Unsupported, isUnfinished, namePattern, parseLine } from './syntax';

const words = (line: string): string[][] =>
  parseLine(line).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => run.commands.map((one) => one.words.map(({ text }) => text))),
  );

describe('lines', () => {
  it('are split into words as a shell does', () => {
    expect(words(`redis-cli set 'a b' "c \\"d\\"" e\\ f # a comment`)).toEqual([
      ['redis-cli', 'set', 'a b', 'c "d"', 'e f'],
    ]);
    expect(words('a; b && c | d')).toEqual([['a'], ['b'], ['c'], ['d']]);
    expect(words('redis-server --port 6300 --slaveof 127.0.0.1 6379 &')).toHaveLength(1);
    expect(parseLine('sleep 1 &')[0]?.background).toBe(true);
    expect(words('dd if=x of=y')).toEqual([['dd', 'if=x', 'of=y']]);
    expect(words('')).toEqual([]);
  });

  it('have redirections', () => {
    const [list] = parseLine('x < in >> out 2>/dev/null');
    expect(list?.steps[0]?.run.commands[0]?.redirects).toMatchObject([
      { kind: 'read', descriptor: 0, target: { text: 'in' } },
      { kind: 'append', descriptor: 1, target: { text: 'out' } },
      { kind: 'write', descriptor: 2, target: { text: '/dev/null' } },
    ]);
    expect(parseLine('x > out 2>&1')[0]?.steps[0]?.run.commands[0]?.joined).toBe(true);
  });

  it('that need more than this shell are refused by its name', () => {
    for (const [line, construct] of [
      ['echo $HOME', '$HOME'],
      ['echo "${x:-y}"', '${x:-y}'],
      ['echo $(date)', '$(…)'],
      ['echo `date`', '`…`'],
      ['X=1 ls', 'X=…'],
      ['if true; then ls; fi', 'if'],
      ['for i in 1 2; do ls; done', 'for'],
      ['while true; do ls; done', 'while'],
      ['f() { ls; }', 'function'],
      ['(ls)', '( … )'],
      ['echo {a,b}', '{…,…}'],
      ['! ls', '!'],
      ['cat <(ls)', '<(…)'],
      ['x 3>y', '3>y'],
    ] as const) {
      expect(() => parseLine(line), line).toThrow(new Unsupported(construct));
    }
  });

  it('that are none are mistakes', () => {
    for (const line of ['ls |', 'echo )', 'a;;b', 'ls >', `echo ${'x'.repeat(70_000)}`]) {
      expect(() => parseLine(line), line.slice(0, 20)).toThrow(SyntaxMistake);
    }
  });

  it('may go on', () => {
    for (const line of ['echo "a', "echo 'a", 'ls |', 'ls &&', 'echo \\', 'cat <<END\nx']) {
      expect(isUnfinished(line), line).toBe(true);
    }
    for (const line of ['echo "a"', 'ls', 'echo \\\\', 'cat <<END\nx\nEND\n', 'echo )', '# it’s']) {
      expect(isUnfinished(line), line).toBe(false);
    }
  });
});

it('patterns fit names', () => {
  expect(namePattern('*.conf').test('redis.conf')).toBe(true);
  expect(namePattern('*.conf').test('redisxconf')).toBe(false);
  expect(namePattern('63?0.[!a]*').test('6300.bonf')).toBe(true);
  expect(namePattern('[').test('[')).toBe(false);
});
