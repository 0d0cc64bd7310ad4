/** What is kept in this browser of each lesson: what was reached, and the learner's own copy of it. */

import type { Problem } from './format';

/** Kept of one lesson. */
export interface Progress {
  /** Checks that have come true, by their ids. */
  readonly checks: readonly string[];
  /** Choices made, by the ids of questions. */
  readonly choices: Readonly<Record<string, number>>;
  /** How many checks there are. */
  readonly of: number;
}

/** What can be kept of what was tried to be kept. */
export type Kept = 'kept' | Extract<Problem, 'tooLong'> | 'unavailable';

export const NOTHING: Progress = { checks: [], choices: {}, of: 0 };

const PREFIX = 'resplay.lesson.';
const COPY = 'resplay.lesson-copy.';
const VERSION = 1;
/** Most characters that are kept of a lesson, and lessons that are kept. */
const MOST_TEXT = 250_000;
const MOST_LESSONS = 60;

interface Stored extends Progress {
  readonly version: number;
  readonly changed: number;
}

const isText = (value: unknown): value is string => typeof value === 'string';

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null) return false;
  const { version, changed, checks, choices, of } = value as Record<string, unknown>;
  return (
    version === VERSION &&
    typeof changed === 'number' &&
    Array.isArray(checks) &&
    checks.every(isText) &&
    typeof choices === 'object' &&
    choices !== null &&
    Object.values(choices).every((choice) => typeof choice === 'number') &&
    typeof of === 'number'
  );
}

function read(storage: Storage, name: string): Stored | undefined {
  try {
    const stored: unknown = JSON.parse(storage.getItem(name) ?? 'null');
    return isStored(stored) ? stored : undefined;
  } catch {
    return undefined; // Not ours, or of another version.
  }
}

/** Where the page keeps things; none where the browser forbids it. */
function pageStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export class ProgressStore {
  constructor(private readonly storage: Storage | null = pageStorage()) {}

  of(lesson: string): Progress {
    return (this.storage && read(this.storage, PREFIX + lesson)) ?? NOTHING;
  }

  keep(lesson: string, progress: Progress): Kept {
    const stored: Stored = { ...progress, version: VERSION, changed: Date.now() };
    return this.put(PREFIX, lesson, JSON.stringify(stored));
  }

  /** What the learner has made of a lesson's text; '' for nothing. */
  copyOf(lesson: string): string {
    try {
      return this.storage?.getItem(COPY + lesson) ?? '';
    } catch {
      return '';
    }
  }

  keepCopy(lesson: string, text: string): Kept {
    if (text !== '') return this.put(COPY, lesson, text);
    try {
      this.storage?.removeItem(COPY + lesson);
    } catch {
      // Nothing was kept then.
    }
    return 'kept';
  }

  private put(prefix: string, lesson: string, text: string): Kept {
    const { storage } = this;
    if (!storage) return 'unavailable';
    if (text.length > MOST_TEXT) return 'tooLong';
    try {
      makeRoom(storage, prefix, lesson);
      storage.setItem(prefix + lesson, text);
      return 'kept';
    } catch {
      return 'unavailable';
    }
  }
}

/** Of more lessons than are kept, those go that were changed longest ago. */
function makeRoom(storage: Storage, prefix: string, lesson: string): void {
  const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '').filter(
    (name) => name.startsWith(prefix) && name !== prefix + lesson,
  );
  if (names.length < MOST_LESSONS) return;
  names
    .map((name) => ({ name, changed: read(storage, name)?.changed ?? 0 }))
    .sort((one, other) => one.changed - other.changed)
    .slice(0, names.length - MOST_LESSONS + 1)
    .forEach(({ name }) => storage.removeItem(name));
}
