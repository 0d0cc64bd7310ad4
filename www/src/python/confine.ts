/**
 * What code in this worker must not reach: whatever this browser keeps for the page, and the page's other tabs. A script may
 * come in a link, and Python reaches everything that the worker has.
 */

/** Names that lead to stored labs, to other tabs, or to a new place where none of this is taken away. */
const TAKEN = [
  'indexedDB',
  'IDBFactory',
  'caches',
  'CacheStorage',
  'cookieStore',
  'BroadcastChannel',
  'Worker',
  'SharedWorker',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
  'webkitRequestFileSystem',
  'webkitRequestFileSystemSync',
] as const;

const TAKEN_OF_NAVIGATOR = ['locks', 'storage', 'serviceWorker', 'storageBuckets', 'usb', 'serial'];

/** Takes them away for good, wherever on the way up they are defined. */
export function confine(): void {
  for (const name of TAKEN) take(globalThis, name);
  for (const name of TAKEN_OF_NAVIGATOR) take(navigator, name);
}

function take(from: object, name: string): void {
  for (
    let holder: object | null = from;
    holder;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    if (Object.hasOwn(holder, name)) Reflect.deleteProperty(holder, name);
  }
  // Where it cannot be deleted it is hidden, and stays so.
  if (name in from) Object.defineProperty(from, name, { value: undefined });
}
