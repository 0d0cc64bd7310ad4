import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../scripts/project.mjs';
import { COURSE, STRICT } from './embed-course';
import { serveSite } from './embed-site';

const snippet = (page: Page, id: string) => page.locator(`#${id}`);

test('the page around speaks to the elements, and hears of them', async ({ page }) => {
  const site = await serveSite({ '/': COURSE }, STRICT);
  await page.goto(site.origin);
  const told = await page.evaluate(async () => {
    interface Snippet extends HTMLElement {
      run(): Promise<string>;
      call(...args: string[]): Promise<{ value: unknown }>;
      value: string;
    }
    await customElements.whenDefined('resplay-snippet');
    const second = document.querySelector<Snippet>('#second');
    if (!second) throw new Error('no snippet');
    const events: unknown[] = [];
    for (const name of ['run', 'result', 'checks', 'state']) {
      second.addEventListener(name, (event) => {
        const { detail } = event as CustomEvent<Record<string, unknown>>;
        events.push([name, { ...detail, time: undefined }]);
      });
    }
    const checked = new Promise((resolve) => second.addEventListener('checks', resolve));
    const printed = await second.run();
    await checked;
    const reply = await second.call('ZCARD', 'ranking');
    return { printed, value: reply.value, events };
  });
  expect(told.printed.trim()).toBe('"11"');
  expect(told.value).toBe(3);
  const check = {
    command: 'ZSCORE ranking song2',
    expected: '"11"',
    reply: '"11"',
    passed: true,
  };
  expect(told.events).toEqual([
    ['state', { state: 'loading' }],
    ['state', { state: 'ready' }],
    ['state', { state: 'running' }],
    ['run', { code: expect.stringContaining('ZINCRBY') as unknown, language: 'redis' }],
    ['state', { state: 'ready' }],
    ['result', { output: expect.stringContaining('11') as unknown, failed: false }],
    ['checks', { passed: true, checks: [check] }],
  ]);
  site.close();
});

test('it works from another origin, and twice on one page', async ({ page }) => {
  test.setTimeout(90_000);
  const host = await serveSite({});
  const policy = `default-src 'none'; script-src ${host.origin} 'wasm-unsafe-eval'; connect-src ${host.origin}; worker-src blob: ${host.origin}`;
  const tag = `<script type="module" src="${host.origin}/resplay/resplay.js"></script>`;
  const again = `<script type="module" src="${host.origin}/resplay/resplay.js?other-version"></script>`;
  const course = COURSE.replace(/<script.*<\/script>/, `${tag}${again}`);
  const site = await serveSite({ '/': course }, policy);
  await page.goto(site.origin);
  await snippet(page, 'fourth').getByRole('button', { name: 'Run' }).click();
  await expect(snippet(page, 'fourth').getByRole('status').last()).toHaveText('As expected', {
    timeout: 60_000,
  });
  site.close();
  host.close();
});

test('every block of code on a page, by one attribute', async ({ page }) => {
  const site = await serveSite(
    {
      '/': `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>课程</title>
<script type="module" src="/resplay/resplay.js"></script></head><body><main><h1>课程</h1>
<pre><code class="language-redis">INCR visits</code></pre><pre><code class="language-html">&lt;b&gt;</code></pre>
<pre><code class="lang-redis">INCRBY visits 4</code></pre><resplay-snippet all lab="a" theme="dark"></resplay-snippet></main></body></html>`,
    },
    STRICT,
  );
  await page.goto(site.origin);
  const snippets = page.locator('resplay-snippet:not([all])');
  await expect(snippets).toHaveCount(2);
  await snippets.first().getByRole('button', { name: '运行' }).click();
  await expect(snippets.first().getByRole('log')).toHaveText(/\(integer\) 1/, { timeout: 30_000 });
  await snippets.last().getByRole('button', { name: '运行' }).click();
  await expect(snippets.last().getByRole('log')).toHaveText(/\(integer\) 5/);
  site.close();
});

test('a whole lab and a console stand in a page, and leave it alone', async ({ page }) => {
  const site = await serveSite(
    {
      '/': `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Two</title>
<script type="module" src="/resplay/resplay.js"></script></head><body><main><h1>Two</h1>
<resplay-console lab="one"></resplay-console>
<resplay-lab lab="two" panel="servers" scenario="sentinels" theme="dark"></resplay-lab></main></body></html>`,
    },
    STRICT,
  );
  await page.goto(site.origin);
  const input = page.locator('resplay-console').getByRole('textbox', { name: 'Redis command' });
  await input.fill('SET where one');
  await input.press('Enter');
  await expect(page.locator('resplay-console')).toContainText('OK', { timeout: 30_000 });
  const lab = page.locator('resplay-lab');
  await lab.scrollIntoViewIfNeeded();
  await expect(lab.locator('resplay-topology-picture g.node')).toHaveCount(6, { timeout: 30_000 });
  const other = lab.getByRole('textbox', { name: 'Redis command' });
  await other.fill('GET where');
  await other.press('Enter');
  await expect(lab.locator('resplay-cli')).toContainText('(nil)');
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBeUndefined();
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  site.close();
});

test('a shell runs in place, and a lesson of the page around in a whole lab', async ({ page }) => {
  test.setTimeout(90_000);
  const lesson =
    '---\ntitle: A short one\n---\n\nAsk:\n\n```console\n127.0.0.1:6379> PING\nPONG\n```\n';
  const site = await serveSite(
    {
      '/my-lesson.md': lesson,
      '/': `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Course</title>
<script type="module" src="/resplay/resplay.js"></script></head><body><main><h1>Course</h1>
<pre><code class="language-shell">learner@lab:~$ redis-cli set greeting hello
learner@lab:~$ redis-cli get greeting | cat</code></pre><resplay-snippet lab="a"></resplay-snippet>
<resplay-lab lab="b" lesson="my-lesson.md"></resplay-lab></main></body></html>`,
    },
    STRICT,
  );
  await page.goto(site.origin);
  const shell = page.locator('resplay-snippet');
  await shell.getByRole('button', { name: 'Run' }).click();
  await expect(shell.getByRole('log')).toContainText('hello', { timeout: 30_000 });
  const lab = page.locator('resplay-lab');
  await lab.scrollIntoViewIfNeeded();
  await expect(lab.getByRole('heading', { name: 'A short one' })).toBeVisible({ timeout: 30_000 });
  site.close();
});

test('two labs on a page have a lesson each, and leave one another alone', async ({ page }) => {
  test.setTimeout(120_000);
  const lesson = (title: string, key: string): string =>
    `---\ntitle: ${title}\n---\n\n\`\`\`console\n127.0.0.1:6379> SET ${key} here\nOK\n\`\`\`\n`;
  const site = await serveSite(
    {
      '/first.md': lesson('The first', 'one'),
      '/second.md': lesson('The second', 'two'),
      '/': `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Two lessons</title>
<script type="module" src="/resplay/resplay.js"></script></head><body><main><h1>Two lessons</h1>
<resplay-lab id="a" lab="a" lesson="first.md"></resplay-lab>
<resplay-lab id="b" lab="b" lesson="second.md"></resplay-lab></main></body></html>`,
    },
    STRICT,
  );
  await page.goto(site.origin);
  const labs = [
    ['#a', 'The first', 'one', 'two'],
    ['#b', 'The second', 'two', 'one'],
  ] as const;
  for (const [id, title] of labs) {
    const lab = page.locator(id);
    await lab.scrollIntoViewIfNeeded();
    await expect(lab.getByRole('heading', { name: title })).toBeVisible({ timeout: 30_000 });
    await lab.getByRole('button', { name: 'Run all' }).click({ timeout: 30_000 });
    await expect(lab.locator('.printed')).toContainText('OK', { timeout: 30_000 });
  }
  // Each console is at the lab of its own lesson, once both are open.
  for (const [id, title, own, other] of labs) {
    const lab = page.locator(id);
    await expect(lab.locator('resplay-lesson-notice')).toContainText(title);
    const input = lab.getByRole('textbox', { name: 'Redis command' });
    await input.fill(`EXISTS ${own} ${own} ${other}`);
    await input.press('Enter');
    await expect(lab.locator('resplay-cli')).toContainText('(integer) 2');
  }
  // Leaving one lesson leaves the other open.
  await page.locator('#a resplay-lesson-notice').getByRole('button').click();
  await expect(page.locator('#a resplay-lesson-notice')).toHaveCount(0);
  await expect(page.locator('#b resplay-lesson-notice')).toContainText('The second');
  await expect(page.locator('#b').getByRole('heading', { name: 'The second' })).toBeVisible();
  site.close();
});

test('in a frame it hears only whom it was told to', async ({ page }) => {
  const host = await serveSite({});
  const other = await serveSite({ '/': '<!doctype html><title>Other</title>' });
  const query = 'element=chart&key=ranking&setup=ZADD+ranking+7+song7';
  const frame = (origin: string): string =>
    `<iframe title="a ranking" src="${host.origin}/resplay/embed.html?${query}&origin=${origin}"></iframe>`;
  const site = await serveSite({
    '/': `<!doctype html><title>Course</title>${frame('http://127.0.0.1:1')}`,
  });
  const ask = (): Promise<unknown> =>
    page.evaluate(async () => {
      const [frame] = document.querySelectorAll('iframe');
      const heard = new Promise((resolve) => {
        addEventListener('message', ({ data }: MessageEvent<{ id?: number }>) => {
          if (data.id === 1) resolve(data);
        });
        setTimeout(() => resolve('nothing'), 1500);
      });
      const asked = { resplay: 1, id: 1, method: 'execute', args: ['ZSCORE ranking song7'] };
      frame?.contentWindow?.postMessage(asked, '*');
      return heard;
    });
  await page.goto(site.origin);
  await expect(page.frameLocator('iframe').locator('.row[data-rank]')).toContainText('song7');
  expect(await ask()).toBe('nothing');
  await page.setContent(frame(site.origin));
  await expect(page.frameLocator('iframe').locator('.row[data-rank]')).toContainText('song7');
  expect(await ask()).toEqual({ resplay: 1, id: 1, result: '"7"\n' });
  for (const one of [site, other, host]) one.close();
});

test('where storage is blocked it works in memory, and says so', async ({ page }) => {
  const site = await serveSite({
    '/': COURSE.replace('<resplay-chart', '<resplay-chart persist'),
  });
  // A frame of no origin has no storage, as one of another's where that is blocked.
  const outside = await serveSite({
    '/': `<!doctype html><title>Outside</title><iframe title="course" sandbox="allow-scripts" src="${site.origin}"></iframe>`,
  });
  await page.goto(outside.origin);
  const course = page.frameLocator('iframe');
  await course.locator('#first').getByRole('button', { name: 'Run' }).click();
  await expect(course.locator('#first').getByRole('log')).toHaveText(/\(integer\) 3/, {
    timeout: 30_000,
  });
  await course.locator('resplay-chart').scrollIntoViewIfNeeded();
  await expect(course.locator('resplay-chart')).toContainText('keeps nothing here');
  outside.close();
  site.close();
});

test('the loader is small', () => {
  const sources = ['resplay.js', /preload-helper-[^"]+\.js/]
    .map((name) => {
      const loader = readFileSync(join(root, 'dist/resplay.js'), 'utf8');
      return typeof name === 'string' ? name : `assets/${name.exec(loader)?.[0]}`;
    })
    .map((name) => gzipSync(readFileSync(join(root, 'dist', name)), { level: 9 }).length);
  const size = sources.reduce((sum, one) => sum + one, 0);
  console.log(`loader: ${(size / 1024).toFixed(1)} KB, gzip -9`);
  expect(size).toBeLessThan(10 * 1024);
});
