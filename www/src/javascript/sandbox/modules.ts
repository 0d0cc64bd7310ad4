/** Scripts and packages as modules that the browser loads: each has an address, under which its errors name it. */

import { addressOf, native } from './native';
import { builtin, find, listed } from './packages';
import { LENT, read, Rewritten, type Edit, type Source } from './source';

/** What an import has failed with, and where it stands. */
export class Unlinked extends Error {
  constructor(
    readonly error: unknown,
    readonly script: string,
    readonly start: number,
  ) {
    super('An import cannot be resolved');
  }
}

interface Loaded {
  readonly rewritten: Rewritten;
}

interface CommonJs {
  exports: unknown;
  readonly id: string;
  readonly filename: string;
  loaded: boolean;
}

type Body = (...names: unknown[]) => void;

const HOME = '/home/learner/';

/** The scripts that there are. */
let files: Readonly<Record<string, string>> = {};
const sources = new Map<string, Source>();
/** Addresses of what is run, and what stands there. */
const scripts = new Map<string, Loaded>();
/** Addresses of packages, and their names. */
const packages = new Map<string, string>();
const addresses = new Map<string, string>();
const commonJs = new Map<string, CommonJs>();
const shared = new Map<string, unknown>();
let defined: Body | undefined;

/** This code's own address, as stack traces have it. */
const OWN = globalThis.location.href;

export function useFiles(given: Readonly<Record<string, string>>): void {
  files = given;
}

/** The text of a script. */
export function textOf(name: string): string | undefined {
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

function sourceOf(name: string): Source {
  const source = sources.get(name) ?? read(name, textOf(name) ?? '');
  sources.set(name, source);
  return source;
}

function notFound(specifier: string, from: string): Error {
  const isFile = /^\.{0,2}\//.test(specifier);
  const text = isFile
    ? `Cannot find module '${specifier}' imported from ${from}`
    : `Cannot find package '${specifier}' imported from ${from}. There are here: ${listed()}`;
  return Object.assign(new Error(text), { code: 'ERR_MODULE_NOT_FOUND' });
}

/** The name of the script that a specifier means, if it means one. */
function scriptNamed(specifier: string): string | undefined {
  const match = /^(?:\.\/|\/home\/learner\/)(.+)$/.exec(specifier);
  const name = match?.[1];
  if (name === undefined) return undefined;
  return [name, `${name}.js`].find((known) => textOf(known) !== undefined);
}

/** Where `import` finds what a specifier means. */
export function resolve(specifier: string, from: string, above: readonly string[] = []): string {
  const script = scriptNamed(specifier);
  if (script !== undefined) return addressOfScript(script, above);
  const found = find(specifier);
  if (found === undefined) throw notFound(specifier, from);
  return addressOfExports(specifier, found);
}

/** A module that exports what there is already. */
function addressOfExports(name: string, exports: unknown): string {
  const known = addresses.get(name);
  if (known !== undefined) return known;
  shared.set(name, exports);
  const names =
    (typeof exports === 'object' && exports !== null) || typeof exports === 'function'
      ? Object.keys(exports).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default')
      : [];
  const lines = [
    `const shared = ${LENT.define}(${JSON.stringify(name)});`,
    'export default shared;',
    ...names.map((key, at) => `const _${at} = shared.${key}; export { _${at} as ${key} };`),
  ];
  const address = addressOf(lines.join('\n'));
  addresses.set(name, address);
  packages.set(address, name);
  return address;
}

function addressOfScript(name: string, above: readonly string[], tail = ''): string {
  const known = addresses.get(`./${name}`);
  if (known !== undefined) return known;
  const source = sourceOf(name);
  if (source.kind === 'commonjs') return addressOfExports(`./${name}`, requireScript(name));
  if (above.includes(name)) {
    throw new Error(`Scripts import one another in a circle: ${[...above, name].join(' → ')}`);
  }
  const edits: Edit[] = source.imports.map(({ specifier, start, end }) => {
    try {
      return { start, end, text: JSON.stringify(resolve(specifier, name, [...above, name])) };
    } catch (error) {
      throw new Unlinked(error, name, start);
    }
  });
  const rewritten = new Rewritten(source, [...source.edits, ...edits]);
  const address = addressOf(`${rewritten.code}\n${tail}`);
  addresses.set(`./${name}`, address);
  scripts.set(address, { rewritten });
  return address;
}

/** Runs a script of CommonJS, or gives what it has exported if it has run. */
export function requireScript(name: string): unknown {
  const known = commonJs.get(name);
  if (known) return known.exports;
  const source = sourceOf(name);
  if (source.kind === 'module') {
    const text = `require() of ES Module ${name} is not supported: import it`;
    throw Object.assign(new Error(text), { code: 'ERR_REQUIRE_ESM' });
  }
  const filename = HOME + name;
  const module: CommonJs = { exports: {}, id: filename, filename, loaded: false };
  commonJs.set(name, module);
  const { text } = source;
  const begin = `${LENT.define}(function (exports, require, module, __filename, __dirname) {`;
  const hash = text.startsWith('#!') ? 2 : 0;
  const rewritten = new Rewritten(source, [
    { start: 0, end: hash, text: hash === 0 ? begin : `${begin}//` },
    ...source.edits,
  ]);
  const address = addressOf(`${rewritten.code}\n});`);
  scripts.set(address, { rewritten });
  native.importScripts(address);
  const body = defined;
  defined = undefined;
  body?.call(
    module.exports,
    module.exports,
    requireFrom(name),
    module,
    filename,
    HOME.slice(0, -1),
  );
  module.loaded = true;
  return module.exports;
}

/** `require`, as a script has it. */
export function requireFrom(from: string): (specifier: unknown) => unknown {
  const require = (specifier: unknown): unknown => {
    if (typeof specifier !== 'string') {
      const text = 'The "id" argument must be of type string.';
      throw Object.assign(new TypeError(text), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    const script = scriptNamed(specifier);
    if (script !== undefined) return requireScript(script);
    const found = find(specifier);
    if (found !== undefined) return found;
    throw Object.assign(notFound(specifier, from), { code: 'MODULE_NOT_FOUND' });
  };
  return Object.assign(require, { main: undefined, cache: {} });
}

/** What the code that is run calls by the names in `LENT`. */
export const lent = {
  [LENT.define]: (given: unknown): unknown => {
    if (typeof given === 'string') return shared.get(given);
    defined = given as Body;
    return undefined;
  },
  [LENT.import]: (specifier: unknown): Promise<unknown> =>
    Promise.resolve()
      .then(() => importAddress(resolve(String(specifier), 'import()')))
      .catch((error: unknown) => {
        if (error instanceof Unlinked) throw error.error;
        throw error;
      }),
  [LENT.meta]: (name: string): object => ({
    url: `file://${HOME}${name}`,
    filename: HOME + name,
    dirname: HOME.slice(0, -1),
    main: true,
    resolve: (specifier: string) =>
      builtin(specifier) ? `node:${specifier.replace(/^node:/, '')}` : specifier,
  }),
};

export function importAddress(address: string): Promise<unknown> {
  return import(/* @vite-ignore */ address);
}

export function kindOf(name: string): Source['kind'] {
  return sourceOf(name).kind;
}

/** The address of the ES module that is the script itself; `begun` is called when all it imports is there. */
export function moduleAddress(name: string, begun: () => void): string {
  Object.defineProperty(globalThis, LENT.begun, { value: begun });
  // Imports come before everything else, wherever they stand.
  return addressOfScript(name, [], `import ${JSON.stringify(addressOf(`${LENT.begun}()`))};`);
}

const ADDRESS = /blob:[\w.:/-]*?[0-9a-f-]{36}(?::(\d+):(\d+))?/g;

/** A text with scripts and packages by their names; lines of a stack that only this code is in are left out. */
export function named(text: string): string {
  if (!text.includes('blob:')) return text;
  return text
    .split('\n')
    .filter((line) => !(line.includes(OWN) && /^\s*(?:at\s|.*@blob:)/.test(line)))
    .map((line) =>
      line.replace(ADDRESS, (found, row?: string, column?: string) => {
        const address = row === undefined ? found : found.slice(0, -`:${row}:${column}`.length);
        const script = scripts.get(address);
        if (!script) return packages.get(address) ?? found;
        const { name } = script.rewritten.source;
        if (row === undefined) return name;
        const place = script.rewritten.placeOf(Number(row), Number(column));
        return `${name}:${place.line}:${place.column}`;
      }),
    )
    .join('\n');
}

/** Where a script imports what stands at an address that a text names. */
export function importOf(script: string, text: string): number | undefined {
  for (const [address, name] of packages) {
    if (!text.includes(address)) continue;
    const found = sources.get(script)?.imports.find(({ specifier }) => specifier === name);
    if (found) return found.start;
  }
  return undefined;
}
