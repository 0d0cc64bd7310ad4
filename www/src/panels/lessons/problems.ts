/** Why a file is no lesson, in words. */

import { LessonError } from '../../lessons/format';
import { tn } from './catalogue';

export function problemText(error: unknown): string {
  if (!(error instanceof LessonError)) {
    return tn('problem.other', { reason: error instanceof Error ? error.message : String(error) });
  }
  const { problem, line, what } = error;
  const text = tn(`problem.${problem}`);
  return `${tn('problem.line', { line })}: ${text}${what === '' ? '' : `: ${what}`}`;
}
