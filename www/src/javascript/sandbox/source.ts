/** A script's text, read by a parser: which kind of module it is, what it imports, and the text that is run in its place. */

import {
  parse as parseWith,
  type ExportAllDeclaration,
  type ExportNamedDeclaration,
  type ImportDeclaration,
  type Node,
  type Options,
  type Program,
} from 'acorn';
import { ancestor } from 'acorn-walk';

/** What an ES module imports by `import x from '…'`; known before it runs. */
export interface Import {
  readonly specifier: string;
  /** Where the specifier stands, with its quotes. */
  readonly start: number;
  readonly end: number;
}

/** A stretch of the source that something else stands for in what is run. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Source {
  readonly name: string;
  readonly text: string;
  readonly kind: 'module' | 'commonjs';
  readonly imports: readonly Import[];
  /** `import(…)` and `import.meta`. */
  readonly edits: readonly Edit[];
}

export interface Place {
  readonly line: number;
  /** The first is 1. */
  readonly column: number;
}

/** A script that cannot be read. */
export class Unreadable extends Error {
  constructor(
    message: string,
    readonly script: string,
    readonly place: Place,
  ) {
    super(message);
    this.name = 'SyntaxError';
  }
}

/** The names under which code that is run finds what the sandbox lends it. */
export const LENT = {
  begun: '__labBegun',
  define: '__labDefine',
  import: '__labImport',
  meta: '__labMeta',
} as const;

const OPTIONS: Options = { ecmaVersion: 'latest', allowHashBang: true };

/** Reads a script, as an ES module if it has anything that only those have, as Node does. */
export function read(name: string, text: string): Source {
  let asModule: Program;
  try {
    asModule = parseWith(text, { ...OPTIONS, sourceType: 'module' });
  } catch (failure) {
    const program = commonJs(text);
    if (program) return { name, text, kind: 'commonjs', ...found(program, name) };
    throw unreadable(name, failure);
  }
  const parts = found(asModule, name);
  if (parts.isModule || !commonJs(text)) return { name, text, kind: 'module', ...parts };
  return { name, text, kind: 'commonjs', ...parts };
}

function commonJs(text: string): Program | undefined {
  try {
    return parseWith(text, { ...OPTIONS, sourceType: 'script', allowReturnOutsideFunction: true });
  } catch {
    return undefined;
  }
}

function unreadable(name: string, failure: unknown): Error {
  const { message, loc } = failure as { message: string; loc?: { line: number; column: number } };
  const place = { line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1 };
  return new Unreadable(message.replace(/ \(\d+:\d+\)$/, ''), name, place);
}

interface Parts {
  readonly isModule: boolean;
  readonly imports: readonly Import[];
  readonly edits: readonly Edit[];
}

type Declaration = ImportDeclaration | ExportNamedDeclaration | ExportAllDeclaration;

function found(program: Program, name: string): Parts {
  const imports: Import[] = [];
  const edits: Edit[] = [];
  let isModule = false;
  const declared = (node: Declaration): void => {
    isModule = true;
    const { source } = node;
    if (source)
      imports.push({ specifier: String(source.value), start: source.start, end: source.end });
  };
  const awaits = (_node: Node, _state: unknown, ancestors: Node[]): void => {
    if (!ancestors.some(({ type }) => /Function/.test(type))) isModule = true;
  };
  ancestor(program, {
    ImportDeclaration: (node) => declared(node),
    ExportNamedDeclaration: (node) => declared(node),
    ExportAllDeclaration: (node) => declared(node),
    ExportDefaultDeclaration: () => (isModule = true),
    AwaitExpression: awaits,
    ForOfStatement: (node, state, ancestors) => {
      if (node.await) awaits(node, state, ancestors);
    },
    ImportExpression: ({ start }) => {
      edits.push({ start, end: start + 'import'.length, text: LENT.import });
    },
    MetaProperty: ({ start, end, meta }) => {
      if (meta.name !== 'import') return;
      isModule = true;
      edits.push({ start, end, text: `${LENT.meta}(${JSON.stringify(name)})` });
    },
  });
  return { isModule, imports, edits: edits.sort((one, other) => one.start - other.start) };
}

/** What is run in a script's place, and where in the script a place of it is. */
export class Rewritten {
  readonly code: string;
  private readonly edits: readonly Edit[];

  constructor(
    readonly source: Source,
    edits: readonly Edit[],
  ) {
    this.edits = [...edits].sort((one, other) => one.start - other.start);
    let code = '';
    let at = 0;
    for (const { start, end, text } of this.edits) {
      code += source.text.slice(at, start) + text;
      // Lines stay where they are.
      code += '\n'.repeat(source.text.slice(start, end).split('\n').length - 1);
      at = end;
    }
    this.code = code + source.text.slice(at);
  }

  placeOf(line: number, column: number): Place {
    const begin = lineStart(this.source.text, line);
    const end = this.source.text.indexOf('\n', begin);
    let left = column - 1;
    let at = begin;
    for (const edit of this.edits) {
      if (edit.start < begin || (end >= 0 && edit.start > end)) continue;
      const before = edit.start - at;
      if (left < before) break;
      left -= before;
      at = edit.start;
      if (left < edit.text.length) return { line, column: at - begin + 1 };
      left -= edit.text.length;
      at = edit.end;
    }
    return { line, column: at - begin + left + 1 };
  }
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let number = 1; number < line; number += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

/** A line with a mark under a place of it, as Node shows where something went wrong. */
export function excerpt(name: string, text: string, { line, column }: Place): string {
  const shown = text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
  const indent = shown.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return `${name}:${line}\n${shown}\n${indent}^\n`;
}
