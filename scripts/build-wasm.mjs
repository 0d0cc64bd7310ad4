// Builds the engine for the page and the npm package: engine.js, engine_bg.wasm and their types, in www/src/generated and pkg/dist.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { generated, main, root, run } from './project.mjs';
import { wasmToolchain } from './toolchain.mjs';

// The features that rustc's wasm32 target switches on by itself; every browser has had them for years.
const optimise = [
  '-Os',
  '--enable-bulk-memory',
  '--enable-mutable-globals',
  '--enable-multivalue',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
  '--strip-debug',
  '--strip-producers',
];

// Control flow taken apart and built anew is 3 KB smaller after gzip. What lies below 1024 is the end of the stack, so that
// no address wraps round to it: offsets may go into loads and stores, 3 KB more. Neither is slower.
const rebuild = ['--low-memory-unused', '--flatten', '--rereloop', '-Os'];

// Inlining and unrolling are what a wasm grows by. A call is inlined if it is small, and where `inline(always)` asks for
// it: what is that hot is known, and few. A threshold of 25 costs GET, SET, LPUSH, SADD and
// ZADD a fifth; one of 75 takes 28 KB more after gzip and gains nothing that can be told from chance. opt-level s was slower.
const llvm = [
  '--inline-threshold=30',
  '--inlinehint-threshold=150',
  '--unroll-runtime=false',
  '--unroll-allow-partial=false',
  '--jump-threading-threshold=3',
];

const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

/** Lua, a module that is loaded when the first script comes: small before quick. */
function buildLua(toolchain, target) {
  console.log('wasm: compiling Lua');
  const args = ['build', '--profile', 'lua', '-p', 'resplay-lua-wasm', '--target', target];
  run('cargo', args, { env: toolchain.env });
  const built = join(toolchain.targetFolder, target, 'lua/resplay_lua_wasm.wasm');
  const wasm = join(root, generated, 'lua.wasm');
  run('wasm-opt', [...optimise, built, '-o', wasm]);
  console.log(`wasm: Lua ${statSync(wasm).size} bytes, ${size(wasm)} after gzip -9`);
}

/** Release build, bindings, wasm-opt. */
export function buildWasm() {
  const toolchain = wasmToolchain();
  const target = 'wasm32-unknown-unknown';
  console.log('wasm: compiling the engine');
  const thresholds = llvm.map((option) => `-Cllvm-args=${option}`);
  const flags = 'CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS';
  run('cargo', ['build', '--profile', 'wasm', '-p', 'resplay', '--lib', '--target', target], {
    env: {
      ...toolchain.env,
      [flags]: [toolchain.env[flags] ?? '', ...thresholds].join(' ').trim(),
    },
  });
  const folder = join(root, generated);
  // The names in it change with the compiler.
  for (const old of [folder, join(root, 'pkg/dist')]) {
    rmSync(join(old, 'snippets'), { recursive: true, force: true });
  }
  run('wasm-bindgen', [
    join(toolchain.targetFolder, target, 'wasm/resplay.wasm'),
    '--target=web',
    `--out-dir=${folder}`,
    '--out-name=engine',
  ]);
  // It names the page's dependencies because there is one; the engine has none.
  rmSync(join(folder, 'package.json'), { force: true });
  const wasm = join(folder, 'engine_bg.wasm');
  const small = join(folder, 'engine_bg.opt.wasm');
  run('wasm-opt', [...optimise, ...rebuild, wasm, '-o', small]);
  renameSync(small, wasm);
  buildLua(toolchain, target);
  // The npm package has the same, to the byte.
  mkdirSync(join(root, 'pkg/dist'), { recursive: true });
  for (const name of ['engine.js', 'engine_bg.wasm', 'engine.d.ts', 'lua.wasm', 'snippets']) {
    cpSync(join(folder, name), join(root, 'pkg/dist', name), { recursive: true });
  }
  console.log(`wasm: ${statSync(wasm).size} bytes, ${size(wasm)} after gzip -9`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(buildWasm);
