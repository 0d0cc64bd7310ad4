import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { InstanceInfo, Lab, Topology, TopologyNode } from '../client/api';
import { formatNumber } from '../i18n';
import { icon } from '../widgets/icons';
import { tr } from './real-server/catalogue';
import { isOffered } from './real-server/show';
import { tl } from './topology/catalogue';
import './topology/events';
import './topology/picture';
import type { ResplayTopologyPicture } from './topology/picture';
import './topology/scenario-bar';
import './topology/time-bar';
import { ActingElement } from './topology/acting-element';
import { define } from './view-element';

const FIRST_SENTINEL = 26_379;

/** Delays between servers that are offered, in milliseconds. */
const LATENCIES = [0, 1, 10, 50, 200, 1000] as const;

/** The processes of the lab: who they are and what passes between them, their faults, the lab's clock. */
export class ResplayServers extends ActingElement {
  static override styles = [
    ...ActingElement.styles,
    css`
      :host {
        overflow: hidden;
        container-type: inline-size;
      }

      .all {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
      }

      resplay-scenario-bar,
      resplay-time-bar {
        flex: none;
      }

      .parts {
        display: grid;
        flex: 1;
        grid-template-columns: minmax(0, 3fr) minmax(16rem, 2fr);
        min-height: 0;
      }

      .picture {
        min-width: 0;
        overflow: auto;
      }

      resplay-topology-picture {
        padding: var(--space-2);
      }

      resplay-lab-events {
        min-height: 0;
        border-left: 1px solid var(--border);
      }

      .parts.alone {
        grid-template-columns: minmax(0, 1fr);
      }

      @container (max-width: 640px) {
        .all {
          overflow: auto;
        }
        .parts {
          flex: none;
          grid-template-columns: minmax(0, 1fr);
        }
        resplay-lab-events {
          height: 24rem;
          border-top: 1px solid var(--border);
          border-left: 0;
        }
      }

      tr.selected td {
        background: var(--accent-soft);
      }

      tr[data-process] {
        cursor: pointer;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
        padding: var(--space-1) var(--space-3) var(--space-2);
      }

      .actions strong {
        align-self: center;
        margin-right: var(--space-2);
        font-family: var(--font-mono);
        font-size: var(--text-sm);
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

      .role.stopped,
      .role.paused {
        background: var(--danger-soft);
        color: var(--danger);
      }

      td button {
        font: inherit;
        font-family: var(--font-mono);
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

      pre {
        max-height: 18rem;
        margin: 0 var(--space-3) var(--space-3);
        overflow: auto;
      }
    `,
  ];

  @state() private instances: readonly InstanceInfo[] = [];
  @state() private topology: Topology | undefined;
  @state() private selected = '6379';
  @state() private config: string | undefined;
  @query('resplay-topology-picture') private picture!: ResplayTopologyPicture | null;
  @query('resplay-lab-events') private events!: HTMLElementTagNameMap['resplay-lab-events'] | null;

  protected labOpened(lab: Lab): void {
    this.instances = lab.instances;
    this.closeLater(lab.on('instances', (instances) => (this.instances = instances)));
    this.closeLater(
      lab.watchTopology((topology) => {
        if (this.topology === undefined || isOther(this.topology, topology))
          this.topology = topology;
        this.picture?.show(topology.messages, topology.time.speed);
      }),
    );
  }

  /** The name of the first of the lab's servers that is a primary, or would be one. */
  private get primary(): string {
    const found = this.topology?.nodes.find(({ role }) => role === 'primary');
    return found?.name ?? this.instances[0]?.name ?? '6379';
  }

  private address(name: string): string {
    const found = this.instances.find((instance) => instance.name === name);
    return found ? `${found.host}:${found.port}` : name;
  }

  private freePort(from: number): number {
    const taken = new Set(this.instances.map(({ port }) => port));
    let port = from;
    while (taken.has(port)) port += 1;
    return port;
  }

  private addReplica(): Promise<void> {
    const port = this.freePort(6380);
    const [host = '', of = ''] = this.address(this.primary).split(':');
    const words = ['--port', String(port), '--replicaof', host, of];
    return this.attempt((lab) => lab.launch(words, `/var/lib/redis-${port}`));
  }

  private addSentinel(): Promise<void> {
    const port = this.freePort(FIRST_SENTINEL);
    const path = `/etc/redis/sentinel-${port}.conf`;
    const lines = [
      `port ${port}`,
      `sentinel monitor mymaster ${this.address(this.primary).replace(':', ' ')} 2`,
      'sentinel down-after-milliseconds mymaster 5000',
      'sentinel failover-timeout mymaster 60000',
    ];
    const text = new TextEncoder().encode(`${lines.join('\n')}\n`);
    return this.attempt(async (lab) => {
      await lab.files.write(path, text);
      await lab.launch([path, '--sentinel'], '/etc/redis');
    });
  }

  private toProduction(): void {
    const { lab } = this;
    if (lab) void import('./production/dialog').then((it) => it.showProduction(lab));
  }

  private select(name: string): void {
    this.selected = name;
    this.config = undefined;
  }

  private openConsole(name: string): void {
    const detail = { port: name };
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('resplay-console', options));
  }

  private cut(name: string, cut: boolean): Promise<void> {
    return this.attempt(async (lab) => {
      for (const other of this.instances) {
        if (other.name === name) continue;
        await lab.network.cut(name, other.name, cut);
        await lab.network.cut(other.name, name, cut);
      }
    });
  }

  private async showConfig({ name, conf }: InstanceInfo): Promise<void> {
    if (conf === undefined) {
      this.config = tl('events.noConfig', { address: this.address(name) });
      return;
    }
    await this.attempt(async (lab) => {
      this.config = new TextDecoder().decode(await lab.files.read(conf));
    });
  }

  private async connectToReal(): Promise<void> {
    const { lab } = this;
    const { connect } = await import('./real-server/connect-dialog');
    if (lab) await connect(lab);
  }

  protected override render(): TemplateResult {
    const chosen = this.instances.find(({ name }) => name === this.selected) ?? this.instances[0];
    const isReal = this.lab?.outside === true;
    const hint = tl(this.instances.length === 1 ? 'servers.hint' : 'servers.stays');
    return html`<div class="all">
      ${isReal ? nothing : this.renderBars()}
      ${this.failure === '' ? nothing : html`<p class="failure" role="alert">${this.failure}</p>`}
      <div class="parts ${isReal ? 'alone' : ''}">
        <div class="picture">
          <resplay-topology-picture
            .topology=${this.topology}
            .instances=${this.instances}
            .selected=${chosen?.name ?? ''}
            ?still=${isReal}
            @choose=${(event: CustomEvent<string>) => this.select(event.detail)}
          ></resplay-topology-picture>
          ${chosen ? this.renderActions(chosen, isReal) : nothing}
          ${this.config === undefined ? nothing : html`<pre class="commands">${this.config}</pre>`}
          ${this.renderTable(chosen?.name)}
          <p>${isReal ? tr('servers.hint') : hint}</p>
        </div>
        ${
          isReal
            ? nothing
            : html`<resplay-lab-events
                .lab=${this.lab}
                .instances=${this.instances}
              ></resplay-lab-events>`
        }
      </div>
    </div>`;
  }

  /** Scenarios, the clock, and what can be added: of a lab alone. */
  private renderBars(): TemplateResult {
    const address = this.address(this.primary);
    return html`<resplay-scenario-bar .lab=${this.lab}></resplay-scenario-bar>
      <resplay-time-bar .lab=${this.lab}>
        ${
          isOffered()
            ? html`<button
                class="outlined"
                title=${tr('connect.openTitle')}
                @click=${this.connectToReal}
              >
                ${icon('plus')} ${tr('connect.open')}
              </button>`
            : nothing
        }
        <button
          class="outlined"
          ?disabled=${this.busy}
          title=${tl('servers.addReplicaTitle', { address })}
          @click=${this.addReplica}
        >
          ${icon('plus')} ${tl('servers.addReplica')}
        </button>
        <button
          class="outlined"
          ?disabled=${this.busy}
          title=${tl('servers.addSentinelTitle', { address })}
          @click=${this.addSentinel}
        >
          ${icon('plus')} ${tl('servers.addSentinel')}
        </button>
        <select
          aria-label=${tl('servers.latency')}
          title=${tl('servers.latency')}
          ?disabled=${this.busy}
          @change=${(event: Event) => {
            const latency = Number((event.target as HTMLSelectElement).value);
            void this.attempt((lab) => lab.network.setLines({ latency, jitter: latency / 5 }));
          }}
        >
          ${LATENCIES.map(
            (ms) =>
              html`<option value=${ms}>
                ${ms === 0 ? tl('servers.latencyNone') : tl('servers.latencyMs', { ms })}
              </option>`,
          )}
        </select>
        <button class="outlined" title=${tl('servers.productionTitle')} @click=${this.toProduction}>
          ${tl('servers.production')}
        </button>
      </resplay-time-bar>`;
  }

  private renderActions(instance: InstanceInfo, isReal: boolean): TemplateResult {
    const { name, state: how } = instance;
    const address = this.address(name);
    const button = (
      action:
        'console' | 'kill' | 'start' | 'pause' | 'continue' | 'restart' | 'cut' | 'mend' | 'forget',
      run: () => unknown,
    ): TemplateResult =>
      html`<button
        class="outlined"
        title=${tl(`servers.${action}Title`, { address })}
        aria-label=${tl(`servers.${action}Title`, { address })}
        ?disabled=${this.busy}
        @click=${run}
      >
        ${tl(`servers.${action}`)}
      </button>`;
    if (isReal) {
      const reached = this.lab?.reaches?.(name) ?? true;
      return html`<div class="actions" role="group" aria-label=${address}>
          <strong>${address}</strong>
          ${reached ? button('console', () => this.openConsole(name)) : nothing}
        </div>
        ${reached ? nothing : html`<p>${tr('servers.oneWay')}</p>`}`;
    }
    const isCut = this.topology?.cuts.some(({ from, to }) => from === name || to === name);
    const act = (work: (lab: Lab) => Promise<unknown>) => () => this.attempt(work);
    return html`<div class="actions" role="group" aria-label=${address}>
      <strong>${address}</strong>
      ${
        how === 'stopped'
          ? html`${button(
              'start',
              act((lab) => lab.start(name)),
            )}
            ${
              this.instances.length > 1
                ? button(
                    'forget',
                    act((lab) => lab.forget(name)),
                  )
                : nothing
            }`
          : html`${button('console', () => this.openConsole(name))}
            ${
              how === 'paused'
                ? button(
                    'continue',
                    act((lab) => lab.pauseProcess(name, false)),
                  )
                : button(
                    'pause',
                    act((lab) => lab.pauseProcess(name, true)),
                  )
            }
            ${button(
              'restart',
              act(async (lab) => {
                await lab.kill(name);
                await lab.start(name);
              }),
            )}
            ${button(
              'kill',
              act((lab) => lab.kill(name)),
            )}`
      }
      ${
        isCut
          ? button('mend', () => this.cut(name, false))
          : this.instances.length > 1
            ? button('cut', () => this.cut(name, true))
            : nothing
      }
      <button
        class="outlined"
        @click=${() => {
          if (this.events) this.events.process = name;
        }}
      >
        ${tl('events.log')}
      </button>
      <button class="outlined" @click=${() => this.showConfig(instance)}>
        ${tl('events.config')}
      </button>
    </div>`;
  }

  private renderTable(chosen: string | undefined): TemplateResult {
    const nodes = new Map(this.topology?.nodes.map((node) => [node.name, node]));
    return html`<table aria-label=${tl('servers.label')}>
      <thead>
        <tr>
          <th scope="col">${tl('servers.address')}</th>
          <th scope="col">${tl('servers.role')}</th>
          <th scope="col">${tl('servers.about')}</th>
        </tr>
      </thead>
      <tbody>
        ${this.instances.map((instance) => this.row(instance, nodes, instance.name === chosen))}
      </tbody>
    </table>`;
  }

  private row(
    { name, state: how, reason }: InstanceInfo,
    nodes: ReadonlyMap<string, TopologyNode>,
    chosen: boolean,
  ): TemplateResult {
    const node = nodes.get(name);
    const role = how === 'running' ? (node?.role ?? 'unknown') : how;
    return html`<tr
      data-process=${name}
      class=${chosen ? 'selected' : ''}
      @click=${() => this.select(name)}
    >
      <td>
        <button aria-pressed=${chosen}>${this.address(name)}</button>
      </td>
      <td><span class="role ${role}">${tl(`servers.${role}`)}</span></td>
      <td>${how === 'running' && node ? this.about(node, nodes) : (reason ?? '')}</td>
    </tr>`;
  }

  private about(node: TopologyNode, nodes: ReadonlyMap<string, TopologyNode>): string {
    const offset = formatNumber(node.offset);
    switch (node.role) {
      case 'primary': {
        const followers = [...nodes.values()].filter(
          ({ primary, link }) => primary === node.name && link,
        );
        return tl('servers.aboutPrimary', { count: followers.length, offset });
      }
      case 'replica': {
        const address = node.primary === null ? '?' : this.address(node.primary);
        if (!node.link) return tl('servers.waits', { address });
        const behind = (nodes.get(node.primary ?? '')?.offset ?? 0) - node.offset;
        return behind > 0
          ? tl('servers.followsLate', { address, offset, behind: formatNumber(behind) })
          : tl('servers.follows', { address, offset });
      }
      case 'sentinel': {
        const [watched] = node.watches;
        if (!watched) return tl('servers.watchesNothing');
        return tl('servers.watches', {
          address: watched.process === null ? '?' : this.address(watched.process),
          status: tl(`servers.${watched.state}`),
        });
      }
      case null:
        return '';
    }
  }
}

/** Whether a picture is another than the last, but for the time and what was passing. */
function isOther(before: Topology, now: Topology): boolean {
  const looks = ({ nodes, cuts }: Topology): string => JSON.stringify([nodes, cuts]);
  return looks(before) !== looks(now);
}

define('resplay-servers', ResplayServers);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-servers': ResplayServers;
  }
  interface GlobalEventHandlersEventMap {
    'resplay-console': CustomEvent<{ readonly port: string }>;
  }
}
