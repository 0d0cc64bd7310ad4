/** What the experiments share. */

import { css, html, type TemplateResult } from 'lit';

/** A field for a whole number within bounds; what is out of them is brought back when the field is left. */
export function numberField(
  label: string,
  value: number,
  [least, most]: readonly [number, number],
  set: (value: number) => void,
): TemplateResult {
  const entered = ({ target }: Event): number =>
    Math.round(Number((target as HTMLInputElement).value));
  const input = (event: Event): void => {
    const number = entered(event);
    if (number >= least && number <= most) set(number);
  };
  const change = (event: Event): void => {
    const number = entered(event);
    const bounded = Math.min(most, Math.max(least, Number.isFinite(number) ? number : least));
    (event.target as HTMLInputElement).value = String(bounded);
    set(bounded);
  };
  return html`<label
    >${label}
    <input
      type="number"
      inputmode="numeric"
      min=${least}
      max=${most}
      .value=${String(value)}
      @input=${input}
      @change=${change}
  /></label>`;
}

export const experimentStyles = css`
  :host {
    flex: 1;
  }

  .toolbar label {
    display: flex;
    align-items: center;
    gap: var(--space-1);
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  .toolbar input {
    width: 4.5rem;
  }

  .toolbar select {
    max-width: 15rem;
  }

  .scroll {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: var(--space-3);
    min-height: 0;
    padding: var(--space-1) var(--space-3) var(--space-3);
    overflow: auto;
  }

  .scroll > * {
    flex: none;
  }

  .explained {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-4);
  }

  .explained > * {
    flex: 1 1 20rem;
    align-self: start;
    min-width: 0;
  }

  p {
    max-width: 40rem;
    margin: 0;
  }

  .failure {
    color: var(--danger);
    overflow-wrap: anywhere;
  }

  .figures {
    display: flex;
    gap: var(--space-5);
    margin: 0;
  }

  .figures dt {
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  .figures dd {
    margin: 0;
    font: var(--weight-strong) 2.25rem/1.1 var(--font-mono);
    font-variant-numeric: tabular-nums;
  }

  .figures .right {
    color: var(--accent);
  }
`;
