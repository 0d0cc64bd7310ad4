// Brings what the project needs onto this machine. Safe to run again: what is there is left alone.
// Usage: node scripts/setup.mjs          what `npm start` and `npm run build` need
//        node scripts/setup.mjs --test   what `npm test` needs besides
// Cargo's tools go into .tools/ so that nobody's own versions are touched.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium, findFirefox, which } from './browser.mjs';
import { redisPy, redisSource } from './conformance/fetch.mjs';
import { Failure, main, output, root, run } from './project.mjs';
import { debianRust, debianRustPackages, wasmTarget } from './toolchain.mjs';

/** The pinned tools. wasm-bindgen's version is the crate's (Cargo.lock); npm's are in package.json. */
const pinned = {
  'wasm-pack': '0.15.1',
  'cargo-nextest': '0.9.143',
};
const tools = join(root, '.tools');

const say = (text) => console.log(`setup: ${text}`);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Failure(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
  }
}

function checkRust() {
  if (output('cargo', ['--version']) === undefined) {
    throw new Failure('Rust is missing: install it from https://rustup.rs and run this again.');
  }
}

/** npm ci, when the lock file is newer than what it last installed. */
function nodePackages() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing the npm packages');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

let privilege;

/** How commands are run as root here: a prefix, or undefined when there is no way. */
function asRoot() {
  if (privilege) return privilege.prefix;
  let prefix;
  if (process.getuid?.() === 0) prefix = [];
  else if (which('sudo') && output('sudo', ['-n', 'true']) !== undefined) prefix = ['sudo', '-n'];
  else if (which('sudo') && process.stdin.isTTY) prefix = ['sudo'];
  privilege = { prefix };
  return prefix;
}

/** Installs Debian packages; says what a person has to do where it cannot. */
function apt(packages, forWhat, elsewhere) {
  const list = packages.join(' ');
  if (!which('apt-get')) throw new Failure(`${forWhat} missing. ${elsewhere}`);
  const prefix = asRoot();
  if (prefix === undefined) {
    throw new Failure(
      `${forWhat} missing, and installing needs root. Run this, then try again:\n` +
        `  sudo apt-get install --no-install-recommends ${list}`,
    );
  }
  say(`installing from Debian: ${list}`);
  const command = (...rest) => {
    const [program, ...args] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      ...rest,
    ];
    run(program, args, { quiet: true });
  };
  command('update', '-q');
  command('install', '-q', '-y', '--no-install-recommends', ...packages);
}

/** The wasm32 target: rustup's; where that cannot be had, Debian's compiler and std from source. */
function wasm32() {
  if (wasmTarget() !== undefined) return;
  if (which('rustup')) {
    say('adding the wasm32 target with rustup');
    const added = output('rustup', ['target', 'add', 'wasm32-unknown-unknown']);
    if (added !== undefined && wasmTarget() !== undefined) return;
    say('rustup could not add the wasm32 target; taking the compiler of Debian');
  }
  apt(
    debianRustPackages,
    'The wasm32-unknown-unknown target of Rust is',
    'Install Rust from https://rustup.rs, then: rustup target add wasm32-unknown-unknown',
  );
  if (debianRust() === undefined) {
    throw new Failure(
      'There is no Rust compiler with a wasm32 target, and Debian has none either.',
    );
  }
}

/** The version of a crate in Cargo.lock. */
function lockedVersion(name) {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const found = lock.match(new RegExp(`name = "${name}"\\nversion = "([^"]+)"`));
  if (!found) throw new Failure(`Cargo.lock does not name ${name}`);
  return found[1];
}

/** cargo install into .tools/, unless the version is on PATH already. */
function cargoTool(name, crate, version, probe, locked) {
  const have = output(probe[0], probe.slice(1));
  if (have?.split(/\s+/).includes(version)) return;
  say(`building ${crate} ${version} (once; some minutes)`);
  mkdirSync(tools, { recursive: true });
  const args = ['install', crate, '--version', version, '--root', tools, '--force', '--quiet'];
  if (locked) args.push('--locked');
  // One build folder for all of them, so that what they share is built once.
  run('cargo', args, { env: { CARGO_TARGET_DIR: join(tools, 'build') } });
  if (!output(probe[0], probe.slice(1))) throw new Failure(`${name} was built but does not run.`);
}

function debianPrograms() {
  const missing = [];
  if (!existsSync(findChromium())) missing.push('chromium');
  if (!existsSync(findFirefox())) missing.push('firefox-esr');
  if (!which('chromedriver')) missing.push('chromium-driver');
  if (!which('redis-server') || !which('redis-cli')) missing.push('redis-server');
  if (!which('redis-benchmark')) missing.push('redis-tools');
  if (!which('websockify')) missing.push('websockify');
  if (!which('openssl')) missing.push('openssl');
  if (!which('tclsh')) missing.push('tcl');
  if (!which('valgrind')) missing.push('valgrind');
  if (output('python3', ['-c', 'import venv, ensurepip']) === undefined) {
    missing.push('python3-venv');
  }
  if (missing.length === 0) return;
  apt(
    missing,
    `For the tests ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'}`,
    process.platform === 'darwin'
      ? 'Install them: brew install redis chromedriver && brew install --cask chromium firefox'
      : "Install them with your system's package manager.",
  );
}

/** Redis's own suite and redis-py, with its tests, into .tools/. */
function suites() {
  redisSource();
  redisPy();
}

/** Brings everything for a level: 'start' or 'test'. */
export function setup(level) {
  const began = Date.now();
  checkNode();
  checkRust();
  nodePackages();
  wasm32();
  const bindgen = lockedVersion('wasm-bindgen');
  cargoTool('wasm-bindgen', 'wasm-bindgen-cli', bindgen, ['wasm-bindgen', '--version'], false);
  if (level === 'test') {
    debianPrograms();
    suites();
    for (const [name, version] of Object.entries(pinned)) {
      const probe =
        name === 'cargo-nextest' ? ['cargo', 'nextest', '--version'] : [name, '--version'];
      // Any nextest will do that is there already; it is only a runner.
      if (name === 'cargo-nextest' && output(probe[0], probe.slice(1))) continue;
      cargoTool(name, name, version, probe, name === 'cargo-nextest');
    }
  }
  say(`ready (${((Date.now() - began) / 1000).toFixed(1)} s)`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => setup(process.argv.includes('--test') ? 'test' : 'start'));
}
