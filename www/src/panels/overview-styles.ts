import { css } from 'lit';

/** The overview of persistence: places, save points, switches. */
export const overviewStyles = css`
  :host {
    container: overview / inline-size;
  }

  .scroll {
    display: grid;
    align-content: start;
    gap: var(--space-4);
    padding: var(--space-3);
  }

  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr));
    gap: var(--space-4) var(--space-5);
  }

  section {
    display: flex;
    flex-direction: column;
    gap: var(--space-2);
    min-width: 0;
    font-size: var(--text-sm);
  }

  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-3);
    color: var(--text-muted);
  }

  /* where the writes are */
  .flow {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr) auto minmax(0, 1fr);
    align-items: stretch;
    gap: 6px 0;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .place {
    display: flex;
    flex-direction: column;
    min-width: 0;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--border);
    border-radius: var(--radius-lg);
    background: var(--raised);
  }

  .place h4 {
    margin: 0;
    color: var(--text-muted);
    font-size: var(--text-xs);
    font-weight: var(--weight-medium);
  }

  .place .figure {
    font: var(--weight-strong) var(--text-xl) / 1.4 var(--font-mono);
    font-variant-numeric: tabular-nums;
    letter-spacing: -0.03em;
  }

  .place .what {
    min-height: 2.6em;
    color: var(--text-muted);
    font-size: var(--text-xs);
    line-height: 1.3;
    overflow-wrap: anywhere;
  }

  .place.holds {
    border-color: color-mix(in srgb, var(--warning) 55%, transparent);
    background: var(--warning-soft);
  }

  .place.holds .figure {
    color: var(--warning);
  }

  .place.disk.holds {
    border-color: color-mix(in srgb, var(--accent) 55%, transparent);
    background: var(--accent-soft);
  }

  .place.disk.holds .figure {
    color: var(--accent);
  }

  .arrow {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    min-width: 62px;
    padding: 0 4px;
    color: var(--text-faint);
    font: var(--text-xs) / 1.3 var(--font-mono);
    text-align: center;
  }

  .arrow svg {
    width: 100%;
    height: 10px;
  }

  .brace {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    color: var(--danger);
    font-size: var(--text-xs);
    white-space: nowrap;
  }

  .brace::before,
  .brace::after {
    content: '';
    flex: 1;
    height: 5px;
    border: solid color-mix(in srgb, var(--danger) 60%, transparent);
    border-width: 0 0 1px 1px;
    border-bottom-left-radius: 4px;
  }

  .brace::after {
    border-width: 0 1px 1px 0;
    border-radius: 0 0 4px;
  }

  .brace.kill {
    grid-column: 1;
    grid-row: 2;
  }

  .brace.power {
    grid-column: 1 / 4;
    grid-row: 3;
  }

  @container overview (max-width: 520px) {
    .arrow {
      min-width: 24px;
      padding: 0 2px;
    }

    .arrow .call {
      display: none;
    }

    .place {
      padding: var(--space-2);
    }

    .place .figure {
      font-size: var(--text-lg);
    }

    .brace {
      white-space: normal;
      line-height: 1.2;
      text-align: center;
    }
  }

  /* save points */
  .points {
    display: grid;
    gap: var(--space-2);
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .points > li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px var(--space-3);
  }

  .points .bar {
    grid-column: 1 / -1;
  }

  .points .left {
    color: var(--text-muted);
    font-variant-numeric: tabular-nums;
    text-align: right;
  }

  .points .due .left {
    color: var(--accent);
    font-weight: var(--weight-strong);
  }

  .bar {
    display: block;
    width: 100%;
    height: 10px;
  }

  .key .bar {
    width: 14px;
    height: 4px;
  }

  .bar .track {
    fill: var(--sunken);
  }

  .bar .changes {
    fill: var(--accent);
    transition: width var(--slow) var(--ease);
  }

  .bar .time {
    fill: var(--info);
    transition: width var(--slow) var(--ease);
  }

  .key {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }

  .ok {
    color: var(--accent);
  }

  .running {
    display: grid;
    gap: 4px;
  }

  /* switches */
  .switch {
    gap: var(--space-2);
    padding: 0;
    color: var(--text);
  }

  .switch:hover {
    background: none;
  }

  .switch .rail {
    position: relative;
    width: 32px;
    height: 18px;
    border: 1px solid var(--border-strong);
    border-radius: 9px;
    background: var(--sunken);
    transition: background var(--fast) var(--ease);
  }

  .switch .rail::after {
    content: '';
    position: absolute;
    inset: 2px auto 2px 2px;
    width: 12px;
    border-radius: 50%;
    background: var(--text-faint);
    transition: translate var(--fast) var(--ease);
  }

  .switch[aria-checked='true'] .rail {
    border-color: var(--accent);
    background: var(--accent);
  }

  .switch[aria-checked='true'] .rail::after {
    background: var(--on-accent);
    translate: 14px 0;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-4);
  }

  .choice {
    display: inline-flex;
    border: 1px solid var(--border-strong);
    border-radius: var(--radius-md);
    background: var(--surface);
  }

  .choice button {
    border-radius: calc(var(--radius-md) - 1px);
    font-family: var(--font-mono);
  }

  .choice button[aria-checked='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }

  .help {
    max-width: 60ch;
    color: var(--text-muted);
    line-height: 1.5;
  }

  .conf {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-md);
    background: var(--sunken);
    color: var(--text-muted);
  }

  .conf.unkept {
    background: var(--warning-soft);
    color: var(--text);
  }

  .conf p {
    flex: 1 1 200px;
  }
`;
