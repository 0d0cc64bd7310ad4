// What several scripts share: where the project is, what it is allowed to be, how to run a program.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

// The project's own tools come first.
process.env.PATH = [
  join(root, '.tools/bin'),
  join(root, 'node_modules/.bin'),
  process.env.PATH ?? '',
].join(delimiter);

/** Where the wasm and its JavaScript are built to; ignored by git. */
export const generated = 'www/src/generated';

/**
 * What anything of the site may load. `'wasm-unsafe-eval'` lets WebAssembly compile and nothing else; styles
 * come from files and from Lit's adopted style sheets, so no `'unsafe-inline'` is needed.
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  // No string becomes markup or the address of a script unless one of these says so: lit for its own templates, the
  // default one (www/public/theme.js) for the page's own workers.
  "require-trusted-types-for 'script'",
  'trusted-types lit-html default',
].join('; ');

/**
 * The page itself may also open WebSockets, wherever to: a visitor names the bridge to a real server there. Nothing else may.
 * Workers (the lab's, Python's) and the page for other people's frames have the policy above; Python's worker has no
 * WebSocket either, and scripts in JavaScript run under the sandbox's policy below, which lets nothing out. A tab that shows
 * a lab from a link takes the permission back before it reads the link (www/src/share/open.ts). No link, lesson or message
 * carries the address of a bridge: what connects is a click in the dialog.
 */
export const pagePolicy = `${contentSecurityPolicy}; connect-src 'self' ws: wss:`;

/** The script in the page of the sandbox, which makes workers of what it is handed. */
export const sandboxScript = readFileSync(join(root, 'www/src/javascript/frame.js'), 'utf8');

/**
 * What the page may load that runs a learner's JavaScript, and with it the workers that it makes: its one script, and code
 * that it is handed. Nothing from any server, this one included.
 */
export const sandboxPolicy = `default-src 'none'; script-src 'sha256-${createHash('sha256')
  .update(sandboxScript)
  .digest('base64')}' blob:; worker-src blob:`;

/** Bytes after gzip -9. Why the wasm's: ARCHITECTURE.md, "A small wasm". */
export const budget = { wasm: 670 * 1024, lua: 330 * 1024, firstLoad: 750 * 1024 };

/** A failure that is told in one plain message, without a stack. */
export class Failure extends Error {}

/** Runs a program in the project's folder with its output on the terminal; throws when it fails. */
export function run(program, args, { env, cwd = root, quiet = false } = {}) {
  const result = spawnSync(program, args, {
    cwd,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  if (result.error) throw new Failure(`${program} did not start: ${result.error.message}`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
    throw new Failure(`${program} ${args.join(' ')} failed`);
  }
}

/** What a program prints, or undefined when it is missing or fails. */
export function output(program, args, { env } = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Runs a program, passes its output on and also returns it with the exit code. */
export function capture(program, args, { env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let text = '';
    const pass = (from, to) =>
      from.on('data', (data) => {
        text += data.toString();
        to.write(data);
      });
    pass(child.stdout, process.stdout);
    pass(child.stderr, process.stderr);
    child.on('error', (error) => resolve({ code: 127, text: `${text}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Runs a script's main function; a Failure ends it with its message alone. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
