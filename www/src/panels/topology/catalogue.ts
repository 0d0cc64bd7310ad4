/** The messages of the servers' view, which is fetched when it is opened. */

import { translator } from '../../i18n';
import { labEn } from '../../i18n/lab.en';
import { labZhCN } from '../../i18n/lab.zh-CN';

export const tl = translator<keyof typeof labEn>({ en: labEn, 'zh-CN': labZhCN });
