import { css } from 'lit';

export const consoleStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    background: var(--surface);
  }

  .scroll {
    flex: 1;
    min-height: 0;
    overflow: hidden auto;
    padding: var(--space-3) var(--space-4);
    font: var(--text-md) / 1.5 var(--font-mono);
    cursor: text;
    scrollbar-color: var(--border-strong) transparent;
    scrollbar-width: thin;
  }

  .output,
  .editor,
  .prompt {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    tab-size: 8;
  }

  .output:focus-visible {
    outline-offset: 4px;
  }

  .block.full {
    content-visibility: auto;
  }

  .output .prompt {
    color: var(--text-faint);
  }

  .command {
    font-weight: var(--weight-strong);
  }

  .error {
    color: var(--danger);
  }

  .note,
  .dim {
    color: var(--text-faint);
  }

  .sent {
    color: var(--info);
  }

  .received {
    color: var(--warning);
  }

  .strong {
    font-weight: var(--weight-strong);
  }

  .label {
    color: var(--accent);
  }

  .input-row {
    display: flex;
    position: relative;
  }

  .input-row .prompt {
    flex: none;
    max-width: 60%;
    color: var(--accent);
    font-weight: var(--weight-strong);
    white-space: pre;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .editor {
    display: grid;
    flex: 1;
    min-width: 0;
  }

  .mirror,
  textarea {
    grid-area: 1 / 1;
    width: 100%;
    min-height: 1.5em;
    margin: 0;
    padding: 0;
    border: 0;
    font: inherit;
    font-weight: var(--weight-medium);
    letter-spacing: inherit;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .mirror {
    pointer-events: none;
    user-select: none;
  }

  .typed {
    visibility: hidden;
  }

  .hint {
    color: var(--text-faint);
    font-weight: 400;
  }

  .hint mark {
    background: var(--accent-soft);
    color: var(--accent);
  }

  textarea {
    overflow: hidden;
    background: transparent;
    color: var(--text);
    caret-color: var(--accent);
    resize: none;
  }

  /* The caret is the focus mark of a line that has no box of its own; the bar beside it makes it plain. */
  textarea:focus-visible {
    outline: none;
  }

  .input-row:focus-within::before {
    content: '';
    position: absolute;
    inset: 0 auto 0 calc(-1 * var(--space-4));
    width: 3px;
    background: var(--accent);
  }

  .completions {
    position: absolute;
    z-index: 5;
    left: 0;
    width: min(34rem, 100%);
    max-height: 15rem;
    margin: 0;
    padding: var(--space-1);
    overflow: auto;
    border: 1px solid var(--border);
    border-radius: var(--radius-md);
    background: var(--surface);
    box-shadow: var(--shadow);
    list-style: none;
    cursor: default;
  }

  .completions.below {
    top: calc(100% + var(--space-1));
  }

  .completions.above {
    bottom: calc(100% + var(--space-1));
  }

  .completions li {
    display: flex;
    align-items: baseline;
    gap: var(--space-3);
    padding: 2px var(--space-2);
    border-radius: var(--radius-sm);
    white-space: nowrap;
  }

  .completions li[aria-selected='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }

  .completions li > :first-child {
    flex: none;
    min-width: 11ch;
  }

  .completions .summary {
    overflow: hidden;
    color: var(--text-muted);
    font: var(--text-sm) / 1.5 var(--font-ui);
    text-overflow: ellipsis;
  }

  .welcome {
    max-width: 40rem;
    margin: 0 0 var(--space-4);
    font-family: var(--font-ui);
    cursor: default;
  }

  .welcome p {
    margin: 0 0 var(--space-2);
    color: var(--text-muted);
  }

  .welcome ul {
    display: grid;
    gap: 2px;
    margin: 0 0 var(--space-3);
    padding: 0;
    list-style: none;
  }

  .welcome li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--space-3);
    color: var(--text-faint);
    font-size: var(--text-sm);
  }

  .welcome li button {
    justify-content: start;
    min-width: 15.5rem;
    margin-left: calc(-1 * var(--space-2));
    color: var(--accent);
    font-family: var(--font-mono);
    font-size: var(--text-md);
  }

  .welcome kbd {
    font-size: var(--text-xs);
  }

  .dropped {
    padding: 0 var(--space-4);
    border-bottom: 1px solid var(--border);
    background: var(--warning-soft);
    color: var(--warning);
    font-size: var(--text-sm);
  }

  .running {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    position: absolute;
    right: var(--space-3);
    bottom: var(--space-3);
  }

  .thumb-keys {
    display: none;
  }

  @media (pointer: coarse), (max-width: 760px) {
    .scroll {
      padding: var(--space-2) var(--space-3);
    }

    textarea {
      /* Under 16px Safari zooms the page when a field takes focus. */
      font-size: 16px;
      line-height: 1.25;
    }

    .mirror {
      font-size: 16px;
      line-height: 1.25;
    }

    .input-row {
      align-items: baseline;
    }

    .completions {
      max-height: 7.5rem;
    }

    /* The first steps as keys to press; what they are for shows when they have run. */
    .welcome ul {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-2);
    }

    .welcome li button {
      min-width: 0;
      margin: 0;
      border-color: var(--border-strong);
    }

    .welcome li span,
    .welcome .keys {
      display: none;
    }

    .thumb-keys {
      display: flex;
      gap: var(--space-1);
      padding: var(--space-1);
      border-top: 1px solid var(--border);
      background: var(--raised);
    }

    .thumb-keys button {
      flex: 1;
      min-height: 40px;
      font-family: var(--font-mono);
    }
  }
`;
