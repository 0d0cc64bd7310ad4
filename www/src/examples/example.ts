import type { TrafficArgument } from '../client/api';
import type { MessageKey } from '../i18n';
import type { OpenDetail } from '../panels/view-element';

/** A few commands that belong together, and what they teach. */
export interface ExampleStep {
  readonly caption: MessageKey;
  readonly lines: readonly string[];
}

/** Something to try with one click: real commands, the view that fits them, and traffic to watch. */
export interface Example {
  readonly id: string;
  readonly title: MessageKey;
  readonly summary: MessageKey;
  readonly steps: readonly ExampleStep[];
  readonly opens: OpenDetail;
  /** What keeps coming in when the switch is on. */
  readonly traffic: readonly (readonly TrafficArgument[])[];
}
