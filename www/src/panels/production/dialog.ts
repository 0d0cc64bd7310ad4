import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { bytesText } from '../../charts/numbers';
import type { Lab } from '../../client/api';
import { Localized, formatNumber, locale } from '../../i18n';
import { ARCHIVE_NAME, archiveOf, contentOf, filesOf, sizeOf } from '../../production/archive';
import { tp, type ProductionKey } from '../../production/catalogue';
import { checklist } from '../../production/checklist';
import type { Deployment } from '../../production/deployment';
import { FLAVOURS, type Flavour, type OutputFile } from '../../production/output';
import { readDeployment } from '../../production/read';
import { baseStyles, buttonStyles, fieldStyles, stripStyles } from '../../styles/shared';
import { icon } from '../../widgets/icons';
import { tabList } from '../../widgets/tab-list';
import { saveFile } from '../save-file';
import { define } from '../view-element';
import { productionStyles } from './dialog-styles';

const PARTS = ['checklist', 'compose', 'systemd'] as const;
type Part = (typeof PARTS)[number];

const NAMES: Readonly<Record<Part, ProductionKey>> = {
  checklist: 'production.checklistTab',
  compose: 'production.compose',
  systemd: 'production.systemd',
};

/** Characters of a file that are shown. */
const MOST_SHOWN = 100_000;

/** `<resplay-production>`: the lab as real servers: what is to be decided, the files, and all of them to download. */
export class ResplayProduction extends LitElement {
  static override styles = [baseStyles, buttonStyles, fieldStyles, stripStyles, productionStyles];

  @state() private deployment: Deployment | undefined;
  @state() private flavour: Flavour = FLAVOURS[0];
  @state() private shownPart: Part = 'checklist';
  @state() private chosen: Partial<Record<Part, string>> = {};
  @state() private reading = true;
  @state() private failure = '';
  @state() private told = '';
  @query('dialog') private dialog!: HTMLDialogElement;
  private lab: Lab | undefined;
  private made: { readonly by: string; readonly files: readonly OutputFile[] } | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  /** Reads the lab and shows itself; resolves when it is closed. */
  async show(lab: Lab): Promise<void> {
    this.lab = lab;
    await this.updateComplete;
    this.dialog.showModal();
    const closed = new Promise((resolve) => this.dialog.addEventListener('close', resolve));
    await this.read();
    await closed;
  }

  private async read(): Promise<void> {
    if (this.lab === undefined) return;
    this.reading = true;
    this.told = '';
    try {
      this.deployment = await readDeployment(this.lab);
      this.made = undefined;
      this.failure = '';
    } catch (error) {
      this.failure = tp('production.failed', {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    this.reading = false;
  }

  /** The files, in the page's language. */
  private files(deployment: Deployment): readonly OutputFile[] {
    const by = `${this.flavour.name} ${locale()}`;
    if (this.made?.by !== by) this.made = { by, files: filesOf(deployment, this.flavour) };
    return this.made.files;
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.told = tp('production.copied');
    } catch {
      this.told = tp('production.copyFailed');
    }
  }

  private choose(part: Part, path: string): void {
    this.chosen = { ...this.chosen, [part]: path };
    this.told = '';
  }

  private open(part: Part): void {
    this.shownPart = part;
    this.told = '';
  }

  protected override render(): TemplateResult {
    const { deployment } = this;
    return html`<dialog aria-labelledby="title">
      <div class="head">
        <h2 id="title">${tp('production.title')}</h2>
        <button
          class="icon"
          title=${tp('production.close')}
          aria-label=${tp('production.close')}
          @click=${() => this.dialog.close()}
        >
          ${icon('close')}
        </button>
      </div>
      <div class="intro">
        <p class="explain">${tp('production.explain')}</p>
        ${this.failure === '' ? nothing : html`<p class="failed" role="alert">${this.failure}</p>`}
        ${this.renderActions(deployment)}
      </div>
      ${deployment === undefined ? nothing : this.renderParts(deployment)}
    </dialog>`;
  }

  private renderActions(deployment: Deployment | undefined): TemplateResult {
    const again = html`<button class="outlined" ?disabled=${this.reading} @click=${this.read}>
      ${tp('production.again')}
    </button>`;
    if (deployment === undefined)
      return html`<div class="row">
        <span class="summary" role="status"
          >${this.reading ? tp('production.reading') : nothing}</span
        >
        ${this.reading ? nothing : again}
      </div>`;
    const files = this.files(deployment);
    const size = bytesText(files.reduce((sum, file) => sum + sizeOf(file), 0));
    const keys = deployment.servers.reduce(
      (sum, server) => sum + (server.primary === undefined ? server.keys : 0),
      0,
    );
    return html`<div class="row">
      <span class="summary" role="status"
        >${tp('production.summary', {
          servers: deployment.servers.length,
          sentinels: deployment.sentinels.length,
          keys: formatNumber(keys),
          files: files.length,
          size,
        })}</span
      >
      <label
        >${tp('production.flavour')}
        <select @change=${this.changeFlavour}>
          ${FLAVOURS.map(
            (one) =>
              html`<option value=${one.name} ?selected=${one === this.flavour}>
                ${one.title}
              </option>`,
          )}
        </select></label
      >
      ${again}
      <button class="primary" @click=${() => saveFile(ARCHIVE_NAME, archiveOf(files))}>
        ${tp('production.download', { size })}
      </button>
    </div>`;
  }

  private changeFlavour(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.flavour = FLAVOURS.find(({ name }) => name === value) ?? FLAVOURS[0];
  }

  private renderParts(deployment: Deployment): TemplateResult {
    const { shownPart: part } = this;
    return html`<div class="strip">
        ${tabList({
          label: tp('production.parts'),
          tabs: PARTS.map((one) => ({ id: one, text: tp(NAMES[one]), panel: 'panel' })),
          shown: part,
          show: (one) => this.open(one),
        })}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby="tab-${part}">
        ${part === 'checklist' ? renderChecklist(deployment) : this.renderFiles(deployment, part)}
      </div>`;
  }

  private renderFiles(deployment: Deployment, part: 'compose' | 'systemd'): TemplateResult {
    const files = this.files(deployment).filter(({ path }) => path.startsWith(`${part}/`));
    const usual = files.find(({ path }) => /\/(?:compose\.yaml|install\.sh)$/.test(path));
    const file = files.find(({ path }) => path === this.chosen[part]) ?? usual;
    return html`<p class="how">
        ${tp(part === 'compose' ? 'production.howCompose' : 'production.howSystemd')}
      </p>
      <div class="files">
        <nav aria-label=${tp('production.files')}>
          ${files.map(
            ({ path, isSecret }) =>
              html`<button
                aria-current=${path === file?.path ? 'true' : 'false'}
                @click=${() => this.choose(part, path)}
              >
                <span class="path">${path.slice(part.length + 1)}</span>
                ${
                  isSecret === true
                    ? html`<span class="mark">${tp('production.secretMark')}</span>`
                    : nothing
                }
              </button>`,
          )}
        </nav>
        ${file === undefined ? nothing : this.renderFile(file)}
      </div>`;
  }

  private renderFile(file: OutputFile): TemplateResult {
    const { path, content } = file;
    const name = path.slice(path.lastIndexOf('/') + 1);
    return html`<div class="view" role="region" aria-label=${tp('production.file')}>
      <div class="bar">
        <h3>${path}</h3>
        ${
          typeof content === 'string'
            ? html`<button class="outlined" @click=${() => this.copy(content)}>
                ${icon('copy')} ${tp('production.copy')}
              </button>`
            : nothing
        }
        <button class="outlined" @click=${() => saveFile(name, contentOf(file))}>
          ${tp('production.save')}
        </button>
      </div>
      <p class="told" role="status">${this.told}</p>
      ${
        file.isSecret === true
          ? html`<p class="note secret">${tp('production.secret')}</p>`
          : nothing
      }
      ${typeof content === 'string' ? renderText(path, content) : renderBinary(content)}
    </div>`;
  }
}

function renderBinary(content: Uint8Array): TemplateResult {
  const size = bytesText(content.length);
  return html`<p class="note">
    ${content.length === 0 ? tp('production.empty') : tp('production.binary', { size })}
  </p>`;
}

/** A file's text, its comments in another colour. */
function renderText(path: string, content: string): TemplateResult {
  const shown = content.slice(0, MOST_SHOWN);
  const rows = shown.split('\n').map((row, at, all) => {
    const text = at < all.length - 1 ? `${row}\n` : row;
    return /^\s*#/.test(row) ? html`<span class="remark">${text}</span>` : text;
  });
  const sizes = { shown: bytesText(shown.length), size: bytesText(content.length) };
  return html`<pre tabindex="0" role="region" aria-label=${path}>${rows}</pre>
    ${
      shown.length < content.length
        ? html`<p class="note">${tp('production.cut', sizes)}</p>`
        : nothing
    }`;
}

function renderChecklist(deployment: Deployment): TemplateResult {
  const items = checklist(deployment);
  const count = items.filter(({ level }) => level === 'danger').length;
  return html`<div
    class="checklist"
    tabindex="0"
    role="region"
    aria-label=${tp('production.checklist')}
  >
    <p class="dangers">
      ${count === 0 ? tp('production.noDangers') : tp('production.dangers', { count })}
    </p>
    <ul>
      ${items.map(
        ({ level, topic, now, todo }) =>
          html`<li class=${level}>
            <div class="about">
              <h3>${topic}</h3>
              <span class="level">${tp(`level.${level}`)}</span>
            </div>
            <div>
              <div class="now">${now}</div>
              <div class="todo">${todo}</div>
            </div>
          </li>`,
      )}
    </ul>
  </div>`;
}

define('resplay-production', ResplayProduction);

/** Opens the dialog for a lab; resolves when it is closed. */
export async function showProduction(lab: Lab): Promise<void> {
  const dialog = document.createElement('resplay-production');
  document.body.append(dialog);
  await dialog.show(lab);
  dialog.remove();
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-production': ResplayProduction;
  }
}
