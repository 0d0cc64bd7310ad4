/** Puts a real server in the lab's place, and the lab back. */

import { html } from 'lit';
import { DEFAULT_PORT, type Lab } from '../../client/api';
import { isShared } from '../../client/shared';
import type { RealServer } from '../../remote/real-server';
import './notice';

/** What of the page is to be known here. */
interface Page extends HTMLElement {
  readonly lab: Lab | undefined;
  readonly shown: Lab | undefined;
  readonly standInNotice: unknown;
  readonly panels: { charts: readonly { readonly server: string }[] };
}

/** The page itself; an embedded lab lies deeper, in somebody else's page. */
const page = (): Page | null => document.querySelector('resplay-app');

/**
 * Whether real servers are offered: to the visitor's own lab in a page of its own. Whoever made a link, or frames the page,
 * could otherwise have things done there.
 */
export const isOffered = (): boolean => window.top === window && !isShared() && page() !== null;

/** No chart is at a server that only the other one knows. */
function chartsAtFirst({ panels }: Page): void {
  panels.charts = panels.charts.map((chart) => ({ ...chart, server: String(DEFAULT_PORT) }));
}

function standIn(app: Page, detail: { readonly lab: unknown; readonly notice: unknown }): void {
  app.dispatchEvent(new CustomEvent('resplay-stand-in', { detail }));
}

/** Shows it until somebody leaves it, or another lab takes its place. */
export function show(server: RealServer): void {
  const app = page();
  if (!app) return;
  const before = { lab: app.shown === app.lab ? undefined : app.shown, notice: app.standInNotice };
  const end = (): void => {
    app.removeEventListener('resplay-stand-in', replaced);
    server.close();
  };
  const replaced = (event: Event): void => {
    if ((event as CustomEvent<{ lab: unknown }>).detail.lab === server) return;
    chartsAtFirst(app);
    end();
  };
  chartsAtFirst(app);
  const leave = (): void => standIn(app, before);
  standIn(app, {
    lab: server,
    notice: html`<resplay-real-notice .server=${server} @leave=${leave}></resplay-real-notice>`,
  });
  app.addEventListener('resplay-stand-in', replaced);
}
