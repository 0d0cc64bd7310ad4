/** The messages of the experiments, which are fetched when they are opened. */

import { translator } from '../../i18n';
import { experimentsEn } from '../../i18n/experiments.en';
import { experimentsZhCN } from '../../i18n/experiments.zh-CN';

export const te = translator<keyof typeof experimentsEn>({
  en: experimentsEn,
  'zh-CN': experimentsZhCN,
});
