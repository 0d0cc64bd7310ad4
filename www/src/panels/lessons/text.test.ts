import { html, render } from 'lit';
import { lexer } from 'marked';
import { describe, expect, it } from 'vitest';
import { renderTokens } from './text';

function shown(markdown: string): HTMLElement {
  const place = document.createElement('div');
  render(html`${renderTokens(lexer(markdown))}`, place);
  return place;
}

describe('the text of a lesson', () => {
  it('is headings, paragraphs, lists, tables, quotes and code', () => {
    const place = shown(
      '# One\n\nA **bold** `code` line.\n\n- a\n- b\n\n1. c\n\n| x |\n| - |\n| y |\n\n> said\n\n```\nplain\n```\n',
    );
    const found = ['h3', 'p', 'strong', 'code', 'ul', 'ol', 'table', 'blockquote', 'pre'];
    for (const name of found) expect(place.querySelector(name), name).not.toBeNull();
    expect(place.querySelectorAll('li')).toHaveLength(3);
  });

  it('has no markup of its own: what looks like it is shown as it was written', () => {
    const hostile =
      '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> and <b>bold</b>\n\n![pic](https://example.org/x.png)';
    const place = shown(hostile);
    expect(place.querySelector('script, img, b')).toBeNull();
    expect(place.textContent).toContain('<script>alert(1)</script>');
    expect(place.textContent).toContain('<b>');
  });

  it('links to pages, and to nothing else', () => {
    const place = shown(
      '[a](https://example.org/) [b](javascript:alert(1)) [c](data:text/html,x) [d](JaVaScRiPt:x) [e](//x)',
    );
    const links = [...place.querySelectorAll('a')];
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://example.org/']);
    expect(links[0]?.getAttribute('rel')).toContain('noopener');
    expect(place.textContent).toContain('b c d e');
  });

  it('that is nested deeply ends somewhere', () => {
    expect(shown(`${'> '.repeat(200)}deep`).textContent).toContain('deep');
  });
});
