// Builds the JavaScript and the types of the npm package into pkg/dist, beside the wasm that build-wasm.mjs puts there.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { Failure, main, root } from './project.mjs';

const folder = join(root, 'pkg/dist');

/** Modules of the package by name, with their sources. */
const entries = {
  index: 'pkg/src/index.ts',
  'index.node': 'pkg/src/index.node.ts',
  node: 'pkg/src/node.ts',
  sockets: 'pkg/src/sockets.ts',
};

const input = Object.fromEntries(
  Object.entries(entries).map(([name, path]) => [name, join(root, path)]),
);

/** The glue of the wasm is not bundled: `resplay/serve` and the lab share it, and with it the engine. */
const glue = {
  name: 'glue',
  resolveId: (source) =>
    source.endsWith('/generated/engine') ? { id: './engine.js', external: true } : null,
};

const external = /^node:/;

async function buildModules() {
  const bundle = await rolldown({ input, external, platform: 'neutral', plugins: [glue] });
  await bundle.write({
    dir: folder,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    // What two entries have in common is one module, with one name.
    codeSplitting: { groups: [{ name: 'lab', minShareCount: 2 }] },
    minify: { compress: true, mangle: false, codegen: false },
  });
  await bundle.close();
}

async function buildTypes() {
  const types = { index: input.index, node: input.node, sockets: input.sockets };
  const tsconfig = join(root, 'tsconfig.json');
  const bundle = await rollup({ input: types, external, plugins: [glue, dts({ tsconfig })] });
  await bundle.write({
    dir: folder,
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'shared.d.ts',
    banner: '/// <reference lib="esnext.disposable" />',
  });
  await bundle.close();
}

/** Builds all that the package has besides the wasm. */
export async function buildPackage() {
  if (!existsSync(join(folder, 'engine.js'))) throw new Failure('Build the wasm first.');
  // What an older build called otherwise is not to be packed.
  const keep = ['engine.js', 'engine.d.ts'];
  for (const name of readdirSync(folder))
    if (/\.(js|ts)$/.test(name) && !keep.includes(name)) rmSync(join(folder, name));
  await Promise.all([buildModules(), buildTypes()]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(buildPackage);
