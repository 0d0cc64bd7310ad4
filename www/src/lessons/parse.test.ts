import { describe, expect, it } from 'vitest';
import { withLines } from './configure';
import { readDeed, wordsOf } from './deeds';
import { LessonError, MAX_LESSON, isCell, type Problem } from './format';
import { readLesson } from './parse';

const lesson = (body: string, head = 'title: A title'): string => `---\n${head}\n---\n\n${body}\n`;

function problemOf(text: string): { problem: Problem; line: number } | undefined {
  try {
    readLesson(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof LessonError)) throw error;
    return { problem: error.problem, line: error.line };
  }
}

describe('a lesson', () => {
  it('has a head that declares its lab', () => {
    const { title, summary, lab } = readLesson(
      lesson(
        'Text.',
        'title: One\nsummary: Two: three\nseed: 42\nconfig: save ""\nconfig: appendonly yes\nserver: redis-server --port 6380',
      ),
    );
    expect([title, summary]).toEqual(['One', 'Two: three']);
    expect(lab).toEqual({
      seed: 42n,
      config: ['save ""', 'appendonly yes'],
      servers: ['redis-server --port 6380'],
    });
  });

  it('has cells, whose prompts say where they run', () => {
    const { blocks } = readLesson(
      lesson(
        'One.\n\n```console\n127.0.0.1:6380(TX)> GET a\n"1"\nnot connected> PING\n```\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\n```console session=B hidden\nSET a 1\n```',
      ),
    );
    const [first, second, third] = blocks.filter(isCell);
    expect(first).toMatchObject({
      kind: 'console',
      line: 7,
      port: '6380',
      code: 'GET a\nPING',
      expected: '127.0.0.1:6380(TX)> GET a\n"1"\nnot connected> PING',
    });
    expect(second).toMatchObject({ kind: 'python', code: 'print(1)', expected: '1' });
    expect(third).toMatchObject({ session: 'B', hidden: true, code: 'SET a 1', port: '6379' });
  });

  it('has cells at a shell, with terminals, and what is typed to programs there', () => {
    const { blocks } = readLesson(
      lesson(
        '```shell terminal=2\nlearner@lab:~$ redis-check-aof --fix log\nIs it $5 # or [y]: no\nContinue? [y/N]: y\nDone\nlearner@lab:/tmp$ redis-cli\n127.0.0.1:6379> GET a\n(nil)\n127.0.0.1:6379> exit\nroot@lab:~# ls\n```\n\n```shell\nls\n```',
      ),
    );
    const [first, second] = blocks.filter(isCell);
    expect(first).toMatchObject({
      kind: 'shell',
      terminal: '2',
      code: 'redis-check-aof --fix log\ny\nredis-cli\nGET a\nexit\nls',
    });
    expect(second).toMatchObject({ terminal: '1', code: 'ls', expected: undefined });
  });

  it('has exercises with answers, questions with choices, checks, charts', () => {
    const { blocks } = readLesson(
      lesson(
        '```lab exercise\n# do it\n```\n\n```answer lab\nkill -9 6379\n```\n\n```check It is down\nstopped 6379\n```\n\n```predict\nWhat?\n- no\n- [x] yes\n> Because.\n```\n\n```chart key=a:b limit=3 order=asc\n```\n\n```answer\nSome *text*.\n```',
      ),
    );
    expect(blocks.map(({ kind }) => kind)).toEqual(['lab', 'check', 'predict', 'chart', 'answer']);
    expect(blocks[0]).toMatchObject({ answer: { code: 'kill -9 6379' } });
    expect(blocks[1]).toMatchObject({ text: 'It is down' });
    expect(blocks[2]).toMatchObject({ choices: [{ right: false }, { right: true }] });
    expect(blocks[3]).toMatchObject({ key: 'a:b', limit: 3, order: 'asc' });
  });

  it.each<[string, string, Problem]>([
    ['no head', '# Title', 'noTitle'],
    ['no title', lesson('x', 'seed: 1'), 'noTitle'],
    ['an unknown name', lesson('x', 'title: a\nauthor: b'), 'badFront'],
    ['a head without end', '---\ntitle: a\n', 'badFront'],
    ['a seed that is none', lesson('x', 'title: a\nseed: many'), 'badFront'],
    ['a server that is none', lesson('x', 'title: a\nserver: rm -rf /'), 'badFront'],
    ['an unknown flag', lesson('```console secret\nPING\n```'), 'badAttribute'],
    ['an unknown deed', lesson('```lab\nshutdown now\n```'), 'badDeed'],
    ['an endless wait', lesson('```lab\nwait 999999999 s\n```'), 'badDeed'],
    ['a check without text', lesson('```check\nstopped 6379\n```'), 'badCheck'],
    ['a check of nothing', lesson('```check It is so\n```'), 'badCheck'],
    ['a check that asks nothing', lesson('```check It is so\nis it?\n```'), 'badCheck'],
    ['a question without a right choice', lesson('```predict\nWhat?\n- a\n- b\n```'), 'badPredict'],
    ['an output of nothing', lesson('Text.\n\n```output\n1\n```'), 'badCell'],
    [
      'an answer to nothing',
      lesson('```lab\nwait 1 s\n```\n\n```answer lab\nwait 1 s\n```'),
      'badAnswer',
    ],
    ['a chart of nothing', lesson('```chart\n```'), 'badAttribute'],
    ['too many cells', lesson('```console\nPING\n```\n\n'.repeat(201)), 'tooMany'],
    ['a text that is too long', lesson('x'.repeat(MAX_LESSON)), 'tooLong'],
  ])('is refused for %s', (_, text, problem) => {
    expect(problemOf(text)?.problem).toBe(problem);
  });

  it('is refused with the line', () => {
    expect(problemOf(lesson('One.\n\n```lab\nfly\n```'))).toEqual({ problem: 'badDeed', line: 7 });
  });

  it.each([
    ['quotes in quotes', '>'.repeat(100_000)],
    ['lists in lists', '- '.repeat(50_000)],
    [
      'lists below lists',
      Array.from({ length: 400 }, (_, at) => `${' '.repeat(at * 2)}- a`).join('\n'),
    ],
    ['numbers in numbers', '1. '.repeat(30_000)],
    ['marks without end', '**a *b_ __c '.repeat(10_000)],
    ['brackets without end', '['.repeat(100_000)],
    ['marks in every line', '*a\n'.repeat(30_000)],
    ['nothing at all, for long', `${' '.repeat(100_000)}x`],
  ])('of %s is refused at once', (_, text) => {
    const start = performance.now();
    expect(problemOf(lesson(text))?.problem).toBe('badMarkdown');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('lines of a configuration', () => {
  it('take the place of their like, and of no comments', () => {
    const file = '# port 1\nport 6379\nsave 900 1\nsave 300 10\n# end\n';
    expect(withLines(file, ['port 7000', 'save 1 1', 'save 2 2', 'appendonly yes'])).toBe(
      '# port 1\nport 7000\nsave 1 1\nsave 2 2\n# end\nappendonly yes\n',
    );
  });

  it('stand below the first of their like that is commented out, where there is no other', () => {
    const file = '# timeout is prose\nport 1\n# requirepass a\n# requirepass b\n# port 2\n';
    expect(withLines(file, ['requirepass secret', 'port 3'])).toBe(
      '# timeout is prose\nport 3\n# requirepass a\nrequirepass secret\n# requirepass b\n# port 2\n',
    );
  });

  it('tell apart what may stand there more than once', () => {
    const file =
      'client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit pubsub 1 1 1\n';
    expect(withLines(file, ['client-output-buffer-limit pubsub 2 2 2'])).toBe(
      'client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit pubsub 2 2 2\n',
    );
  });
});

describe('deeds', () => {
  it('are words as at a terminal', () => {
    expect(wordsOf(`redis-server --save "" 'a b'  c`)).toEqual([
      'redis-server',
      '--save',
      '',
      'a b',
      'c',
    ]);
  });

  it('are few', () => {
    for (const line of ['wait 5 s', 'kill -9 6379', 'power off', 'cut 6379 6380', 'ls /etc/redis'])
      expect(readDeed(line), line).toBeTypeOf('function');
    for (const line of ['wait 5', 'kill 6379', 'power on', 'cut 6379', 'reboot', 'wait -1 s', ''])
      expect(readDeed(line), line).toBeUndefined();
  });
});
