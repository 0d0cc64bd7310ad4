import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { InstanceInfo, Lab } from '../client/api';
import '../shell/editor';
import type { Editing } from '../shell/terminal';
import { t } from './persistence-catalogue';
import { persistenceStyles } from './persistence-styles';
import { reasonOf } from './persistence-text';
import { ViewElement, define } from './view-element';

/** How long a server is given to end, in milliseconds. */
const PATIENCE_MS = 15_000;

/** A file being edited; once it is saved, the servers that read it may be started anew. Fires `close`. */
export class ResplayFileEditing extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    persistenceStyles,
    css`
      resplay-file-editor {
        flex: 1;
        min-height: 0;
      }

      .apply {
        border-top: 1px solid var(--border);
        background: var(--accent-soft);
        font-size: var(--text-sm);
      }

      .failed {
        max-height: 30%;
        margin: 0;
        overflow: auto;
        white-space: pre-wrap;
      }
    `,
  ];

  @property() path = '';
  @state() private editing: Editing | undefined;
  @state() private instances: readonly InstanceInfo[] = [];
  @state() private isSaved = false;
  @state() private restarting = '';
  @state() private restarted = '';
  @state() private failure = '';

  protected labOpened(lab: Lab): void {
    this.instances = lab.instances;
    this.closeLater(lab.on('instances', (instances) => (this.instances = instances)));
    void this.open(lab);
  }

  private async open(lab: Lab): Promise<void> {
    const { path } = this;
    try {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await lab.files.read(path));
      const save = async (changed: string): Promise<void> => {
        await lab.files.write(path, new TextEncoder().encode(changed));
        this.isSaved = true;
        this.restarted = '';
        this.failure = '';
      };
      this.editing = { kind: 'nano', path, text, fresh: false, save };
    } catch (error) {
      this.failure = t('files.failed', { reason: reasonOf(error) });
    }
  }

  protected override render(): TemplateResult {
    return html`
      ${
        this.editing === undefined
          ? nothing
          : html`<resplay-file-editor
              .lab=${this.lab}
              .editing=${this.editing}
              @editor-closed=${() => this.dispatchEvent(new CustomEvent('close'))}
            ></resplay-file-editor>`
      }
      ${this.failure === '' ? nothing : html`<p class="ran failed" role="alert">${this.failure}</p>`}
      ${this.isSaved ? this.apply() : nothing}
    `;
  }

  private apply(): TemplateResult | typeof nothing {
    const concerned = this.instances.filter(({ conf }) => conf === this.path);
    if (concerned.length === 0) return nothing;
    return html`<div class="toolbar apply">
      <span role="status"
        >${
          this.restarted === ''
            ? t('files.readAtStart')
            : t('files.restarted', { process: this.restarted })
        }</span
      >
      <span class="grow"></span>
      ${concerned.map(
        (instance) =>
          html`<button
            class="outlined"
            ?disabled=${this.restarting !== ''}
            @click=${() => this.restart(instance)}
          >
            ${t(instance.state === 'stopped' ? 'files.start' : 'files.restart', {
              process: instance.name,
            })}
          </button>`,
      )}
    </div>`;
  }

  private async restart({ name, state: how }: InstanceInfo): Promise<void> {
    const { lab } = this;
    if (lab === undefined) return;
    this.restarting = name;
    this.restarted = '';
    this.failure = '';
    try {
      if (how !== 'stopped') {
        await lab.signal(name, 'TERM');
        await ended(lab, name);
      }
      await lab.start(name);
      this.restarted = name;
    } catch (error) {
      this.failure = t('files.notStarted', { process: name, reason: reasonOf(error).trim() });
    } finally {
      this.restarting = '';
    }
  }
}

/** Resolves once a process is gone; rejects when it takes too long. */
function ended(lab: Lab, name: string): Promise<void> {
  const isGone = (instances: readonly InstanceInfo[]): boolean =>
    instances.every((one) => one.name !== name || one.state === 'stopped');
  return new Promise((resolve, reject) => {
    if (isGone(lab.instances)) {
      resolve();
      return;
    }
    const stop = lab.on('instances', (instances) => {
      if (!isGone(instances)) return;
      clearTimeout(timer);
      stop();
      resolve();
    });
    const timer = setTimeout(() => {
      stop();
      reject(new Error(t('files.stillThere')));
    }, PATIENCE_MS);
  });
}

define('resplay-file-editing', ResplayFileEditing);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-file-editing': ResplayFileEditing;
  }
}
