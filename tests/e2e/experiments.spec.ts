import { expect, test } from '@playwright/test';
import { expectAccessible } from './accessible';
import { CodePage } from './code-page';
import { ViewsPage } from './views-page';

class ExperimentsPage extends ViewsPage {
  get races() {
    return this.page.locator('resplay-races');
  }

  get pipelines() {
    return this.page.locator('resplay-pipelines');
  }

  async show(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Experiments' }).click();
    await this.races.waitFor();
  }

  /** Lets thirty clients add one each; what should have come of it, and what has. */
  async race(way: string): Promise<{ expected: number; actual: number; told: string }> {
    const { races } = this;
    await races.getByLabel('How they add').selectOption({ label: way });
    await races.getByRole('button', { name: /^Start/ }).click();
    const told = races.locator('.result [role=status]');
    await expect(told).toContainText('It took', { timeout: 60_000 });
    const [expected, actual] = await races.locator('.figures dd').allInnerTexts();
    return {
      expected: Number(expected),
      actual: Number(actual),
      told: await told.innerText(),
    };
  }
}

test('thirty clients lose updates without a lock, and none with one', async ({ page }) => {
  test.setTimeout(180_000);
  const lab = new ExperimentsPage(page);
  await lab.open();
  await lab.show();
  const none = await lab.race('Without a lock');
  expect(none.expected).toBe(30);
  expect(none.actual).toBeLessThan(30);
  expect(none.told).toContain(`Updates lost: ${30 - none.actual}`);
  for (const way of ['SET NX EX', 'redis-py’s lock', 'WATCH', 'INCR']) {
    const { expected, actual, told } = await lab.race(way);
    expect([way, expected, actual]).toEqual([way, 30, 30]);
    expect(told).toContain('No update was lost');
  }
  for (const way of ['A lock that runs out too early', 'A lock released by the wrong owner']) {
    const { expected, actual } = await lab.race(way);
    expect(expected, way).toBe(30);
    expect(actual, way).toBeLessThan(30);
  }
  // What each has done stands there, client by client.
  await expect(lab.races.locator('resplay-race-timeline title')).toHaveCount(30);
  await expect(lab.races.locator('resplay-race-timeline .plot .mark.stolen').first()).toBeVisible();
  await expectAccessible(page, 'the races');
});

test('a pipeline pays for the way once', async ({ page }) => {
  const lab = new ExperimentsPage(page);
  await lab.open();
  await lab.show();
  await page.getByRole('button', { name: 'Pipelines' }).click();
  const { pipelines } = lab;
  await pipelines.getByLabel('Round trip, ms').fill('30');
  await pipelines.getByLabel('Commands').fill('10');
  await pipelines.getByRole('button', { name: 'Send 10 commands both ways' }).click();
  await expect(pipelines.getByText(/The pipeline took/)).toBeVisible({ timeout: 20_000 });
  const trips = await pipelines.locator('.figures dt').allInnerTexts();
  expect(trips).toEqual(['Round trips: 10', 'Round trips: 1']);
  const [one, all] = (await pipelines.locator('.figures dd').allInnerTexts()).map(parseFloat);
  expect(one).toBeGreaterThanOrEqual(300);
  expect(all).toBeGreaterThanOrEqual(30);
  expect(all).toBeLessThan((one ?? 0) / 3);
  await lab.enter('GET key:10');
  await lab.expectOutput('"10"');
  await expectAccessible(page, 'the pipelines');
});

test('a stopped run leaves nothing behind, and a server that is gone is told', async ({ page }) => {
  const lab = new ExperimentsPage(page);
  await lab.open();
  await lab.show();
  const { races } = lab;
  await races.getByLabel('Work, ms').fill('1000');
  await races.getByLabel('How they add').selectOption({ label: 'SET NX EX' });
  await races.getByRole('button', { name: /^Start/ }).click();
  await expect(races.getByText('Running…')).toBeVisible();
  await races.getByRole('button', { name: 'Stop' }).click();
  await expect(races.getByRole('button', { name: /^Start/ })).toBeVisible();
  await lab.enter('SHUTDOWN NOSAVE');
  await races.getByRole('button', { name: /^Start/ }).click();
  await expect(races.getByRole('alert')).toContainText('Connection refused');
});

test('thirty requests from Python meet the same servers', async ({ page }) => {
  test.setTimeout(120_000);
  const lab = new CodePage(page);
  await lab.open();
  await lab.show();
  const printed = await lab.run(`
import threading
import requests

def race(way):
    requests.post('http://app1:8001/reset')
    def add_one(server):
        requests.get('http://127.0.0.1:%d/add' % server, params={'way': way}).raise_for_status()
    clients = [threading.Thread(target=add_one, args=(8001 + n % 2,)) for n in range(30)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return int(requests.get('http://127.0.0.1:8002/score').text)

print(race('none') < 30, race('setnx'), race('lock'))
session = requests.Session()
print(session.get('http://127.0.0.1:8001/nothing').status_code, session.get('http://127.0.0.1:8001/').json()['ways'][0])
print(session.get('http://127.0.0.1:8001/add?way=magic').text.strip())
`);
  expect(printed.trim().split('\n')).toEqual([
    'True 30 30',
    '404 none',
    'way is one of none, setnx, lock, short, owner, watch, incr',
  ]);
});
