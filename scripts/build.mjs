// Builds the static site into dist/: set-up, the engine's wasm, the page.
import { pathToFileURL } from 'node:url';
import { buildWasm } from './build-wasm.mjs';
import { main, run } from './project.mjs';
import { setup } from './setup.mjs';

/** Builds dist/ anew. */
export function build() {
  setup('start');
  buildWasm();
  run('vite', ['build', '--logLevel', 'warn']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(build);
