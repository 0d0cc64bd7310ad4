/** Real servers and sentinels on this machine, from configurations that were made for somewhere else. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { expect } from '@playwright/test';

/** Ports that nothing listens at. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (address !== null && typeof address === 'object') resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export class RealServers {
  private readonly processes: ChildProcess[] = [];
  private readonly printed = new Map<ChildProcess, string>();

  constructor(private readonly password = '') {}

  start(
    program: string,
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): void {
    const child = spawn(program, words, { env: { ...process.env, ...env } });
    const take = (text: Buffer): void => {
      this.printed.set(child, (this.printed.get(child) ?? '') + text.toString());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    this.processes.push(child);
  }

  /** What they have printed. */
  get log(): string {
    return [...this.printed.values()].join('\n');
  }

  /** A command to a server with the password, or to a sentinel. */
  ask(port: number, ...command: string[]): string {
    return this.askAs(this.password, port, ...command);
  }

  askAs(password: string, port: number, ...command: string[]): string {
    return execFileSync('redis-cli', ['-p', String(port), ...command], {
      env: { ...process.env, REDISCLI_AUTH: password },
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    }).trim();
  }

  /** A field of INFO. */
  info(port: number, field: string): string {
    const info = this.ask(port, 'INFO', 'replication');
    return new RegExp(`^${field}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
  }

  async until(what: () => string, value: string | RegExp): Promise<void> {
    const look = (): string => {
      try {
        return what();
      } catch {
        return '';
      }
    };
    const poll = expect.poll(look, { timeout: 60_000 });
    await (typeof value === 'string' ? poll.toBe(value) : poll.toMatch(value));
  }

  async end(): Promise<void> {
    const ended = this.processes.map(
      (child) =>
        new Promise((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
          child.once('exit', resolve);
        }),
    );
    for (const child of this.processes) child.kill('SIGKILL');
    await Promise.all(ended);
  }
}
