/** The terminals of a lab: they outlive the view that shows them. */

import type { Lab } from '../client/api';
import { programs } from './programs';
import { ShellSession } from './session';
import type { Editing } from './terminal';
import './terminal-element';
import type { ResplayTerminal } from './terminal-element';
import { ts } from './texts';

/** Most terminals of a lab. */
const MOST = 20;

export interface Tab {
  readonly id: number;
  readonly session: ShellSession;
  readonly element: ResplayTerminal;
  /** What is edited in place of the terminal. */
  editing: { readonly what: Editing; readonly close: () => void } | undefined;
}

const known = new WeakMap<Lab, Terminals>();

export class Terminals extends EventTarget {
  tabs: readonly Tab[] = [];
  active = 0;
  private last = 0;

  private constructor(readonly lab: Lab) {
    super();
    this.add();
  }

  /** Those of a lab. */
  static of(lab: Lab): Terminals {
    const terminals = known.get(lab) ?? new Terminals(lab);
    known.set(lab, terminals);
    return terminals;
  }

  get current(): Tab | undefined {
    return this.tabs.find(({ id }) => id === this.active);
  }

  add(): void {
    if (this.tabs.length >= MOST) return;
    const id = ++this.last;
    const session = new ShellSession({
      lab: this.lab,
      tty: id - 1,
      programs,
      texts: { unsupported: (construct) => ts('shell.unsupported', { construct }) },
    });
    const element = document.createElement('resplay-terminal');
    element.session = session;
    const tab: Tab = { id, session, element, editing: undefined };
    session.onEdit = (what) =>
      new Promise((resolve) => {
        const close = (): void => {
          tab.editing = undefined;
          this.changed();
          resolve();
        };
        tab.editing = { what, close };
        this.changed();
      });
    element.addEventListener('console-closed', () => this.close(id));
    element.addEventListener('console-prompt', () => this.changed());
    this.tabs = [...this.tabs, tab];
    this.active = id;
    this.changed();
  }

  close(id: number): void {
    const index = this.tabs.findIndex((tab) => tab.id === id);
    const tab = this.tabs[index];
    if (!tab) return;
    tab.editing?.close();
    tab.session.close();
    this.tabs = this.tabs.filter((one) => one !== tab);
    if (this.tabs.length === 0) this.add();
    else if (this.active === id) this.active = this.tabs[Math.max(0, index - 1)]?.id ?? 0;
    this.changed();
  }

  show(id: number): void {
    this.active = id;
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
