import { css } from 'lit';

/** A line below a list: how much it shows, and what can be done with it. */
export const footStyles = css`
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--space-3);
    min-height: 30px;
    padding: 2px var(--space-3);
    border-top: 1px solid var(--border);
    background: var(--raised);
    color: var(--text-muted);
    font-size: var(--text-xs);
  }

  .foot .grow {
    flex: 1;
  }

  .foot button {
    min-height: 24px;
    font-size: var(--text-xs);
  }
`;
