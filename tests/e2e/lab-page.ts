import { expect, type Locator, type Page } from '@playwright/test';

/** The page as a person sees it. */
export class LabPage {
  constructor(readonly page: Page) {}

  get input(): Locator {
    return this.page.getByRole('textbox', { name: /^(Redis command|Redis 命令)$/ }).first();
  }

  get output(): Locator {
    return this.page.locator('resplay-cli .output').first();
  }

  get prompt(): Locator {
    return this.page.locator('resplay-cli .input-row .prompt').first();
  }

  get hint(): Locator {
    return this.page.locator('resplay-cli .hint').first();
  }

  get completions(): Locator {
    return this.page.getByRole('listbox').getByRole('option');
  }

  /** Opens the page and waits until a command can be typed. */
  async open(path = ''): Promise<void> {
    await this.page.goto(path);
    await expect(this.prompt).toHaveText(/6379> ?$/);
  }

  async type(text: string): Promise<void> {
    await this.input.focus();
    await this.page.keyboard.insertText(text);
  }

  /** Types and enters a line. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** The output so far, as it stands on the screen. */
  async text(): Promise<string> {
    return (await this.output.textContent()) ?? '';
  }

  async expectOutput(text: string): Promise<void> {
    await expect.poll(() => this.text()).toContain(text);
  }

  /** Pastes, as from another program. */
  async paste(text: string): Promise<void> {
    await this.input.focus();
    await this.input.evaluate((element, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      element.dispatchEvent(
        new ClipboardEvent('paste', {
          clipboardData,
          bubbles: true,
          cancelable: true,
          composed: true,
        }),
      );
    }, text);
  }
}
