// Compiles what later stages of npm test want, beside the build, whose wasm keeps no more than one core busy. A process of
// its own, since those stages wait for what they run. Whether it went well they find out, who do the same again.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './project.mjs';
import { wasmToolchain } from './toolchain.mjs';

const cargo = (args, options) =>
  spawnSync('cargo', args, { cwd: root, stdio: 'ignore', ...options });

cargo(['nextest', 'run', '--no-run']);
cargo(['clippy', '--all-targets', '--', '-D', 'warnings']);
cargo(['build', '--profile', 'counted', '--example', 'instructions']);
cargo(['build', '--tests', '--target', 'wasm32-unknown-unknown'], {
  cwd: join(root, 'tests/browser'),
  env: { ...process.env, ...wasmToolchain().env },
});
