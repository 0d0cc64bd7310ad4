import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { Localized, t, type MessageKey } from '../i18n';
import { dialogStyles } from '../styles/dialog';
import { baseStyles, buttonStyles } from '../styles/shared';
import { icon } from '../widgets/icons';

const KEYS: readonly (readonly [readonly string[], MessageKey])[] = [
  [['Tab'], 'help.keyComplete'],
  [['↑', '↓'], 'help.keyHistory'],
  [['Ctrl-R'], 'help.keySearch'],
  [['Esc'], 'help.keyEscape'],
  [['Ctrl-A', 'Ctrl-E'], 'help.keyLine'],
  [['Ctrl-K', 'Ctrl-U', 'Ctrl-W'], 'help.keyKill'],
  [['Ctrl-L'], 'help.keyClear'],
  [['Ctrl-C'], 'help.keyCancel'],
  [['Ctrl-A'], 'help.keyAll'],
];

/** A message whose `{places}` are given as markup. */
function rich(
  key: MessageKey,
  parts: Readonly<Record<string, TemplateResult | string>>,
): unknown[] {
  return t(key)
    .split(/(\{\w+\})/)
    .map((piece) => parts[piece.slice(1, -1)] ?? piece);
}

/** What one needs to know to start, and the keys of the console. */
@customElement('resplay-help')
export class ResplayHelp extends LitElement {
  static override styles = [baseStyles, buttonStyles, dialogStyles];

  @query('dialog') private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localized(this);
  }

  show(): void {
    this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @click=${this.clicked}>
      <div class="head">
        <h2 id="title">${t('help.title')}</h2>
        <button class="icon" aria-label=${t('help.close')} @click=${() => this.dialog.close()}>
          ${icon('close')}
        </button>
      </div>
      <div class="body">
        <p>${t('help.intro')}</p>
        <h3>${t('help.first')}</h3>
        <ol>
          <li>
            ${rich('help.step1', { examples: html`<strong>${t('header.examples')}</strong>` })}
          </li>
          <li>${rich('help.step2', { command: html`<code>ZINCRBY ranking 5 song3</code>` })}</li>
          <li>${rich('help.step3', { raw: html`<strong>${t('console.raw')}</strong>` })}</li>
        </ol>
        <h3>${t('help.keys')}</h3>
        <dl>
          ${KEYS.map(
            ([keys, what]) =>
              html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
                <dd>${rich(what, { tab: html`<kbd>Tab</kbd>` })}</dd>`,
          )}
        </dl>
        <h3>${t('help.commands')}</h3>
        <p>
          ${rich('help.commandsText', {
            help1: html`<code>help ZADD</code>`,
            help2: html`<code>help @hash</code>`,
            clear: html`<code>clear</code>`,
            resp3: html`<code>HELLO 3</code>`,
          })}
        </p>
      </div>
    </dialog>`;
  }

  /** A click on the backdrop is reported on the dialog itself. */
  private clicked(event: Event): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-help': ResplayHelp;
  }
}
