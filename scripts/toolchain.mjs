// Which compiler builds the wasm: rustup's with its wasm32 target, else Debian's with std from source.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { which } from './browser.mjs';
import { Failure, output, root } from './project.mjs';

/** Debian's compiler, kept for building browsers, its standard library's source and a wasm linker. */
export const debianRustPackages = ['rustc-web', 'cargo-web', 'rust-web-src', 'lld-19'];

/** The folder of rustup's standard library for wasm32, or undefined when it is not installed. */
export function wasmTarget() {
  const folder = output('rustc', [
    '--print',
    'target-libdir',
    '--target',
    'wasm32-unknown-unknown',
  ]);
  if (folder === undefined || !existsSync(folder)) return undefined;
  return readdirSync(folder).some((name) => name.startsWith('libstd-')) ? folder : undefined;
}

/** Debian's compiler as { env, args } for cargo, or undefined when it is not installed. */
export function debianRust() {
  const sources = existsSync('/usr/src')
    ? readdirSync('/usr/src').filter((name) => /^rustc-\d/.test(name))
    : [];
  const library = sources
    .map((name) => join('/usr/src', name, 'library'))
    .find((path) => existsSync(path));
  if (!library || !existsSync('/usr/bin/cargo') || !which('wasm-ld-19')) return undefined;
  return {
    env: {
      // First on PATH, before rustup's.
      PATH: `/usr/bin:${process.env.PATH}`,
      RUSTC: '/usr/bin/rustc',
      CARGO: '/usr/bin/cargo',
      // -Z build-std is unstable; this lets a stable compiler do it.
      RUSTC_BOOTSTRAP: '1',
      __CARGO_TESTS_ONLY_SRC_ROOT: library,
      CARGO_UNSTABLE_BUILD_STD: 'std,panic_abort',
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld-19',
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: '-Cembed-bitcode=yes',
      // Its files cannot be mixed with those of rustup's compiler.
      CARGO_TARGET_DIR: join(root, 'target/debian'),
    },
    targetFolder: join(root, 'target/debian'),
  };
}

/** The environment in which cargo can build for wasm32, and where it puts what it builds. */
export function wasmToolchain() {
  if (wasmTarget() !== undefined) {
    return { env: {}, targetFolder: process.env.CARGO_TARGET_DIR ?? join(root, 'target') };
  }
  const debian = debianRust();
  if (!debian) throw new Failure('There is no compiler for wasm32: run npm run setup first.');
  return debian;
}
