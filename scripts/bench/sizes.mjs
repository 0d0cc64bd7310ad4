// What a first visit loads, by file and in all, compressed as hosts do.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from '../build.mjs';
import { root } from '../project.mjs';
import { table } from './report.mjs';

const kinds = { '.wasm': 'wasm', '.js': 'JavaScript', '.css': 'CSS', '.html': 'HTML' };

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

export async function sizes() {
  await build();
  const found = {};
  for (const path of files(join(root, 'dist'))) {
    const kind = kinds[extname(path)];
    if (!kind) continue;
    const isLua = /\/lua[^/]*\.wasm$/.test(path);
    const bytes = readFileSync(path);
    const of = (found[isLua ? 'wasm of Lua, with the first script' : kind] ??= {
      raw: 0,
      gzip: 0,
      brotli: 0,
    });
    of.raw += bytes.length;
    of.gzip += gzipSync(bytes, { level: 9 }).length;
    of.brotli += brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
    }).length;
  }
  return Object.entries(found).map(([name, size]) => ({ name, ...size }));
}

export function sizesTable(rows) {
  const shown = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  const cells = rows.map(({ name, raw, gzip, brotli }) => [
    name,
    shown(raw),
    shown(gzip),
    shown(brotli),
  ]);
  return table(['', 'raw', 'gzip -9', 'brotli'], cells);
}
