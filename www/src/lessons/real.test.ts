// @vitest-environment node
// What real servers of this machine print for the cells of the course.
import { afterAll, describe, expect, it } from 'vitest';
import { isCell } from './format';
import { matches } from './match';
import { COURSE } from './names';
import { readLesson } from './parse';
import { RealLab, freeDigits, hasRealPrograms } from './real-lab';

const texts: Record<string, string> = import.meta.glob('../../lessons/en/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Their lines come in an order that real servers draw at random: of a hash table. */
const UNORDERED: readonly string[] = ['aof cell-11'];

const inOrder = (text: string): string => text.split('\n').sort().join('\n');

const taken = new Set<number>();
const tally = { compared: 0, cells: 0 };

afterAll(() => {
  const { compared, cells } = tally;
  console.log(`lessons: ${compared} of ${cells} cells compared with real servers`);
});

describe.runIf(hasRealPrograms())('real servers', () => {
  it.concurrent.each(COURSE)(
    'print what the lesson %s says',
    { timeout: 120_000 },
    async (name) => {
      const lesson = readLesson(texts[`../../lessons/en/${name}.md`] ?? '');
      const lab = new RealLab(await freeDigits(taken));
      const wrong: unknown[] = [];
      let compared = 0;
      try {
        await lab.open(lesson);
        for (const cell of lesson.blocks.filter(isCell)) {
          const expected = (cell.answer ? cell.answer.expected : cell.expected) ?? '';
          const fits = (text: string): boolean =>
            matches(expected, text) ||
            (UNORDERED.includes(`${name} ${cell.id}`) &&
              matches(inOrder(expected), inOrder(text.trimEnd())));
          let printed = '';
          if (cell.kind === 'console') printed = await lab.console(cell);
          else if (cell.kind === 'shell') printed = await lab.shell(cell, fits);
          else if (cell.kind === 'config') await lab.config(cell);
          else if (cell.kind === 'lab') await lab.deeds(cell);
          else printed = await lab.python(cell);
          if (cell.kind === 'config' || cell.kind === 'lab') continue;
          compared += 1;
          if (!fits(printed)) wrong.push({ cell: cell.id, line: cell.line, printed, expected });
        }
      } finally {
        await lab.close();
      }
      tally.compared += compared;
      tally.cells += lesson.blocks.filter(isCell).length;
      expect(wrong).toEqual([]);
    },
  );
});
