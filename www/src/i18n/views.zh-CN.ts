import type { viewsEn } from './views.en'

/** The strings of the charts, panels and examples, in Simplified Chinese. */
export const viewsZhCN: Record<keyof typeof viewsEn, string> = {}
