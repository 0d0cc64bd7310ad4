/** The loader's own messages: it is small, and does not bring the page's catalogue. */

import { embedEn } from '../i18n/embed.en';
import { embedZhCN } from '../i18n/embed.zh-CN';

export type Language = 'en' | 'zh-CN';

/** The language of an element: its own, its surroundings', the reader's. */
export function languageOf(element: Element): Language {
  const named =
    element.getAttribute('language') ??
    element.closest('[lang]')?.getAttribute('lang') ??
    navigator.language;
  return named.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export function message(
  language: Language,
  key: keyof typeof embedEn,
  values: Readonly<Record<string, string>> = {},
): string {
  const text = (language === 'zh-CN' ? embedZhCN : embedEn)[key];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
