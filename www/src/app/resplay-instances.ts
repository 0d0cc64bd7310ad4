import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { InstanceInfo, Lab, Unsubscribe } from '../client/api';
import { Localized, formatNumber, t } from '../i18n';
import { noticeStyles } from '../styles/notice';
import { baseStyles, buttonStyles } from '../styles/shared';

/** Above the consoles: servers that are loading their files, and those that are stopped, with why and the way on. */
@customElement('resplay-instances')
export class ResplayInstances extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    noticeStyles,
    css`
      .said p {
        margin: 0;
      }

      .said p:first-child {
        font-weight: var(--weight-strong);
      }

      code {
        color: var(--danger);
      }

      progress {
        flex: 1 1 120px;
        max-width: 240px;
        height: 8px;
        accent-color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) lab: Lab | undefined;
  @state() private instances: readonly InstanceInfo[] = [];
  @state() private starting = 0;
  @state() private failure = '';
  private stop: Unsubscribe | undefined;

  constructor() {
    super();
    new Localized(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { lab } = this;
    if (!changed.has('lab') || lab === undefined) return;
    this.stop?.();
    this.instances = lab.instances;
    this.stop = lab.on('instances', (instances) => {
      this.instances = instances;
      if (instances.every(({ state }) => state !== 'stopped')) this.failure = '';
    });
  }

  private async start(port: number): Promise<void> {
    this.starting = port;
    this.failure = '';
    try {
      await this.lab?.start(port);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.failure = t('persistence.failed', { reason });
    } finally {
      this.starting = 0;
    }
  }

  protected override render(): unknown {
    if (this.lab?.outside) return nothing;
    return this.instances.map((instance) => {
      const address = `${instance.host}:${instance.port}`;
      if (instance.state === 'loading') return this.loading(address, instance.progress);
      return instance.state === 'stopped' ? this.stoppedAt(address, instance) : nothing;
    });
  }

  private loading(address: string, progress: number | undefined): TemplateResult {
    const text = t('instance.loading', { address });
    const part = progress ?? 0;
    return html`<div class="notice warning">
      <div class="said"><p role="status">${text}</p></div>
      <progress max="1" value=${part} aria-label=${text}></progress>
      <span aria-hidden="true">${formatNumber(part, { style: 'percent' })}</span>
    </div>`;
  }

  private stoppedAt(address: string, { port, reason }: InstanceInfo): TemplateResult {
    return html`<div class="notice problem">
      <div class="said" role="status">
        <p>${t('instance.stopped', { address })}</p>
        ${
          reason === undefined
            ? html`<p>${t('instance.stoppedHelp')}</p>`
            : html`<p>${t('instance.reason')}: <code>${reason}</code></p>`
        }
        ${this.failure === '' ? nothing : html`<p>${this.failure}</p>`}
      </div>
      <button class="primary" ?disabled=${this.starting !== 0} @click=${() => this.start(port)}>
        ${t('instance.start')}
      </button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-instances': ResplayInstances;
  }
}
