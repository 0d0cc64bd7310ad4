import { describe, expect, it } from 'vitest';
import { excerpt, LENT, read, Rewritten, Unreadable } from './source';

describe('a script', () => {
  it('is an ES module if it has anything that only those have', () => {
    const kinds = (text: string): string => read('x.js', text).kind;
    expect(kinds("import a from 'a';")).toBe('module');
    expect(kinds('export const a = 1;')).toBe('module');
    expect(kinds('await (async () => {})();')).toBe('module');
    expect(kinds('for await (const a of b) c();')).toBe('module');
    expect(kinds('import.meta.url;')).toBe('module');
    expect(kinds("const a = require('a');")).toBe('commonjs');
    expect(kinds("import('a');")).toBe('commonjs');
    expect(kinds('async function f() { await g(); }')).toBe('commonjs');
    expect(kinds('if (done) return;')).toBe('commonjs');
    expect(kinds('with (a) b = 010;')).toBe('commonjs');
    expect(kinds('#!/usr/bin/env node\nvar a;')).toBe('commonjs');
  });

  it('that cannot be read says where', () => {
    expect(() => read('x.js', 'ok();\nlet y = = 2;')).toThrow(Unreadable);
    try {
      read('x.js', 'ok();\nlet y = = 2;');
    } catch (error) {
      expect((error as Unreadable).place).toEqual({ line: 2, column: 9 });
      expect((error as Unreadable).message).toBe('Unexpected token');
    }
  });

  it('tells what it imports, and nothing that only looks like it', () => {
    const text = `import a, { b } from 'a';\nexport * from "b";\n// import x from 'x'\nconst s = "from 'y'";`;
    const { imports } = read('x.js', text);
    expect(imports.map(({ specifier }) => specifier)).toEqual(['a', 'b']);
    for (const { start, end } of imports) expect(text.slice(start, end)).toMatch(/^['"][ab]['"]$/);
  });
});

describe('what is run in its place', () => {
  const rewrite = (text: string, put: string): Rewritten => {
    const source = read('x.js', text);
    const edits = source.imports.map(({ start, end }) => ({ start, end, text: put }));
    return new Rewritten(source, [...source.edits, ...edits]);
  };

  it('has other names where it imports, and the same lines', () => {
    const { code } = rewrite(
      "import a from 'a';\nimport('b');\nimport.meta.url;\n",
      '"blob:null/1"',
    );
    expect(code).toBe(
      `import a from "blob:null/1";\n${LENT.import}('b');\n${LENT.meta}("x.js").url;\n`,
    );
  });

  it('knows where in the script each of its places is', () => {
    const text = "first();\nimport a from 'a'; second(); import b from 'b'; third();\nfourth();";
    const rewritten = rewrite(text, '"something much longer than it was"');
    const places = (word: string): object[] =>
      [rewritten.code, text].map((code) => {
        const before = code.slice(0, code.indexOf(word)).split('\n');
        return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
      });
    for (const word of ['first', 'second', 'third', 'fourth']) {
      const [there, here] = places(word) as [{ line: number; column: number }, object];
      expect(rewritten.placeOf(there.line, there.column), word).toEqual(here);
    }
  });

  it('is shown with a mark under a place', () => {
    expect(excerpt('x.js', 'a;\n\tb c;', { line: 2, column: 4 })).toBe('x.js:2\n\tb c;\n\t  ^\n');
  });
});
