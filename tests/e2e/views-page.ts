import { expect, type Locator } from '@playwright/test';
import type { Lab } from '../../www/src/client/api';
import { LabPage } from './lab-page';

/** The live views as a person sees them. */
export class ViewsPage extends LabPage {
  /** The first chart. */
  get chart(): Locator {
    return this.page.locator('resplay-ranking-chart').first();
  }

  get keys(): Locator {
    return this.page.locator('resplay-key-list');
  }

  get value(): Locator {
    return this.page.locator('resplay-key-value');
  }

  /** Types and enters several lines, one after another. */
  async enterAll(...lines: string[]): Promise<void> {
    for (const line of lines) await this.enter(line);
  }

  /** The bars of a chart from top to bottom, by where they stand on the screen. */
  async bars(chart = this.chart): Promise<{ member: string; score: string; width: number }[]> {
    return chart.locator('.row[data-rank]').evaluateAll((rows) =>
      rows
        .map((row) => ({
          top: row.getBoundingClientRect().top,
          member: row.querySelector('.member')?.textContent ?? '',
          score: row.querySelector('.score')?.textContent ?? '',
          width:
            (row.querySelector('.fill')?.getBoundingClientRect().right ?? 0) -
            (row.querySelector('.lane')?.getBoundingClientRect().left ?? 0),
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ member, score, width }) => ({ member, score, width: Math.round(width) })),
    );
  }

  async expectBars(...expected: string[]): Promise<void> {
    await expect
      .poll(async () =>
        (await this.bars())
          .slice(0, expected.length)
          .map(({ member, score }) => `${member} ${score}`),
      )
      .toEqual(expected);
  }

  /** A key's row in the list. */
  keyRow(key: string): Locator {
    return this.keys.locator('.row', { has: this.page.locator('.key', { hasText: exactly(key) }) });
  }

  /** Runs one of the examples by its button. */
  async runExample(id: string): Promise<void> {
    await this.page.locator('#examples-button').click();
    await this.page.locator(`[data-example="${id}"]`).getByRole('button').last().click();
  }

  /** Many keys at once, past the console. */
  async seed(count: number): Promise<void> {
    await this.page.locator('resplay-app').evaluate(async (app, total) => {
      const { lab } = app as HTMLElement & { lab: Lab };
      const connection = await lab.connect();
      for (let start = 0; start < total; start += 5000) {
        await connection.pipeline(
          Array.from({ length: Math.min(5000, total - start) }, (_, index) => [
            'SET',
            `user:${String(start + index).padStart(6, '0')}`,
            `value ${start + index}`,
          ]),
        );
      }
      connection.close();
    }, count);
  }
}

export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
