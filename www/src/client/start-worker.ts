/** Workers whose script may be of another origin than the page: an embedded lab's, for example. */

/**
 * Starts a module worker. A browser takes a script of another origin only behind one of the page's own, which a blob is;
 * a policy of the page has to allow `worker-src blob:` then.
 */
export function startWorker(url: string): Worker {
  const address = new URL(url, import.meta.url);
  // Not the address's: a sandboxed frame has an origin of its own.
  if (address.origin === self.origin) return new Worker(address, { type: 'module' });
  const blob = URL.createObjectURL(new Blob([relay(address.href)], { type: 'text/javascript' }));
  // It is fetched some time later.
  setTimeout(() => URL.revokeObjectURL(blob), 60_000);
  // A module would be refused where the page has no origin, as in a sandboxed frame.
  return new Worker(blob);
}

/** A script that loads a module, and keeps for it what comes before it is there. */
const relay = (url: string): string => `
  const early = [];
  onmessage = (event) => early.push(event);
  import(${JSON.stringify(url)}).then(
    () => {
      onmessage = null;
      for (const { data, ports } of early) dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
    },
    (error) => setTimeout(() => { throw error; }),
  );`;
