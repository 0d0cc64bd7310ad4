/** The strings of the notice of a new version, in English. */
export const offlineEn = {
  'offline.new': 'A new version of Resplay is ready. Loading the page again ends what runs here.',
  'offline.use': 'Load it',
  'offline.later': 'Later',
} as const;
