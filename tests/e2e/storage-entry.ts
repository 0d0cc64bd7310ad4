/** What storage.spec.ts has in the page, without the rest of the site. */

import * as storage from '../../www/src/worker/storage';
import { IndexedStore, readRecords } from '../../www/src/worker/storage/indexed-store';

/** How a commit was refused. */
const codeOf = (error: unknown): string =>
  error instanceof storage.StoreError ? error.code : String(error);

export const tools = { ...storage, IndexedStore, readRecords, codeOf };
export type Tools = typeof tools;

declare global {
  interface Window {
    tools: Tools;
  }
}

window.tools = tools;
