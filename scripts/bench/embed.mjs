// A page of somebody else's that embeds Resplay, in a browser that has never seen either: how soon a snippet has run, from
// the click and from the navigation, and how soon a chart in view shows what its set-up has written.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from '../browser.mjs';
import { build } from '../build.mjs';
import { root } from '../project.mjs';
import { serve } from '../serve.mjs';
import { grouped, median, table } from './report.mjs';

/** Navigations, each with an empty cache; medians are told. */
const ROUNDS = 5;

const page = (body) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="description" content="A page of a course with a lab in it." />
    <link rel="icon" href="resplay/favicon.svg" />
    <title>A course</title>
    <script type="module" src="resplay/resplay.js"></script>
  </head>
  <body><main><h1>Rankings</h1>${body}</main></body>
</html>
`;

const pages = {
  'snippet.html': `<pre><code class="language-redis">ZADD ranking 3 song1 8 song7</code></pre>
<resplay-snippet lab="course"></resplay-snippet>`,
  'chart.html': `<template id="songs">ZADD ranking 3 song1 8 song7</template>
<resplay-chart lab="course" key="ranking" setup="songs"></resplay-chart>`,
};

/** A folder as a course's site would be, and its server; also for other tools to look at. */
export async function courseSite(port = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'resplay-course-'));
  symlinkSync(join(root, 'dist'), join(folder, 'resplay'), 'dir');
  for (const [name, body] of Object.entries(pages)) writeFileSync(join(folder, name), page(body));
  const server = await serve({ port, folder });
  return {
    url: `http://localhost:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Times of a navigation, in milliseconds, by what they are of. */
async function visit(browser, url) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const now = () => tab.evaluate(() => performance.now());
  await tab.goto(`${url}snippet.html`);
  const run = tab.getByRole('button', { name: 'Run' });
  await run.waitFor();
  const ready = await now();
  await run.click();
  await tab.getByRole('log').getByText('(integer) 2').waitFor();
  const ran = await now();
  await context.close();
  const other = await browser.newContext();
  const chart = await other.newPage();
  await chart.goto(`${url}chart.html`);
  await chart.locator('resplay-chart .row[data-rank="1"]').getByText('song7').waitFor();
  const drawn = await chart.evaluate(() => performance.now());
  await other.close();
  return { ready, click: ran - ready, ran, drawn };
}

export async function measureEmbed() {
  const site = await courseSite();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: chromiumArguments,
  });
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await visit(browser, site.url));
  await browser.close();
  site.close();
  const of = (name) => `${grouped(Math.round(median(times.map((time) => time[name]))))} ms`;
  return [
    { what: 'navigation until a snippet can be run', figures: of('ready') },
    { what: 'its first run: from the click to its output', figures: of('click') },
    { what: 'both', figures: of('ran') },
    { what: 'navigation until a chart in view shows what its set-up wrote', figures: of('drawn') },
  ];
}

export async function embed() {
  await build();
  return measureEmbed();
}

export function embedTable(rows) {
  return table(
    ['', 'measured'],
    rows.map(({ what, figures }) => [what, figures]),
  );
}
