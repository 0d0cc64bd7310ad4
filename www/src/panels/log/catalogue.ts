/** The messages of the log, which is fetched when it is opened. */

import { translator } from '../../i18n';
import { logEn } from '../../i18n/log.en';
import { logZhCN } from '../../i18n/log.zh-CN';

export const tl = translator<keyof typeof logEn>({ en: logEn, 'zh-CN': logZhCN });
