import { beforeEach, expect, it, vi } from 'vitest';
import type { FileInfo, Lab } from '../client/api';
import { HOME } from './folder';
import { Keeper, type Kept } from './keeper';
import { Script } from './script';

/** A disk, and as much of a lab as there is around it. */
class Disk {
  readonly texts = new Map<string, string>();
  private version = 0;
  private readonly versions = new Map<string, number>();
  changed = (): void => undefined;
  timeSet: (time: { past: boolean }) => void = () => undefined;
  full = false;
  readonly lab: Lab;

  constructor() {
    const clock = { time: { past: false } };
    const files = {
      list: () =>
        Promise.resolve(
          [...this.texts].map(
            ([name, text]) =>
              ({
                path: `${HOME}/${name}`,
                isDirectory: false,
                size: text.length,
                modified: this.versions.get(name),
              }) as FileInfo,
          ),
        ),
      read: (path: string) =>
        Promise.resolve(new TextEncoder().encode(this.texts.get(path.slice(HOME.length + 1)))),
      write: (path: string, bytes: Uint8Array) => {
        if (this.full) return Promise.reject(new Error('No space left on device'));
        this.set(path.slice(HOME.length + 1), new TextDecoder().decode(bytes));
        return Promise.resolve();
      },
      remove: (path: string) => {
        this.texts.delete(path.slice(HOME.length + 1));
        this.changed();
        return Promise.resolve();
      },
      onChange: (listener: () => void) => {
        this.changed = listener;
        return () => undefined;
      },
    };
    this.lab = {
      files,
      clock,
      storage: { kind: 'memory' },
      status: 'running',
      on: (name: string, listener: (time: { past: boolean }) => void) => {
        if (name === 'time') {
          this.timeSet = (time) => {
            clock.time = time;
            listener(time);
          };
        }
        return () => undefined;
      },
    } as unknown as Lab;
  }

  set(name: string, text: string): void {
    this.texts.set(name, text);
    this.versions.set(name, (this.version += 1));
    this.changed();
  }
}

let disk: Disk;
let scripts: Script[];
let untouched: Script | undefined;
let keeper: Keeper;

function begin(): Promise<void> {
  const kept: Kept = {
    get scripts() {
      return scripts;
    },
    appeared: (name, text) => {
      const script = new Script(name, text, () => undefined);
      scripts.push(script);
      return script;
    },
    vanished: (script) => {
      scripts = scripts.filter((other) => other !== script);
    },
    isUntouched: (script) => script === untouched,
    stepAside: (script) => {
      script.name = `aside-${script.name}`;
    },
    changed: () => undefined,
  };
  keeper = new Keeper(disk.lab, kept);
  return keeper.ready;
}

const texts = (): Record<string, string> =>
  Object.fromEntries(scripts.map(({ name, text }) => [name, text]));
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(2000);

beforeEach(() => {
  vi.useFakeTimers();
  disk = new Disk();
  scripts = [];
  untouched = undefined;
});

it('has what the disk has, and what others write and remove there', async () => {
  disk.set('a.py', '1');
  disk.set('notes.txt', 'no script');
  await begin();
  expect(texts()).toEqual({ 'a.py': '1' });
  disk.set('a.py', '2');
  disk.set('b.js', '3');
  await settle();
  expect(texts()).toEqual({ 'a.py': '2', 'b.js': '3' });
  disk.texts.delete('a.py');
  disk.changed();
  await settle();
  expect(texts()).toEqual({ 'b.js': '3' });
});

it('keeps what is typed, and what was typed meanwhile holds against others', async () => {
  disk.set('a.py', '1');
  await begin();
  const [script] = scripts as [Script];
  script.text = 'typed';
  keeper.touch(script);
  disk.set('a.py', 'by another');
  await settle();
  expect(disk.texts.get('a.py')).toBe('typed');
  expect(script.isKept).toBe(true);
});

it('overwrites nothing with a script that was never kept', async () => {
  const script = new Script('a.py', 'mine', () => undefined);
  scripts = [script];
  disk.set('a.py', 'theirs');
  await begin();
  await settle();
  expect(texts()).toEqual({ 'aside-a.py': 'mine', 'a.py': 'theirs' });
  expect(Object.fromEntries(disk.texts)).toEqual({ 'aside-a.py': 'mine', 'a.py': 'theirs' });
});

it('lets one give way that nobody has touched', async () => {
  untouched = new Script('a.py', 'to begin with', () => undefined);
  scripts = [untouched];
  disk.set('a.py', 'theirs');
  await begin();
  await settle();
  expect(texts()).toEqual({ 'a.py': 'theirs' });
  expect(disk.texts.get('a.py')).toBe('theirs');
});

it('tells when the disk has no room, and tries again', async () => {
  await begin();
  const script = new Script('a.py', 'x', () => undefined);
  scripts = [script];
  disk.full = true;
  await keeper.save(script);
  expect(script.problem).toBe('No space left on device');
  disk.full = false;
  await keeper.save(script);
  expect(script.problem).toBe('');
  expect(disk.texts.get('a.py')).toBe('x');
});

it('is not turned back with the clock', async () => {
  disk.set('a.py', 'now');
  await begin();
  disk.timeSet({ past: true });
  await settle();
  expect(texts()).toEqual({ 'a.py': 'now' });
  const [script] = scripts as [Script];
  script.text = 'typed there';
  keeper.touch(script);
  await settle();
  expect(disk.texts.get('a.py')).toBe('now');
  disk.timeSet({ past: false });
  await settle();
  expect(disk.texts.get('a.py')).toBe('typed there');
  // Going on from an earlier moment gives the disk that it had.
  disk.timeSet({ past: true });
  disk.set('a.py', 'then');
  disk.timeSet({ past: false });
  await settle();
  expect(disk.texts.get('a.py')).toBe('typed there');
  expect(texts()).toEqual({ 'a.py': 'typed there' });
});

it('does not bring back what is being removed', async () => {
  disk.set('a.py', '1');
  await begin();
  const [script] = scripts as [Script];
  disk.changed();
  scripts = [];
  await keeper.remove(script);
  await settle();
  expect(texts()).toEqual({});
  expect([...disk.texts]).toEqual([]);
});
