/**
 * How code in a worker of its own reaches the lab's network: requests by number, each answered once. Times are the lab's,
 * in milliseconds.
 */

export type BridgeRequest =
  | { readonly op: 'open'; readonly host: string; readonly port: number }
  /** Hands bytes over, and answers what was sent back by then. */
  | { readonly op: 'send'; readonly connection: number; readonly bytes: Uint8Array }
  /** Answers what was sent, as soon as there is anything; nothing when so much time has passed. No end when negative. */
  | { readonly op: 'read'; readonly connection: number; readonly timeout: number }
  | { readonly op: 'close'; readonly connection: number }
  /** Takes connections at a port, as a process of the lab does; `accept` gives them one by one, -1 when none came in time. */
  | { readonly op: 'listen'; readonly port: number }
  | { readonly op: 'accept'; readonly connection: number; readonly timeout: number }
  /** How long bytes are on their way to the lab and back, for all connections from now on. */
  | { readonly op: 'latency'; readonly time: number }
  | { readonly op: 'sleep'; readonly time: number }
  /** What time it is in the lab, since 1970. */
  | { readonly op: 'now' };

/** What is answered: a connection's number (-1: refused), bytes, whether the other end has closed; always the time. */
export interface BridgeAnswer {
  readonly id: number;
  readonly connection?: number;
  readonly bytes?: Uint8Array;
  readonly closed?: boolean;
  /** What time it is in the lab, and how fast its clock goes; 0 while it stands still. */
  readonly now: number;
  readonly speed: number;
}

export type NumberedRequest = BridgeRequest & { readonly id: number };

/** Where the two application servers listen (../services), which are started when somebody first speaks to them. */
export const SERVICE_PORTS: readonly number[] = [8001, 8002];
