/** The folder of the lab's disk in which a learner's scripts are kept. */

import type { Files } from '../client/api';

export const HOME = '/home/learner';

/** A script of more bytes is not opened, and not kept. */
export const LARGEST = 512 * 1024;
/** So many scripts are shown. */
export const MOST = 50;

export type Language = 'python' | 'javascript';

const ENDINGS: Readonly<Record<Language, string>> = { python: '.py', javascript: '.js' };

export function endingOf(language: Language): string {
  return ENDINGS[language];
}

export function languageOf(name: string): Language {
  return name.endsWith('.js') ? 'javascript' : 'python';
}

/** Letters of any script, digits, and what file names commonly have besides; the ending says the language. */
export function isScriptName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,59}\.(?:py|js)$/u.test(name);
}

/** A name that nobody has yet, made of one that somebody may have: `music.py`, `music2.py`, … */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const ending = wanted.slice(wanted.lastIndexOf('.'));
  const base = wanted.slice(0, -ending.length).replace(/\d+$/, '');
  let number = 2;
  while (taken.has(`${base}${number}${ending}`)) number += 1;
  return `${base}${number}${ending}`;
}

/** A script as the disk has it; `stamp` is another after each change. */
export interface Found {
  readonly name: string;
  readonly modified: number;
  readonly stamp: string;
}

export class Folder {
  private readonly files: Files;

  constructor(files: Files) {
    this.files = files;
  }

  async list(): Promise<readonly Found[]> {
    const found = await this.files.list(HOME).catch(() => []);
    return found
      .filter(({ isDirectory, size }) => !isDirectory && size <= LARGEST)
      .map(({ path, size, modified }) => ({
        name: path.slice(HOME.length + 1),
        modified,
        stamp: `${modified}/${size}`,
      }))
      .filter(({ name }) => isScriptName(name))
      .slice(0, MOST);
  }

  /** The text of a script; undefined when it is gone, or no text. */
  async read(name: string): Promise<string | undefined> {
    try {
      const bytes = await this.files.read(`${HOME}/${name}`);
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return undefined;
    }
  }

  /** Writes and syncs it; rejects when the disk does. */
  async write(name: string, text: string): Promise<void> {
    await this.files.write(`${HOME}/${name}`, new TextEncoder().encode(text));
  }

  async remove(name: string): Promise<void> {
    await this.files.remove(`${HOME}/${name}`);
  }
}
