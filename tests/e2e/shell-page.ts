import { expect, type Locator } from '@playwright/test';
import { ViewsPage } from './views-page';

/** The shell as a person uses it: types, reads, and waits for the prompt. */
export class ShellPage extends ViewsPage {
  get shell(): Locator {
    return this.page.locator('resplay-shell');
  }

  /** The terminal in front. */
  get terminal(): Locator {
    return this.shell.locator('resplay-terminal >> visible=true');
  }

  get editor(): Locator {
    return this.shell.locator('resplay-file-editor >> visible=true');
  }

  async show(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Shell' }).click();
    await this.expectPrompt('learner@lab:~$');
  }

  async expectPrompt(prompt: string): Promise<void> {
    await expect(this.terminal.locator('.input-row .prompt')).toHaveText(prompt, {
      timeout: 30_000,
    });
  }

  async screen(): Promise<string> {
    return (await this.terminal.locator('.output').textContent()) ?? '';
  }

  async expectScreen(text: string | RegExp): Promise<void> {
    await expect
      .poll(() => this.screen(), { timeout: 30_000 })
      .toMatch(
        typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text,
      );
  }

  /** Types and enters a line. */
  async say(line: string): Promise<void> {
    const input = this.terminal.getByRole('textbox');
    await input.focus();
    await this.page.keyboard.insertText(line);
    await this.page.keyboard.press('Enter');
  }

  /** Enters a line, waits for the prompt, and answers what was printed. */
  async do(line: string, prompt: string | RegExp = /^learner@lab:\S+\$ ?$/): Promise<string> {
    const before = await this.screen();
    await this.say(line);
    await expect.poll(async () => (await this.screen()).length).toBeGreaterThan(before.length);
    await expect(this.terminal.locator('.input-row .prompt')).toHaveText(prompt, {
      timeout: 60_000,
    });
    // A program that goes on shows the prompt that it had.
    await expect(this.terminal.locator('.output')).toHaveAttribute('aria-busy', 'false', {
      timeout: 60_000,
    });
    const after = await this.screen();
    const printed = after.slice(before.length);
    return printed.slice(printed.indexOf(line) + line.length).replace(/^\n/, '');
  }

  /** Types in vi: what begins with : or / is entered, other text is left with Esc. */
  async vi(...parts: string[]): Promise<void> {
    await this.editor.locator('.cm-vim-panel').waitFor({ timeout: 30_000 });
    for (const part of parts) {
      await this.page.keyboard.type(part);
      await this.page.keyboard.press(/^[:/]/.test(part) ? 'Enter' : 'Escape');
    }
  }

  editorText(): Promise<string> {
    return this.editor.locator('.cm-content').evaluate((element) => {
      const { view } = (element as HTMLElement & { cmTile: { view: Editor } }).cmTile;
      return view.state.doc.toString();
    });
  }

  /** Replaces a text by another, as a person would who selects it and types. */
  async replaceInEditor(old: string, fresh: string): Promise<void> {
    const content = this.editor.locator('.cm-content');
    await content.waitFor({ timeout: 30_000 });
    await content.evaluate((element, old) => {
      const { view } = (element as HTMLElement & { cmTile: { view: Editor } }).cmTile;
      const from = view.state.doc.toString().indexOf(old);
      view.dispatch({ selection: { anchor: from, head: from + old.length }, scrollIntoView: true });
    }, old);
    await content.focus();
    await this.page.keyboard.insertText(fresh);
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async newTerminal(): Promise<void> {
    await this.shell.getByRole('button', { name: 'New terminal' }).click();
    await this.expectPrompt('learner@lab:~$');
  }

  async turnTo(number: number): Promise<void> {
    await this.shell.getByRole('tab', { name: `Terminal ${number}` }).click();
    await expect(this.terminal.getByRole('textbox')).toBeFocused();
  }
}

interface Editor {
  readonly state: { readonly doc: { toString(): string } };
  dispatch(change: {
    readonly selection: { readonly anchor: number; readonly head: number };
    readonly scrollIntoView: boolean;
  }): void;
}
