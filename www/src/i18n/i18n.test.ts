import { describe, expect, it } from 'vitest';
import { catalogues, locales, preferredLocale, t, setLocale } from './index';
import { codeEn } from './code.en';
import { codeZhCN } from './code.zh-CN';
import { labEn } from './lab.en';
import { labZhCN } from './lab.zh-CN';
import { persistenceEn } from './persistence.en';
import { persistenceZhCN } from './persistence.zh-CN';
import { shareEn } from './share.en';
import { shareZhCN } from './share.zh-CN';
import { visibleText } from './visible-text';

const places = (message: string): string[] =>
  [...message.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe('the catalogues', () => {
  it('have the same keys, none empty', () => {
    for (const locale of locales) {
      expect(Object.keys(catalogues[locale]).sort()).toEqual(Object.keys(catalogues.en).sort());
      for (const [key, message] of Object.entries(catalogues[locale]))
        expect(message.trim(), key).not.toBe('');
    }
  });

  it('of parts that are fetched later are whole too', () => {
    for (const [key, message] of Object.entries({
      ...labEn,
      ...codeEn,
      ...persistenceEn,
      ...shareEn,
    })) {
      const other =
        ({ ...labZhCN, ...codeZhCN, ...persistenceZhCN, ...shareZhCN } as Record<string, string>)[
          key
        ] ?? '';
      expect(other.trim(), key).not.toBe('');
      expect(places(other), key).toEqual(places(message));
    }
  });

  it('have the same places to fill in', () => {
    for (const [key, message] of Object.entries(catalogues.en)) {
      const other = (catalogues['zh-CN'] as Record<string, string>)[key] ?? '';
      expect(places(other), key).toEqual(places(message));
    }
  });
});

describe('the language', () => {
  it('is the first of the reader’s that we speak', () => {
    expect(preferredLocale(['zh-TW', 'en'])).toBe('zh-CN');
    expect(preferredLocale(['fr', 'zh-Hans-CN'])).toBe('zh-CN');
    expect(preferredLocale(['de', 'en-GB', 'zh'])).toBe('en');
    expect(preferredLocale([])).toBe('en');
  });

  it('switches at run time', () => {
    setLocale('zh-CN');
    expect(t('console.title', { number: 2 })).toBe('控制台 2');
    setLocale('en');
    expect(t('console.title', { number: 2 })).toBe('Console 2');
  });
});

describe('the components', () => {
  const sources: Record<string, string> = import.meta.glob(
    ['../**/*.ts', '!../**/*.test.ts', '!../client/**', '!../worker/**', '!./visible-text.ts'],
    { query: '?raw', import: 'default', eager: true },
  );

  it('say nothing that is not in the catalogue', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(10);
    for (const [path, source] of Object.entries(sources))
      expect(visibleText(source), path).toEqual([]);
  });

  it('would be found out', () => {
    expect(visibleText('html`<p>Hello ${name}</p>`')).toEqual(['Hello']);
    expect(visibleText('html`<p title="Close it">${html`<b>there</b>`}</p>`')).toEqual([
      'Close it',
      'there',
    ]);
    expect(visibleText('html`<code>ZADD</code><kbd>Tab</kbd>${t(`status.x`)}`')).toEqual([]);
  });
});
