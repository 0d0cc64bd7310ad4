// The engine as wasm, in Node: the same module that the page loads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, generated, root } from '../project.mjs';

const folder = join(root, generated);

let module;

/** A fresh engine: `send` takes request bytes and answers reply bytes, `tick` lets it do what servers do by a timer. */
export async function startEngine() {
  if (!module) {
    module = await import(pathToFileURL(join(folder, 'engine.js')).href).catch(() => {
      throw new Failure('There is no engine yet: run npm run build:wasm first.');
    });
    module.initSync({ module: readFileSync(join(folder, 'engine_bg.wasm')) });
    module.useLua(() => readFileSync(join(folder, 'lua.wasm')));
  }
  const engine = new module.Engine(1n, 6379);
  const client = engine.connect('6379');
  return {
    send: (bytes) => engine.send(client, bytes),
    tick: () => engine.tick(),
    free: () => engine.free(),
  };
}
