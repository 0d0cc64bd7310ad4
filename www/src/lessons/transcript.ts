/** A session as it stands in a lesson: a prompt and a line, and below it what was printed. */

/** One line that is entered. */
export interface Line {
  /** The prompt, its blank included; '' where the author has written none. */
  readonly prompt: string;
  readonly text: string;
}

/** redis-cli's prompts; a shell's, those of redis-cli at a shell, and a question that a program asks there. */
export const PROMPTS = {
  console: /^((?:[\w.-]+:\d+(?:\[\d+\])?(?:\(TX\))?|not connected)> ?)(.*)$/,
  shell:
    /^([\w-]+@[\w-]+:\S*[$#] |(?:[\w.-]+:\d+(?:\[\d+\])?(?:\(TX\))?|not connected)> |[^?]*\? \[y\/N\]: )(.*)$/,
} as const;

export interface Transcript {
  readonly lines: readonly Line[];
  /** As written, prompts included; undefined where nothing was printed and no prompt stands. */
  readonly expected: string | undefined;
}

/** Reads a transcript. Lines before the first prompt, or without any, are lines to enter. */
export function readTranscript(text: string, kind: keyof typeof PROMPTS): Transcript {
  const lines: Line[] = [];
  let prompted = false;
  for (const line of text.split('\n')) {
    const found = PROMPTS[kind].exec(line);
    if (found) {
      prompted = true;
      lines.push({ prompt: found[1] ?? '', text: found[2] ?? '' });
    } else if (!prompted && line.trim() !== '') lines.push({ prompt: '', text: line });
  }
  return { lines, expected: prompted ? text : undefined };
}

/** The process that a prompt of redis-cli names. */
export function processOf(prompt: string): string | undefined {
  const [, host = '', port] = /^([\w.-]+):(\d+)/.exec(prompt) ?? [];
  if (port === undefined) return undefined;
  return host === '127.0.0.1' ? port : `${host}:${port}`;
}
