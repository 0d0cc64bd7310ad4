/**
 * Serves the site without a network: what the build wrote, kept when the page is at rest, and what scripts need once it was
 * used.
 * A new version waits until nobody works with the old one any more, or somebody asks for it.
 */

const worker = self as unknown as ServiceWorkerGlobalScope;

/** Put in place by the build (scripts/offline-plugin.mjs). */
const { version, files } = JSON.parse('__RESPLAY_FILES__') as {
  readonly version: string;
  readonly files: readonly string[];
};

const PREFIX = 'resplay-site-';
const CACHE = `${PREFIX}${version}`;

/** Only these are fetched again although their name is the same. */
const isHashed = (file: string): boolean => file.startsWith('assets/');

const inScope = (file: string): string => new URL(file, worker.registration.scope).href;

/** Fetches what the last version has not already. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    files.map(async (file) => {
      const url = inScope(file);
      const kept = isHashed(file) ? await caches.match(url) : undefined;
      if (kept) {
        await cache.put(url, kept);
        return;
      }
      const response = await fetch(url, { cache: isHashed(file) ? 'default' : 'reload' });
      if (!response.ok) throw new Error(`${file}: ${response.status}`);
      await cache.put(url, response);
    }),
  );
}

/** Forgets the files of other versions. What was used stays: its files are asked for anew when there is a network. */
async function tidy(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** The file of the site that an address names, if it is one. */
function fileOf(url: URL): string | undefined {
  const { origin, pathname } = new URL(worker.registration.scope);
  if (url.origin !== origin || !url.pathname.startsWith(pathname)) return undefined;
  const path = url.pathname.slice(pathname.length);
  return path === '' ? 'index.html' : path;
}

async function answer(request: Request, file: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(inScope(file));
  if (kept) return kept;
  if (file === SANDBOX) return sandboxed(await answerUsed(request));
  if (/^(?:python|javascript)\//.test(file)) return answerUsed(request);
  return fetch(request);
}

/** The page where scripts in JavaScript run. */
const SANDBOX = 'javascript/sandbox.html';

/**
 * The same answer, for a document of an origin of its own. A frame that has that from its `sandbox` attribute is not asked
 * for here, so that without a network it would not be there.
 */
function sandboxed(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.append('content-security-policy', 'sandbox allow-scripts');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** From the network, so that it is the one that belongs to the page; without one, as it was used last. */
async function answerUsed(request: Request): Promise<Response> {
  const cache = await caches.open('resplay-used');
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request.url, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
}

worker.addEventListener('install', (event) => event.waitUntil(fill()));

worker.addEventListener('activate', (event) => event.waitUntil(tidy()));

worker.addEventListener('message', ({ data }) => {
  if (data === 'use') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const file = fileOf(new URL(request.url));
  if (file !== undefined) event.respondWith(answer(request, file));
});
