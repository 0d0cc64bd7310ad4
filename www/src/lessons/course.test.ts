import { describe, expect, it } from 'vitest';
import { lessonsEn } from '../i18n/lessons.en';
import { lessonsZhCN } from '../i18n/lessons.zh-CN';
import { isCell, type Cell, type Lesson } from './format';
import { COURSE } from './names';
import { readLesson } from './parse';

const texts: Record<string, string> = import.meta.glob('../../lessons/*/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const read = (language: string, name: string): Lesson =>
  readLesson(texts[`../../lessons/${language}/${name}.md`] ?? '');

const titles = { en: lessonsEn, 'zh-CN': lessonsZhCN } as const;

/** All but the words of a language. */
const bare = (cell: Cell): unknown => {
  const { kind, port, session, path, hidden, exercise, expected, answer, restart } = cell;
  const code = exercise ? '' : cell.code;
  return { kind, port, session, path, hidden, exercise, code, expected, answer, restart };
};

describe.each(COURSE)('the lesson %s', (name) => {
  it('has the same cells, checks and questions in both languages', () => {
    const [english, chinese] = [read('en', name), read('zh-CN', name)];
    expect(chinese.blocks.filter(isCell).map(bare)).toEqual(
      english.blocks.filter(isCell).map(bare),
    );
    const order = ({ blocks }: Lesson): string[] =>
      blocks.map(({ kind }) => kind).filter((kind) => kind !== 'text');
    expect(order(chinese)).toEqual(order(english));
    expect(chinese.lab).toEqual(english.lab);
  });

  it.each(['en', 'zh-CN'] as const)(
    'is called in the list as it calls itself, in %s',
    (language) => {
      const { title, summary } = read(language, name);
      expect(title).toBe(titles[language][`course.${name}.title`]);
      expect(summary).toBe(titles[language][`course.${name}.summary`]);
    },
  );

  it('has something to run, to predict and to reach', () => {
    const { blocks } = read('en', name);
    const count = (kind: string): number => blocks.filter((block) => block.kind === kind).length;
    expect(blocks.filter((block) => isCell(block) && !block.hidden).length).toBeGreaterThanOrEqual(
      6,
    );
    expect(count('predict')).toBeGreaterThan(0);
    expect(count('check')).toBeGreaterThan(1);
  });
});

it('the course has no other files', () => {
  const names = COURSE.flatMap((name) => [`en/${name}`, `zh-CN/${name}`]);
  const found = Object.keys(texts).map((path) => path.replace(/^.*lessons\/(.*)\.md$/, '$1'));
  expect(found.sort()).toEqual(names.sort());
});
