import { css } from 'lit';

/** The looks of the dialog that makes a link. */
export const shareDialogStyles = css`
  fieldset {
    display: grid;
    gap: var(--space-2);
    min-width: 0;
    margin: var(--space-4) 0 0;
    padding: 0;
    border: 0;
  }

  legend {
    margin-bottom: var(--space-2);
    padding: 0;
    font-weight: var(--weight-strong);
  }

  small {
    margin-left: var(--space-1);
    color: var(--text-muted);
    font-size: var(--text-sm);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }

  .choice {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 var(--space-2);
    align-items: baseline;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--border);
    border-radius: var(--radius-md);
    cursor: pointer;
  }

  .choice:has(:checked) {
    border-color: var(--accent);
    background: var(--accent-soft);
  }

  .choice:has(:disabled) {
    cursor: default;
  }

  .choice:focus-within {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }

  .choice input:focus-visible {
    outline: none;
  }

  .choice .name {
    font-weight: var(--weight-medium);
  }

  .choice .help {
    grid-column: 2;
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  input[type='radio'],
  input[type='checkbox'] {
    width: 14px;
    height: 14px;
    min-height: 0;
    margin: 0;
    padding: 0;
    accent-color: var(--accent);
  }

  .option {
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }

  .commands {
    display: grid;
    gap: var(--space-1);
    margin-top: var(--space-3);
  }

  textarea,
  .link {
    width: 100%;
    padding: var(--space-2);
    border: 1px solid var(--border-strong);
    border-radius: var(--radius-md);
    background: var(--surface);
    color: var(--text);
    font: var(--text-sm) / 1.6 var(--font-mono);
  }

  textarea {
    resize: vertical;
  }

  .contents {
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  .contents ul {
    max-height: 8rem;
    margin: var(--space-1) 0 0;
    padding-left: 1.3em;
    overflow: auto;
    overflow-wrap: anywhere;
  }

  dialog .result .actions {
    flex-wrap: wrap;
    margin-top: var(--space-2);
  }

  .told {
    min-height: 1.5em;
  }

  dialog .failed {
    margin-top: var(--space-3);
    color: var(--danger);
    overflow-wrap: anywhere;
  }

  dialog .warning {
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-md);
    background: var(--warning-soft);
    color: var(--text);
  }

  .qr {
    width: min(22rem, 100%);
    margin: 0 auto;
    border-radius: var(--radius-md);
  }
`;
