/** A lab with everything that a deployment has to take along, and its archive, unpacked. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import type { App } from './lab-calls';
import { LabPage } from './lab-page';

/** Long enough, and with what shells, YAML and docker-compose have their own ideas of. */
export const PASSWORD = 'lab#$PATH:{%21}~é-0123456789';

export class ProductionPage extends LabPage {
  get dialog(): Locator {
    return this.page.getByRole('dialog', { name: /From the lab to production|从实验室到生产环境/ });
  }

  tab(name: string): Locator {
    return this.dialog.getByRole('tab', { name });
  }

  file(name: string): Locator {
    return this.dialog.getByRole('navigation').getByRole('button', { name });
  }

  get summary(): Locator {
    return this.dialog.locator('.summary');
  }

  get shown(): Locator {
    return this.dialog.locator('pre');
  }

  /** Opens it from the servers' view. */
  async show(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Servers' }).click();
    await this.page.getByRole('button', { name: 'To production…' }).click();
  }

  /** Downloads the archive and unpacks it below a folder; answers each file's rights by its path. */
  async download(folder: string): Promise<ReadonlyMap<string, number>> {
    const downloading = this.page.waitForEvent('download');
    await this.dialog.getByRole('button', { name: /^(Download all|全部下载)/ }).click();
    const download = await downloading;
    const bytes = readFileSync(await download.path());
    for (const [path, content] of Object.entries(unzipSync(bytes))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return rightsIn(bytes);
  }
}

/** The rights of the files of an archive, as its directory has them. */
function rightsIn(zip: Buffer): ReadonlyMap<string, number> {
  const rights = new Map<string, number>();
  let at = zip.indexOf('PK\x01\x02', 0, 'latin1');
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const end = at + 46 + (name ?? 0);
    const mode = zip.readUInt16LE(at + 40) & 0o777;
    rights.set(zip.toString('utf8', at + 46, end), mode);
    at = end + (extra ?? 0) + (comment ?? 0);
  }
  return rights;
}

/** Runs commands at a process of the lab. */
export const askLab = (page: Page, port: number, ...commands: string[][]): Promise<string[]> =>
  page.locator('resplay-app').evaluate(
    async (app, { port, commands }) => {
      const connection = await (app as App).lab.connect({ port });
      const replies = await connection.pipeline(commands);
      connection.close();
      return replies.map((reply) => {
        if (reply.kind === 'string') return reply.value.text;
        return 'text' in reply ? reply.text : reply.kind;
      });
    },
    { port, commands },
  );

/** Starts the first server again with lines more in its file. */
const restartWith = (page: Page, lines: string): Promise<void> =>
  page.locator('resplay-app').evaluate(async (app, lines) => {
    const { lab } = app as App;
    const path = '/etc/redis/redis.conf';
    const conf = new TextDecoder().decode(await lab.files.read(path));
    await lab.files.write(path, new TextEncoder().encode(`${conf}\n${lines}`));
    await lab.signal(6379, 'TERM');
    while (lab.instances[0]?.state !== 'stopped')
      await new Promise((resolve) => setTimeout(resolve, 20));
    await lab.start(6379);
  }, lines);

/** A primary with data of every kind, two replicas, three sentinels, a password, users, settings and names of its own. */
export async function furnish(page: Page, appendonly: 'yes' | 'no'): Promise<void> {
  await restartWith(page, 'rename-command KEYS "list keys"\nrename-command FLUSHALL ""\n');
  await askLab(
    page,
    6379,
    ['SET', 'greeting', 'hello'],
    ['SET', 'bytes', '\u0000\u0001é'],
    ['SET', 'short-lived', 'x', 'EX', '100000'],
    ['RPUSH', 'list', ...Array.from({ length: 300 }, (_, at) => `element ${at}`)],
    ['SADD', 'set', '1', '2', '3'],
    ['ZADD', 'ranking', '1.5', 'one', '3', 'two'],
    ['HSET', 'user:1', 'name', 'Ann', 'city', '北京'],
    ['XADD', 'stream', '1-1', 'a', 'b'],
    ['XGROUP', 'CREATE', 'stream', 'group', '0'],
    ['SELECT', '5'],
    ['SET', 'elsewhere', 'yes'],
  );
  await page.locator('resplay-app').evaluate(
    async (app, { password, appendonly }) => {
      const { lab } = app as App;
      const connection = await lab.connect();
      const set = [
        ...['requirepass', password, 'masterauth', password, 'appendonly', appendonly],
        ...['maxmemory', '100mb', 'notify-keyspace-events', 'KEA', 'save', '60 1'],
        ...['client-output-buffer-limit', 'replica 128mb 32mb 30', 'set-max-listpack-value', '32'],
        ...['latency-tracking-info-percentiles', '50 99', 'maxclients', '500'],
      ];
      await connection.call('CONFIG', 'SET', ...set);
      await connection.call('ACL', 'SETUSER', 'ann', 'on', '>secret of ann', '~cart:*', '+@read');
      await connection.call('ACL', 'SETUSER', '$(odd)"\'', 'on', '>x', '(+get ~a:*)');
      connection.close();
      for (const port of [6380, 6381]) {
        const words = ['--port', String(port), '--replicaof', '127.0.0.1', '6379'];
        words.push('--masterauth', password, '--requirepass', password);
        await lab.launch(words, `/var/lib/redis-${port}`);
      }
      for (const port of [26379, 26380, 26381]) {
        const path = `/etc/redis/sentinel-${port}.conf`;
        const lines = [
          `port ${port}`,
          'sentinel monitor mymaster 127.0.0.1 6379 2',
          'sentinel down-after-milliseconds mymaster 4000',
          'sentinel failover-timeout mymaster 20000',
          `sentinel auth-pass mymaster ${password}`,
        ];
        await lab.files.write(path, new TextEncoder().encode(`${lines.join('\n')}\n`));
        await lab.launch([path, '--sentinel'], '/etc/redis');
      }
      await lab.clock.hurry(12_000);
    },
    { password: PASSWORD, appendonly },
  );
}
