import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** No rule of axe is broken: on the whole page, or, much sooner, in the element that this path of shadow hosts leads to. */
export async function expectAccessible(
  page: Page,
  what: string,
  ...path: readonly string[]
): Promise<void> {
  const builder = new AxeBuilder({ page });
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
