/** A line being edited, with the cursor as a UTF-16 offset. */
export interface Line {
  readonly text: string;
  readonly cursor: number;
}

/** What a key does to the line; the names are readline's. */
export type EditAction =
  | 'beginning-of-line'
  | 'end-of-line'
  | 'backward-char'
  | 'forward-char'
  | 'backward-word'
  | 'forward-word'
  | 'delete-char'
  | 'backward-delete-char'
  | 'kill-line'
  | 'unix-line-discard'
  | 'unix-word-rubout'
  | 'kill-word'
  | 'transpose-chars'
  | 'yank';

/** The part of a KeyboardEvent that decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const controlKeys: Readonly<Record<string, EditAction>> = {
  a: 'beginning-of-line',
  e: 'end-of-line',
  b: 'backward-char',
  f: 'forward-char',
  d: 'delete-char',
  h: 'backward-delete-char',
  k: 'kill-line',
  u: 'unix-line-discard',
  w: 'unix-word-rubout',
  t: 'transpose-chars',
  y: 'yank',
};

const altKeys: Readonly<Record<string, EditAction>> = {
  b: 'backward-word',
  f: 'forward-word',
  d: 'kill-word',
  Backspace: 'unix-word-rubout',
};

/** The readline action of a key; undefined where the browser's own editing is right. */
export function editActionFor(press: KeyPress): EditAction | undefined {
  if (press.metaKey) return undefined;
  if (press.ctrlKey && !press.altKey) return controlKeys[press.key.toLowerCase()];
  if (press.altKey && !press.ctrlKey) return altKeys[press.key];
  return undefined;
}

/** Where the character before `at` starts: two units back over a surrogate pair. */
function before(text: string, at: number): number {
  if (at <= 0) return 0;
  const pair = at >= 2 && (text.codePointAt(at - 2) ?? 0) > 0xffff;
  return at - (pair ? 2 : 1);
}

function after(text: string, at: number): number {
  if (at >= text.length) return text.length;
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

function wordStart(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && text[at - 1] === ' ') at -= 1;
  while (at > 0 && text[at - 1] !== ' ') at -= 1;
  return at;
}

function wordEnd(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && text[at] === ' ') at += 1;
  while (at < text.length && text[at] !== ' ') at += 1;
  return at;
}

function cut(line: Line, from: number, to: number): { line: Line; killed: string } {
  return {
    line: { text: line.text.slice(0, from) + line.text.slice(to), cursor: from },
    killed: line.text.slice(from, to),
  };
}

/** Edits lines, and keeps what was last killed for `yank`. */
export class LineEditor {
  private killed = '';

  apply(action: EditAction, line: Line): Line {
    const { text, cursor } = line;
    switch (action) {
      case 'beginning-of-line':
        return { text, cursor: 0 };
      case 'end-of-line':
        return { text, cursor: text.length };
      case 'backward-char':
        return { text, cursor: before(text, cursor) };
      case 'forward-char':
        return { text, cursor: after(text, cursor) };
      case 'backward-word':
        return { text, cursor: wordStart(text, cursor) };
      case 'forward-word':
        return { text, cursor: wordEnd(text, cursor) };
      case 'delete-char':
        return cut(line, cursor, after(text, cursor)).line;
      case 'backward-delete-char':
        return cut(line, before(text, cursor), cursor).line;
      case 'kill-line':
        return this.kill(line, cursor, text.length);
      case 'unix-line-discard':
        return this.kill(line, 0, cursor);
      case 'unix-word-rubout':
        return this.kill(line, wordStart(text, cursor), cursor);
      case 'kill-word':
        return this.kill(line, cursor, wordEnd(text, cursor));
      case 'transpose-chars':
        return transpose(line);
      case 'yank':
        return {
          text: text.slice(0, cursor) + this.killed + text.slice(cursor),
          cursor: cursor + this.killed.length,
        };
    }
  }

  private kill(line: Line, from: number, to: number): Line {
    const result = cut(line, from, to);
    if (result.killed !== '') this.killed = result.killed;
    return result.line;
  }
}

/** Swaps the characters around the cursor; at the end of the line, the last two. */
function transpose(line: Line): Line {
  const { text } = line;
  const middle = line.cursor === text.length ? before(text, line.cursor) : line.cursor;
  const start = before(text, middle);
  const end = after(text, middle);
  if (start === middle || middle === end) return line;
  return {
    text:
      text.slice(0, start) + text.slice(middle, end) + text.slice(start, middle) + text.slice(end),
    cursor: end,
  };
}

/** Pasted text as lines to run and a rest to leave in the editor, as a terminal would take it. */
export function splitPaste(
  line: Line,
  selectionEnd: number,
  pasted: string,
): { run: string[]; rest: Line } {
  const tail = line.text.slice(selectionEnd);
  const lines = (line.text.slice(0, line.cursor) + pasted).split(/\r\n|\r|\n/);
  const last = lines.pop() ?? '';
  return { run: lines, rest: { text: last + tail, cursor: last.length } };
}
