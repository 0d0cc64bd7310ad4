import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { rovingIndex } from './roving';

export interface Tab<Id extends string | number> {
  readonly id: Id;
  readonly text: string;
  /** The id of the element that it shows. */
  readonly panel?: string;
  readonly title?: string;
  readonly mark?: string;
}

export interface TabListOptions<Id extends string | number> {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly shown: Id;
  /** By a key: whoever walks along the tabs stays there. */
  readonly show: (id: Id, byKey: boolean) => void;
  /** Delete closes a tab, where tabs can be closed. */
  readonly close?: (id: Id) => void;
  /** Also a double click. */
  readonly rename?: (id: Id) => void;
}

/** One tab stop; arrows, Home and End walk along it. The tabs' ids are `tab-` and theirs. */
export function tabList<Id extends string | number>(options: TabListOptions<Id>): TemplateResult {
  const { label, tabs, shown, show, close, rename } = options;
  const pressed = (event: KeyboardEvent, id: Id, index: number): void => {
    if (event.key === 'Delete') close?.(id);
    if (event.key === 'F2') rename?.(id);
    const next = rovingIndex(event.key, index, tabs.length);
    const tab = next === undefined ? undefined : tabs[next];
    if (next === undefined || !tab) return;
    event.preventDefault();
    const list = (event.currentTarget as HTMLElement).parentElement;
    show(tab.id, true);
    (list?.children[next] as HTMLElement | undefined)?.focus();
  };
  return html`<div role="tablist" aria-label=${label}>
    ${repeat(
      tabs,
      ({ id }) => id,
      ({ id, text, panel, title, mark }, index) =>
        html`<button
          role="tab"
          id="tab-${id}"
          class=${mark ?? nothing}
          title=${title ?? nothing}
          aria-selected=${id === shown ? 'true' : 'false'}
          aria-controls=${panel ?? nothing}
          tabindex=${id === shown ? 0 : -1}
          @click=${() => show(id, false)}
          @dblclick=${() => rename?.(id)}
          @keydown=${(event: KeyboardEvent) => pressed(event, id, index)}
        >
          ${text}
        </button>`,
    )}
  </div>`;
}
