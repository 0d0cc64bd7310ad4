// Builds the static site into dist/ and the npm package into pkg/dist: set-up, the engine's wasm, the package, the page.
import { pathToFileURL } from 'node:url';
import { buildJavaScript } from './build-javascript.mjs';
import { buildPython } from './build-python.mjs';
import { buildWasm } from './build-wasm.mjs';
import { Failure, main, run } from './project.mjs';
import { setup } from './setup.mjs';

/** Builds both anew. */
export async function build() {
  setup('start');
  buildWasm();
  await buildJavaScript();
  // Its tools are there only now that set-up has been.
  const { buildPackage } = await import('./build-package.mjs');
  await buildPackage();
  try {
    await buildPython();
  } catch (error) {
    // The page is all there but for the code view, which says what it misses.
    if (!(error instanceof Failure)) throw error;
    console.warn(`python: left out. ${error.message}`);
  }
  run('vite', ['build', '--logLevel', 'warn']);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(build);
