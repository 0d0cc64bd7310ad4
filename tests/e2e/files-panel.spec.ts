/** Files carried to the page and away from it, a real redis-server at the other end. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { PersistencePage, RealServer } from './persistence-page';

test.describe('files', () => {
  let lab: PersistencePage;
  let real: RealServer;

  test.beforeEach(async ({ page }) => {
    lab = new PersistencePage(page);
    await lab.open();
    real = new RealServer();
  });

  test.afterEach(() => real.stop());

  test('a dump of a real server is dropped on the page, and ours goes back to one', async ({
    page,
  }) => {
    await real.start();
    real.cli('HSET', 'user:1', 'name', 'Ana', 'age', '33');
    real.cli('ZADD', 'board', '1', 'x', '2.5', 'y');
    real.cli('RPUSH', 'jobs', 'a', 'b', '300');
    real.cli('SADD', 'ints', '1', '2', '3');
    real.cli('SET', 'long', 'abc'.repeat(500));
    real.cli('SAVE');
    const theirs = readFileSync(join(real.folder, 'dump.rdb'));
    const digest = real.cli('DEBUG', 'DIGEST');

    // An empty server takes it without a question.
    await lab.drop('dump.rdb', theirs);
    await expect(page.locator('resplay-load')).toContainText('dump.rdb is loaded. Keys: 5');
    expect(await lab.ask('DEBUG DIGEST')).toBe(digest);

    // One that holds data asks.
    await lab.drop('dump.rdb', theirs);
    const question = page.getByRole('dialog', { name: 'Load dump.rdb into 127.0.0.1:6379?' });
    await expect(question).toContainText('It holds 5 keys');
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await lab.enter('SET own 1');
    await lab.drop('dump.rdb', theirs);
    await question.getByRole('button', { name: 'Replace and load' }).click();
    await expect(page.locator('resplay-load')).toContainText('Keys: 5');
    expect(await lab.ask('EXISTS own')).toBe('(integer) 0');

    // And back.
    expect(await lab.ask('SET own 2')).toBe('OK');
    const expected = await lab.ask('DEBUG DIGEST');
    expect(await lab.ask('SAVE')).toBe('OK');
    await lab.show('Files');
    const download = page.waitForEvent('download');
    await lab.files.getByRole('button', { name: 'Download dump.rdb' }).click();
    const path = await (await download).path();
    expect(execFileSync('redis-check-rdb', [path], { encoding: 'utf8' })).toContain('RDB looks OK');
    const second = new RealServer();
    try {
      copyFileSync(path, join(second.folder, 'dump.rdb'));
      await second.start();
      expect(second.cli('GET', 'own')).toBe('2');
      expect(second.cli('DEBUG', 'DIGEST')).toBe(expected);
    } finally {
      second.stop();
    }
  });

  test('what is no dump is refused with the place and the cause', async ({ page }) => {
    await real.start();
    real.cli('SET', 'a', 'b'.repeat(100));
    real.cli('SAVE');
    const cut = readFileSync(join(real.folder, 'dump.rdb')).subarray(0, 100);
    expect(await lab.ask('SET kept 1')).toBe('OK');
    await lab.drop('broken.rdb', cut);
    await page.getByRole('button', { name: 'Replace and load' }).click();
    const said = page.getByRole('dialog', { name: 'broken.rdb was not loaded' });
    await expect(said.getByRole('alert')).toContainText(/offset \d+/);
    await said.getByRole('button', { name: 'Close' }).click();
    expect(await lab.ask('GET kept')).toBe('"1"');
    // A log is taken as well as a snapshot.
    await lab.drop('appendonly.aof', Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$1\r\n9\r\n'));
    await page.getByRole('button', { name: 'Replace and load' }).click();
    await expect(page.locator('resplay-load')).toContainText('appendonly.aof is loaded. Keys: 1');
    expect(await lab.ask('GET x')).toBe('"9"');
  });

  test('text files can be read, others are shown as what they are', async ({ page }) => {
    expect(await lab.ask('SAVE')).toBe('OK');
    await lab.show('Files');
    await lab.files.getByRole('button', { name: 'View redis.conf' }).click();
    await expect(lab.files.getByRole('region', { name: 'Content of redis.conf' })).toContainText('dir /var/lib/redis'); // prettier-ignore
    await page.keyboard.press('Enter');
    await expect(lab.files.getByRole('button', { name: 'View redis.conf' })).toBeFocused();
    await lab.files.getByRole('button', { name: 'View dump.rdb' }).click();
    await expect(lab.files.getByRole('grid')).toContainText('Magic word of RDB files');
    await lab.files.getByRole('button', { name: 'All files' }).click();
    await expect(lab.files).toContainText('Kept in this browser');
    await lab.files.getByRole('button', { name: 'Ask the browser to keep it' }).click();
    await expect(lab.files).toContainText(/did not promise|promised not to evict/);
  });
});

test('redis.conf is edited in the files’ view, faults are listed, and a restart applies it', async ({
  page,
}) => {
  const lab = new PersistencePage(page);
  await lab.open();
  await page.getByRole('tab', { name: 'Files' }).click();
  await page.getByRole('button', { name: 'View redis.conf' }).click();
  await page.getByRole('button', { name: 'Edit redis.conf' }).click();
  const editor = page.locator('resplay-file-editor');
  const content = editor.locator('.cm-content');
  await expect(editor.locator('.cm-lineNumbers')).toContainText('12', { timeout: 30_000 });
  await expect(content.locator('span').first()).toBeVisible();

  // What is commented out is used by taking the # away, and a fault is named with its line.
  const type = async (old: string, fresh: string): Promise<number> =>
    content.evaluate(
      (element, [from, to]) => {
        const { view } = (element as HTMLElement & { cmTile: { view: CodeMirror } }).cmTile;
        const { doc } = view.state;
        const at = doc.toString().indexOf(from);
        view.dispatch({ changes: { from: at, to: at + from.length, insert: to } });
        return view.state.doc.lineAt(at + 1).number;
      },
      [old, fresh] as const,
    );
  await type('\n# requirepass a-long-secret\n', '\nrequirepass open\n');
  const line = await type('\nappendonly no\n', '\nappendonly maybe\n');
  const problems = editor.getByRole('list', { name: 'What the server would refuse' });
  await expect(problems).toContainText(`Line ${line}: argument must be 'yes' or 'no'`);
  await editor.getByRole('button', { name: 'Save' }).click();
  const restart = page.getByRole('button', { name: 'Restart 6379' });
  await restart.click();
  const said = page.locator('resplay-file-editing').getByRole('alert');
  await expect(said).toContainText(`at line ${line}`, { timeout: 30_000 });

  await type('\nappendonly maybe\n', '\nappendonly yes\n');
  await expect(problems).toHaveCount(0);
  await editor.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Start 6379' }).click();
  await expect(page.getByText('6379 runs with this file now.')).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page, 'the editor of files', 'resplay-app', 'resplay-panels');
  // As redis-cli does: what it was connected to is gone.
  expect(await lab.ask('GET a')).toContain('closed the connection');
  expect(await lab.ask('GET a')).toContain('NOAUTH');
  expect(await lab.ask('AUTH open')).toBe('OK');
  await lab.enter('CONFIG GET appendonly');
  await lab.expectOutput('2) "yes"');
  await editor.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Edit redis.conf' })).toBeFocused();
});

/** As much of CodeMirror as the test holds on to. */
interface CodeMirror {
  readonly state: {
    readonly doc: { toString(): string; lineAt(at: number): { readonly number: number } };
  };
  dispatch(change: { changes: { from: number; to: number; insert: string } }): void;
}
