/** redis.conf in colours. */

import { StreamLanguage, type StreamParser } from '@codemirror/language';

const parser: StreamParser<{ word: number }> = {
  name: 'redis.conf',
  startState: () => ({ word: 0 }),
  token(stream, state) {
    if (stream.sol()) state.word = 0;
    if (stream.eatSpace()) return null;
    if (state.word === 0 && stream.peek() === '#') {
      stream.skipToEnd();
      return 'comment';
    }
    state.word += 1;
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return 'string';
    const [word = ''] = (stream.match(/^\S+/) as RegExpMatchArray | null) ?? [];
    if (state.word === 1) return 'keyword';
    if (/^-?\d+(\.\d+)?([kmg]b?|s|ms|%)?$/i.test(word)) return 'number';
    return /^(yes|no)$/i.test(word) ? 'bool' : 'string';
  },
  blankLine(state) {
    state.word = 0;
  },
  languageData: { commentTokens: { line: '#' } },
};

export const redisConf = StreamLanguage.define(parser);

/** What a server would refuse. */
export interface Problem {
  /** From 1; 0 where it is no single line's fault. */
  readonly line: number;
  readonly message: string;
}

/** Most faults that are looked for. */
const MOST = 20;

/** Everything that is wrong with a configuration, found by taking out what is refused and asking again. */
export async function problemsOf(
  text: string,
  check: (text: string) => Promise<string>,
): Promise<Problem[]> {
  const lines = text.split('\n');
  const problems: Problem[] = [];
  while (problems.length < MOST) {
    const said = await check(lines.join('\n'));
    if (said === '') break;
    const match = /at line (\d+)\n>>> [^\n]*\n([^]*)$/.exec(said);
    // Lines are counted from an empty one before the first.
    const line = Number(match?.[1] ?? 0) - 1;
    const wrong = lines[line - 1];
    if (!match || wrong === undefined || wrong === '#') {
      problems.push({ line: 0, message: said.trim().replace(/^\*\*\*.*\n/, '') });
      break;
    }
    problems.push({ line, message: (match[2] ?? '').trim() });
    lines[line - 1] = '#';
  }
  return problems.sort((one, other) => one.line - other.line);
}
