/** The strings of the charts, panels and examples, in English. */
export const viewsEn = {} as const
