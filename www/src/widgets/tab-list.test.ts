import { render } from 'lit';
import { beforeEach, expect, it, vi } from 'vitest';
import { tabList } from './tab-list';

const tabs = ['keys', 'files', 'log'].map((id) => ({ id, text: id.toUpperCase(), panel: 'view' }));
const close = vi.fn();
const rename = vi.fn();
let shown = 'keys';

function draw(): void {
  const show = (id: string): void => {
    shown = id;
    draw();
  };
  render(tabList({ label: 'Views', tabs, shown, show, close, rename }), document.body);
}

const press = (key: string): boolean =>
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true })) ??
  false;

beforeEach(() => {
  shown = 'keys';
  vi.clearAllMocks();
  draw();
  document.querySelector<HTMLElement>('#tab-keys')?.focus();
});

it('is one tab stop, and says what it shows', () => {
  const stops = [...document.querySelectorAll('[role="tab"][tabindex="0"]')];
  expect(stops.map(({ id }) => id)).toEqual(['tab-keys']);
  expect(stops[0]?.getAttribute('aria-controls')).toBe('view');
  expect(stops[0]?.hasAttribute('title')).toBe(false);
});

it('is walked along with arrows, and the focus goes along', () => {
  expect(press('ArrowLeft')).toBe(false);
  expect([shown, document.activeElement?.id]).toEqual(['log', 'tab-log']);
  press('ArrowRight');
  expect([shown, document.activeElement?.id]).toEqual(['keys', 'tab-keys']);
  press('End');
  expect([shown, document.activeElement?.getAttribute('aria-selected')]).toEqual(['log', 'true']);
});

it('closes and renames by key, and leaves other keys alone', () => {
  press('Delete');
  expect(close).toHaveBeenCalledWith('keys');
  press('F2');
  expect(rename).toHaveBeenCalledWith('keys');
  expect(press('a')).toBe(true);
  expect(shown).toBe('keys');
});
