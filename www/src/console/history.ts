import { isOwnPage } from '../client/site';

/** The part of localStorage that a history needs. */
export interface HistoryStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const STORAGE_KEY = 'resplay.history';
const MOST_LINES = 1000;
const LONGEST_LINE = 10_000;

/** The lines entered so far, the oldest first; kept across reloads where the browser lets us. */
export class History {
  private lines: string[];

  constructor(
    private readonly storage: HistoryStorage | null,
    private readonly name = STORAGE_KEY,
  ) {
    this.lines = this.load();
  }

  get length(): number {
    return this.lines.length;
  }

  at(index: number): string | undefined {
    return this.lines[index];
  }

  /** Remembers a line; not an empty one, nor the one that was just entered again. */
  add(line: string): void {
    if (line.trim() === '' || line.length > LONGEST_LINE) return;
    if (this.lines.at(-1) === line) return;
    // Another tab may have added lines since: join them rather than write over them.
    const stored = this.load();
    if (stored.length > 0 && stored.at(-1) !== this.lines.at(-1)) this.lines = stored;
    this.lines.push(line);
    if (this.lines.length > MOST_LINES) this.lines.splice(0, this.lines.length - MOST_LINES);
    this.save();
  }

  /** The newest line before `from` that holds `query`, ignoring case; -1 when there is none. */
  search(query: string, from: number = this.lines.length): number {
    if (query === '') return -1;
    const wanted = query.toLowerCase();
    for (let index = Math.min(from, this.lines.length) - 1; index >= 0; index -= 1) {
      if (this.lines[index]?.toLowerCase().includes(wanted)) return index;
    }
    return -1;
  }

  private load(): string[] {
    try {
      const value: unknown = JSON.parse(this.storage?.getItem(this.name) ?? '[]');
      if (!Array.isArray(value)) return [];
      return value.filter((line): line is string => typeof line === 'string').slice(-MOST_LINES);
    } catch {
      return []; // Blocked, or written by something else.
    }
  }

  private save(): void {
    try {
      this.storage?.setItem(this.name, JSON.stringify(this.lines));
    } catch {
      // Blocked or full: the history lasts as long as the page.
    }
  }
}

/** localStorage, or null in somebody else's page and where even touching it throws. */
export function pageStorage(): Storage | null {
  try {
    return isOwnPage() ? globalThis.localStorage : null;
  } catch {
    return null;
  }
}

/** Walks through a history with ↑ and ↓ and finds the way back to the line that was being typed. */
export class HistoryWalk {
  private index: number;
  private draft = '';

  constructor(private readonly history: History) {
    this.index = history.length;
  }

  reset(): void {
    this.index = this.history.length;
    this.draft = '';
  }

  /** The line `step` away (-1 older, 1 newer); undefined at either end. */
  move(step: -1 | 1, current: string): string | undefined {
    if (this.index > this.history.length) this.index = this.history.length;
    const next = this.index + step;
    if (next < 0 || next > this.history.length) return undefined;
    if (this.index === this.history.length) this.draft = current;
    this.index = next;
    return next === this.history.length ? this.draft : this.history.at(next);
  }
}
