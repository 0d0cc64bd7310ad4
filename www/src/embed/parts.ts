/** What embedded elements are made of, fetched when the first of them comes into view. */

import type { Lab } from '../client/api';
import { setLocale } from '../i18n';
import type { Language } from './messages';
import '../app/views';

export { ResplayApp } from '../app/resplay-app';
export { ResplayRankingChart } from '../charts/ranking-chart';
export { ResplayCli } from '../console/resplay-cli';

/** Speaks the language of the page; one for all elements of a page. */
export function speak(language: Language): void {
  setLocale(language, false);
}

/** The picture of a lab's processes, which follows them until it is closed. */
export async function topologyView(lab: Lab): Promise<{ view: HTMLElement; close(): void }> {
  const { ResplayTopologyPicture } = await import('../panels/topology/picture');
  const view = new ResplayTopologyPicture();
  view.instances = lab.instances;
  const enders = [
    lab.on('instances', (instances) => (view.instances = instances)),
    lab.watchTopology((topology) => {
      view.topology = topology;
      view.show(topology.messages, topology.time.speed);
    }),
  ];
  return { view, close: () => enders.forEach((end) => end()) };
}
