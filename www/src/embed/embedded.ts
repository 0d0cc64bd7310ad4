/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging -- only so do its events have types */
/** What all embedded elements have: a box in the looks of Resplay, a lab by its name, and patience. */

import type { Argument, Lab, Reply } from '../client/api';
import type { EmbedEvents, EmbedState } from './events';
import { sharedLab, type LabChoices, type SharedLab } from './labs';
import { languageOf, message, type Language } from './messages';
import { followTheme, sheets } from './theme';

/** So much earlier than it comes into view an element begins to load. */
const MARGIN = '200px';

/** Most servers that a page may ask for. */
const MAX_PORTS = 16;

const wordsOf = (text: string | null): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** The lines of an element of the page that holds them: a template, a script of no type, a pre. */
export function linesOf(id: string | null): string[] {
  const holder = id === null ? null : document.getElementById(id);
  const text =
    holder instanceof HTMLTemplateElement ? holder.content.textContent : holder?.textContent;
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export abstract class Embedded extends HTMLElement {
  protected readonly root: HTMLDivElement;
  private current: EmbedState = 'idle';
  private opening: Promise<SharedLab> | undefined;
  private readonly note: HTMLParagraphElement;
  private readonly enders: (() => void)[] = [];

  constructor(styles = '') {
    super();
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = sheets(styles);
    this.root = document.createElement('div');
    this.root.className = 'root';
    this.root.part.add('root');
    this.note = document.createElement('p');
    this.note.className = 'note';
    this.note.setAttribute('role', 'status');
    this.note.hidden = true;
    this.root.append(this.note);
    shadow.append(this.root);
  }

  /** Where the element is. */
  get state(): EmbedState {
    return this.current;
  }

  /** Elements of a page with the same name share one lab. */
  get labName(): string {
    return this.getAttribute('lab') ?? 'default';
  }

  protected get language(): Language {
    return languageOf(this);
  }

  protected text(key: Parameters<typeof message>[1], values?: Record<string, string>): string {
    return message(this.language, key, values);
  }

  connectedCallback(): void {
    this.enders.push(followTheme(this, this.root));
    this.root.lang = this.language;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.seen();
      },
      { rootMargin: MARGIN },
    );
    observer.observe(this);
    this.enders.push(() => observer.disconnect());
  }

  disconnectedCallback(): void {
    for (const end of this.enders.splice(0)) end();
  }

  /** Ends with the element. */
  protected endLater(end: () => void): void {
    this.enders.push(end);
  }

  /** It has come into view. */
  protected seen(): void {
    this.open().catch(() => undefined);
  }

  /** Loads the engine and opens the lab, once; resolves when the element is ready. */
  open(): Promise<SharedLab> {
    this.opening ??= this.load();
    return this.opening;
  }

  private async load(): Promise<SharedLab> {
    this.tell('loading');
    this.say(this.text('embed.loading'));
    try {
      const [shared] = await Promise.all([
        sharedLab(this.choices()),
        import('./parts').then(({ speak }) => speak(this.language)),
      ]);
      await this.fill(shared);
      // What was to be kept is not, where the browser keeps nothing.
      const forgets = this.hasAttribute('persist') && shared.lab.storage.kind === 'memory';
      this.say(forgets ? this.text('embed.forgets') : '');
      this.tell('ready');
      return shared;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.opening = undefined;
      this.say(this.text('embed.failed', { reason }), true);
      this.tell('failed', reason);
      throw error;
    }
  }

  /** Shows the lab. */
  protected abstract fill(shared: SharedLab): Promise<void> | void;

  /** The lab, once it is open. */
  async lab(): Promise<Lab> {
    return (await this.open()).lab;
  }

  /** Sends a command to the lab's first server. Rejects with the server's error. */
  async call(...args: readonly Argument[]): Promise<Reply> {
    const connection = await (await this.lab()).connect();
    try {
      return await connection.call(...args);
    } finally {
      connection.close();
    }
  }

  /** Runs lines as in a redis-cli; what that printed. */
  async execute(lines: string | readonly string[]): Promise<string> {
    const shared = await this.open();
    return shared.run(typeof lines === 'string' ? lines.split('\n') : lines);
  }

  /** What all elements with this lab ask of it. */
  private choices(): LabChoices {
    const name = this.labName;
    const all = [...document.querySelectorAll('*')].filter(
      (element): element is Embedded => element instanceof Embedded && element.labName === name,
    );
    const words = (attribute: string): string[] =>
      [...new Set(all.flatMap((element) => wordsOf(element.getAttribute(attribute))))]
        .filter((port) => /^\d{1,5}$/.test(port) && port !== '6379')
        .slice(0, MAX_PORTS);
    const scenario = all.map((element) => element.getAttribute('scenario')).find(Boolean);
    const seed = all.map((element) => element.getAttribute('seed')).find((one) => one !== null);
    return {
      name,
      persist: all.some((element) => element.hasAttribute('persist')),
      ...(seed !== undefined && /^\d{1,18}$/.test(seed) ? { seed: BigInt(seed) } : {}),
      ports: words('ports'),
      replicas: words('replicas'),
      ...(scenario ? { scenario } : {}),
      setup: all.flatMap((element) => element.labSetup()),
    };
  }

  /** Commands that prepare the lab. */
  protected labSetup(): string[] {
    return linesOf(this.getAttribute('setup'));
  }

  protected tell(state: EmbedState, reason?: string): void {
    if (state === this.current) return;
    this.current = state;
    this.emit('state', { state, ...(reason === undefined ? {} : { reason }) });
  }

  protected emit<Name extends keyof EmbedEvents>(
    name: Name,
    detail: EmbedEvents[Name]['detail'],
  ): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  protected say(text: string, failed = false): void {
    this.note.textContent = text;
    this.note.hidden = text === '';
    this.note.classList.toggle('failed', failed);
  }
}

export interface Embedded {
  addEventListener<Name extends keyof EmbedEvents>(
    type: Name,
    listener: (event: EmbedEvents[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
