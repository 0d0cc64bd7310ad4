import { describe, expect, it } from 'vitest';
import { LineEditor, editActionFor, splitPaste, type EditAction, type Line } from './line-editor';

/** `|` is the cursor. */
function line(text: string): Line {
  const cursor = text.indexOf('|');
  return { text: text.replace('|', ''), cursor };
}

function show({ text, cursor }: Line): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const cases: readonly (readonly [EditAction, string, string])[] = [
  ['beginning-of-line', 'SET a|', '|SET a'],
  ['end-of-line', '|SET a', 'SET a|'],
  ['backward-char', 'a🎵|', 'a|🎵'],
  ['forward-char', 'a|🎵b', 'a🎵|b'],
  ['backward-char', '|a', '|a'],
  ['forward-char', 'a|', 'a|'],
  ['backward-word', 'SET key |', 'SET |key '],
  ['forward-word', 'SET| key v', 'SET key| v'],
  ['delete-char', 'a|🎵b', 'a|b'],
  ['backward-delete-char', 'a🎵|b', 'a|b'],
  ['kill-line', 'SET| a 1', 'SET|'],
  ['unix-line-discard', 'SET a| 1', '| 1'],
  ['unix-word-rubout', 'SET key  |v', 'SET |v'],
  ['kill-word', 'SET| key v', 'SET| v'],
  ['transpose-chars', 'ab|', 'ba|'],
  ['transpose-chars', 'a|b', 'ba|'],
  ['transpose-chars', '|ab', '|ab'],
  ['yank', 'a|b', 'a|b'],
];

describe('the line editor', () => {
  it.each(cases)('%s: %s', (action, before, after) => {
    expect(show(new LineEditor().apply(action, line(before)))).toBe(after);
  });

  it('gives back what was killed last', () => {
    const editor = new LineEditor();
    editor.apply('kill-line', line('GET| key'));
    expect(show(editor.apply('yank', line('SET|')))).toBe('SET key|');
  });

  it('knows readline keys and leaves the others to the browser', () => {
    const press = { key: 'a', ctrlKey: true, altKey: false, metaKey: false };
    expect(editActionFor(press)).toBe('beginning-of-line');
    expect(editActionFor({ ...press, ctrlKey: false })).toBeUndefined();
    expect(editActionFor({ ...press, metaKey: true })).toBeUndefined();
    expect(editActionFor({ ...press, ctrlKey: false, altKey: true, key: 'Backspace' })).toBe(
      'unix-word-rubout',
    );
  });
});

describe('a paste', () => {
  it('runs each ended line and leaves the rest, joined with what stood around the cursor', () => {
    expect(splitPaste(line('SET |x'), 4, 'a 1\r\nGET a\nGET ')).toEqual({
      run: ['SET a 1', 'GET a'],
      rest: { text: 'GET x', cursor: 4 },
    });
  });

  it('takes the place of the selection', () => {
    expect(splitPaste({ text: 'abc', cursor: 1 }, 2, '1\n')).toEqual({
      run: ['a1'],
      rest: { text: 'c', cursor: 0 },
    });
  });
});
