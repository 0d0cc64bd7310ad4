import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { Lab } from '../../client/api';
import { Localized } from '../../i18n';
import { BridgeAddress } from '../../remote/address';
import { RealServer } from '../../remote/real-server';
import { dialogStyles } from '../../styles/dialog';
import { baseStyles, buttonStyles, fieldStyles } from '../../styles/shared';
import { define } from '../view-element';
import { problemText, tr } from './catalogue';
import { show } from './show';

const ONE = 'websockify 6380 127.0.0.1:6379';
const MANY = 'websockify --token-plugin=TokenFile --token-source=servers.txt 6380';

/** What was typed last, but for the password: as long as the page is open. */
const typed = { address: 'ws://localhost:6380', first: '127.0.0.1:6379', user: '' };

/** Asks where a real server is, and who one is there; shows it once it answers. */
export class ResplayConnect extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    dialogStyles,
    css`
      form {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-3);
        margin-top: var(--space-4);
      }

      label {
        display: grid;
        gap: var(--space-1);
        font-size: var(--text-sm);
      }

      label.wide,
      form > p {
        grid-column: 1 / -1;
      }

      input {
        width: 100%;
        font-family: var(--font-mono);
      }

      h3 {
        margin-top: var(--space-3);
        font-size: var(--text-sm);
      }

      p {
        font-size: var(--text-sm);
      }

      details + p,
      details p {
        margin-block: var(--space-2);
      }

      .warning {
        color: var(--warning);
      }

      .failed {
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-md);
        background: var(--danger-soft);
        color: var(--danger);
        overflow-wrap: anywhere;
      }

      .actions {
        grid-column: 1 / -1;
        margin-top: 0;
      }

      details {
        margin-top: var(--space-3);
      }

      summary {
        color: var(--text-muted);
        font-size: var(--text-sm);
        cursor: pointer;
      }

      @media (max-width: 480px) {
        form {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @state() private address = typed.address;
  @state() private busy = false;
  @state() private failure: unknown;
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('form') private form!: HTMLFormElement;
  private attempt = 0;
  private lab: Lab | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  async open(lab: Lab): Promise<void> {
    this.lab = lab;
    await this.updateComplete;
    this.dialog.showModal();
    this.dialog.addEventListener('close', () => {
      this.attempt += 1;
      this.remove();
    });
  }

  private field(name: string): string {
    const value = new FormData(this.form).get(name);
    return typeof value === 'string' ? value : '';
  }

  private async connect(event: Event): Promise<void> {
    event.preventDefault();
    const { lab } = this;
    if (!lab || this.busy) return;
    typed.address = this.address;
    typed.first = this.field('first') || typed.first;
    typed.user = this.field('user');
    this.attempt += 1;
    const { attempt } = this;
    this.busy = true;
    this.failure = undefined;
    try {
      const bridge = BridgeAddress.read(this.address, this.field('first'));
      const credentials = { user: typed.user, password: this.field('password') };
      const server = await RealServer.open(bridge, credentials, lab, tr('console.note'));
      // Closed in the meantime: nobody wants it any more.
      if (attempt !== this.attempt) server.close();
      else {
        show(server);
        this.dialog.close();
      }
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <div class="head"><h2 id="title">${tr('connect.title')}</h2></div>
      <div class="body">
        <p>${tr('connect.about')}</p>
        <h3>${tr('connect.one')}</h3>
        <pre tabindex="0">${ONE}</pre>
        <details>
          <summary>${tr('connect.many')}</summary>
          <pre tabindex="0">${MANY}</pre>
          <p>${tr('connect.manyAbout')}</p>
          <pre tabindex="0">ws://localhost:6380/?token={host}:{port}</pre>
        </details>
        <p>${tr('connect.tls')}</p>
        ${this.renderForm()}
      </div>
    </dialog>`;
  }

  private renderForm(): TemplateResult {
    const leadsToMany = BridgeAddress.namesServers(this.address);
    return html`<form @submit=${this.connect}>
      <label class="wide">
        ${tr('connect.address')}
        <input
          name="address"
          inputmode="url"
          autocomplete="off"
          spellcheck="false"
          required
          autofocus
          maxlength="2000"
          .value=${this.address}
          @input=${(event: Event) => (this.address = (event.target as HTMLInputElement).value)}
        />
      </label>
      ${
        leadsToMany
          ? html`<label class="wide">
              ${tr('connect.first')}
              <input
                name="first"
                autocomplete="off"
                spellcheck="false"
                required
                placeholder=${tr('connect.firstHint')}
                .defaultValue=${typed.first}
              />
            </label>`
          : nothing
      }
      <label>
        ${tr('connect.user')}
        <input
          name="user"
          autocomplete="off"
          spellcheck="false"
          placeholder=${tr('connect.userHint')}
          .defaultValue=${typed.user}
        />
      </label>
      <label>
        ${tr('connect.password')}
        <input name="password" type="password" autocomplete="off" />
      </label>
      <p>${tr('connect.passwordAbout')}</p>
      <p class="warning">${tr('connect.warning')}</p>
      ${
        this.failure === undefined
          ? nothing
          : html`<p class="failed" role="alert">${problemText(this.failure)}</p>`
      }
      <div class="actions">
        <button class="primary" ?disabled=${this.busy}>
          ${tr(this.busy ? 'connect.connecting' : 'connect.connect')}
        </button>
        <button type="button" class="outlined" @click=${() => this.dialog.close()}>
          ${tr('connect.cancel')}
        </button>
      </div>
    </form>`;
  }
}

define('resplay-connect', ResplayConnect);

/** Opens the dialog over the page. `lab` is the visitor's own. */
export async function connect(lab: Lab): Promise<void> {
  const dialog = new ResplayConnect();
  document.body.append(dialog);
  await dialog.open(lab);
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-connect': ResplayConnect;
  }
}
