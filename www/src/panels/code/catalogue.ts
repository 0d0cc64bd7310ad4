import { translator } from '../../i18n';
import { codeEn } from '../../i18n/code.en';
import { codeZhCN } from '../../i18n/code.zh-CN';

/** The code view's messages. */
export const tc = translator<keyof typeof codeEn>({ en: codeEn, 'zh-CN': codeZhCN });
