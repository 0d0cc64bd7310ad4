/** A link is opened: its lab is made in this tab, what was open is opened, and a banner says whose lab it is. */

import { html } from 'lit';
import type { ResplayApp } from '../app/resplay-app';
import { ALL } from '../app/resplay-panels';
import type { Lab } from '../client';
import { redisString } from '../client/bytes';
import { setLocale } from '../i18n';
import { makeLab } from './furnish';
import { fromFragment } from './link';
import './resplay-arriving';
import './resplay-file-offer';
import './resplay-shared';
import type { SharedLab, SharedLesson } from './shared-lab';
import { showScript } from './script';

/** Back to the visitor's own lab. */
export function goHome(): void {
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  location.reload();
}

/** Somebody else's lab shares this tab from now on, which may therefore open no WebSockets any more (scripts/project.mjs). */
function forbidSockets(): void {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = "connect-src 'self'";
  document.head.append(meta);
}

/** The lab of the link in the address. Resolves when it is there; while it is not, a dialog says how it goes, or why not. */
export async function openShared(app: ResplayApp): Promise<Lab> {
  forbidSockets();
  const arriving = document.createElement('resplay-arriving');
  document.body.append(arriving);
  const shared = await arriving.until(() => fromFragment(location.hash));
  if (shared.language !== undefined) setLocale(shared.language, false);
  const lab = await arriving.until((signal) => {
    return makeLab(shared, { signal, onArriving: (done) => (arriving.done = done) });
  });
  arriving.remove();
  if (shared.script !== '') void showScript(lab, shared);
  app.notice = html`<resplay-shared .app=${app} .lab=${lab} .shared=${shared}></resplay-shared>`;
  // The panels are there once the page has been drawn with its lab.
  void app.updateComplete.then(async () => {
    await showView(app, shared);
    if (shared.lesson !== undefined) await showLesson(app, shared.lesson);
  });
  return lab;
}

/** Opens the lesson, whose lab stands in the place of the link's until it is left. */
async function showLesson(app: ResplayApp, { name, text }: SharedLesson): Promise<void> {
  const { deskOf } = await import('../lessons/desk');
  const desk = deskOf(app);
  app.panels.view = 'lessons';
  if (text === '') await desk.openCourse(name);
  else desk.openText(text, name);
}

async function showView(app: ResplayApp, { view, script }: SharedLab): Promise<void> {
  const { panels, consoles } = app;
  if (view === undefined) {
    if (script !== '') panels.view = 'code';
    return;
  }
  const known = ALL.find((name) => name === view.front);
  if (known !== undefined) panels.view = known;
  panels.enlarged = view.enlarged;
  panels.example = view.example;
  if (view.charts.length > 0) {
    panels.charts = view.charts.map(({ key, ...chart }, at) => ({
      ...chart,
      id: at + 1,
      key: redisString(key),
    }));
  }
  // The first is there already.
  for (const port of view.consoles.slice(1)) await consoles.add(port === '' ? undefined : port);
}

/** Asks whether a file that holds a lab is to be opened, which is done in a tab of its own. */
export async function offerFile(file: File): Promise<void> {
  const offer = document.createElement('resplay-file-offer');
  document.body.append(offer);
  await offer.ask(file);
  offer.remove();
}
