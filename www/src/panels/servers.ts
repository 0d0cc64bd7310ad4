import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Connection, InstanceInfo, Lab } from '../client/api';
import { t } from '../i18n';
import { icon } from '../widgets/icons';
import { askStanding, type Standing } from './server-roles';
import { ViewElement, define } from './view-element';

/** Time between two looks at how the servers stand, in milliseconds. */
const PERIOD = 500;

const FIRST_SENTINEL = 26_379;

/** The processes of the lab: what they are, whom they follow or watch; adding some, ending them, starting them again. */
export class ResplayServers extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        overflow: auto;
      }

      table {
        width: 100%;
        border-collapse: collapse;
        font-size: var(--text-sm);
      }

      th,
      td {
        padding: var(--space-1) var(--space-3);
        border-bottom: 1px solid var(--border);
        text-align: left;
      }

      th {
        color: var(--text-muted);
        font-weight: var(--weight-medium);
      }

      td.actions {
        text-align: right;
        white-space: nowrap;
      }

      .role {
        display: inline-block;
        padding: 0 var(--space-2);
        border-radius: var(--radius-sm);
        background: var(--raised);
        white-space: nowrap;
      }

      .role.primary {
        background: var(--accent-soft);
        color: var(--accent);
        font-weight: var(--weight-strong);
      }

      .role.stopped {
        background: var(--danger-soft);
        color: var(--danger);
      }

      p {
        margin: 0;
        padding: var(--space-3);
        color: var(--text-muted);
        font-size: var(--text-sm);
      }

      p.failure {
        color: var(--danger);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() private instances: readonly InstanceInfo[] = [];
  @state() private standings: ReadonlyMap<number, Standing> = new Map();
  @state() private failure = '';
  @state() private busy = false;
  private connections = new Map<number, Connection>();

  protected labOpened(lab: Lab): void {
    this.instances = lab.instances;
    this.closeLater(lab.on('instances', (instances) => (this.instances = instances)));
    let going = true;
    const look = async (): Promise<void> => {
      while (going) {
        if (!document.hidden) await this.look(lab);
        await new Promise((resolve) => setTimeout(resolve, PERIOD));
      }
    };
    void look();
    this.closeLater(() => {
      going = false;
      for (const connection of this.connections.values()) connection.close();
      this.connections.clear();
    });
  }

  /** Asks everybody who runs. Whoever does not answer is asked again by a new connection. */
  private async look(lab: Lab): Promise<void> {
    const found = new Map<number, Standing>();
    for (const { port, state } of this.instances) {
      if (state !== 'running') continue;
      try {
        let connection = this.connections.get(port);
        if (!connection) {
          connection = await lab.connect({ port });
          this.connections.set(port, connection);
        }
        const standing = await askStanding(connection);
        if (standing) found.set(port, standing);
      } catch {
        this.connections.get(port)?.close();
        this.connections.delete(port);
      }
    }
    this.standings = found;
  }

  /** The first of the lab's servers that is a primary, or would be one. */
  private get primary(): number {
    const primaries = this.instances.filter(
      ({ port }) => this.standings.get(port)?.role === 'primary',
    );
    return (primaries[0] ?? this.instances[0])?.port ?? 6379;
  }

  private freePort(from: number): number {
    const taken = new Set(this.instances.map(({ port }) => port));
    let port = from;
    while (taken.has(port)) port += 1;
    return port;
  }

  private async attempt(work: (lab: Lab) => Promise<unknown>): Promise<void> {
    if (!this.lab) return;
    this.busy = true;
    this.failure = '';
    try {
      await work(this.lab);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  private addReplica(): Promise<void> {
    const port = this.freePort(6380);
    const words = ['--port', port, '--replicaof', '127.0.0.1', this.primary].map(String);
    return this.attempt((lab) => lab.launch(words, `/var/lib/redis-${port}`));
  }

  private addSentinel(): Promise<void> {
    const port = this.freePort(FIRST_SENTINEL);
    const path = `/etc/redis/sentinel-${port}.conf`;
    const lines = [
      `port ${port}`,
      `sentinel monitor mymaster 127.0.0.1 ${this.primary} 2`,
      'sentinel down-after-milliseconds mymaster 5000',
      'sentinel failover-timeout mymaster 60000',
    ];
    const text = new TextEncoder().encode(`${lines.join('\n')}\n`);
    return this.attempt(async (lab) => {
      await lab.files.write(path, text);
      await lab.launch([path, '--sentinel'], '/etc/redis');
    });
  }

  private openConsole(port: number): void {
    const detail = { port };
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('resplay-console', options));
  }

  protected override render(): TemplateResult {
    const address = `127.0.0.1:${this.primary}`;
    return html`
      <div class="toolbar">
        <button
          class="outlined"
          ?disabled=${this.busy}
          title=${t('servers.addReplicaTitle', { address })}
          @click=${this.addReplica}
        >
          ${icon('plus')} ${t('servers.addReplica')}
        </button>
        <button
          class="outlined"
          ?disabled=${this.busy}
          title=${t('servers.addSentinelTitle', { address })}
          @click=${this.addSentinel}
        >
          ${icon('plus')} ${t('servers.addSentinel')}
        </button>
      </div>
      ${this.failure === '' ? nothing : html`<p class="failure" role="alert">${this.failure}</p>`}
      <table aria-label=${t('servers.label')}>
        <thead>
          <tr>
            <th scope="col">${t('servers.address')}</th>
            <th scope="col">${t('servers.role')}</th>
            <th scope="col">${t('servers.about')}</th>
            <th scope="col"><span class="visually-hidden">${t('servers.actions')}</span></th>
          </tr>
        </thead>
        <tbody>
          ${this.instances.map((instance) => this.row(instance))}
        </tbody>
      </table>
      <p>${this.instances.length === 1 ? t('servers.hint') : t('servers.stays')}</p>
    `;
  }

  private row({ host, port, state, reason }: InstanceInfo): TemplateResult {
    const address = `${host}:${port}`;
    const standing = this.standings.get(port);
    const role =
      state === 'running'
        ? (standing?.role ?? 'unknown')
        : state === 'stopped'
          ? 'stopped'
          : 'loading';
    return html`<tr data-port=${port}>
      <td class="mono">${address}</td>
      <td><span class="role ${role}">${t(`servers.${role}`)}</span></td>
      <td>${state === 'running' && standing ? this.about(standing) : (reason ?? '')}</td>
      <td class="actions">
        ${
          state === 'stopped'
            ? html`<button
                title=${t('servers.startTitle', { address })}
                aria-label=${t('servers.startTitle', { address })}
                @click=${() => this.attempt((lab) => lab.start(port))}
              >
                ${t('servers.start')}
              </button>`
            : html`<button
                  title=${t('servers.consoleTitle', { address })}
                  aria-label=${t('servers.consoleTitle', { address })}
                  @click=${() => this.openConsole(port)}
                >
                  ${t('servers.console')}
                </button>
                <button
                  title=${t('servers.killTitle', { address })}
                  aria-label=${t('servers.killTitle', { address })}
                  @click=${() => this.attempt((lab) => lab.kill(port))}
                >
                  ${t('servers.kill')}
                </button>`
        }
      </td>
    </tr>`;
  }

  private about(standing: Standing): string {
    switch (standing.role) {
      case 'primary':
        return t('servers.aboutPrimary', {
          count: standing.replicas,
          offset: standing.offset,
        });
      case 'replica':
        return t(standing.connected ? 'servers.follows' : 'servers.waits', {
          address: standing.follows,
          offset: standing.offset,
        });
      case 'sentinel':
        return t('servers.watches', {
          address: standing.watches,
          status: standing.status,
          sentinels: standing.sentinels,
        });
    }
  }
}

define('resplay-servers', ResplayServers);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-servers': ResplayServers;
  }
  interface GlobalEventHandlersEventMap {
    'resplay-console': CustomEvent<{ readonly port: number }>;
  }
}
