/** What the shell itself says; its programs speak as they do everywhere. */

import { translator } from '../i18n';
import { shellEn } from '../i18n/shell.en';
import { shellZhCN } from '../i18n/shell.zh-CN';

export const ts = translator<keyof typeof shellEn>({ en: shellEn, 'zh-CN': shellZhCN });
