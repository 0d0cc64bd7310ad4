/** Keeps the site for when there is no network, and tells of new versions. */

import './resplay-update';

/** Registers the service worker; nothing happens where there is none. */
export async function keepOffline(): Promise<void> {
  // Missing where the page is no secure context, and in some private windows.
  const container = (navigator as Partial<Navigator>).serviceWorker;
  if (!container) return;
  const registration = await container.register('./service-worker.js').catch(() => undefined);
  if (!registration) return;
  const tell = (): void => {
    // The first one has nobody to take over from.
    const { waiting } = registration;
    if (!waiting || !container.controller) return;
    const notice =
      document.querySelector('resplay-update') ?? document.createElement('resplay-update');
    notice.use = () => {
      container.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage('use');
    };
    document.body.append(notice);
  };
  tell();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', tell);
  });
}
