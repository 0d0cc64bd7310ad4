/** The package `abort-controller`, which every browser brings along by now. */

export const { AbortController, AbortSignal } = globalThis;
export default AbortController;
