// A static file server for dist/, no cleverer than the hosts that will serve it for real.
// Usage: node scripts/serve.mjs [--port 4173] [--base /any/path/] [--csp-header]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { contentSecurityPolicy, pagePolicy, root, sandboxPolicy } from './project.mjs';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.zip': 'application/zip',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const dist = join(root, 'dist');

/**
 * Serves dist/, or another folder; resolves with the server once it listens. Port 0 takes any free one.
 *
 * @returns {Promise<import('node:http').Server>}
 */
export function serve({ port, base = '/', cspHeader = false, host = 'localhost', folder = dist }) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const inside = path.startsWith(base) ? normalize(path.slice(base.length)) : undefined;
    let file = inside === undefined ? undefined : join(folder, inside);
    if (file && existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
    if (!file || !(file + sep).startsWith(folder + sep) || !existsSync(file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    const headers = { 'content-type': types[extname(file)] ?? 'application/octet-stream' };
    // Only names with a hash in them may be kept.
    headers['cache-control'] = file.includes(`${sep}assets${sep}`)
      ? 'max-age=31536000'
      : 'no-cache';
    if (cspHeader) {
      const isSandbox = file.endsWith(join('javascript', 'sandbox.html'));
      const isPage = file === join(folder, 'index.html');
      const usual = isPage ? pagePolicy : contentSecurityPolicy;
      headers['content-security-policy'] = isSandbox ? sandboxPolicy : usual;
    }
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4173' },
      base: { type: 'string', default: '/' },
      'csp-header': { type: 'boolean', default: false },
    },
  });
  const server = await serve({
    port: Number(values.port),
    base: values.base,
    cspHeader: values['csp-header'],
  });
  console.log(`http://localhost:${server.address().port}${values.base}`);
}
