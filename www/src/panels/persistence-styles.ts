import { css } from 'lit';

/** What the parts of the persistence panel share. */
export const persistenceStyles = css`
  :host {
    height: 100%;
  }

  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
  }

  .danger {
    color: var(--danger);
  }

  button.danger:hover {
    background: var(--danger-soft);
    color: var(--danger);
  }

  button.outlined.danger {
    border-color: color-mix(in srgb, var(--danger) 55%, transparent);
  }

  h3 {
    margin: 0;
    font-size: var(--text-sm);
    font-weight: var(--weight-strong);
  }

  p {
    margin: 0;
  }

  .ran {
    padding: 3px var(--space-3);
    border-top: 1px solid var(--border);
    background: var(--sunken);
    color: var(--text-muted);
    font: var(--text-xs) / 1.6 var(--font-mono);
    overflow-wrap: anywhere;
  }

  .ran:empty {
    display: none;
  }

  .ran.failed {
    color: var(--danger);
  }

  .field {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-width: 0;
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  .field select {
    min-width: 0;
    max-width: 100%;
    font-family: var(--font-mono);
  }
`;
