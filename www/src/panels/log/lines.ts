/** Lines of logs, as redis-server writes them: pid:role date level message. */

/** From the one that says most to the one that says least, each with its mark. */
export const LEVELS = { debug: '.', verbose: '-', notice: '*', warning: '#' } as const;

export type Level = keyof typeof LEVELS;

export const levels = Object.keys(LEVELS) as readonly Level[];

export interface LogLine {
  /** Grows with every line of the lab. */
  readonly number: number;
  readonly process: string;
  /** All of it, as it stands in a log file. */
  readonly text: string;
}

/** A line in parts, which are `text` again when they are joined; undefined when it is no such line. */
export interface LineParts {
  readonly who: string;
  readonly when: string;
  readonly mark: string;
  readonly message: string;
  readonly level: Level;
}

export function partsOf(text: string): LineParts | undefined {
  const found = /^(\d+:[A-Z] )(\d+ \w+ \d+ [\d:.]+ )([.\-*#] )(.*)$/s.exec(text);
  if (!found) return undefined;
  const [, who = '', when = '', mark = '', message = ''] = found;
  const level = levels.find((one) => LEVELS[one] === mark.trim());
  return level && { who, when, mark, message, level };
}

export interface LogFilter {
  /** Whose lines; everybody's when empty. */
  readonly process: string;
  /** This level and those above it. */
  readonly level: Level;
  /** What stands in the line, in small or capital letters. */
  readonly text: string;
}

export const everything: LogFilter = { process: '', level: 'debug', text: '' };

/** The lines that a filter lets through. */
export function fitting<Line extends LogLine>(
  lines: readonly Line[],
  { process, level, text }: LogFilter,
): readonly Line[] {
  const least = levels.indexOf(level);
  const wanted = text.trim().toLowerCase();
  return lines.filter((line) => {
    if (process !== '' && line.process !== process) return false;
    if (wanted !== '' && !line.text.toLowerCase().includes(wanted)) return false;
    // A line without a level is nobody's to hide.
    const parts = least > 0 ? partsOf(line.text) : undefined;
    return parts === undefined || levels.indexOf(parts.level) >= least;
  });
}

/** The name of a file for lines of a process, or of all. */
export function saveName(process: string): string {
  return `redis-${process === '' ? 'lab' : process.replace(/[^\w.-]/g, '-')}.log`;
}
