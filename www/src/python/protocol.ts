/** What the page and Python's worker say to each other. */

export type ToPython =
  /** `port` leads into the lab; the site's files are at `base`. */
  | { readonly type: 'start'; readonly port: MessagePort; readonly base: string }
  | { readonly type: 'run'; readonly id: number; readonly code: string; readonly name: string }
  /** Unpacks files (zip, or tar.gz) where Python can open and import them. */
  | {
      readonly type: 'mount';
      readonly archive: ArrayBuffer;
      readonly format: 'zip' | 'gztar';
      readonly folder: string;
    };

export type FromPython =
  /** `suspends`: code can stand still, so that it can wait and have threads. */
  | { readonly type: 'ready'; readonly suspends: boolean }
  | { readonly type: 'output'; readonly text: string; readonly error: boolean }
  /** A run is over; `status` is what the program leaves to a shell. */
  | { readonly type: 'done'; readonly id: number; readonly status: number }
  | { readonly type: 'failed'; readonly message: string };
