import { css } from 'lit';

/** How the text of a lesson looks, and what its blocks share. */
export const lessonStyles = css`
  .text {
    font-size: var(--text-lg);
    line-height: 1.65;
    overflow-wrap: anywhere;
  }

  .text p,
  .text ul,
  .text ol,
  .text blockquote,
  .text pre,
  .text .wide {
    margin: 0 0 var(--space-3);
  }

  .text ul,
  .text ol {
    padding-left: 1.5em;
  }

  .text h3 {
    margin: var(--space-4) 0 var(--space-2);
    font-size: 1.0625rem;
    font-weight: var(--weight-strong);
  }

  .text h4 {
    margin: var(--space-3) 0 var(--space-2);
    font-size: var(--text-lg);
    font-weight: var(--weight-strong);
  }

  .text blockquote {
    padding-left: var(--space-3);
    border-left: 3px solid var(--border-strong);
    color: var(--text-muted);
  }

  .text :not(pre) > code {
    padding: 0.1em 0.3em;
    border-radius: var(--radius-sm);
    background: var(--sunken);
    font-size: 0.875em;
  }

  .text pre {
    padding: var(--space-2) var(--space-3);
    overflow: auto;
    border-radius: var(--radius-md);
    background: var(--sunken);
    font: var(--text-md) / var(--leading) var(--font-mono);
  }

  .text a {
    color: var(--accent);
  }

  .text .wide {
    overflow: auto;
  }

  .text table {
    font-size: var(--text-md);
  }

  .block {
    margin: 0 0 var(--space-4);
    border: 1px solid var(--border);
    border-radius: var(--radius-lg);
    background: var(--surface);
  }

  .predict {
    padding: var(--space-3) var(--space-4);
    background: var(--raised);
  }

  .predict legend,
  .predict .legend {
    color: var(--text-muted);
    font-size: var(--text-sm);
    font-weight: var(--weight-strong);
  }

  .predict .text p:last-child,
  details .text p:last-child {
    margin-bottom: 0;
  }

  .choices {
    display: flex;
    flex-direction: column;
    gap: var(--space-1);
    margin: var(--space-2) 0 0;
  }

  .choices button {
    justify-content: flex-start;
    min-height: 32px;
    padding: var(--space-1) var(--space-3);
    font-size: var(--text-md);
    text-align: left;
    white-space: normal;
  }

  .choices button:disabled {
    opacity: 1;
  }

  .choices button.right {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--accent);
  }

  .choices button.wrong {
    border-color: var(--danger);
    background: var(--danger-soft);
    color: var(--danger);
  }

  .explanation {
    margin-top: var(--space-2);
  }

  .check {
    display: flex;
    gap: var(--space-3);
    align-items: center;
    padding: var(--space-2) var(--space-3);
    border-left: 3px solid var(--border-strong);
    color: var(--text);
  }

  .check .mark {
    display: grid;
    flex: none;
    place-content: center;
    width: 20px;
    height: 20px;
    border: 2px solid var(--border-strong);
    border-radius: 50%;
    color: transparent;
  }

  .check.reached {
    border-color: var(--accent);
    background: var(--accent-soft);
  }

  .check.reached .mark {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
  }

  details.block > summary {
    padding: var(--space-2) var(--space-3);
    color: var(--text-muted);
    font-size: var(--text-sm);
    font-weight: var(--weight-medium);
    cursor: pointer;
  }

  details.block > .text {
    padding: 0 var(--space-4) var(--space-3);
  }

  .chart {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    height: 19rem;
    overflow: hidden;
  }

  .topology {
    padding: var(--space-2);
    overflow: auto;
  }
`;
