import { expect, test } from '@playwright/test';
import { ViewsPage } from './views-page';

/** The servers' view as a person uses it. */
class ServersPage extends ViewsPage {
  /** Of the console that is in front. */
  override get output() {
    return this.page.locator('resplay-console .output >> visible=true').first();
  }

  get servers() {
    return this.page.locator('resplay-servers');
  }

  row(port: number) {
    return this.servers.locator(`tr[data-port="${port}"]`);
  }

  async show(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Servers' }).click();
    await expect(this.row(6379)).toContainText('Primary');
  }

  async expectRole(port: number, role: string): Promise<void> {
    await expect(this.row(port).locator('.role')).toHaveText(role, { timeout: 30_000 });
  }
}

test('a replica follows, and has what the primary has', async ({ page }) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.enter('SET greeting hello');
  await lab.show();
  await lab.servers.getByRole('button', { name: 'Add a replica' }).click();
  await lab.expectRole(6380, 'Replica');
  await expect(lab.row(6380)).toContainText('Follows 127.0.0.1:6379', { timeout: 20_000 });
  await expect(lab.row(6379)).toContainText('1 replicas');
  await lab
    .row(6380)
    .getByRole('button', { name: /^Opens a console/ })
    .click();
  await lab.enter('GET greeting');
  await lab.expectOutput('"hello"');
  await lab.enter('SET greeting bye');
  await lab.expectOutput("READONLY You can't write against a read only replica.");
});

test('three sentinels replace a primary that is killed', async ({ page }) => {
  test.setTimeout(120_000);
  const lab = new ServersPage(page);
  await lab.open();
  await lab.show();
  for (let count = 0; count < 2; count += 1) {
    await lab.servers.getByRole('button', { name: 'Add a replica' }).click();
    await lab.expectRole(6380 + count, 'Replica');
  }
  for (let count = 0; count < 3; count += 1) {
    await lab.servers.getByRole('button', { name: 'Add a sentinel' }).click();
    await lab.expectRole(26_379 + count, 'Sentinel');
  }
  await expect(lab.row(6379)).toContainText('2 replicas', { timeout: 20_000 });
  await expect(lab.row(26_379)).toContainText('ok, 3 sentinels', { timeout: 20_000 });
  // Sentinels ask for replicas every ten seconds.
  await lab
    .row(26_379)
    .getByRole('button', { name: /^Opens a console/ })
    .click();
  await expect
    .poll(
      async () => {
        await lab.enter('INFO sentinel');
        return lab.text();
      },
      { timeout: 30_000, intervals: [1000] },
    )
    .toMatch(/slaves=2,sentinels=3/);
  await lab
    .row(6379)
    .getByRole('button', { name: /^kill -9/ })
    .click();
  await lab.expectRole(6379, 'Stopped');
  await expect(lab.servers.locator('.role.primary')).toHaveCount(1, { timeout: 40_000 });
  await lab
    .row(6379)
    .getByRole('button', { name: /^Starts/ })
    .click();
  await lab.expectRole(6379, 'Replica');
});
