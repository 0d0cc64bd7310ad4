/** A server that runs. */
export interface RunningServer {
  /** The port it listens on; 0 when only on a Unix socket. */
  readonly port: number;
  /** Resolves to its exit code once it has ended. */
  readonly ended: Promise<number>;
  /** Has it save and end, as SIGTERM does; resolves to its exit code. */
  stop(): Promise<number>;
}

/** How a server runs. */
export interface ServeOptions {
  /** Whether SIGTERM and SIGINT end it. Without, they are the program's own. */
  signals?: boolean;
  /** What is done with the lines of its log; standard output without. */
  log?: (line: string) => void;
}

/**
 * Starts a server by the words of redis-server's command line. Rejects, with redis-server's `text`, when they or its
 * files make none.
 */
export function serve(words: string[], options?: ServeOptions): Promise<RunningServer>;
