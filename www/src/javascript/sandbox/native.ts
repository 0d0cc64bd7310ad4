/** What the browser gives and the sandbox needs itself; taken before scripts see a global scope that looks like Node's. */

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

export const native = {
  importScripts: scope.importScripts.bind(scope),
  setTimeout: scope.setTimeout.bind(scope),
  clearTimeout: scope.clearTimeout.bind(scope),
  close: scope.close.bind(scope),
  crypto: scope.crypto,
  Date: globalThis.Date,
  now: scope.performance.now.bind(scope.performance),
  isSecureContext: scope.isSecureContext,
};

/** Code as something that can be loaded. */
export function addressOf(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
}
