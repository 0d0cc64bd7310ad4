/** Types of the elements that resplay.js defines, for pages that are checked: `import type {} from '…/resplay.d.ts'`. */

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

/** What a server answered. */
export interface Reply {
  readonly kind: string;
  readonly value?: unknown;
  readonly text?: string;
  readonly items?: readonly Reply[];
}

export interface ResplayElement extends HTMLElement {
  readonly state: EmbedState;
  readonly labName: string;
  /** Loads the engine and opens the lab; rejects when that fails. */
  open(): Promise<unknown>;
  /** Sends a command to the lab's first server; rejects with its error. */
  call(...args: readonly (string | number | bigint | Uint8Array)[]): Promise<Reply>;
  /** Runs lines as in a redis-cli; what that printed. */
  execute(lines: string | readonly string[]): Promise<string>;
  addEventListener<Name extends keyof EmbedEvents>(
    type: Name,
    listener: (event: EmbedEvents[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export interface ResplaySnippet extends ResplayElement {
  /** The code as it stands in the page. */
  value: string;
  /** Runs what it depends on, and then the code; what that printed. */
  run(): Promise<string>;
  /** What the author wrote comes back. */
  reset(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lab': ResplayElement;
    'resplay-console': ResplayElement;
    'resplay-chart': ResplayElement;
    'resplay-topology': ResplayElement;
    'resplay-snippet': ResplaySnippet;
  }
}
