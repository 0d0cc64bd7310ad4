import { translator } from '../i18n';
import { productionEn } from '../i18n/production.en';
import { productionZhCN } from '../i18n/production.zh-CN';

export type ProductionKey = keyof typeof productionEn;

/** The strings of this room, and of the files that it writes. */
export const tp = translator<ProductionKey>({ en: productionEn, 'zh-CN': productionZhCN });
