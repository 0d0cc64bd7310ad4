import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './real-servers';

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Waits until something listens at a port. */
async function listens(port: number): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    if (Date.now() > end) throw new Error(`Nothing listens at ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Real programs in a folder of their own, which end with the test. */
export class RealPrograms {
  readonly folder = mkdtempSync(join(tmpdir(), 'resplay-real-'));
  private readonly children = new Set<ChildProcess>();

  private async start(
    port: number,
    program: string,
    args: readonly string[],
  ): Promise<ChildProcess> {
    const child = spawn(program, args, {
      cwd: this.folder,
      stdio: 'ignore',
      // websockify has a process for each connection: they end together.
      detached: true,
    });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    await listens(port);
    return child;
  }

  /** A redis-server; its port. */
  async redis(...options: readonly string[]): Promise<number> {
    // A cluster's second port is so much higher.
    let port = await freePort();
    while (port > 55_000) port = await freePort();
    const usual = ['--port', String(port), '--save', '', '--dir', this.folder];
    await this.start(port, 'redis-server', [...usual, ...options]);
    return port;
  }

  async sentinel(primary: number): Promise<number> {
    const port = await freePort();
    const file = join(this.folder, `sentinel-${port}.conf`);
    writeFileSync(file, `port ${port}\nsentinel monitor mymaster 127.0.0.1 ${primary} 1\n`);
    await this.start(port, 'redis-server', [file, '--sentinel']);
    return port;
  }

  /** Three primaries, `replicas` more servers behind each of them; their ports. */
  async cluster(replicas = 0): Promise<number[]> {
    const ports: number[] = [];
    for (let count = 0; count < 3 * (replicas + 1); count += 1) {
      const own = [
        '--cluster-config-file',
        `nodes-${count}.conf`,
        '--cluster-node-timeout',
        '2000',
      ];
      ports.push(await this.redis('--cluster-enabled', 'yes', ...own));
    }
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    const options = ['--cluster-replicas', String(replicas), '--cluster-yes'];
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, ...options]);
    // All agree on the slots by now; a node that has just come back still writes nothing for a while.
    const isUp = (port: number): boolean =>
      redisCli(port, 'CLUSTER', 'INFO').includes('cluster_state:ok');
    const end = Date.now() + 30_000;
    while (!ports.every(isUp)) {
      if (Date.now() > end) throw new Error('the cluster is not up after half a minute');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return ports;
  }

  /** websockify in front of one server; its port, and how to end it. */
  async bridge(
    to: number,
    { port, tls = false }: { readonly port?: number; readonly tls?: boolean } = {},
  ): Promise<{ readonly port: number; end(): Promise<void> }> {
    const at = port ?? (await freePort());
    const options = tls ? ['--cert', this.certificate(), '--ssl-only'] : [];
    const child = await this.start(at, 'websockify', [
      ...options,
      `127.0.0.1:${at}`,
      `127.0.0.1:${to}`,
    ]);
    return { port: at, end: () => ended(child) };
  }

  /** websockify in front of many servers, told by a token where to go; its port. */
  async bridgeToMany(ports: readonly number[]): Promise<number> {
    const file = join(this.folder, 'servers.txt');
    const lines = ports.map((port) => `127.0.0.1:${port}: 127.0.0.1:${port}\n`);
    writeFileSync(file, lines.join(''));
    const at = await freePort();
    const tokens = ['--token-plugin=TokenFile', `--token-source=${file}`];
    await this.start(at, 'websockify', [...tokens, `127.0.0.1:${at}`]);
    return at;
  }

  private certificate(): string {
    const file = join(this.folder, 'bridge.pem');
    const subject = ['-subj', '/CN=localhost', '-days', '1'];
    const keys = ['-newkey', 'rsa:2048', '-nodes', '-keyout', file, '-out', file];
    execFileSync('openssl', ['req', '-x509', ...keys, ...subject], { stdio: 'ignore' });
    return file;
  }

  async end(): Promise<void> {
    await Promise.all([...this.children].map(ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
}

/** What redis-cli prints for one command as a person sees it; an error reply is no failure. */
export function redisCli(port: number, ...args: readonly string[]): string {
  const { stdout } = spawnSync('redis-cli', ['-p', String(port), '--no-raw', ...args], {
    encoding: 'utf8',
  });
  return stdout;
}
