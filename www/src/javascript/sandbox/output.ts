/** What a script prints, on its way to the page: gathered, and bounded where the page does not keep up. */

import { WINDOW, type FromScript } from '../protocol';
import { native } from './native';

interface Piece {
  text: string;
  readonly error: boolean;
}

/** Characters that are gathered before they go. */
const GATHER = 16_384;
/** Milliseconds after which they go all the same, also in a loop that never ends. */
const OFTEN = 30;

let send: (message: FromScript) => void = () => undefined;
let pieces: Piece[] = [];
let length = 0;
let dropped = 0;
let underWay = 0;
let scheduled = false;
let flushed = 0;

export function sendTo(sender: (message: FromScript) => void): void {
  send = sender;
}

export function print(text: string, error: boolean): void {
  if (text === '') return;
  const last = pieces.at(-1);
  if (last?.error === error) last.text += text;
  else pieces.push({ text, error });
  length += text.length;
  if (length >= GATHER || native.now() - flushed > OFTEN) flush();
  else if (!scheduled) {
    scheduled = true;
    native.setTimeout(() => {
      scheduled = false;
      flush();
    }, 0);
  }
}

/** The page has taken so much. */
export function taken(count: number): void {
  underWay -= count;
  if (length > 0) flush();
}

/** Sends what is there; `all` also what the page has no room for yet. */
export function flush(all = false): void {
  flushed = native.now();
  if (underWay > WINDOW && !all) {
    shorten();
    return;
  }
  if (dropped > 0) pieces.unshift({ text: `[… ${dropped} characters …]\n`, error: true });
  dropped = 0;
  for (const { text, error } of pieces) {
    underWay += text.length;
    send({ type: 'output', text, error });
  }
  pieces = [];
  length = 0;
}

/** Keeps the latest only. */
function shorten(): void {
  while (length > 2 * WINDOW) {
    const [first] = pieces;
    if (!first) return;
    const much = Math.min(first.text.length, length - WINDOW);
    first.text = first.text.slice(much);
    if (first.text === '') pieces.shift();
    length -= much;
    dropped += much;
  }
}
