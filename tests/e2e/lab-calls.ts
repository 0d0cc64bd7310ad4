/** The lab of a page worked with from inside, past the console: for many commands, and for what no button does. */

import { expect, type Page } from '@playwright/test';
import type { Lab } from '../../www/src/client/api';

export type App = HTMLElement & { lab: Lab };

/** Resolves once commands are served. */
export const ready = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const app = document.querySelector('resplay-app') as Partial<App> | null;
    return app?.lab?.instances.some(({ state }) => state === 'running');
  });

/** Runs commands in one pipeline, and answers the replies as text. */
export const ask = (page: Page, ...commands: string[][]): Promise<string[]> =>
  page.locator('resplay-app').evaluate(async (app, commands) => {
    const connection = await (app as App).lab.connect();
    const texts: string[] = [];
    for (const reply of await connection.pipeline(commands)) {
      if (reply.kind === 'string') texts.push(reply.value.text);
      else if (reply.kind === 'array') texts.push(JSON.stringify(reply.items));
      else if (reply.kind === 'integer') texts.push(String(reply.value));
      else texts.push('text' in reply ? reply.text : reply.kind);
    }
    connection.close();
    return texts;
  }, commands);

/** Has the server start with this configuration, now and whenever it starts. */
export async function configure(page: Page, lines: readonly string[]): Promise<void> {
  await page.locator('resplay-app').evaluate(
    async (app, text) => {
      const { lab } = app as App;
      await lab.files.write('/etc/redis/redis.conf', new TextEncoder().encode(text));
      await lab.kill();
      await lab.start();
    },
    lines.join('\n') + '\n',
  );
}

/** Waits until a power cut would take nothing but lines of a log, which nobody syncs. */
export async function expectSynced(page: Page): Promise<void> {
  const unsynced = (): Promise<number> =>
    page.locator('resplay-app').evaluate(async (app) => {
      const files = await (app as App).lab.files.list();
      const data = files.filter(({ path }) => !path.startsWith('/var/log/'));
      return data.reduce((sum, file) => sum + file.unsynced, 0);
    });
  await expect.poll(unsynced, { timeout: 8000 }).toBe(0);
}
