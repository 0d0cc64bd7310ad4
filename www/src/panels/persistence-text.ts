import { formatNumber, locale } from '../i18n';
import { t } from './persistence-catalogue';

/** How old something is: tenths of a second while it is young. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  const digits = seconds < 10 ? 1 : 0;
  return t('persistence.age', {
    seconds: formatNumber(seconds, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
  });
}

/** A moment: the time of day, with the date unless it is today. */
export function momentText(time: number, now = Date.now()): string {
  const today = new Date(now).toDateString() === new Date(time).toDateString();
  return new Intl.DateTimeFormat(locale(), {
    timeStyle: 'medium',
    ...(today ? {} : { dateStyle: 'medium' }),
  }).format(time);
}

/** What went wrong, in the words of whoever said it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
