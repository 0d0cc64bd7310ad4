import { isCell, type Cell, type Lesson } from '../../www/src/lessons/format';
import { matches } from '../../www/src/lessons/match';

export const LANGUAGES = ['en', 'zh-CN'] as const;

/** The text of a lesson with these outputs in the places of those that differ. */
export function withOutputs(
  source: string,
  lesson: Lesson,
  printed: ReadonlyMap<string, string>,
): string {
  const lines = source.split('\n');
  // From the end, so that the numbers of lines above stay true.
  for (const cell of lesson.blocks.filter(isCell).reverse()) {
    const text = printed.get(cell.id)?.trimEnd();
    const expected = (cell.answer ? cell.answer.expected : cell.expected)?.trimEnd();
    if (text === undefined || matches(expected ?? '', text)) continue;
    put(lines, cell, text);
  }
  return lines.join('\n');
}

function put(lines: string[], cell: Cell, text: string): void {
  let from = cell.line - 1;
  if (cell.answer) from = lines.findIndex((line, at) => at > from && /^`{3,}answer /.test(line));
  const end = lines.indexOf('```', from + 1);
  const isSession = cell.kind === 'console' || cell.kind === 'shell';
  if (isSession) {
    lines.splice(from + 1, end - from - 1, ...text.split('\n'));
    return;
  }
  let next = end + 1;
  while (lines[next] === '') next += 1;
  const output = ['```output', ...(text === '' ? [] : text.split('\n')), '```'];
  if (lines[next] === '```output') {
    lines.splice(next, lines.indexOf('```', next + 1) - next + 1, ...(text === '' ? [] : output));
  } else if (text !== '') lines.splice(end + 1, 0, '', ...output);
}
