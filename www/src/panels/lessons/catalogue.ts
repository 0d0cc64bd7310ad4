/** The messages of the lessons, which are fetched when they are opened. */

import { translator } from '../../i18n';
import { lessonsEn } from '../../i18n/lessons.en';
import { lessonsZhCN } from '../../i18n/lessons.zh-CN';

export type LessonKey = keyof typeof lessonsEn;

export const tn = translator<LessonKey>({ en: lessonsEn, 'zh-CN': lessonsZhCN });
