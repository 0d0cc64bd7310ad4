import { expect, type Locator } from '@playwright/test';
import { LabPage } from './lab-page';

/** The page with a real server in the lab's place. */
export class RemotePage extends LabPage {
  get dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Connect to a real server' });
  }

  get notice(): Locator {
    return this.page.locator('resplay-real-notice');
  }

  get servers(): Locator {
    return this.page.locator('resplay-servers');
  }

  async openDialog(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Servers' }).click();
    await this.page.getByRole('button', { name: 'Real server…' }).click();
    await expect(this.dialog).toBeVisible();
  }

  async fill(fields: {
    readonly address: string;
    readonly first?: string;
    readonly user?: string;
    readonly password?: string;
  }): Promise<void> {
    const { address, first, user, password } = fields;
    await this.dialog.getByLabel('Address of the bridge').fill(address);
    if (first !== undefined) await this.dialog.getByLabel('Server to begin with').fill(first);
    if (user !== undefined) await this.dialog.getByLabel('User').fill(user);
    if (password !== undefined) await this.dialog.getByLabel('Password').fill(password);
  }

  async submit(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Connect' }).click();
  }

  async connect(fields: Parameters<RemotePage['fill']>[0], prompt: string): Promise<void> {
    await this.openDialog();
    await this.fill(fields);
    await this.submit();
    await expect(this.notice).toContainText('Connected', { timeout: 20_000 });
    await expect(this.prompt).toHaveText(`${prompt}> `);
  }

  /** What the console prints for a line. */
  async printed(line: string): Promise<string> {
    const before = await this.text();
    const prompt = (await this.prompt.textContent()) ?? '';
    await this.enter(line);
    let printed = '';
    await expect
      .poll(
        async () => {
          const after = (await this.text()).slice(before.length);
          const at = after.indexOf(`${line}\n`);
          const last = printed;
          printed = at < 0 ? '' : after.slice(at + line.length + 1);
          // Nothing more comes.
          return printed !== '' && printed === last;
        },
        { message: `${prompt}${line}` },
      )
      .toBe(true);
    return printed;
  }
}
