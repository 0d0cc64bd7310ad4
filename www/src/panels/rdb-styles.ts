import { css } from 'lit';

/** The annotated bytes: a row a field, a colour a purpose. */
export const rdbStyles = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-2);
    margin: 0;
    padding: 0;
    font-size: var(--text-xs);
    list-style: none;
  }

  .kind {
    --colour: var(--text-muted);
    padding: 0 3px;
    border-radius: 3px;
    background: color-mix(in srgb, var(--colour) 13%, transparent);
    color: var(--text);
    box-shadow: inset 0 -2px 0 color-mix(in srgb, var(--colour) 75%, transparent);
  }

  .kind.opcode {
    --colour: var(--type-hash);
  }
  .kind.type {
    --colour: var(--type-set);
  }
  .kind.count {
    --colour: var(--text-faint);
  }
  .kind.key {
    --colour: var(--accent);
  }
  .kind.value {
    --colour: var(--info);
  }
  .kind.time {
    --colour: var(--warning);
  }
  .kind.damage {
    --colour: var(--danger);
  }

  .message {
    padding: var(--space-2) var(--space-3);
    background: var(--danger-soft);
    color: var(--danger);
    font-size: var(--text-sm);
    overflow-wrap: anywhere;
  }

  .grid {
    flex: 1;
    min-height: 90px;
    overflow: auto;
    border-top: 1px solid var(--border);
  }

  .row {
    display: grid;
    grid-template-columns: 8ch minmax(0, 37ch) minmax(0, 1fr);
    align-items: start;
    gap: 0 var(--space-3);
    padding: 1px var(--space-3);
    font: var(--text-sm) / 1.65 var(--font-mono);
  }

  .heads {
    position: sticky;
    z-index: 1;
    top: 0;
    padding-block: var(--space-1);
    border-bottom: 1px solid var(--border);
    background: var(--raised);
    color: var(--text-muted);
  }

  /* Not the row: its columns are as wide as characters of the rows below. */
  .heads > span {
    font: var(--text-xs) / 1.5 var(--font-ui);
  }

  .begins {
    border-top: 1px solid var(--grid-line);
  }

  .heads + .begins {
    border-top: none;
  }

  .field-row:hover {
    background: var(--hover);
  }

  .field-row[aria-selected='true'] {
    background: var(--accent-soft);
  }

  .offset {
    color: var(--text-faint);
  }

  .field-row[aria-selected='true'] .offset {
    color: var(--text-muted);
  }

  .bytes {
    overflow-wrap: anywhere;
  }

  .bytes .kind {
    -webkit-box-decoration-break: clone;
    box-decoration-break: clone;
  }

  .inner .meaning {
    padding-left: var(--space-4);
  }

  .meaning {
    font-family: var(--font-ui);
    overflow-wrap: anywhere;
  }

  .role {
    color: var(--text-muted);
  }

  .says {
    font-family: var(--font-mono);
  }

  .notes {
    color: var(--text-muted);
    font-size: var(--text-xs);
  }

  .notes.danger {
    color: var(--danger);
  }

  @container rdb (max-width: 520px) {
    .row {
      grid-template-columns: 8ch minmax(0, 1fr);
    }

    .meaning {
      grid-column: 1 / -1;
      padding-bottom: 3px;
    }

    .heads span:last-child {
      display: none;
    }
  }
`;
