import { expect, test } from '@playwright/test';
import { ViewsPage } from './views-page';

/** The servers' view as a person uses it. */
class ServersPage extends ViewsPage {
  /** Of the console that is in front. */
  override get output() {
    return this.page.locator('resplay-cli .output >> visible=true').first();
  }

  get servers() {
    return this.page.locator('resplay-servers');
  }

  row(process: number) {
    return this.servers.locator(`tr[data-process="${process}"]`);
  }

  async show(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Servers' }).click();
    await expect(this.row(6379)).toContainText('Primary');
  }

  async expectRole(process: number, role: string): Promise<void> {
    await expect(this.row(process).locator('.role')).toHaveText(role, { timeout: 20_000 });
  }

  /** Chooses a process, and one of the things that can be done to it. */
  async act(process: number, action: RegExp): Promise<void> {
    await this.row(process).getByRole('button').click();
    await this.servers.locator('.actions').getByRole('button', { name: action }).click();
  }

  async scenario(name: string): Promise<void> {
    await this.servers.getByLabel('Scenario', { exact: true }).selectOption({ label: name });
    await expect(this.servers.getByLabel('Scenario', { exact: true })).toBeEnabled({
      timeout: 30_000,
    });
  }

  async step(name: string): Promise<void> {
    const step = this.servers.getByRole('group', { name: 'Steps' }).getByRole('button', { name });
    await step.click();
    await expect(step).toBeEnabled({ timeout: 20_000 });
  }

  /** Leads the clock a minute ahead. */
  async hurry(): Promise<void> {
    const hurry = this.servers.getByRole('button', { name: '+60 s' });
    await hurry.click();
    await expect(hurry).toBeEnabled({ timeout: 30_000 });
  }
}

test('a replica follows, and has what the primary has', async ({ page }) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.enter('SET greeting hello');
  await lab.show();
  await lab.servers.getByRole('button', { name: 'Replica' }).click();
  await lab.expectRole(6380, 'Replica');
  await expect(lab.row(6380)).toContainText('Follows 127.0.0.1:6379', { timeout: 20_000 });
  await expect(lab.row(6379)).toContainText('1 replicas');
  await lab.act(6380, /^Opens a console/);
  await lab.enter('GET greeting');
  await lab.expectOutput('"hello"');
  await lab.enter('SET greeting bye');
  await lab.expectOutput("READONLY You can't write against a read only replica.");
});

test('three sentinels replace a primary that is killed, in a minute that takes a moment', async ({
  page,
}) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.show();
  await lab.scenario('Three sentinels');
  await expect(lab.row(6379)).toContainText('2 replicas', { timeout: 20_000 });
  await lab.step('Write a key');
  await lab.step('Kill the primary');
  await lab.expectRole(6379, 'Stopped');
  await lab.hurry();
  await expect(lab.servers.locator('.role.primary')).toHaveCount(1);
  await expect(lab.servers.locator('resplay-lab-events')).toContainText('It has been elected');
  await lab.step('Start the old primary again');
  await lab.hurry();
  await lab.expectRole(6379, 'Replica');
  const row = lab.row(6379);
  await expect(row).toContainText('Follows');
});

test('a primary that is cut off goes on alone; what it took is lost when the lines are mended', async ({
  page,
}) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.show();
  await lab.scenario('Split brain');
  await lab.step('Cut the primary off');
  await expect(lab.servers.locator('resplay-topology-picture text.cut').first()).toBeVisible();
  await lab.hurry();
  await expect(lab.servers.locator('.role.primary')).toHaveCount(2);
  await lab.step('Write to both primaries');
  await lab.step('Mend the lines');
  await lab.hurry();
  await expect(lab.servers.locator('.role.primary')).toHaveCount(1);
  await lab.expectRole(6379, 'Replica');
  // Who was connected to a server that becomes a replica is disconnected.
  await lab.enter('PING');
  await lab.enter('GET greeting');
  await lab.expectOutput('"written to the new primary"');
});

test('a lab that was turned back goes on another way', async ({ page }) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.show();
  await lab.scenario('One primary, two replicas');
  await lab.enter('SET kept yes');
  await lab.expectOutput('OK');
  // The moment is shown, and can be chosen, in steps of a tenth of a second.
  await page.waitForTimeout(500);
  await lab.servers.getByRole('button', { name: 'Stop the clock' }).click();
  const moment = lab.servers.getByLabel('The moment that is shown');
  await page.waitForTimeout(300);
  const before = await moment.inputValue();
  await lab.servers.getByRole('button', { name: 'Let the clock go' }).click();
  await page.waitForTimeout(300);
  await lab.enter('SET forgotten yes');
  await lab.act(6380, /^kill -9/);
  await lab.expectRole(6380, 'Stopped');

  await moment.fill(before);
  await expect(lab.servers.getByText('This is how it was at')).toBeVisible();
  await lab.expectRole(6380, 'Replica');
  await lab.servers.getByRole('button', { name: 'Back to now' }).click();
  await lab.expectRole(6380, 'Stopped');

  await moment.fill(before);
  await lab.servers.getByRole('button', { name: 'Go on from here' }).click();
  await lab.expectRole(6380, 'Replica');
  await lab.enter('MGET kept forgotten');
  await lab.expectOutput('1) "yes"\n2) (nil)');
  await expect(lab.servers.getByRole('button', { name: 'Stop the clock' })).toBeEnabled();
});

test('a process that stands still answers when it goes on', async ({ page }) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.show();
  await lab.act(6379, /^kill -STOP/);
  await lab.expectRole(6379, 'Paused');
  await lab.act(6379, /^kill -CONT/);
  await lab.expectRole(6379, 'Primary');
  await lab.enter('PING');
  await lab.expectOutput('PONG');
});

test('two charts of one key show that a replica is behind', async ({ page }) => {
  const lab = new ServersPage(page);
  await lab.open();
  await lab.show();
  await lab.scenario('One primary, two replicas');
  await lab.enter('ZADD ranking 1 first');
  await lab.act(6380, /^Cuts the lines/);
  await expect(lab.servers.locator('resplay-topology-picture text.cut').first()).toBeVisible();
  await lab.enter('ZADD ranking 2 second');
  await page.getByRole('button', { name: 'Show the charts again' }).click();
  await page.getByRole('button', { name: 'Add chart' }).click();
  const other = page.locator('resplay-ranking-chart').nth(1);
  await other.getByLabel('Server').selectOption('6380');
  await lab.expectBars('second 2', 'first 1');
  await expect
    .poll(async () => (await lab.bars(other)).map(({ member }) => member))
    .toEqual(['first']);
  await lab.act(6380, /^Mends all lines/);
  await expect
    .poll(async () => (await lab.bars(other)).map(({ member }) => member))
    .toEqual(['second', 'first']);
});
