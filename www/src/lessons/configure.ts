/** Lines of a configuration that take the place of their like, as somebody with an editor would put them in. */

const directiveOf = (line: string): string => /^\s*([\w-]+)/.exec(line)?.[1]?.toLowerCase() ?? '';

/** Directives that may stand in a file more than once, told apart by more words than the first. */
const WORDS: Readonly<Record<string, number>> = {
  'client-output-buffer-limit': 2,
  user: 2,
  sentinel: 3,
};

function nameOf(line: string): string {
  const words = line.trim().toLowerCase().split(/\s+/);
  return words.slice(0, WORDS[directiveOf(line)] ?? 1).join(' ');
}

/** What a line that is commented out would set; '' for prose. */
const commented = (line: string): string => {
  const [, setting = ''] = /^#\s*([\w-]+\s+\S.*)$/.exec(line) ?? [];
  return setting;
};

/**
 * The file with these lines: each where its first like stood, else below the first that is commented out, or at the end;
 * their other likes are gone.
 */
export function withLines(file: string, lines: readonly string[]): string {
  const wanted = new Map<string, string[]>();
  for (const line of lines) {
    if (directiveOf(line) === '') continue;
    wanted.set(nameOf(line), [...(wanted.get(nameOf(line)) ?? []), line.trim()]);
  }
  const old = file.split('\n');
  const there = new Set(old.filter((line) => directiveOf(line) !== '').map(nameOf));
  const done = new Set<string>();
  const kept: string[] = [];
  for (const line of old) {
    const name = directiveOf(line) === '' ? '' : nameOf(line);
    if (!wanted.has(name)) kept.push(line);
    const offered = nameOf(commented(line));
    const place = there.has(offered) || name !== '' ? name : offered;
    const mine = wanted.get(place);
    if (!mine || done.has(place)) continue;
    kept.push(...mine);
    done.add(place);
  }
  while (kept.at(-1) === '') kept.pop();
  for (const [name, mine] of wanted) if (!done.has(name)) kept.push(...mine);
  return `${kept.join('\n')}\n`;
}
