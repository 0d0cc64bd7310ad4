/** What a script has printed: bounded, in pieces that are shown as they are, with the places in scripts that it names. */

/** Characters that are kept. */
const KEPT = 200_000;
/** Characters of a piece, to the end of its last line. */
const PIECE = 4_000;
/** A line without end is cut here. */
const LINE = 16_000;

/** A place in a script, as a traceback names it. */
export interface Place {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  /** The first is 1. */
  readonly column: number;
}

export interface Piece {
  readonly id: number;
  readonly text: string;
  readonly error: boolean;
  readonly parts: readonly (string | Place)[];
}

/** `File "script.py", line 2` as in Python, `script.js:2:5` as in JavaScript. */
const PLACES =
  /File "(?<python>[^"\n]{1,100})", line (?<at>\d{1,7})|(?<script>[\p{L}\p{N}_.-]{1,64}\.js):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?/gu;

/** A text cut where it names a place in a script. */
export function partsOf(text: string): readonly (string | Place)[] {
  const parts: (string | Place)[] = [];
  let at = 0;
  for (const match of text.matchAll(PLACES)) {
    const { python, script, line, column, at: row } = match.groups ?? {};
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push({
      text: match[0],
      file: python ?? script ?? '',
      line: Number(row ?? line),
      column: Number(column ?? 1),
    });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

export class Output {
  pieces: readonly Piece[] = [];
  private readonly changed: () => void;
  private waiting: { text: string; readonly error: boolean }[] = [];
  private frame: number | undefined;
  private last = 0;

  /** `changed` is called once a frame, at most. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  print(text: string, error: boolean): void {
    if (text === '') return;
    const last = this.waiting.at(-1);
    if (last?.error === error && last.text.length < KEPT) last.text += text;
    else this.waiting.push({ text, error });
    this.shorten();
    this.frame ??= requestAnimationFrame(() => this.take());
  }

  /** What nobody would ever see is not kept until the next frame. */
  private shorten(): void {
    let length = this.waiting.reduce((sum, { text }) => sum + text.length, 0);
    while (length > 2 * KEPT) {
      const [first] = this.waiting;
      if (!first) return;
      const from = Math.min(first.text.length, length - KEPT);
      const line = first.text.indexOf('\n', from);
      const rest = first.text.slice(line < 0 || line > from + LINE ? from : line + 1);
      length -= first.text.length - rest.length;
      if (rest === '') this.waiting.shift();
      else first.text = rest;
    }
  }

  /** Shows what has come since the last frame. */
  take(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    if (this.waiting.length === 0) return;
    const pieces = [...this.pieces];
    for (const { text, error } of this.waiting) this.append(pieces, text, error);
    this.waiting = [];
    let kept = 0;
    let from = pieces.length;
    while (from > 0 && kept < KEPT) kept += pieces[(from -= 1)]?.text.length ?? 0;
    this.pieces = pieces.slice(from);
    this.changed();
  }

  private append(pieces: Piece[], text: string, error: boolean): void {
    let rest = text;
    const last = pieces.at(-1);
    if (last?.error === error && (last.text.length < PIECE || !last.text.endsWith('\n'))) {
      pieces.pop();
      rest = last.text + rest;
    }
    while (rest !== '') {
      const line = rest.indexOf('\n', PIECE);
      const end = Math.min(line < 0 ? rest.length : line + 1, LINE);
      const piece = rest.slice(0, end);
      pieces.push({ id: (this.last += 1), text: piece, error, parts: partsOf(piece) });
      rest = rest.slice(end);
    }
  }

  clear(): void {
    this.waiting = [];
    this.pieces = [];
    this.changed();
  }
}
