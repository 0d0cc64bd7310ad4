import { css } from 'lit';

/** What the live views add to the page's base: toolbars, tables, notes, type badges. */
export const viewStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    background: var(--surface);
  }

  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-2);
    padding: var(--space-2) var(--space-3);
  }

  .toolbar .grow {
    flex: 1;
  }

  select {
    padding-right: var(--space-1);
  }

  .muted {
    color: var(--text-muted);
  }

  .mono {
    font-family: var(--font-mono);
  }

  .number {
    font-family: var(--font-mono);
    font-variant-numeric: tabular-nums;
    text-align: right;
  }

  .note {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: var(--space-3);
    max-width: 30rem;
    margin: auto;
    padding: var(--space-5);
    color: var(--text-muted);
  }

  .note strong {
    color: var(--text);
    font-size: var(--text-lg);
    font-weight: var(--weight-strong);
    overflow-wrap: anywhere;
  }

  .note p {
    margin: 0;
  }

  pre.commands {
    align-self: stretch;
    margin: 0;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-md);
    background: var(--sunken);
    color: var(--text);
    font: var(--text-sm) / 1.6 var(--font-mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .badge {
    display: inline-block;
    padding: 1px 6px;
    border: 1px solid color-mix(in srgb, var(--type, var(--type-other)) 35%, transparent);
    border-radius: var(--radius-sm);
    color: var(--type, var(--type-other));
    font: var(--weight-medium) var(--text-xs) / 1.4 var(--font-mono);
    white-space: nowrap;
  }

  .badge.string {
    --type: var(--type-string);
  }
  .badge.list {
    --type: var(--type-list);
  }
  .badge.hash {
    --type: var(--type-hash);
  }
  .badge.set {
    --type: var(--type-set);
  }
  .badge.zset {
    --type: var(--type-zset);
  }
  .badge.stream {
    --type: var(--type-stream);
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-sm);
  }

  caption {
    text-align: left;
  }

  th {
    padding: var(--space-1) var(--space-2);
    border-bottom: 1px solid var(--border);
    color: var(--text-muted);
    font-size: var(--text-xs);
    font-weight: var(--weight-medium);
    text-align: left;
    white-space: nowrap;
  }

  th.number {
    font-family: inherit;
    text-align: right;
  }

  td {
    padding: 3px var(--space-2);
    border-bottom: 1px solid var(--grid-line);
    overflow-wrap: anywhere;
  }
`;
