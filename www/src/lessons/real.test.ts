// @vitest-environment node
// What real servers of this machine print for the cells of the course.
import { afterAll, describe, expect, it } from 'vitest';
import { isCell } from './format';
import { matches } from './match';
import { COURSE, type LessonName } from './names';
import { readLesson } from './parse';
import { RealLab, freeDigits, hasRealPrograms } from './real-lab';

const texts: Record<string, string> = import.meta.glob('../../lessons/en/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** redis-py is not on this machine: what a cell of Python leaves behind for those below it, by port. */
const INSTEAD: Partial<Record<LessonName, Readonly<Record<string, readonly string[]>>>> = {
  ranking: { 'cell-7': ['6379 zincrby ranking 45 song3'] },
  pipelines: { 'cell-1': ['6379 mset key:0 0 key:1 1 key:2 2 key:3 3 key:4 5'] },
  locks: { 'cell-7': ['6379 set score 30'] },
  aof: { 'cell-7': ['6379 -r 1000 incrby visits 1'] },
  // Only the primary takes it.
  sentinel: { 'cell-13': ['6380 decr stock', '6381 decr stock'] },
  final: { 'cell-2': ['6379 sadd voters 7 8', '6379 zincrby chart 2 comet'] },
};

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
          else await lab.stand(INSTEAD[name]?.[cell.id] ?? []);
          if (cell.kind !== 'console' && cell.kind !== 'shell') continue;
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
