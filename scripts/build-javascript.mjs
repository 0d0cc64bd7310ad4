// Puts JavaScript for scripts into www/public/javascript: the clients from npm and what of Node they ask for as one file
// for a worker, and the page of the sandbox that makes such workers. Nothing of it is committed; what is up to date is
// left alone.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, root, sandboxPolicy, sandboxScript } from './project.mjs';

const sources = join(root, 'www/src/javascript/sandbox');
const target = join(root, 'www/public/javascript');
const { resolve } = createRequire(import.meta.url);

/**
 * Node's modules that the clients ask for, with or without `node:`; ours, and the packages that stand for the others, which
 * are there once set-up has been.
 */
const builtins = () => ({
  assert: resolve('assert/'),
  buffer: join(sources, 'node/buffer.ts'),
  crypto: join(sources, 'node/crypto.ts'),
  diagnostics_channel: join(sources, 'node/diagnostics-channel.ts'),
  dns: join(sources, 'node/dns.ts'),
  'dns/promises': join(sources, 'node/dns-promises.ts'),
  events: join(sources, 'node/events.ts'),
  net: join(sources, 'node/net.ts'),
  perf_hooks: join(sources, 'node/perf-hooks.ts'),
  process: join(sources, 'node/process.ts'),
  stream: resolve('readable-stream').replace(/index\.js$/, 'browser.js'),
  string_decoder: resolve('string_decoder/'),
  'timers/promises': join(sources, 'node/timers-promises.ts'),
  timers: join(sources, 'node/timers.ts'),
  tls: join(sources, 'node/tls.ts'),
  url: join(sources, 'node/url.ts'),
  util: join(sources, 'node/util.ts'),
});

function aliases() {
  const known = builtins();
  return [
    ...Object.entries(known).map(([name, replacement]) => ({
      find: new RegExp(`^(?:node:)?${name}$`),
      replacement,
    })),
    { find: /^abort-controller$/, replacement: join(sources, 'node/abort-controller.ts') },
    { find: /^process\/$/, replacement: known.process },
  ];
}

/** What the files are made of. */
function stampOf() {
  const hash = createHash('sha256');
  const folders = [sources, join(root, 'www/src/client')];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const protocol = join(root, 'www/src/javascript/protocol.ts');
  const own = [protocol, join(root, 'package-lock.json'), new URL(import.meta.url)];
  for (const file of [...files.sort(), ...own]) hash.update(readFileSync(file));
  return hash.update(sandboxScript).update(sandboxPolicy).digest('hex');
}

export async function buildJavaScript() {
  const stampFile = join(root, '.tools/javascript.stamp');
  const stamp = stampOf();
  const isThere = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isThere && existsSync(join(target, 'worker.js'))) return;
  console.log('javascript: bundling the clients for scripts');
  const { build } = await import('vite');
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { alias: aliases(), conditions: ['browser', 'module', 'import', 'default'] },
    build: {
      outDir: target,
      emptyOutDir: true,
      target: 'es2022',
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
      lib: {
        entry: join(sources, 'worker.ts'),
        formats: ['iife'],
        name: 'worker',
        fileName: () => 'worker.js',
      },
      // Classes are printed by their names.
      rolldownOptions: { output: { keepNames: true } },
    },
  });
  mkdirSync(target, { recursive: true });
  const head = `<meta charset="utf-8" /><meta http-equiv="Content-Security-Policy" content="${sandboxPolicy}" />`;
  writeFileSync(
    join(target, 'sandbox.html'),
    `<!doctype html><html lang="en"><head>${head}<title>Resplay</title><script>${sandboxScript}</script></head></html>\n`,
  );
  mkdirSync(join(root, '.tools'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(buildJavaScript);
