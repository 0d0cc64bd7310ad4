import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { History, pageStorage } from '../console/history';
import { ResplayCli } from '../console/resplay-cli';
import type { ShellSession } from './session';
import { ts } from './texts';

const shellHistory = new History(pageStorage(), 'resplay.shell-history');

/** What to try first. */
const FIRST_STEPS = [
  ['help', 'shell.tryHelp'],
  ['cat /etc/redis/redis.conf', 'shell.tryConf'],
  ['redis-server --port 6300 --slaveof 127.0.0.1 6379', 'shell.tryServer'],
  ['tail -20 /var/log/redis/redis-server.log', 'shell.tryLog'],
  ['ps aux', 'shell.tryPs'],
] as const;

/** A shell at its terminal: the console, with what a terminal has besides. */
export class ResplayTerminal extends ResplayCli {
  static override styles = [
    ...ResplayCli.styles,
    css`
      .welcome li button {
        text-align: left;
        white-space: normal;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super(shellHistory);
  }

  private get shell(): ShellSession | undefined {
    return this.session as ShellSession | undefined;
  }

  protected override get label(): string {
    return ts('shell.input');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // It may have been taken out of the page, and lost its place.
    if (this.hasUpdated) requestAnimationFrame(() => this.follow());
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { shell } = this;
    if (!changed.has('session') || !shell) return;
    shell.onPrint = (part) => {
      this.used = true;
      this.print(part);
    };
    shell.onPrompt = () => {
      this.requestUpdate();
      this.promptChanged();
    };
  }

  protected override cancelLine(): void {
    const idle = !this.running;
    super.cancelLine();
    if (idle) void this.shell?.cancel();
  }

  protected override lineKey(event: KeyboardEvent): boolean {
    const end = event.ctrlKey && !event.altKey && !event.metaKey && event.key.toLowerCase() === 'd';
    if (!end || this.running || this.line.text !== '') return super.lineKey(event);
    void this.endOfInput();
    return true;
  }

  private async endOfInput(): Promise<void> {
    if (await this.shell?.endOfInput()) this.dispatchEvent(new CustomEvent('console-closed'));
  }

  protected override renderWelcome(): TemplateResult {
    return html`<div class="welcome">
      <p>${ts('shell.welcome')}</p>
      <ul>
        ${FIRST_STEPS.map(
          ([line, why]) =>
            html`<li>
              <button @click=${() => this.tryOut(line)}>${line}</button><span>${ts(why)}</span>
            </li>`,
        )}
      </ul>
    </div>`;
  }
}

if (!customElements.get('resplay-terminal')) {
  customElements.define('resplay-terminal', ResplayTerminal);
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-terminal': ResplayTerminal;
  }
}
