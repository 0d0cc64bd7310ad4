import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Argument, RedisString, ValueContent } from '../client/api';
import { bytesOf, identityOf } from '../client/bytes';
import { icons } from '../charts/icons';
import { groupThousands } from '../charts/numbers';
import { t, type MessageKey } from '../i18n';
import type { Guard } from './run-commands';
import { keyChanged, escapedOf, isPlain, lineOf, parseEscaped, sameBytes } from './show-bytes';
import { ViewElement, define } from './view-element';

/** A change that the person wants: the view of the value runs it. */
export interface ChangeDetail {
  readonly commands: readonly (readonly Argument[])[];
  readonly guard?: Guard;
}

type Content = Extract<ValueContent, { type: 'list' | 'set' | 'hash' | 'zset' | 'stream' }>;

interface Element {
  readonly id: string;
  readonly name: RedisString;
  /** What can be edited; nothing for members of a set. */
  readonly value?: RedisString;
  readonly numeric?: boolean;
  /** Shown and never edited: an entry of a stream is as it was added. */
  readonly fixed?: boolean;
  readonly index: number;
}

const HEADS: Record<Content['type'], readonly MessageKey[]> = {
  hash: ['views.value.field', 'views.value.value'],
  list: ['views.value.index', 'views.value.element'],
  set: ['views.value.member'],
  zset: ['views.value.rank', 'views.value.member', 'views.value.score'],
  stream: ['views.value.entry', 'views.value.fields'],
};

/** The elements of a hash, list, set, sorted set or stream, as a table one can edit. Fires `resplay-change`. */
export class ResplayValueElements extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        flex: 1;
      }

      .rows {
        flex: 1;
        min-height: 60px;
        overflow: auto;
      }

      thead th {
        position: sticky;
        z-index: 1;
        top: 0;
        background: var(--raised);
      }

      td {
        font-family: var(--font-mono);
      }

      td.narrow,
      th.narrow {
        width: 1%;
        white-space: nowrap;
      }

      td.actions {
        width: 1%;
        padding-block: 0;
        white-space: nowrap;
      }

      td.actions button {
        min-height: 26px;
        width: 26px;
      }

      @media (pointer: coarse) {
        td.actions button {
          min-height: 40px;
          width: 40px;
        }
      }

      td form {
        display: flex;
        gap: var(--space-1);
      }

      td input {
        flex: 1;
        min-width: 60px;
        font-family: var(--font-mono);
      }

      form.add {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
        padding: var(--space-2) var(--space-3);
        border-top: 1px solid var(--border);
      }

      form.add input {
        flex: 1 1 90px;
        min-width: 70px;
        font-family: var(--font-mono);
      }
    `,
  ];

  @property({ attribute: false, hasChanged: keyChanged }) key: Argument = '';
  @property({ attribute: false }) content: Content = { type: 'list', elements: [] };
  @property({ type: Number }) offset = 0;
  @state() private editing: string | undefined;
  /** While one is edited all stand still: a row that moves would lose the keyboard. */
  private still: { content: Content; offset: number } | undefined;

  protected labOpened(): void {
    // Shown by its parent, which watches.
  }

  override render(): TemplateResult {
    const { type } = this.content;
    const numbered = type === 'list' || type === 'zset';
    const heads = HEADS[type];
    return html`
      <div class="rows" tabindex="0" role="region" aria-label=${t('views.value.elements')}>
        <table>
          <thead>
            <tr>
              ${heads.map(
                (head, index) =>
                  html`<th
                    scope="col"
                    class="${numbered && index === 0 ? 'narrow' : ''} ${
                      head === 'views.value.score' || (numbered && index === 0) ? 'number' : ''
                    }"
                  >
                    ${t(head)}
                  </th>`,
              )}
              <th scope="col" class="narrow">
                <span class="visually-hidden">${t('views.value.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              this.elements(),
              (element) => element.id,
              (element) => this.rowOf(element, numbered),
            )}
          </tbody>
        </table>
      </div>
      ${this.addForm()}
    `;
  }

  private elements(): Element[] {
    const { content, offset } = this.still ?? this;
    switch (content.type) {
      case 'hash':
        return content.fields.map(({ field, value }, index) => ({
          id: identityOf(field),
          name: field,
          value,
          index,
        }));
      case 'list':
        return content.elements.map((value, at) => {
          const index = offset + at;
          return { id: String(index), name: { text: String(index) }, value, index };
        });
      case 'set':
        return content.members.map((name, index) => ({ id: identityOf(name), name, index }));
      case 'zset':
        return content.entries.map(({ member, rank, scoreText }) => ({
          id: identityOf(member),
          name: member,
          value: { text: scoreText },
          numeric: true,
          index: rank,
        }));
      case 'stream':
        return content.entries.map(({ id, fields }, index) => ({
          id: id.text,
          name: id,
          value: {
            text: fields
              .map(({ field, value }) => `${lineOf(field, 200)}: ${lineOf(value, 200)}`)
              .join(', '),
          },
          fixed: true,
          index,
        }));
    }
  }

  private rowOf(element: Element, numbered: boolean): TemplateResult {
    const { type } = this.content;
    const { value } = element;
    const editing = this.editing === element.id && value !== undefined;
    const shown =
      value === undefined
        ? ''
        : element.numeric === true
          ? groupThousands(value.text)
          : lineOf(value, 2000);
    return html`
      <tr>
        ${numbered ? html`<td class="number narrow muted">${element.index}</td>` : nothing}
        ${type === 'list' ? nothing : html`<td>${this.nameText(element.name)}</td>`}
        ${
          value === undefined
            ? nothing
            : html`<td class=${element.numeric === true && !editing ? 'number' : ''}>
                ${editing ? this.editForm(element, value) : shown === '' ? '""' : shown}
              </td>`
        }
        <td class="actions">
          ${
            editing
              ? nothing
              : html`
                  ${
                    value === undefined || element.fixed === true
                      ? nothing
                      : html`<button
                          class="icon"
                          aria-label=${t('views.value.editOf', { name: lineOf(element.name, 60) })}
                          title=${t('views.edit')}
                          @click=${() => this.edit(element.id)}
                        >
                          ${icons.edit}
                        </button>`
                  }
                  <button
                    class="icon"
                    aria-label=${t('views.value.removeOf', { name: lineOf(element.name, 60) })}
                    title=${t('views.remove')}
                    @click=${() => this.removeElement(element)}
                  >
                    ${icons.remove}
                  </button>
                `
          }
        </td>
      </tr>
    `;
  }

  private nameText(name: RedisString): string {
    return name.text === '' ? '""' : lineOf(name, 500);
  }

  private editForm(element: Element, value: RedisString): TemplateResult {
    const plain = isPlain(value);
    return html`
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          const { value: text } = (event.target as HTMLFormElement).elements[0] as HTMLInputElement;
          this.save(element, value, plain ? text : parseEscaped(text));
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            this.editing = undefined;
          }
        }}
      >
        <input
          class="editor"
          spellcheck="false"
          autocapitalize="off"
          aria-label=${t('views.value.newValueOf', { name: lineOf(element.name, 60) })}
          title=${plain ? nothing : t('views.value.escaped')}
          value=${plain ? value.text : escapedOf(value)}
        />
        <button class="primary">${t('views.save')}</button>
        <button type="button" @click=${() => (this.editing = undefined)}>
          ${t('views.cancel')}
        </button>
      </form>
    `;
  }

  private addForm(): TemplateResult {
    const { type } = this.content;
    const field = (name: string, label: MessageKey, required = true) =>
      html`<input
        name=${name}
        placeholder=${t(label)}
        aria-label=${t(label)}
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
        ?required=${required}
      />`;
    return html`
      <form class="add" @submit=${this.add}>
        ${type === 'hash' || type === 'stream' ? [field('field', 'views.value.field', false), field('value', 'views.value.value', false)] : nothing}
        ${type === 'list' ? field('value', 'views.value.element', false) : nothing}
        ${type === 'set' ? field('member', 'views.value.member', false) : nothing}
        ${type === 'zset' ? [field('score', 'views.value.score'), field('member', 'views.value.member', false)] : nothing}
        ${
          type === 'list'
            ? html`<button class="outlined" value="LPUSH">${t('views.value.addFirst')}</button>
                <button class="outlined" value="RPUSH">${t('views.value.addLast')}</button>`
            : html`<button class="outlined">${icons.add} ${t('views.value.add')}</button>`
        }
      </form>
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('key')) this.editing = undefined;
    if (this.editing === undefined) this.still = undefined;
  }

  private edit(id: string): void {
    this.editing = id;
    this.still = { content: this.content, offset: this.offset };
    void this.updateComplete.then(() => {
      const input = this.renderRoot.querySelector<HTMLInputElement>('input.editor');
      input?.focus();
      input?.select();
    });
  }

  private save(element: Element, before: RedisString, after: Argument): void {
    this.editing = undefined;
    const { key } = this;
    switch (this.content.type) {
      case 'hash':
        this.change({ commands: [['HSET', key, element.name, after]] });
        break;
      case 'zset':
        this.change({ commands: [['ZADD', key, after, element.name]] });
        break;
      case 'list':
        this.change({
          commands: [['LSET', key, element.index, after]],
          guard: this.stillThere(element, before),
        });
        break;
      case 'set':
      case 'stream':
        break;
    }
  }

  private removeElement(element: Element): void {
    const { key } = this;
    switch (this.content.type) {
      case 'hash':
        this.change({ commands: [['HDEL', key, element.name]] });
        break;
      case 'set':
        this.change({ commands: [['SREM', key, element.name]] });
        break;
      case 'zset':
        this.change({ commands: [['ZREM', key, element.name]] });
        break;
      case 'stream':
        this.change({ commands: [['XDEL', key, element.name]] });
        break;
      case 'list': {
        // Lists know no removal by index: the element is marked with a value nobody else has, and that removed.
        const mark = `resplay:removed:${crypto.randomUUID()}`;
        this.change({
          commands: [
            ['LSET', key, element.index, mark],
            ['LREM', key, 1, mark],
          ],
          ...(element.value === undefined
            ? {}
            : { guard: this.stillThere(element, element.value) }),
        });
      }
    }
  }

  /** Others may push and pop meanwhile: only the element that was seen is changed. */
  private stillThere(element: Element, value: RedisString): Guard {
    const bytes = bytesOf(value);
    return {
      command: ['LINDEX', this.key, element.index],
      holds: (reply) => reply.kind === 'string' && sameBytes(bytesOf(reply.value), bytes),
    };
  }

  private readonly add = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const text = (name: string) => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    const { key } = this;
    const command: Record<Content['type'], readonly Argument[]> = {
      hash: ['HSET', key, text('field'), text('value')],
      list: [
        (event.submitter as HTMLButtonElement | null)?.value === 'LPUSH' ? 'LPUSH' : 'RPUSH',
        key,
        text('value'),
      ],
      set: ['SADD', key, text('member')],
      zset: ['ZADD', key, text('score').trim(), text('member')],
      stream: ['XADD', key, '*', text('field'), text('value')],
    };
    this.change({ commands: [command[this.content.type]] });
    form.reset();
    form.querySelector('input')?.focus();
  };

  private change(detail: ChangeDetail): void {
    this.dispatchEvent(
      new CustomEvent('resplay-change', { detail, bubbles: true, composed: true }),
    );
  }
}

define('resplay-value-elements', ResplayValueElements);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-value-elements': ResplayValueElements;
  }
  interface GlobalEventHandlersEventMap {
    'resplay-change': CustomEvent<ChangeDetail>;
  }
}
