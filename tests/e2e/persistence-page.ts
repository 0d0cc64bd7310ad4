import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { LabPage } from './lab-page';

/** The persistence and files panels as a person sees them. */
export class PersistencePage extends LabPage {
  get panel(): Locator {
    return this.page.locator('resplay-persistence');
  }

  get files(): Locator {
    return this.page.locator('resplay-files');
  }

  get report(): Locator {
    return this.page.locator('resplay-losses');
  }

  /** What the last button said. */
  get ran(): Locator {
    return this.panel.locator('.ran');
  }

  /** Brings a panel to the front, with all the room there is. */
  async show(name: 'Persistence' | 'Files'): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
    await expect(name === 'Files' ? this.files : this.panel).toBeVisible();
    const enlarge = this.page.getByRole('button', { name: 'Enlarge this view' });
    if (await enlarge.isVisible()) await enlarge.click();
  }

  async part(name: 'Overview' | 'AOF' | 'RDB' | 'After the crash'): Promise<void> {
    await this.panel.getByRole('tab', { name, exact: true }).click();
  }

  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  /** Switches the AOF and its policy, so that a restart finds them. */
  async policy(appendonly: boolean, fsync: 'always' | 'everysec' | 'no'): Promise<void> {
    await this.part('Overview');
    const control = this.panel.getByRole('switch', { name: 'Append-only file' });
    if ((await control.getAttribute('aria-checked')) !== String(appendonly)) await control.click();
    await expect(control).toHaveAttribute('aria-checked', String(appendonly));
    const radio = this.panel.getByRole('radio', { name: fsync, exact: true });
    if ((await radio.getAttribute('aria-checked')) !== 'true') await radio.click();
    await expect(radio).toHaveAttribute('aria-checked', 'true');
    const keep = this.button('Keep after restart');
    const same = this.panel.getByText('redis.conf says the same');
    await expect(keep.or(same)).toBeVisible();
    if (await keep.isVisible()) await keep.click();
    await expect(same).toBeVisible();
  }

  /** The reply of the console to one command, once it is there. */
  async ask(line: string): Promise<string> {
    const before = (await this.text()).length;
    await this.enter(line);
    await expect.poll(async () => (await this.text()).length).toBeGreaterThan(before);
    await expect
      .poll(async () => (await this.text()).slice(before).split('\n')[1] ?? '')
      .not.toBe('');
    return (await this.text()).slice(before).split('\n')[1] ?? '';
  }

  /** As redis-cli, a console finds out with a command that its server is gone, and connects with the next. */
  async reconnect(): Promise<void> {
    expect(await this.ask('PING')).toBe('Error: Server closed the connection');
    await expect(this.prompt).toHaveText(/^not connected> ?$/);
  }

  /** Drops a file on the page, as from the desktop. */
  async drop(name: string, bytes: Buffer): Promise<void> {
    await this.page.evaluate(
      ([file, base64]) => {
        const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], file));
        for (const type of ['dragenter', 'dragover', 'drop'])
          document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }),
          );
      },
      [name, bytes.toString('base64')] as const,
    );
  }
}

/** A redis-server of one's own, on a socket in a folder of its own. */
export class RealServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'resplay-redis-'));
  private process: ChildProcess | undefined;

  async start(...options: string[]): Promise<void> {
    this.process = spawn(
      'redis-server',
      ['--port', '0', '--unixsocket', join(this.folder, 's'), '--dir', this.folder, '--save', '', '--enable-debug-command', 'yes', ...options], // prettier-ignore
      { stdio: 'ignore' },
    );
    await expect
      .poll(() => {
        try {
          return existsSync(join(this.folder, 's')) && this.cli('PING');
        } catch {
          return '';
        }
      })
      .toBe('PONG');
  }

  cli(...command: string[]): string {
    const args = ['-s', join(this.folder, 's'), ...command];
    return execFileSync('redis-cli', args, { encoding: 'utf8' }).trim();
  }

  stop(): void {
    this.process?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
