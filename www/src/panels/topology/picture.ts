import { LitElement, css, html, nothing, svg, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type {
  InstanceInfo,
  MessageKind,
  Topology,
  TopologyMessage,
  TopologyNode,
} from '../../client/api';
import { formatNumber, Localized } from '../../i18n';
import { define } from '../view-element';
import { tl } from './catalogue';
import { layout, NODE, type Layout } from './layout';

/** Dots that are on their way at a time: more than these nobody can follow. */
const MAX_DOTS = 80;
/** How long a dot travels where the lab needs no time at all, in milliseconds. */
const SHORTEST = 450;
const LONGEST = 8000;

/** What kinds of messages are drawn alike. */
const LOOKS: Partial<Record<MessageKind, Look>> = {
  ping: 'ping',
  pong: 'ping',
  hello: 'hello',
  vote: 'vote',
  stream: 'stream',
  ack: 'ack',
  handshake: 'snapshot',
  snapshot: 'snapshot',
};
const looks = ['ping', 'hello', 'vote', 'stream', 'ack', 'snapshot'] as const;
type Look = (typeof looks)[number];

/** The processes as boxes, the lines between them, and what travels along these. */
export class ResplayTopologyPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
      min-width: 0;
    }

    svg {
      display: block;
      width: 100%;
      overflow: visible;
    }

    g.node {
      cursor: pointer;
      transition: transform var(--slow) var(--ease);
    }

    g.node rect {
      fill: var(--raised);
      stroke: var(--border-strong);
    }

    g.node.primary rect {
      fill: var(--accent-soft);
      stroke: var(--accent);
    }

    g.node.stopped rect,
    g.node.paused rect {
      fill: var(--sunken);
      stroke-dasharray: 4 3;
    }

    g.node.down rect {
      stroke: var(--danger);
    }

    g.node.selected rect {
      stroke-width: 2.5;
    }

    text {
      fill: var(--text);
      font: var(--weight-strong) var(--text-sm) / 1 var(--font-mono);
      text-anchor: middle;
    }

    text.about {
      fill: var(--text-muted);
      font: var(--text-xs) / 1 var(--font-ui);
    }

    .stopped text {
      fill: var(--text-faint);
    }

    line.follows {
      stroke: var(--accent);
      stroke-width: 2;
    }

    line.waits {
      stroke: var(--danger);
      stroke-width: 2;
      stroke-dasharray: 5 4;
    }

    line.watches {
      stroke: var(--border-strong);
      stroke-width: 1;
      stroke-dasharray: 2 4;
    }

    line.watches.down {
      stroke: var(--danger);
    }

    line.cut {
      stroke: var(--danger);
      stroke-width: 1.5;
      stroke-dasharray: 1 5;
    }

    text.cut {
      fill: var(--danger);
      font-size: var(--text-lg);
    }

    .dot,
    .key {
      --look: var(--text-faint);
      fill: var(--look);
    }
    .hello {
      --look: var(--series-4);
    }
    .vote {
      --look: var(--series-3);
    }
    .stream {
      --look: var(--series-1);
    }
    .ack {
      --look: var(--bar-lead);
    }
    .snapshot {
      --look: var(--series-2);
    }

    ul {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-1) var(--space-3);
      margin: 0;
      padding: var(--space-1) var(--space-3);
      color: var(--text-muted);
      font-size: var(--text-xs);
      list-style: none;
    }

    .key {
      display: inline-block;
      width: 8px;
      height: 8px;
      margin-right: var(--space-1);
      border-radius: 50%;
      background: var(--look);
    }
  `;

  @property({ attribute: false }) topology: Topology | undefined;
  @property({ attribute: false }) instances: readonly InstanceInfo[] = [];
  @property() selected = '';
  /** Nothing travels here: messages between real servers are not seen. */
  @property({ type: Boolean }) still = false;
  @state() private width = 0;
  @query('g.dots') private dots!: SVGGElement | null;
  private readonly resized = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.round(entry.contentRect.width);
  });
  private drawn: Layout | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  /** Lets messages travel. */
  show(messages: readonly TopologyMessage[], speed: number): void {
    const { dots, drawn } = this;
    if (!dots || !drawn || speed > 2 || matchMedia('(prefers-reduced-motion: reduce)').matches)
      return;
    for (const message of messages) {
      if (dots.childElementCount >= MAX_DOTS) return;
      const from = drawn.places.get(message.from);
      const to = drawn.places.get(message.to);
      if (!from || !to) continue;
      const dot = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
      dot.setAttribute('r', message.kind === 'snapshot' ? '6' : '3.5');
      dot.setAttribute('class', `dot ${LOOKS[message.kind] ?? ''}`);
      dots.append(dot);
      const at = ({ x, y }: { x: number; y: number }): string => `translate(${x}px, ${y}px)`;
      const takes = (message.arrives - message.sent) / speed;
      const duration = Math.min(Math.max(takes, SHORTEST), LONGEST);
      const travel = dot.animate([{ transform: at(from) }, { transform: at(to) }], { duration });
      travel.onfinish = () => dot.remove();
      travel.oncancel = () => dot.remove();
    }
  }

  /** Boxes are moved by script, so that they glide: the page's policy allows no style attributes. */
  protected override updated(): void {
    for (const box of this.renderRoot.querySelectorAll<SVGGElement>('g.node')) {
      const place = this.drawn?.places.get(box.dataset.name ?? '');
      if (place) box.style.transform = `translate(${place.x}px, ${place.y}px)`;
    }
  }

  protected override render(): TemplateResult {
    const nodes = this.topology?.nodes ?? [];
    const info = new Map(this.instances.map((instance) => [instance.name, instance]));
    const drawn = layout(
      nodes,
      Math.max(this.width, NODE.width + 24),
      (name) => info.get(name)?.sentinel ?? false,
    );
    this.drawn = drawn;
    return html`
      <svg
        viewBox="0 0 ${drawn.width} ${drawn.height}"
        width=${drawn.width}
        height=${drawn.height}
        role="img"
        aria-label=${tl('servers.picture')}
      >
        ${nodes.map((node) => this.renderLines(node, drawn))} ${this.renderCuts(drawn)}
        <g class="dots"></g>
        ${nodes.map((node) => this.renderNode(node, info.get(node.name), drawn))}
      </svg>
      ${this.still ? nothing : this.renderLegend()}
    `;
  }

  private renderLegend(): TemplateResult {
    return html`<ul aria-label=${tl('legend.label')}>
      ${looks.map((look) => html`<li><span class="key ${look}"></span>${tl(`legend.${look}`)}</li>`)}
    </ul>`;
  }

  private renderLines(node: TopologyNode, { places }: Layout): unknown {
    const from = places.get(node.name);
    if (!from) return nothing;
    const line = (to: string | null, look: string): unknown => {
      const place = to === null ? undefined : places.get(to);
      if (!place) return nothing;
      return svg`<line class=${look} x1=${from.x} y1=${from.y} x2=${place.x} y2=${place.y} />`;
    };
    return [
      node.role === 'replica' ? line(node.primary, node.link ? 'follows' : 'waits') : nothing,
      node.watches.map(({ process, state: how }) =>
        line(process, how === 'ok' ? 'watches' : 'watches down'),
      ),
    ];
  }

  private renderCuts({ places }: Layout): unknown {
    return this.topology?.cuts.map(({ from, to }) => {
      const [start, end] = [places.get(from), places.get(to)];
      if (!start || !end) return nothing;
      // Nearer to who does not hear, so that both directions can be seen.
      const [x, y] = [start.x * 0.4 + end.x * 0.6, start.y * 0.4 + end.y * 0.6];
      return svg`<line class="cut" x1=${start.x} y1=${start.y} x2=${end.x} y2=${end.y} />
        <text class="cut" x=${x} y=${y + 5}>✕</text>`;
    });
  }

  private renderNode(
    node: TopologyNode,
    instance: InstanceInfo | undefined,
    { places }: Layout,
  ): unknown {
    const place = places.get(node.name);
    if (!place) return nothing;
    const running = instance?.state === 'running';
    const role = running ? (node.role ?? 'loading') : (instance?.state ?? 'stopped');
    const down = this.topology?.nodes.some(({ watches }) =>
      watches.some(({ process, state: how }) => process === node.name && how !== 'ok'),
    );
    const about =
      running && node.role !== 'sentinel'
        ? `${tl(`servers.${role}`)} · ${node.slots ?? formatNumber(node.offset)}`
        : tl(`servers.${role}`);
    const look = `node ${role} ${down ? 'down' : ''} ${this.selected === node.name ? 'selected' : ''}`;
    return svg`<g
      class=${look}
      data-name=${node.name}
      @click=${() => this.choose(node.name)}
    >
      <rect x=${-NODE.width / 2} y=${-NODE.height / 2} width=${NODE.width} height=${NODE.height}
        rx=${node.role === 'sentinel' || instance?.sentinel ? 25 : 8} />
      <text y="-4">${node.name}</text>
      <text class="about" y="14">${about}</text>
    </g>`;
  }

  private choose(name: string): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: name }));
  }
}

define('resplay-topology-picture', ResplayTopologyPicture);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-topology-picture': ResplayTopologyPicture;
  }
}
