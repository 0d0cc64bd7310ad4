/** The messages of the persistence and file views, which are fetched when they are opened, beside those of the page. */

import { catalogues, translator, type MessageKey } from '../i18n';
import { persistenceEn } from '../i18n/persistence.en';
import { persistenceZhCN } from '../i18n/persistence.zh-CN';

export type TextKey = MessageKey | keyof typeof persistenceEn;

export const t = translator<TextKey>({
  en: { ...catalogues.en, ...persistenceEn },
  'zh-CN': { ...catalogues['zh-CN'], ...persistenceZhCN },
});
