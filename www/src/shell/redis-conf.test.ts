import { expect, it } from 'vitest';
import { problemsOf } from './redis-conf';

/** As a server says what it does not start with: the first line that is wrong. */
const check = (text: string): Promise<string> => {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('wrong'));
  return Promise.resolve(
    at < 0
      ? ''
      : `\n*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\nReading the configuration file, at line ${at + 2}\n>>> '${lines[at] ?? ''}'\nBad directive\n`,
  );
};

it('everything that is wrong is found, with its line', async () => {
  expect(await problemsOf('port 1\nwrong a\n# x\nwrong b\n', check)).toEqual([
    { line: 2, message: 'Bad directive' },
    { line: 4, message: 'Bad directive' },
  ]);
  expect(await problemsOf('port 1\n', check)).toEqual([]);
  expect(await problemsOf('wrong\n'.repeat(100), check)).toHaveLength(20);
});

it('what is no single line’s fault has none', async () => {
  const said =
    "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\nCan't open the log file: No such file\n";
  expect(await problemsOf('logfile /x/y\n', () => Promise.resolve(said))).toEqual([
    { line: 0, message: "Can't open the log file: No such file" },
  ]);
});
