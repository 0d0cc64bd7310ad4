/** Lua is a module of its own: fetched when the page is at rest, or at once if a script comes before. */

const url = new URL('../generated/lua.wasm', import.meta.url);

/** Milliseconds after which the page is thought to be at rest. */
const AT_REST_MS = 2000;

let module: WebAssembly.Module | undefined;

/** The engine cannot wait for a promise in the middle of a command, so this does not make one. */
export function loadLua(): BufferSource | WebAssembly.Module {
  if (module) return module;
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200) throw new Error(`lua.wasm: HTTP ${request.status}`);
  return request.response as ArrayBuffer;
}

/** Has the module ready before it is needed. When that fails, the first script will say why. */
export function prefetchLua(): void {
  setTimeout(() => {
    WebAssembly.compileStreaming(fetch(url)).then(
      (compiled) => (module = compiled),
      () => undefined,
    );
  }, AT_REST_MS);
}
