/** The course: its lessons in their order, each fetched when it is opened. */

import type { Locale } from '../i18n';
import type { LessonName } from './names';

export { COURSE, type LessonName } from './names';

const files = import.meta.glob<string>('../../lessons/*/*.md', {
  query: '?raw',
  import: 'default',
});

/** The text of a lesson in a language. */
export async function textOf(name: LessonName, language: Locale): Promise<string> {
  const fetch = files[`../../lessons/${language}/${name}.md`];
  if (!fetch) throw new Error(name);
  return fetch();
}
