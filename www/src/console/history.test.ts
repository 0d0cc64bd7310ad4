import { describe, expect, it } from 'vitest';
import { History, HistoryWalk, type HistoryStorage } from './history';

function memory(): HistoryStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
}

const blocked: HistoryStorage = {
  getItem: () => {
    throw new Error('blocked');
  },
  setItem: () => {
    throw new Error('blocked');
  },
};

describe('the history', () => {
  it('is there again after a reload', () => {
    const storage = memory();
    new History(storage).add('GET a');
    expect(new History(storage).at(0)).toBe('GET a');
  });

  it('skips empty lines and repeats', () => {
    const history = new History(memory());
    for (const line of ['GET a', 'GET a', ' ', '', 'GET b', 'GET a']) history.add(line);
    expect([history.at(0), history.at(1), history.at(2)]).toEqual(['GET a', 'GET b', 'GET a']);
    expect(history.length).toBe(3);
  });

  it('works, for as long as the page lives, where storage is blocked', () => {
    const history = new History(blocked);
    history.add('GET a');
    expect(history.at(0)).toBe('GET a');
    expect(new History(null).length).toBe(0);
  });

  it('does not choke on what something else has stored', () => {
    const storage = memory();
    for (const value of ['{', '{}', '[1, null, "GET a"]']) {
      storage.setItem('resplay.history', value);
      expect(new History(storage).length).toBe(value.startsWith('[') ? 1 : 0);
    }
  });

  it('keeps the newest thousand', () => {
    const history = new History(memory());
    for (let n = 0; n < 1100; n += 1) history.add(`GET ${n}`);
    expect(history.length).toBe(1000);
    expect(history.at(999)).toBe('GET 1099');
  });

  it('keeps lines that another tab has added', () => {
    const storage = memory();
    const one = new History(storage);
    const other = new History(storage);
    one.add('GET one');
    other.add('GET other');
    one.add('GET again');
    const all = new History(storage);
    expect([0, 1, 2].map((index) => all.at(index))).toEqual(['GET one', 'GET other', 'GET again']);
  });

  it('finds the newest match, then older ones', () => {
    const history = new History(memory());
    for (const line of ['ZADD r 1 a', 'GET a', 'zadd r 2 b']) history.add(line);
    const newest = history.search('ZADD');
    expect(newest).toBe(2);
    expect(history.search('ZADD', newest)).toBe(0);
    expect(history.search('ZADD', 0)).toBe(-1);
    expect(history.search('')).toBe(-1);
  });
});

describe('walking through it', () => {
  it('goes back, forth, and finds the draft again', () => {
    const history = new History(memory());
    history.add('one');
    history.add('two');
    const walk = new HistoryWalk(history);
    walk.reset();
    expect(walk.move(-1, 'draft')).toBe('two');
    expect(walk.move(-1, 'two')).toBe('one');
    expect(walk.move(-1, 'one')).toBeUndefined();
    expect(walk.move(1, 'one')).toBe('two');
    expect(walk.move(1, 'two')).toBe('draft');
    expect(walk.move(1, 'draft')).toBeUndefined();
  });
});
