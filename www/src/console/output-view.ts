/** How a stretch of output is drawn; `reply` is plain. */
export type OutputStyle =
  | 'reply'
  | 'error'
  | 'prompt'
  | 'command'
  | 'note'
  | 'sent'
  | 'received'
  | 'strong'
  | 'dim'
  | 'label';

export interface OutputMark {
  readonly start: number;
  readonly end: number;
  readonly style: OutputStyle;
}

const LINES_PER_BLOCK = 200;
const MOST_LINES = 250_000;

/** The console's line height in em; the stylesheet uses the same figure. */
export const LINE_HEIGHT = 1.5;

interface Block {
  readonly element: HTMLElement;
  lines: number;
}

/**
 * The scrollback. Text goes into blocks of some hundred lines that the browser skips while they are off screen
 * (`content-visibility: auto`), so that a hundred thousand lines cost little and still are ordinary text: they can
 * be selected, copied and found. Written by hand, not by Lit: a template over every line would be walked each time.
 */
export class OutputView {
  private blocks: Block[] = [];
  private count = 0;
  private droppedLines = 0;
  private atLineStart = true;

  constructor(private readonly container: HTMLElement) {}

  /** Lines held now. */
  get lines(): number {
    return this.count;
  }

  /** Lines dropped from the top since the last `clear`. */
  get dropped(): number {
    return this.droppedLines;
  }

  append(text: string, style: OutputStyle = 'reply'): void {
    let from = 0;
    while (from < text.length) {
      const block = this.openBlock();
      const { end, lines } = takeLines(text, from, LINES_PER_BLOCK - block.lines);
      write(block.element, text.slice(from, end), style);
      block.lines += lines;
      this.count += lines;
      from = end;
      if (block.lines >= LINES_PER_BLOCK) settle(block);
    }
    if (text !== '') this.atLineStart = text.endsWith('\n');
    this.dropOldest();
  }

  /** Text with marked stretches; the rest is plain, but for `(error)` lines. */
  appendMarked(text: string, marks: readonly OutputMark[]): void {
    let from = 0;
    for (const mark of marks) {
      if (mark.start < from || mark.end > text.length) continue;
      this.append(text.slice(from, mark.start));
      this.append(text.slice(mark.start, mark.end), mark.style);
      from = mark.end;
    }
    this.appendReply(from === 0 ? text : text.slice(from));
  }

  /** What comes next starts on a line of its own. */
  startLine(): void {
    if (!this.atLineStart) this.append('\n');
  }

  clear(): void {
    this.container.replaceChildren();
    this.blocks = [];
    this.count = 0;
    this.droppedLines = 0;
    this.atLineStart = true;
  }

  text(): string {
    return this.blocks.map((block) => block.element.textContent).join('');
  }

  private appendReply(text: string): void {
    if (!text.startsWith('(error)') && !text.includes('\n(error)')) {
      this.append(text);
      return;
    }
    for (const part of text.split(/(^\(error\).*\n?)/m)) {
      this.append(part, part.startsWith('(error)') ? 'error' : 'reply');
    }
  }

  private openBlock(): Block {
    const last = this.blocks.at(-1);
    if (last && last.lines < LINES_PER_BLOCK) return last;
    const element = document.createElement('div');
    element.className = 'block';
    this.container.append(element);
    const block = { element, lines: 0 };
    this.blocks.push(block);
    return block;
  }

  private dropOldest(): void {
    let drop = 0;
    while (this.count > MOST_LINES && drop < this.blocks.length - 1) {
      const block = this.blocks[drop];
      if (!block) break;
      block.element.remove();
      this.count -= block.lines;
      this.droppedLines += block.lines;
      drop += 1;
    }
    if (drop > 0) this.blocks.splice(0, drop);
  }
}

/** The offset after at most `most` lines from `from`, and how many line ends were passed. */
function takeLines(text: string, from: number, most: number): { end: number; lines: number } {
  let at = from;
  for (let lines = 0; lines < most; lines += 1) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return { end: text.length, lines };
    at = newline + 1;
  }
  return { end: at, lines: most };
}

function write(block: HTMLElement, text: string, style: OutputStyle): void {
  const last = block.lastChild;
  if (style === 'reply') {
    if (last instanceof Text) last.appendData(text);
    else block.append(text);
    return;
  }
  if (last instanceof HTMLElement && last.className === style && last.firstChild instanceof Text) {
    last.firstChild.appendData(text);
    return;
  }
  const span = document.createElement('span');
  span.className = style;
  span.append(text);
  block.append(span);
}

/** A full block tells its height, so that the browser need not lay it out to know how far to scroll. */
function settle(block: Block): void {
  block.element.classList.add('full');
  block.element.style.setProperty(
    'contain-intrinsic-block-size',
    `auto ${block.lines * LINE_HEIGHT}em`,
  );
}
