/** The looks of embedded elements: the page's tokens, each of which the page around may set as `--resplay-…`. */

import tokens from '../styles/tokens.css?raw';

/** Tokens for a box rather than a document. */
export function tokensFor(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(":root[data-theme='dark']", ".root[data-theme='dark']")
    .replaceAll(':root', '.root')
    .replace(/--([\w-]+):\s*([^;]+);/g, '--$1: var(--resplay-$1, $2);');
}

const box = `
  :host { display: block; }
  :host([hidden]) { display: none; }
  .root {
    display: flex;
    flex-direction: column;
    min-width: 0;
    height: 100%;
    color: var(--text);
    font: var(--text-md) / var(--leading) var(--font-ui);
    text-align: start;
  }
  .root > * { flex: 1; min-height: 0; }
  .note { flex: none; margin: 0; padding: var(--space-2) var(--space-3); color: var(--text-muted); }
  .note.failed { color: var(--danger); overflow-wrap: anywhere; }
`;

function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

let shared: CSSStyleSheet | undefined;

/** The sheets of an element. No `<style>` is written, so that any policy of the page allows them. */
export function sheets(own: string): CSSStyleSheet[] {
  shared ??= sheet(tokensFor(tokens) + box);
  return [shared, sheet(own)];
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Keeps an element's box in the theme that its `theme` attribute asks for; returns how to stop. */
export function followTheme(element: Element, root: HTMLElement): () => void {
  const apply = (): void => {
    const wanted = element.getAttribute('theme');
    const isDark = wanted === 'dark' || (wanted !== 'light' && dark.matches);
    root.dataset['theme'] = isDark ? 'dark' : 'light';
  };
  apply();
  dark.addEventListener('change', apply);
  const observer = new MutationObserver(apply);
  observer.observe(element, { attributeFilter: ['theme'] });
  return () => {
    dark.removeEventListener('change', apply);
    observer.disconnect();
  };
}
