import { expect, type Locator } from '@playwright/test';
import type { App } from './lab-calls';
import { ViewsPage } from './views-page';

interface EditorLike {
  readonly state: { readonly doc: { readonly length: number; toString(): string } };
  dispatch(change: { changes: { from: number; to: number; insert: string } }): void;
}

type Edited = HTMLElement & { cmTile: { view: EditorLike } };

/** The code view as a person uses it. */
export class CodePage extends ViewsPage {
  get code(): Locator {
    return this.page.locator('resplay-code');
  }

  get printed(): Locator {
    return this.code.getByRole('log');
  }

  get status(): Locator {
    return this.code.getByRole('status');
  }

  get editor(): Locator {
    return this.code.locator('.cm-content');
  }

  /** A script's tab. */
  script(name: string): Locator {
    return this.code.getByRole('tab', { name, exact: true });
  }

  button(name: string): Locator {
    return this.code.getByRole('button', { name, exact: true });
  }

  async show(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Code', exact: true }).click();
    await this.code.locator('.cm-editor').waitFor();
  }

  /** Opens the page with an empty script in JavaScript. */
  async openJavaScript(): Promise<void> {
    await this.open();
    await this.show();
    await this.button('New JavaScript script').click();
    await expect(this.script('script.js')).toHaveAttribute('aria-selected', 'true');
  }

  /** Puts a script in place of what is in the editor. */
  async write(script: string): Promise<void> {
    await this.editor.evaluate((element, text) => {
      // As the editor itself would be told, since it would indent what is typed.
      const { view } = (element as Edited).cmTile;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    }, script);
  }

  /** What is in the editor. */
  source(): Promise<string> {
    return this.editor.evaluate((element) => (element as Edited).cmTile.view.state.doc.toString());
  }

  async begin(script: string): Promise<void> {
    await this.write(script);
    await this.editor.press('Control+Enter');
  }

  /** Runs a script to its end. */
  async run(script: string, ending = 'Done.'): Promise<string> {
    await this.begin(script);
    await expect(this.status).toHaveText(ending, { timeout: 60_000 });
    return this.printed.innerText();
  }

  pullThePlug(): Promise<void> {
    return this.page.locator('resplay-app').evaluate(async (app) => {
      await (app as App).lab.pullThePlug();
    });
  }

  /** Turns the clock back to just after the lab began. */
  lookBack(): Promise<void> {
    return this.page.locator('resplay-app').evaluate(async (app) => {
      const { clock } = (app as App).lab;
      if (!(await clock.lookAt((clock.time.began ?? 0) + 1))) throw new Error('no history');
    });
  }

  lookAtPresent(): Promise<void> {
    return this.page
      .locator('resplay-app')
      .evaluate((app) => (app as App).lab.clock.lookAtPresent());
  }

  fork(): Promise<void> {
    return this.page.locator('resplay-app').evaluate((app) => (app as App).lab.clock.fork());
  }

  /** The scripts on the lab's disk, by name. */
  files(): Promise<Record<string, string>> {
    return this.page.locator('resplay-app').evaluate(async (app) => {
      const { files } = (app as App).lab;
      const found = await files.list('/home/learner').catch(() => []);
      const texts: Record<string, string> = {};
      for (const { path } of found) {
        texts[path.slice(path.lastIndexOf('/') + 1)] = new TextDecoder().decode(
          await files.read(path),
        );
      }
      return texts;
    });
  }

  /** Writes a script past the view, as a shell would. */
  writeFile(name: string, text: string): Promise<void> {
    return this.page
      .locator('resplay-app')
      .evaluate(
        (app, [path, content]) =>
          (app as App).lab.files.write(path, new TextEncoder().encode(content)),
        [`/home/learner/${name}`, text] as const,
      );
  }

  removeFile(name: string): Promise<void> {
    return this.page
      .locator('resplay-app')
      .evaluate((app, path) => (app as App).lab.files.remove(path), `/home/learner/${name}`);
  }

  /** Drops a file into the view. */
  drop(name: string, text: string): Promise<void> {
    return this.code.locator('.parts').evaluate(
      (parts, [file, content]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], file));
        parts.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
      },
      [name, text] as const,
    );
  }
}
