import { expect, type Locator, type Page } from '@playwright/test';
import { isCell, type Cell, type Lesson } from '../../www/src/lessons/format';
import { ViewsPage } from './views-page';

/** The lessons as a learner uses them. */
export class LessonsPage extends ViewsPage {
  get view(): Locator {
    return this.page.locator('resplay-lessons');
  }

  async show(name: RegExp = /^(Lessons|课程)$/): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await this.view.waitFor();
  }

  async openLesson(name: string): Promise<void> {
    await this.view.locator(`[data-lesson="${name}"]`).click();
    await this.ready();
  }

  /** Its lab is there. */
  async ready(): Promise<void> {
    await expect(this.runAll).toBeEnabled({ timeout: 30_000 });
  }

  get runAll(): Locator {
    return this.view.getByRole('button', { name: /^(Run all|全部运行)$/ });
  }

  cell(id: string): Locator {
    return this.view.locator(`[data-cell="${id}"]`);
  }

  check(id: string): Locator {
    return this.view.locator(`[data-check="${id}"]`);
  }

  /** Puts the author's answer into an exercise, and runs a cell; what it has printed. */
  async run(cell: Cell): Promise<string> {
    const shown = this.cell(cell.id);
    if (cell.exercise) {
      await shown.getByRole('button', { name: /^(Show the answer|看答案)$/ }).click();
      await shown.locator('.use').click();
    }
    await shown.locator('.run').click();
    await expect(shown).toHaveAttribute('data-state', /done|held/, { timeout: 60_000 });
    return this.printed(cell);
  }

  async printed(cell: Cell): Promise<string> {
    const printed = this.cell(cell.id).locator('.printed');
    return (await printed.count()) === 0 ? '' : ((await printed.textContent()) ?? '');
  }

  /** What a cell has printed, as soon as it fits; what a server prints goes on for a while. */
  async printedOnce(cell: Cell, fits: (text: string) => boolean): Promise<string> {
    const until = Date.now() + 30_000;
    for (;;) {
      const text = await this.printed(cell);
      const state = await this.cell(cell.id).getAttribute('data-state');
      if (fits(text) || state !== 'held' || Date.now() > until) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /**
   * Goes through a lesson from its first cell to its last. A check must not hold before what stands above it has been
   * done, and must hold then.
   */
  async goThrough(
    lesson: Lesson,
    done: (cell: Cell, printed: string) => void | Promise<void>,
  ): Promise<void> {
    const { blocks } = lesson;
    for (const [at, block] of blocks.entries()) {
      if (block.kind === 'predict') {
        const right = block.choices.findIndex((choice) => choice.right);
        const choices = this.view.locator(`[data-predict="${block.id}"] .choices button`);
        await choices.nth(right).click();
        await expect(choices.nth(right)).toHaveClass(/right/);
      } else if (isCell(block) && !block.hidden) {
        await this.expectChecks(lesson, at, false);
        await done(block, await this.run(block));
      } else if (block.kind === 'check') {
        await expect(this.check(block.id), `line ${block.line}: ${block.text}`).toHaveClass(
          /reached/,
          { timeout: 20_000 },
        );
      }
    }
  }

  /** None of the checks below a place is reached yet. */
  private async expectChecks(lesson: Lesson, from: number, reached: boolean): Promise<void> {
    for (const block of lesson.blocks.slice(from)) {
      if (block.kind !== 'check') continue;
      const shown = await this.check(block.id).getAttribute('class');
      expect(shown?.includes('reached'), `too soon, line ${block.line}: ${block.text}`).toBe(
        reached,
      );
    }
  }
}

export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([fileName = '', content = '']) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName, { type: 'text/markdown' }));
      const options = { dataTransfer, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent('dragenter', options));
      document.body.dispatchEvent(new DragEvent('drop', options));
    },
    [name, text],
  );
}
