import { expect, test } from '@playwright/test';
import { readLesson } from '../../www/src/lessons/parse';
import { isCell } from '../../www/src/lessons/format';
import { expectAccessible } from './accessible';
import { LessonsPage, dropFile } from './lessons-page';

const SMALL = `---
title: A small lesson
summary: Of one idea.
seed: 5
config: maxmemory 32mb
---

One <b>idea</b>. [A link](javascript:alert(1))

\`\`\`console hidden
SET hidden yes
\`\`\`

\`\`\`predict
What will it say?
- \`(nil)\`
- [x] \`"yes"\`
> It was set unseen.
\`\`\`

\`\`\`console
127.0.0.1:6379> GET hidden
"yes"
127.0.0.1:6379> CONFIG GET maxmemory
1) "maxmemory"
2) "33554432"
\`\`\`

\`\`\`check The hidden key is there
value hidden = yes
\`\`\`

\`\`\`console exercise
# Make a counter of three.
\`\`\`

\`\`\`answer console
127.0.0.1:6379> INCRBY counter 3
(integer) 3
\`\`\`

\`\`\`check The counter is at three
value counter = 3
\`\`\`
`;

test('a file that is dropped is a lesson with a lab of its own, and one’s own lab is as it was', async ({
  page,
}) => {
  const lab = new LessonsPage(page);
  await lab.open();
  await lab.enter('SET mine untouched');
  await lab.expectOutput('OK');
  await dropFile(page, 'small.md', SMALL);
  await lab.ready();
  const lesson = readLesson(SMALL);
  await expect(lab.view.locator('article h2')).toHaveText('A small lesson');
  // What looks like markup is text, and so is a link that leads nowhere.
  await expect(lab.view.locator('article')).toContainText('One <b>idea</b>.');
  await expect(lab.view.locator('article a')).toHaveCount(0);

  // The page's console is at the lesson's lab now.
  await lab.enter('GET mine');
  await lab.expectOutput('(nil)');

  const [, first] = lesson.blocks.filter(isCell);
  const shown = lab.cell(first?.id ?? '');
  // The question comes before the run.
  await expect(shown.locator('.run')).toBeDisabled();
  await lab.view.locator('.choices button').first().click();
  await expect(lab.view.locator('.choices button').first()).toHaveClass(/wrong/);
  await expect(lab.view.getByText('It was set unseen.')).toBeVisible();
  await shown.locator('.run').click();
  await expect(shown.locator('.printed')).toContainText('"yes"');
  await expect(shown.locator('.printed')).toContainText('33554432');
  await expect(lab.check('check-1')).toHaveClass(/reached/);

  // An exercise may be done in the page's console.
  await expect(lab.check('check-2')).not.toHaveClass(/reached/);
  await lab.enter('SET counter 3');
  await expect(lab.check('check-2')).toHaveClass(/reached/, { timeout: 10_000 });
  await expect(lab.view.getByText('All goals of this lesson are reached.')).toBeVisible();

  await page.locator('resplay-lesson-notice').getByRole('button').click();
  await expect(page.locator('resplay-lesson-notice')).toHaveCount(0);
  await lab.enter('GET mine');
  await lab.expectOutput('"untouched"');
  await lab.enter('EXISTS counter');
  await lab.expectOutput('(integer) 0');
});

test('cells are changed, run up to a place, reset; a lesson begins anew', async ({ page }) => {
  const lab = new LessonsPage(page);
  await lab.open();
  await lab.show();
  await lab.openLesson('bitmaps');
  const second = lab.cell('cell-2');
  await second.getByRole('button', { name: 'Run up to here' }).click();
  await expect(second).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  await expect(lab.cell('cell-1').locator('.printed')).toContainText('BITCOUNT active:7');
  await expect(lab.check('check-1')).toHaveClass(/reached/);

  const code = second.getByLabel('Code of this cell');
  const before = await code.inputValue();
  await code.fill('SETBIT active:7 4 1\nBITCOUNT active:7');
  await code.press('Control+Enter');
  await expect(second.locator('.printed')).toContainText('(integer) 4');
  await second.getByRole('button', { name: 'Reset' }).click();
  await expect(code).toHaveValue(before);
  await expect(second.locator('.printed')).toHaveCount(0);

  await lab.view.getByRole('button', { name: 'Start over' }).click();
  await lab.ready();
  await expect(lab.check('check-1')).not.toHaveClass(/reached/);
  await lab.enter('EXISTS active:7');
  await lab.expectOutput('(integer) 0');
});

test('what was reached is kept, by lesson; the other language shows the same lab', async ({
  page,
}) => {
  const lab = new LessonsPage(page);
  await lab.open();
  await lab.show();
  await lab.openLesson('types');
  await lab.cell('cell-1').locator('.run').click();
  await expect(lab.check('check-1')).toHaveClass(/reached/);
  await page
    .getByTitle('切换到中文')
    .or(page.getByRole('button', { name: '中文' }))
    .first()
    .click();
  await expect(lab.view.locator('article h2')).toHaveText('数据类型各有所长');
  await expect(lab.cell('cell-1').locator('.printed')).toContainText('INCR visits');
  await expect(lab.check('check-1')).toHaveClass(/reached/);
  await page.reload();
  await lab.show();
  await expect(lab.view.locator('[data-lesson="types"] .far')).toHaveText('目标 1/3');
});

test('a server holds the terminal of its cell while others run, and Ctrl-C ends it; vi opens in a cell', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const lab = new LessonsPage(page);
  await lab.open();
  const source =
    '---\ntitle: Terminals\n---\n\n```shell terminal=2\nredis-server --port 6300 --slaveof 127.0.0.1 6379\n```\n\n' +
    '```console\n127.0.0.1:6379> SET a 1\n```\n\n```shell\nsudo vi notes.txt\ncat notes.txt\n```\n';
  await dropFile(page, 'terminals.md', source);
  await lab.ready();
  const [server, console, editor] = ['cell-1', 'cell-2', 'cell-3'].map((id) => lab.cell(id));
  if (!server || !console || !editor) throw new Error('no cells');

  await server.locator('.run').click();
  await expect(server).toHaveAttribute('data-state', 'held', { timeout: 30_000 });
  await expect(server.locator('.printed')).toContainText('sync: Finished with success', {
    timeout: 30_000,
  });
  // The keyboard is where it was: at the button, which stops now.
  await expect(server.locator('.stop')).toBeFocused();
  await console.locator('.run').click();
  await expect(console).toHaveAttribute('data-state', 'done');
  await expectAccessible(page, 'a cell that holds its terminal');

  await server.getByLabel('Code of this cell').focus();
  await page.keyboard.press('Control+c');
  await expect(server).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  await expect(server.locator('.printed')).toContainText('bye bye');

  await editor.locator('.run').click();
  await expect(editor.locator('resplay-file-editor .cm-content')).toBeFocused({ timeout: 30_000 });
  await page.keyboard.type('ione line');
  await page.keyboard.press('Escape');
  await page.keyboard.type(':wq');
  await page.keyboard.press('Enter');
  await expect(editor).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
  await expect(editor.locator('.printed')).toContainText('cat notes.txt\none line');
});

test('my copy differs where I changed it, is kept, and gives way to the author’s', async ({
  page,
}) => {
  const lab = new LessonsPage(page);
  await lab.open();
  await lab.show();
  await lab.openLesson('types');
  const dialog = lab.view.getByRole('dialog');
  const open = (): Promise<void> => lab.view.getByRole('button', { name: 'My copy' }).click();
  await open();
  const editor = dialog.getByLabel('The text of the lesson');
  const text = await editor.inputValue();
  await editor.fill(text.replace('SET visits 41', 'SET visits 98'));
  await expect(dialog.locator('.added')).toHaveText('+ 127.0.0.1:6379> SET visits 98');
  await expect(dialog.locator('.removed')).toHaveText('- 127.0.0.1:6379> SET visits 41');
  await expectAccessible(page, 'my copy');
  await dialog.getByRole('button', { name: 'Use it' }).click();
  await expect(dialog).toBeHidden();
  await lab.ready();
  await expect(lab.view.getByText('This is your copy.')).toBeVisible();
  await expect(lab.cell('cell-1').getByLabel('Code of this cell')).toHaveValue(/SET visits 98/);

  await page.reload();
  await lab.show();
  await lab.openLesson('types');
  await expect(lab.cell('cell-1').getByLabel('Code of this cell')).toHaveValue(/SET visits 98/);
  await open();
  await editor.fill('no lesson');
  await dialog.getByRole('button', { name: 'Use it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('It has no title');
  await dialog.getByRole('button', { name: 'Back to the author’s text' }).click();
  await dialog.getByRole('button', { name: 'Use it' }).click();
  await lab.ready();
  await expect(lab.cell('cell-1').getByLabel('Code of this cell')).toHaveValue(/SET visits 41/);
});

test('a file that is no lesson is refused, with the line', async ({ page }) => {
  const lab = new LessonsPage(page);
  await lab.open();
  await dropFile(page, 'odd.md', '---\ntitle: Odd\n---\n\n```lab\nformat disk\n```\n');
  await expect(lab.view.getByRole('alert')).toContainText(
    'Line 5: A line of a lab cell is not understood: format disk',
  );
  await dropFile(page, 'plain.md', '# Notes\n');
  await expect(lab.view.getByRole('alert')).toContainText('It has no title');
});

test('no rule of accessibility is broken, in the list and in a lesson', async ({ page }) => {
  const lab = new LessonsPage(page);
  await lab.open();
  await lab.show();
  await expectAccessible(page, 'the course');
  await lab.openLesson('ranking');
  await lab.view.getByRole('button', { name: 'Run all' }).click();
  await expect(lab.cell('cell-3').locator('.printed')).toContainText('song7', { timeout: 60_000 });
  await expectAccessible(page, 'a lesson');
});

test('the lessons are fetched when they are opened', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  const lab = new LessonsPage(page);
  await lab.open();
  expect(fetched.filter((url) => /lessons|desk|types-/.test(url))).toEqual([]);
  await lab.show();
  await lab.openLesson('types');
  expect(fetched.filter((url) => /(ranking|sales|sentinel)-[\w-]+\.js/.test(url))).toEqual([]);
});
