import { css } from 'lit';

/** A bar across the page that says what is different now: of storage, of another's lab, of a server that stopped. */
export const noticeStyles = css`
  :host {
    display: block;
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-3);
    padding: var(--space-1) var(--space-3) var(--space-1) var(--space-4);
    border-bottom: 1px solid var(--border);
    background: var(--accent-soft);
    font-size: var(--text-sm);
  }

  .notice.warning {
    background: var(--warning-soft);
  }

  .notice.problem {
    background: var(--danger-soft);
  }

  /* What is said; a button beside it stays beside it while there is room. */
  .said {
    flex: 1 1 14rem;
    min-width: 0;
    margin: 0;
    overflow-wrap: anywhere;
  }

  .said strong {
    font-weight: var(--weight-strong);
  }
`;
