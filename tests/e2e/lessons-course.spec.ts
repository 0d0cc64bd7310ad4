import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { COURSE } from '../../www/src/lessons/names';
import { LANGUAGES, withOutputs } from './lessons-text';
import { matches } from '../../www/src/lessons/match';
import { readLesson } from '../../www/src/lessons/parse';
import { LessonsPage } from './lessons-page';

/** With RESPLAY_LESSONS_WRITE what the cells print is written into the lessons, to be read by their author. */
const WRITES = process.env['RESPLAY_LESSONS_WRITE'] === '1';

for (const language of LANGUAGES) {
  for (const name of COURSE) {
    test(`${language}/${name} prints what it says, and reaches its goals`, async ({ page }) => {
      test.setTimeout(240_000);
      const path = new URL(`../../www/lessons/${language}/${name}.md`, import.meta.url);
      const source = readFileSync(path, 'utf8');
      const lesson = readLesson(source);
      await page.addInitScript(
        (locale) => localStorage.setItem('resplay.locale', locale),
        language,
      );
      const lab = new LessonsPage(page);
      await lab.open();
      await lab.show();
      await lab.openLesson(name);
      const printed = new Map<string, string>();
      try {
        await lab.goThrough(lesson, async (cell, first) => {
          const expected = cell.answer ? cell.answer.expected : cell.expected;
          const fits = (text: string): boolean => matches(expected ?? '', text);
          const text = fits(first) ? first : await lab.printedOnce(cell, fits);
          printed.set(cell.id, text);
          if (WRITES) return;
          const where = `${language}/${name}.md, line ${cell.line}`;
          if (!fits(text)) expect(text, where).toBe(expected ?? '');
        });
      } finally {
        if (WRITES) writeFileSync(path, withOutputs(source, lesson, printed));
      }
    });
  }
}
