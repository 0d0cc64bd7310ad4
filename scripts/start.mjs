// Sets up, builds, serves the page and prints its address.
// Usage: node scripts/start.mjs [--dev]   (--dev: Vite's own server, which follows the page's sources)
import { build } from './build.mjs';
import { buildJavaScript } from './build-javascript.mjs';
import { buildPython } from './build-python.mjs';
import { buildWasm } from './build-wasm.mjs';
import { Failure, main, run } from './project.mjs';
import { serve } from './serve.mjs';
import { setup } from './setup.mjs';

/** The first free port from 4173 on. */
async function listen() {
  for (let port = 4173; port < 4193; port += 1) {
    try {
      return await serve({ port });
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Failure('The ports 4173 to 4192 are all taken.');
}

await main(async () => {
  if (process.argv.includes('--dev')) {
    setup('start');
    buildWasm();
    await buildJavaScript();
    await buildPython();
    run('vite', []);
    return;
  }
  await build();
  const server = await listen();
  console.log(`\nResplay is at http://localhost:${server.address().port}/   (Ctrl-C ends it)`);
});
