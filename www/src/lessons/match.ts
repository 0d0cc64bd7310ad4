/** Whether something printed is what the author has written down, where `…` and `<number>` stand for what varies. */

/** Longest line that is compared with placeholders; longer ones must be equal. */
const LONGEST = 4000;
/** Most placeholders in one line. */
const MOST = 12;

const PLACES: Readonly<Record<string, string>> = {
  '…': '.*?',
  '<number>': '-?\\d+(?:\\.\\d+)?',
  '<id>': '[0-9a-f]{40}',
};

const PLACE = /…|<number>|<id>/g;

/** A line that is `…` alone stands for any number of lines, none too. */
const ANY_LINES = '…';

function isSameLine(expected: string, actual: string): boolean {
  if (expected === actual) return true;
  const places = expected.match(PLACE)?.length ?? 0;
  if (places === 0 || places > MOST || actual.length > LONGEST) return false;
  const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  let pattern = '';
  let at = 0;
  for (const { 0: place, index } of expected.matchAll(PLACE)) {
    pattern += escape(expected.slice(at, index)) + (PLACES[place] ?? '');
    at = index + place.length;
  }
  return new RegExp(`^${pattern}${escape(expected.slice(at))}$`).test(actual);
}

/** How long a command took, which redis-cli tells where that was half a second or more: a slow machine is no difference. */
const TOOK = /^\(\d+\.\d\ds\)$/;

/** The same places, and those behind the times that stand there. */
function pastTimes(places: ReadonlySet<number>, given: readonly string[]): Set<number> {
  const reached = new Set(places);
  // A set is walked through as it grows.
  for (const at of reached) if (TOOK.test(given[at] ?? '')) reached.add(at + 1);
  return reached;
}

const linesOf = (text: string): string[] =>
  text
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => line.trimEnd());

/** Whether `actual` is what `expected` describes. Blanks at the ends of lines do not count. */
export function matches(expected: string, actual: string): boolean {
  const wanted = linesOf(expected);
  const given = linesOf(actual);
  // reach[at]: the lines of `wanted` so far may have taken `at` lines of `given`.
  let reach = pastTimes(new Set([0]), given);
  for (const line of wanted) {
    const next = new Set<number>();
    for (const at of reach) {
      if (line.trim() === ANY_LINES) for (let to = at; to <= given.length; to += 1) next.add(to);
      else if (at < given.length && isSameLine(line, given[at] ?? '')) next.add(at + 1);
    }
    if (next.size === 0) return false;
    reach = pastTimes(next, given);
  }
  return reach.has(given.length);
}
