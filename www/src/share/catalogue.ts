import { translator } from '../i18n';
import { shareEn } from '../i18n/share.en';
import { shareZhCN } from '../i18n/share.zh-CN';

export type ShareKey = keyof typeof shareEn;

/** The strings of this room. */
export const ts = translator<ShareKey>({ en: shareEn, 'zh-CN': shareZhCN });
