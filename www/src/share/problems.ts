import { ts } from './catalogue';
import { LIMITS, LinkError } from './shared-lab';

/** What went wrong with a link, for who came with it. */
export function problemText(error: unknown): string {
  if (!(error instanceof LinkError)) return error instanceof Error ? error.message : String(error);
  const { problem, part } = error;
  const size = Math.round((problem === 'tooLong' ? LIMITS.link : LIMITS.inflated) / 1e6);
  return ts(`problem.${problem}`, { part, size });
}
