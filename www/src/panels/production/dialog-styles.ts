import { css } from 'lit';

/** The looks of the dialog that leads from the lab to real servers. */
export const productionStyles = css`
  dialog {
    width: min(76rem, calc(100vw - 2rem));
    height: calc(100dvh - 2rem);
    max-width: none;
    max-height: 56rem;
    padding: 0;
    overflow: hidden;
    border: 1px solid var(--border);
    border-radius: var(--radius-lg);
    background: var(--surface);
    color: var(--text);
    box-shadow: var(--shadow);
  }

  dialog[open] {
    display: flex;
    flex-direction: column;
  }

  dialog::backdrop {
    background: rgb(6 14 11 / 0.5);
  }

  .head {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    padding: var(--space-3) var(--space-3) var(--space-3) var(--space-5);
    border-bottom: 1px solid var(--border);
  }

  h2 {
    flex: 1;
    margin: 0;
    font-size: var(--text-lg);
    font-weight: var(--weight-strong);
  }

  p {
    margin: 0;
    color: var(--text-muted);
    line-height: 1.6;
  }

  .intro {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4) var(--space-5);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }

  .row label {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    font-size: var(--text-sm);
  }

  .summary {
    flex: 1;
    color: var(--text-muted);
    font-size: var(--text-sm);
    font-variant-numeric: tabular-nums;
  }

  button.primary {
    min-height: 34px;
    padding: 0 var(--space-4);
  }

  .failed {
    color: var(--danger);
    overflow-wrap: anywhere;
  }

  .strip {
    flex: none;
    padding: 0 var(--space-4);
    border-top: 1px solid var(--border);
  }

  [role='tabpanel'] {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
  }

  .told {
    padding: var(--space-1) var(--space-3);
    font-size: var(--text-sm);
  }

  .told:empty {
    display: none;
  }

  /* the checklist */

  .checklist {
    flex: 1;
    min-height: 0;
    padding: var(--space-4) var(--space-5);
    overflow: auto;
  }

  .dangers {
    margin-bottom: var(--space-3);
    color: var(--text);
    font-weight: var(--weight-medium);
  }

  .checklist ul {
    display: grid;
    gap: var(--space-2);
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .checklist li {
    display: grid;
    grid-template-columns: 9rem minmax(0, 1fr);
    gap: var(--space-1) var(--space-4);
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--border);
    border-left: 3px solid var(--border-strong);
    border-radius: var(--radius-md);
    line-height: 1.6;
    overflow-wrap: anywhere;
  }

  .checklist li.danger {
    border-left-color: var(--danger);
  }

  .checklist li.warning {
    border-left-color: var(--warning);
  }

  .checklist h3 {
    margin: 0;
    font-size: var(--text-md);
    font-weight: var(--weight-strong);
  }

  .level {
    color: var(--text-muted);
    font-size: var(--text-sm);
  }

  .danger .level {
    color: var(--danger);
  }

  .warning .level {
    color: var(--warning);
  }

  .now {
    color: var(--text-muted);
  }

  .todo {
    color: var(--text);
  }

  /* the files */

  .files {
    display: grid;
    flex: 1;
    grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr);
    min-height: 0;
    border-top: 1px solid var(--border);
  }

  .how {
    padding: var(--space-2) var(--space-5);
  }

  nav {
    padding: var(--space-2);
    overflow: auto;
    border-right: 1px solid var(--border);
    background: var(--raised);
  }

  nav button {
    justify-content: flex-start;
    width: 100%;
    height: auto;
    padding-block: var(--space-1);
    font-family: var(--font-mono);
    white-space: normal;
    overflow-wrap: anywhere;
    text-align: left;
  }

  nav button .path {
    flex: 1;
    min-width: 0;
  }

  nav button[aria-current='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }

  .mark {
    padding: 0 var(--space-1);
    border-radius: var(--radius-sm);
    background: var(--warning-soft);
    color: var(--text);
    font: var(--text-xs) / 1.6 var(--font-ui);
    white-space: nowrap;
  }

  .view {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  .view .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-2);
    padding: var(--space-2) var(--space-3);
    border-bottom: 1px solid var(--border);
  }

  .view .bar h3 {
    flex: 1;
    margin: 0;
    font: var(--weight-medium) var(--text-sm) / 1.4 var(--font-mono);
    overflow-wrap: anywhere;
  }

  .view .note {
    padding: var(--space-2) var(--space-3);
    font-size: var(--text-sm);
  }

  .view .note.secret {
    background: var(--warning-soft);
    color: var(--text);
  }

  pre {
    flex: 1;
    min-height: 0;
    margin: 0;
    padding: var(--space-3) var(--space-4);
    overflow: auto;
    background: var(--sunken);
    font: var(--text-sm) / 1.6 var(--font-mono);
    tab-size: 2;
  }

  pre .remark {
    color: var(--text-muted);
  }

  @media (max-width: 720px) {
    dialog {
      width: 100vw;
      height: 100dvh;
      max-height: none;
      overflow: auto;
      border: 0;
      border-radius: 0;
    }

    /* One thing scrolls where there is little room: all of it. */
    dialog > *,
    [role='tabpanel'] {
      flex: none;
    }

    .head {
      position: sticky;
      z-index: 1;
      top: 0;
      background: var(--surface);
    }

    .summary {
      flex-basis: 100%;
    }

    .intro {
      padding: var(--space-3) var(--space-4);
    }

    .row label {
      flex: 1;
    }

    .intro .explain {
      font-size: var(--text-sm);
    }

    .strip {
      padding: 0 var(--space-2);
    }

    .checklist {
      padding: var(--space-3);
      overflow: visible;
    }

    .checklist li {
      grid-template-columns: minmax(0, 1fr);
    }

    .checklist .about {
      display: flex;
      gap: var(--space-2);
      align-items: baseline;
    }

    .how {
      padding: var(--space-2) var(--space-4);
    }

    .files {
      grid-template-rows: auto auto;
      grid-template-columns: minmax(0, 1fr);
    }

    nav {
      max-height: 13rem;
      border-right: 0;
      border-bottom: 1px solid var(--border);
    }
  }
`;
