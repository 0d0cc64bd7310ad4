import { css } from 'lit';

/** What every component of the page starts from: box model, focus ring, reduced noise. */
export const baseStyles = css`
  :host {
    box-sizing: border-box;
    color: var(--text);
    font: var(--text-md) / var(--leading) var(--font-ui);
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  :focus {
    outline: none;
  }

  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }

  ::selection {
    background: var(--selection);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  code,
  kbd {
    font-family: var(--font-mono);
    font-size: 0.95em;
  }

  kbd {
    display: inline-block;
    min-width: 1.6em;
    padding: 0 0.35em;
    border: 1px solid var(--border);
    border-bottom-width: 2px;
    border-radius: var(--radius-sm);
    background: var(--raised);
    color: var(--text-muted);
    text-align: center;
  }
`;

/** Buttons: `button` quiet by default, `.primary` filled, `.outlined`, `.icon` square. */
export const buttonStyles = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-1);
    min-height: var(--control-height);
    padding: 0 var(--space-2);
    border: 1px solid transparent;
    border-radius: var(--radius-md);
    background: transparent;
    color: var(--text-muted);
    font: inherit;
    font-size: var(--text-sm);
    font-weight: var(--weight-medium);
    line-height: 1.2;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition:
      background var(--fast) var(--ease),
      color var(--fast) var(--ease);
  }

  button:hover,
  .button:hover {
    background: var(--hover);
    color: var(--text);
  }

  button[aria-pressed='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }

  button:disabled {
    opacity: 0.5;
    cursor: default;
  }

  button.icon,
  .button.icon {
    width: var(--control-height);
    padding: 0;
  }

  button.outlined,
  .button.outlined {
    border-color: var(--border-strong);
    background: var(--surface);
    color: var(--text);
  }

  button.outlined:hover {
    background: var(--hover);
  }

  button.primary {
    background: var(--accent);
    color: var(--on-accent);
  }

  button.primary:hover {
    background: var(--accent-hover);
    color: var(--on-accent);
  }

  button svg,
  .button svg {
    flex: none;
  }
`;

/** Text fields and selects of one height with the buttons. */
export const fieldStyles = css`
  input,
  select {
    min-height: var(--control-height);
    padding: 0 var(--space-2);
    border: 1px solid var(--border-strong);
    border-radius: var(--radius-md);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-size: var(--text-sm);
  }

  input::placeholder {
    color: var(--text-faint);
    opacity: 1;
  }

  @media (pointer: coarse) {
    /* Under 16px Safari zooms the page when a field takes focus. */
    input,
    select {
      font-size: 16px;
    }
  }
`;

/** The head of a panel or a tab strip. */
export const stripStyles = css`
  .strip {
    display: flex;
    align-items: center;
    gap: var(--space-1);
    min-height: var(--strip-height);
    padding: 0 var(--space-2);
    border-bottom: 1px solid var(--border);
    background: var(--raised);
  }

  .strip h2 {
    margin: 0 var(--space-1);
    font-size: var(--text-sm);
    font-weight: var(--weight-strong);
  }

  .strip .grow {
    flex: 1;
  }

  .strip [role='tablist'] {
    display: flex;
    min-width: 0;
    overflow: auto hidden;
    scrollbar-width: none;
    /* Room for the mark under the chosen tab, which stands on the strip's edge. */
    padding-bottom: 5px;
    margin-bottom: -5px;
  }

  [role='tab'] {
    position: relative;
    flex: none;
  }

  [role='tab'][aria-selected='true'] {
    color: var(--text);
  }

  [role='tab'][aria-selected='true']::after {
    content: '';
    position: absolute;
    inset: auto var(--space-2) -5px;
    height: 2px;
    border-radius: 2px 2px 0 0;
    background: var(--accent);
  }
`;
