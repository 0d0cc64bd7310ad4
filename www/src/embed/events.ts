/** What embedded elements tell the page around them, as events that do not bubble. */

/** Where an element is: nothing loaded yet, loading, ready, at work, or given up. */
export type EmbedState = 'idle' | 'loading' | 'ready' | 'running' | 'failed';

export interface RunEventDetail {
  readonly code: string;
  readonly language: string;
}

export interface ResultEventDetail {
  readonly output: string;
  readonly failed: boolean;
  /** Whether the output is the expected one; absent where none is expected. */
  readonly matches?: boolean;
  /** Milliseconds. */
  readonly time: number;
}

export interface CheckResult {
  /** The command whose reply was looked at. */
  readonly command: string;
  readonly expected: string;
  readonly reply: string;
  readonly passed: boolean;
}

export interface EmbedEvents {
  run: CustomEvent<RunEventDetail>;
  result: CustomEvent<ResultEventDetail>;
  checks: CustomEvent<{ readonly passed: boolean; readonly checks: readonly CheckResult[] }>;
  state: CustomEvent<{ readonly state: EmbedState; readonly reason?: string }>;
}
