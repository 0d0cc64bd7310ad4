// Builds the static site into dist/: set-up, the engine's wasm, the page.
import { pathToFileURL } from 'node:url';
import { buildPython } from './build-python.mjs';
import { buildWasm } from './build-wasm.mjs';
import { main, run } from './project.mjs';
import { setup } from './setup.mjs';

/** Builds dist/ anew. */
export async function build() {
  setup('start');
  buildWasm();
  await buildPython();
  run('vite', ['build', '--logLevel', 'warn']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(build);
