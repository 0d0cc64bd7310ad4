import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { Argument, Lab, Unsubscribe } from '../client/api';
import { Localized } from '../i18n';
import { baseStyles, buttonStyles, fieldStyles } from '../styles/shared';
import { viewStyles } from './view-styles';

/** Where a view sends lines that shall run, visibly, in a console. The page routes it to the one in use. */
export interface RunDetail {
  readonly lines: readonly string[];
}

/** Another view that the page should open, or bring to the front. */
export type OpenDetail =
  | {
      readonly view: 'ranking';
      readonly key: Argument;
      readonly db?: number;
      readonly limit?: number;
      readonly order?: 'desc' | 'asc';
    }
  | { readonly view: 'key'; readonly key: Argument; readonly db?: number };

declare global {
  interface GlobalEventHandlersEventMap {
    'resplay-run': CustomEvent<RunDetail>;
    'resplay-open': CustomEvent<OpenDetail>;
  }
}

/** What all live views share: the lab, the language, the looks, and watches that end with the element. */
export abstract class ViewElement extends LitElement {
  static override styles = [baseStyles, buttonStyles, fieldStyles, viewStyles];

  @property({ attribute: false }) lab: Lab | undefined;

  private watchedLab: Lab | undefined;
  private readonly closers = new Set<() => void>();

  constructor() {
    super();
    new Localized(this);
  }

  /** Called with each lab, once connected: start watches here and hand their ends to `closeLater`. */
  protected abstract labOpened(lab: Lab): void;

  /** Ends with the lab or with the element, whichever goes first. */
  protected closeLater(close: Unsubscribe): void {
    this.closers.add(close);
  }

  /** What time it is in the lab. */
  protected labTime(): number {
    return this.lab?.clock.now() ?? 0;
  }

  /** Runs lines in the console that the person is using. */
  protected runInConsole(...lines: string[]): void {
    const detail: RunDetail = { lines };
    this.dispatchEvent(new CustomEvent('resplay-run', { detail, bubbles: true, composed: true }));
  }

  protected openView(detail: OpenDetail): void {
    this.dispatchEvent(new CustomEvent('resplay-open', { detail, bubbles: true, composed: true }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.closeAll();
  }

  protected override updated(): void {
    this.follow();
  }

  private follow(): void {
    if (this.lab === this.watchedLab) return;
    this.closeAll();
    if (this.lab === undefined) return;
    this.watchedLab = this.lab;
    this.labOpened(this.lab);
  }

  private closeAll(): void {
    this.watchedLab = undefined;
    for (const close of this.closers) close();
    this.closers.clear();
  }
}

/** One `<resplay-…>` element, defined once however often its module is loaded (a page may embed several labs). */
export function define(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
