import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { en } from './en';
import { zhCN } from './zh-CN';

/** A key of the catalogue. The English catalogue is the list of keys; the compiler holds the others to it. */
export type MessageKey = keyof typeof en;
export type Messages = Record<MessageKey, string>;
export type Locale = 'en' | 'zh-CN';

export const locales: readonly Locale[] = ['en', 'zh-CN'];
export const catalogues: Record<Locale, Messages> = { en, 'zh-CN': zhCN };

const STORAGE_KEY = 'resplay.locale';
const listeners = new Set<() => void>();

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // Storage is blocked: the browser's language decides each time.
  }
}

/** The first language of the reader's list that we speak; English when there is none. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const primary = language.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

function initialLocale(): Locale {
  const choice = stored();
  if (choice === 'en' || choice === 'zh-CN') return choice;
  return preferredLocale(typeof navigator === 'undefined' ? [] : navigator.languages);
}

let current: Locale = initialLocale();

export function locale(): Locale {
  return current;
}

/** Switches the language at once, everywhere, and remembers it. */
export function setLocale(next: Locale, remember = true): void {
  if (next === current) return;
  try {
    if (remember) localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Not remembered, still switched.
  }
  current = next;
  for (const listener of [...listeners]) listener();
}

/** Calls back after each switch; returns how to stop. */
export function onLocaleChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The message in the current language, with `{name}` places filled in. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return fill(catalogues[current][key], values);
}

/** The same for the catalogue of a part of the page that is fetched when it is opened. */
export function translator<Key extends string>(
  messages: Readonly<Record<Locale, Readonly<Record<Key, string>>>>,
): (key: Key, values?: Record<string, string | number>) => string {
  return (key, values = {}) => fill(messages[current][key], values);
}

function fill(message: string, values: Record<string, string | number>): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? String(values[name]) : place,
  );
}

/** A whole number as the current language groups it. */
export function formatNumber(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(current, options).format(value);
}

/** Redraws its component after a switch of language: `new Localized(this)` in a LitElement. */
export class Localized implements ReactiveController {
  private stop: (() => void) | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.stop = onLocaleChange(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.stop?.();
  }
}
