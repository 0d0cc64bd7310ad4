/**
 * `<script type="module" src="…/resplay.js">`: defines the elements that any page may use. Small; the engine and the views
 * are fetched when an element comes into view or is used. The first of several versions on a page has the names.
 */

import { EmbedSnippet } from './snippet';
import { EmbedChart, EmbedConsole, EmbedLab, EmbedTopology } from './views';

const elements = {
  'resplay-lab': EmbedLab,
  'resplay-console': EmbedConsole,
  'resplay-chart': EmbedChart,
  'resplay-topology': EmbedTopology,
  'resplay-snippet': EmbedSnippet,
} as const;

for (const [name, element] of Object.entries(elements)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}

export type * from './events';
