import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** No rule of axe is broken: on the whole page, or, much sooner, in the element that this path of shadow hosts leads to. */
export function expectAccessible(
  page: Page,
  what: string,
  ...path: readonly string[]
): Promise<void> {
  // The rule of WCAG 2.2 is one that axe leaves off unless it is asked for.
  return expectNone(page, what, path, { rules: { 'target-size': { enabled: true } } });
}

/** What a theme can spoil, where all rules have been tried in another. */
export function expectLegible(page: Page, what: string, ...path: readonly string[]): Promise<void> {
  return expectNone(page, what, path, {
    runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  });
}

async function expectNone(
  page: Page,
  what: string,
  path: readonly string[],
  options: Parameters<AxeBuilder['options']>[0],
): Promise<void> {
  // Without the legacy mode each look opens a page of its own, for the sake of frames of other sites.
  const builder = new AxeBuilder({ page })
    .setLegacyMode()
    .options({ ...options, resultTypes: ['violations'] });
  const [first, second, ...rest] = path;
  if (first !== undefined && second !== undefined)
    builder.include({ fromShadowDom: [first, second, ...rest] });
  const { violations } = await builder.analyze();
  const found = violations.map(({ id, nodes }) => ({
    rule: id,
    at: nodes.map((node) => node.target.join(' ')),
    why: nodes[0]?.failureSummary,
  }));
  expect(found, what).toEqual([]);
}
