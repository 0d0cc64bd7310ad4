import { beforeEach, describe, expect, it } from 'vitest';
import { OutputView } from './output-view';

describe('the scrollback', () => {
  let container: HTMLElement;
  let view: OutputView;

  beforeEach(() => {
    container = document.createElement('div');
    view = new OutputView(container);
  });

  it('gives back exactly what was put in, however it came', () => {
    const long = Array.from({ length: 1234 }, (_, n) => `${n})\t"x"\n`).join('');
    view.append('127.0.0.1:6379> ', 'prompt');
    view.append('KEYS *\n', 'command');
    view.append(long);
    view.appendMarked('(error) ERR no\nand more\n', []);
    expect(view.text()).toBe(`127.0.0.1:6379> KEYS *\n${long}(error) ERR no\nand more\n`);
    expect(view.lines).toBe(1237);
  });

  it('cuts long output into blocks that can be skipped', () => {
    view.append('PONG\n'.repeat(1000));
    expect(container.children.length).toBe(5);
    expect(container.children[0]?.className).toBe('block full');
  });

  it('marks error lines and nothing else', () => {
    view.appendMarked('PONG\n(error) ERR no\nPONG\n', []);
    const errors = container.querySelectorAll('.error');
    expect(errors.length).toBe(1);
    expect(errors[0]?.textContent).toBe('(error) ERR no\n');
  });

  it('draws marks where they are', () => {
    view.appendMarked('\n  ZADD key\n', [
      { start: 3, end: 7, style: 'strong' },
      { start: 8, end: 11, style: 'dim' },
    ]);
    expect(container.querySelector('.strong')?.textContent).toBe('ZADD');
    expect(container.querySelector('.dim')?.textContent).toBe('key');
    expect(view.text()).toBe('\n  ZADD key\n');
  });

  it('starts a line only when it is in the middle of one', () => {
    view.startLine();
    view.append('OK');
    view.startLine();
    view.startLine();
    expect(view.text()).toBe('OK\n');
  });

  it('drops the oldest lines when there are far too many', () => {
    view.append('PONG\n'.repeat(260_000));
    expect(view.lines).toBeLessThanOrEqual(250_000);
    expect(view.dropped + view.lines).toBe(260_000);
  });

  it('is empty after clear', () => {
    view.append('PONG\n'.repeat(500));
    view.clear();
    expect(view.text()).toBe('');
    expect(view.lines).toBe(0);
    expect(container.children.length).toBe(0);
  });
});
