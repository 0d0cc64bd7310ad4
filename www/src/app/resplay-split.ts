import { LitElement, css, html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { pageStorage } from '../console/history';
import { baseStyles } from '../styles/shared';

const STEP = 2;

/**
 * Two panes and a handle between them: drag it, or focus it and use the arrows, Home and End. Slots `first` and
 * `second`. The share of the first pane is kept under `name`.
 */
@customElement('resplay-split')
export class ResplaySplit extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: row;
        min-width: 0;
        min-height: 0;
        --share: 50%;
      }

      :host([direction='column']) {
        flex-direction: column;
      }

      .first,
      .second {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
        min-width: 0;
        min-height: 0;
        overflow: hidden;
      }

      .first {
        flex: 0 1 var(--share);
      }

      .second {
        flex: 1 1 0;
      }

      .handle {
        position: relative;
        flex: none;
        width: 1px;
        background: var(--border);
        cursor: col-resize;
        touch-action: none;
      }

      /* The line is thin, the place to grab it is not. */
      .handle::before {
        content: '';
        position: absolute;
        z-index: 4;
        inset: 0 -4px;
        transition: background var(--fast) var(--ease);
      }

      .handle:hover::before,
      .handle:focus-visible::before,
      .handle.dragged::before {
        background: color-mix(in srgb, var(--accent) 45%, transparent);
      }

      :host([direction='column']) .handle {
        width: auto;
        height: 1px;
        cursor: row-resize;
      }

      :host([direction='column']) .handle::before {
        inset: -4px 0;
      }

      /* The first pane keeps what it holds, unseen. */
      :host([alone]) .first,
      :host([alone]) .handle {
        display: none;
      }

      @media (pointer: coarse) {
        .handle {
          width: 10px;
          background: var(--raised);
        }

        :host([direction='column']) .handle {
          height: 14px;
          border-block: 1px solid var(--border);
        }

        :host([direction='column']) .handle::after {
          content: '';
          position: absolute;
          inset: 4px calc(50% - 18px);
          border-radius: 2px;
          background: var(--border-strong);
        }
      }
    `,
  ];

  @property({ reflect: true }) direction: 'row' | 'column' = 'row';
  @property() name = 'split';
  @property() label = '';
  /** Only the second pane is to be seen. */
  @property({ type: Boolean, reflect: true }) alone = false;
  /** Percent of the first pane before anyone moved the handle. */
  @property({ type: Number }) initial = 50;

  @state() private share = 50;
  @state() private dragged = false;
  @query('.handle') private handle!: HTMLElement;

  override connectedCallback(): void {
    super.connectedCallback();
    this.recall();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.hasUpdated && (changed.has('name') || changed.has('direction'))) this.recall();
  }

  protected override updated(): void {
    this.style.setProperty('--share', `${this.share}%`);
  }

  private recall(): void {
    let kept = Number.NaN;
    try {
      kept = Number(pageStorage()?.getItem(`resplay.split.${this.name}`) ?? Number.NaN);
    } catch {
      // Blocked.
    }
    this.share = kept >= 15 && kept <= 85 ? kept : this.initial;
  }

  private move(share: number): void {
    this.share = Math.min(85, Math.max(15, share));
    try {
      pageStorage()?.setItem(`resplay.split.${this.name}`, this.share.toFixed(1));
    } catch {
      // Blocked: kept until the reload.
    }
  }

  private pointer(event: PointerEvent): void {
    if (!this.handle.hasPointerCapture(event.pointerId)) return;
    const box = this.getBoundingClientRect();
    this.move(
      this.direction === 'row'
        ? ((event.clientX - box.left) / box.width) * 100
        : ((event.clientY - box.top) / box.height) * 100,
    );
  }

  private key(event: KeyboardEvent): void {
    const [less, more] =
      this.direction === 'row' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === less) this.move(this.share - STEP);
    else if (event.key === more) this.move(this.share + STEP);
    else if (event.key === 'Home') this.move(15);
    else if (event.key === 'End') this.move(85);
    else return;
    event.preventDefault();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="first"><slot name="first"></slot></div>
      <div
        class="handle ${this.dragged ? 'dragged' : ''}"
        role="separator"
        tabindex="0"
        aria-label=${this.label}
        aria-orientation=${this.direction === 'row' ? 'vertical' : 'horizontal'}
        aria-valuemin="15"
        aria-valuemax="85"
        aria-valuenow=${Math.round(this.share)}
        @keydown=${this.key}
        @dblclick=${() => this.move(this.initial)}
        @pointerdown=${(event: PointerEvent) => {
          this.handle.setPointerCapture(event.pointerId);
          this.dragged = true;
        }}
        @pointermove=${this.pointer}
        @lostpointercapture=${() => (this.dragged = false)}
      ></div>
      <div class="second"><slot name="second"></slot></div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-split': ResplaySplit;
  }
}
