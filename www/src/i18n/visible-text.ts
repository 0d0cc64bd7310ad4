/** Names that are the same in every language. */
const NAMES = new Set([
  'Resplay',
  'RESP',
  'RDB',
  'AOF',
  'Redis',
  'Ctrl-C',
  'Ctrl-R',
  'Ctrl+Enter',
  'Tab',
  'TTL',
  'DB',
  'db',
]);

/**
 * The text a reader would see or hear that stands in the html templates of a source file itself, rather than
 * coming from the catalogue: text between tags, and the attributes that are read out. `code`, `kbd` and `pre` hold
 * what is typed, which no language changes. For the test that holds the components to the catalogue.
 */
export function visibleText(source: string): string[] {
  const found: string[] = [];
  for (const template of htmlTemplates(source)) {
    for (const [, value = ''] of template.matchAll(
      /\s(?:title|aria-label|placeholder|alt)="([^"]*)"/g,
    )) {
      if (isWords(value)) found.push(value);
    }
    const text = template
      .replace(/<(code|kbd|pre|svg)\b[\s\S]*?<\/\1>/g, ' ')
      .replace(/<!--[\s\S]*?-->/g, ' ')
      .replace(/<[^>]*>/g, '\n')
      .replace(/&\w+;/g, ' ');
    for (const piece of text.split('\n')) if (isWords(piece)) found.push(piece.trim());
  }
  return found;
}

function isWords(text: string): boolean {
  const words = text.trim();
  return /\p{L}{2}/u.test(words) && !NAMES.has(words);
}

/** The literal parts of each html template, expressions left out; those inside expressions come as templates of their own. */
function htmlTemplates(source: string): string[] {
  const templates: string[] = [];
  for (const match of source.matchAll(/\bhtml`/g)) {
    templates.push(literalParts(source, match.index + match[0].length));
  }
  return templates;
}

function literalParts(source: string, start: number): string {
  let text = '';
  let at = start;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      at = expressionEnd(source, at + 2);
      text += '\n'; // What stands before and after it are two texts.
    } else {
      text += source[at] ?? '';
      at += source[at] === '\\' ? 2 : 1;
    }
  }
  return text;
}

function expressionEnd(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < source.length && depth > 0) {
    const char = source[at];
    if (char === '`') at = templateEnd(source, at + 1);
    else if (char === "'" || char === '"') at = stringEnd(source, at);
    else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      at += 1;
    }
  }
  return at;
}

function templateEnd(source: string, start: number): number {
  let at = start;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) at = expressionEnd(source, at + 2);
    else at += source[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function stringEnd(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== source[start]) at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}
