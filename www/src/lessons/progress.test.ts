import { beforeEach, describe, expect, it } from 'vitest';
import { NOTHING, ProgressStore } from './progress';

/** What a browser keeps. */
class Shelf implements Storage {
  private readonly kept = new Map<string, string>();
  [name: string]: unknown;
  get length(): number {
    return this.kept.size;
  }
  key(at: number): string | null {
    return [...this.kept.keys()][at] ?? null;
  }
  getItem(name: string): string | null {
    return this.kept.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.kept.set(name, value);
  }
  removeItem(name: string): void {
    this.kept.delete(name);
  }
  clear(): void {
    this.kept.clear();
  }
}

const done = { checks: ['check-1'], choices: { 'predict-1': 2 }, of: 3 };

describe('what was reached', () => {
  let shelf: Shelf;
  let store: ProgressStore;
  beforeEach(() => {
    shelf = new Shelf();
    store = new ProgressStore(shelf);
  });

  it('is kept by lesson', () => {
    expect(store.keep('types', done)).toBe('kept');
    expect(store.of('types')).toMatchObject(done);
    expect(store.of('ranking')).toBe(NOTHING);
  });

  it('is forgotten where it is not what this version has written', () => {
    for (const odd of [
      '',
      '{',
      '1',
      '{"version":1}',
      '{"version":0,"checks":[],"choices":{},"of":1}',
    ]) {
      shelf.setItem('resplay.lesson.types', odd);
      expect(store.of('types')).toBe(NOTHING);
    }
  });

  it('is bounded, in lessons and in length', () => {
    for (let number = 0; number < 100; number += 1) store.keep(`file.${number}`, done);
    expect(shelf.length).toBe(60);
    expect(store.keepCopy('types', 'x'.repeat(300_000))).toBe('tooLong');
  });

  it('and the copy go their own ways', () => {
    store.keep('types', done);
    expect(store.keepCopy('en.types', 'mine')).toBe('kept');
    expect(store.copyOf('en.types')).toBe('mine');
    store.keepCopy('en.types', '');
    expect(store.copyOf('en.types')).toBe('');
    expect(store.of('types')).toMatchObject(done);
  });

  it('is not kept where the browser keeps nothing', () => {
    const nowhere = new ProgressStore(null);
    expect(nowhere.of('types')).toBe(NOTHING);
  });
});
