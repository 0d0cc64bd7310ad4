/** Loading the two wasm modules: the engine at once, Lua when it is needed. */

import init from '../../www/src/generated/engine';
import { LabError } from '../../www/src/client/errors';
import { wasm } from '../../www/src/worker/engine';
import type { LabOptions, WasmSource } from './api';

/** What differs between platforms. */
export interface Platform {
  /** The engine from beside this module. */
  engine(): Promise<WasmSource>;
  /** Lua from beside this module, where it can be had at once, in the middle of a command. */
  lua?(): ArrayBufferView;
  /** Where it is, where it cannot. */
  readonly luaUrl?: URL;
  /** What is behind an address that a caller gave. */
  read(url: URL): Promise<ArrayBufferView | Response>;
}

/** Lua, which the engine asks for in the middle of a command and cannot wait for. */
export interface Scripts {
  readonly isReady: boolean;
  load(): Promise<void>;
}

let loaded: Promise<Scripts> | undefined;

/** Loads the engine, once in a thread. */
export function loadEngine(platform: Platform, options: LabOptions['wasm']): Promise<Scripts> {
  loaded ??= load(platform, options).catch((error: unknown) => {
    loaded = undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new LabError('unavailable', `The engine could not be loaded: ${message}`);
  });
  return loaded;
}

async function load(platform: Platform, options: LabOptions['wasm'] = {}): Promise<Scripts> {
  const engine = options.engine ?? (await platform.engine());
  await init({ module_or_path: await moduleOf(platform, engine) });
  const { lua } = options;
  if (lua === undefined && platform.lua !== undefined) {
    wasm.useLua(platform.lua);
    return { isReady: true, load: () => Promise.resolve() };
  }
  const source = lua ?? platform.luaUrl;
  return new FetchedScripts(async () => {
    if (source === undefined) throw new Error('there is no address');
    const found = await moduleOf(platform, source);
    if (found instanceof WebAssembly.Module) return found;
    return WebAssembly.compile(found instanceof Response ? await found.arrayBuffer() : found);
  });
}

/** The module or its bytes, of something that the glue can compile. */
async function moduleOf(
  platform: Platform,
  source: WasmSource,
): Promise<BufferSource | WebAssembly.Module | Response> {
  if (typeof source !== 'string' && !(source instanceof URL)) return source;
  const found = await platform.read(
    new URL(source, (globalThis as { location?: Location }).location?.href),
  );
  if (found instanceof Response && !found.ok) throw new Error(`${found.url}: HTTP ${found.status}`);
  return found;
}

/** Lua is fetched when the first script comes, which waits for it. */
class FetchedScripts implements Scripts {
  private module: WebAssembly.Module | undefined;
  private loading: Promise<void> | undefined;
  private readonly fetchModule: () => Promise<WebAssembly.Module>;

  constructor(fetchModule: () => Promise<WebAssembly.Module>) {
    this.fetchModule = fetchModule;
    wasm.useLua(() => {
      if (this.module === undefined) throw new Error('lua.wasm is not there yet');
      return this.module;
    });
  }

  get isReady(): boolean {
    return this.module !== undefined;
  }

  /** Never rejects: when it fails, the script says so, and the next one tries again. */
  load(): Promise<void> {
    this.loading ??= this.fetchModule().then(
      (module) => {
        this.module = module;
      },
      () => {
        this.loading = undefined;
      },
    );
    return this.loading;
  }
}
