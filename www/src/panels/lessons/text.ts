/** Markdown as templates. Nothing of it is ever taken as HTML: what looks like a tag is shown as it was written. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Token, Tokens } from 'marked';

type Shown = TemplateResult | string | typeof nothing;

/** Deepest nesting that is followed. */
const DEEPEST = 12;

/** What a paragraph may hold, without what stands around it. */
export function inline(tokens: readonly Token[] | undefined, depth = 0): Shown[] {
  return (tokens ?? []).map((token) => one(token, depth));
}

export function renderTokens(tokens: readonly Token[], depth = 0): Shown[] {
  return tokens.map((token) => one(token, depth));
}

function one(token: Token, depth: number): Shown {
  if (depth > DEEPEST) return token.raw;
  const deeper = depth + 1;
  switch (token.type) {
    case 'space':
    case 'def':
      return nothing;
    case 'heading':
      return heading(token as Tokens.Heading, deeper);
    case 'paragraph':
      return html`<p>${inline((token as Tokens.Paragraph).tokens, deeper)}</p>`;
    case 'blockquote':
      return html`<blockquote>
        ${renderTokens((token as Tokens.Blockquote).tokens, deeper)}
      </blockquote>`;
    case 'list':
      return list(token as Tokens.List, deeper);
    case 'table':
      return table(token as Tokens.Table, deeper);
    case 'code':
      return html`<pre tabindex="0"><code>${(token as Tokens.Code).text}</code></pre>`;
    case 'hr':
      return html`<hr />`;
    case 'strong':
      return html`<strong>${inline((token as Tokens.Strong).tokens, deeper)}</strong>`;
    case 'em':
      return html`<em>${inline((token as Tokens.Em).tokens, deeper)}</em>`;
    case 'del':
      return html`<del>${inline((token as Tokens.Del).tokens, deeper)}</del>`;
    case 'codespan':
      return html`<code>${(token as Tokens.Codespan).text}</code>`;
    case 'br':
      return html`<br />`;
    case 'link':
      return link(token as Tokens.Link, deeper);
    case 'text': {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? html`${inline(tokens, deeper)}` : text;
    }
    case 'escape':
    case 'image':
      return (token as Tokens.Escape | Tokens.Image).text;
    default:
      return token.raw;
  }
}

/** The title of the lesson is the page's; its own headings come below. */
function heading({ depth, tokens }: Tokens.Heading, deeper: number): TemplateResult {
  const shown = inline(tokens, deeper);
  return depth <= 2 ? html`<h3>${shown}</h3>` : html`<h4>${shown}</h4>`;
}

function list({ ordered, start, items }: Tokens.List, deeper: number): TemplateResult {
  const shown = items.map(
    ({ tokens }) =>
      // What an item holds beside its text: nested lists, further paragraphs.
      html`<li>${renderTokens(tokens, deeper)}</li>`,
  );
  return ordered
    ? html`<ol start=${typeof start === 'number' ? start : 1}>
        ${shown}
      </ol>`
    : html`<ul>
        ${shown}
      </ul>`;
}

function table({ header, rows }: Tokens.Table, deeper: number): TemplateResult {
  return html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          ${header.map(({ tokens }) => html`<th scope="col">${inline(tokens, deeper)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map(({ tokens }) => html`<td>${inline(tokens, deeper)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Only to other pages; anything else is shown as its text. */
function link({ href, tokens }: Tokens.Link, deeper: number): TemplateResult {
  const shown = inline(tokens, deeper);
  return /^https?:\/\//i.test(href)
    ? html`<a href=${href} target="_blank" rel="noopener noreferrer">${shown}</a>`
    : html`${shown}`;
}
