/** The elements that show a lab: all of it, a console, a chart, the topology. */

import { Embedded } from './embedded';
import type { ResplayApp } from '../app/resplay-app';
import type { SharedLab } from './labs';

/** Runs in a console what a view asks to be run; nothing of it leaves the element. */
function keepInside(root: HTMLElement, shared: SharedLab): void {
  root.addEventListener('resplay-run', (event) => {
    event.stopPropagation();
    void shared.run(event.detail.lines);
  });
  root.addEventListener('resplay-open', (event) => event.stopPropagation());
}

/** `<resplay-console>`: a redis-cli. */
export class EmbedConsole extends Embedded {
  constructor() {
    super(':host { height: 20rem; }');
  }

  protected async fill({ lab }: SharedLab): Promise<void> {
    const { ResplayCli } = await import('./parts');
    const view = new ResplayCli();
    const port = this.getAttribute('port');
    view.session = await lab.openConsole({
      ...(port === null ? {} : { port }),
      language: this.language === 'en' ? 'en' : 'zh',
    });
    this.root.append(view);
  }
}

/** `<resplay-chart key="ranking">`: the bars of a sorted set. */
export class EmbedChart extends Embedded {
  static readonly observedAttributes = ['key', 'db', 'limit', 'order', 'port'];

  constructor() {
    super(':host { height: 20rem; }');
  }

  protected async fill(shared: SharedLab): Promise<void> {
    const { ResplayRankingChart } = await import('./parts');
    const view = new ResplayRankingChart();
    view.lab = shared.lab;
    keepInside(this.root, shared);
    this.root.append(view);
    this.follow();
  }

  attributeChangedCallback(): void {
    this.follow();
  }

  private follow(): void {
    const view = this.root.querySelector('resplay-ranking-chart');
    if (!view) return;
    const whole = (name: string, usual: number, most: number): number => {
      const value = Number(this.getAttribute(name) ?? usual);
      return Number.isInteger(value) && value >= 0 ? Math.min(value, most) : usual;
    };
    view.key = this.getAttribute('key') ?? 'ranking';
    view.db = whole('db', 0, 15);
    view.limit = Math.max(1, whole('limit', 10, 50));
    view.order = this.getAttribute('order') === 'asc' ? 'asc' : 'desc';
    view.server = this.getAttribute('port') ?? '6379';
  }
}

/** `<resplay-topology>`: the servers and sentinels, and what passes between them. */
export class EmbedTopology extends Embedded {
  constructor() {
    super(':host { height: 20rem; } .root > :last-child { overflow: auto; }');
  }

  protected async fill(shared: SharedLab): Promise<void> {
    const { topologyView } = await import('./parts');
    const { view, close } = await topologyView(shared.lab);
    this.endLater(close);
    this.root.append(view);
  }
}

/** `<resplay-lab>`: all of Resplay. */
export class EmbedLab extends Embedded {
  constructor() {
    super(':host { height: 36rem; }');
  }

  protected async fill({ lab }: SharedLab): Promise<void> {
    const { ResplayApp } = await import('./parts');
    const view = new ResplayApp();
    view.bare = true;
    view.view = this.getAttribute('panel') ?? '';
    view.lab = lab;
    this.root.append(view);
    const lesson = this.getAttribute('lesson');
    if (lesson !== null) await openLesson(view, new URL(lesson, document.baseURI));
  }
}

/** Opens a lesson of the page around, by its address. */
async function openLesson(view: ResplayApp, address: URL): Promise<void> {
  const [{ deskOf }, response] = await Promise.all([
    import('../lessons/desk'),
    fetch(address),
    view.updateComplete,
  ]);
  if (!response.ok) throw new Error(`${address.href}: ${response.status}`);
  const file = address.pathname.split('/').pop() ?? 'lesson.md';
  deskOf(view).openText(await response.text(), file);
  view.panels.view = 'lessons';
}
