import { css } from 'lit';

export const dialogStyles = css`
  dialog {
    width: min(40rem, calc(100vw - 2rem));
    max-height: min(52rem, calc(100dvh - 2rem));
    padding: 0;
    overflow: auto;
    border: 1px solid var(--border);
    border-radius: var(--radius-lg);
    background: var(--surface);
    color: var(--text);
    box-shadow: var(--shadow);
  }

  dialog::backdrop {
    background: rgb(6 14 11 / 0.5);
  }

  dialog .head {
    display: flex;
    position: sticky;
    top: 0;
    align-items: center;
    gap: var(--space-2);
    padding: var(--space-3) var(--space-3) var(--space-3) var(--space-5);
    border-bottom: 1px solid var(--border);
    background: var(--surface);
  }

  dialog h2 {
    flex: 1;
    margin: 0;
    font-size: var(--text-lg);
    font-weight: var(--weight-strong);
  }

  dialog .body {
    padding: var(--space-4) var(--space-5) var(--space-5);
  }

  dialog h3 {
    margin: var(--space-5) 0 var(--space-2);
    font-size: var(--text-md);
    font-weight: var(--weight-strong);
  }

  dialog p {
    margin: 0;
    color: var(--text-muted);
    line-height: 1.6;
  }

  dialog ol {
    display: grid;
    gap: var(--space-1);
    margin: 0;
    padding-left: 1.4em;
    color: var(--text-muted);
    line-height: 1.6;
  }

  dialog code {
    padding: 1px 4px;
    border-radius: var(--radius-sm);
    background: var(--sunken);
    color: var(--text);
  }

  dialog dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: var(--space-2) var(--space-4);
    margin: 0;
  }

  dialog dt {
    display: flex;
    align-items: start;
    gap: 4px;
  }

  dialog dd {
    margin: 0;
    color: var(--text-muted);
  }

  dialog pre {
    margin: 0;
    padding: var(--space-3);
    overflow: auto;
    max-height: 14rem;
    border: 1px solid var(--border);
    border-radius: var(--radius-md);
    background: var(--sunken);
    font: var(--text-sm) / 1.6 var(--font-mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  dialog .actions {
    display: flex;
    gap: var(--space-2);
    margin-top: var(--space-5);
  }

  dialog .actions button {
    min-height: 34px;
    padding: 0 var(--space-4);
  }
`;
