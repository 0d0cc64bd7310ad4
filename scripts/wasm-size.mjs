// What the wasm consists of: bytes of code by room and by function, largest first, before wasm-opt (which removes
// the names). Usage: node scripts/wasm-size.mjs [functions to list] [text that their names contain]
// (after npm run build:wasm).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main } from './project.mjs';
import { wasmToolchain } from './toolchain.mjs';

const sectionNames = {
  1: 'types',
  2: 'imports',
  3: 'functions',
  9: 'elements',
  10: 'code',
  11: 'data',
};

/** Reads LEB128 numbers and byte runs from the front of a file. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.number();
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
}

/** The sections of a module: identifier, name of a custom one, where its contents begin and end. */
function sections(bytes) {
  const reader = new Reader(bytes, 8);
  const found = [];
  while (reader.at < bytes.length) {
    const id = bytes[reader.at++];
    const size = reader.number();
    const end = reader.at + size;
    const name = id === 0 ? reader.text() : (sectionNames[id] ?? `section ${id}`);
    found.push({ id, name, start: reader.at, end });
    reader.at = end;
  }
  return found;
}

/** How many functions come from outside: they are counted first. */
function importedFunctions(bytes, section) {
  const reader = new Reader(bytes, section.start);
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.text();
    reader.text();
    const kind = bytes[reader.at++];
    if (kind === 0) functions += 1;
    if (kind === 1 || kind === 3) reader.at += 1;
    if (kind === 1 || kind === 2) {
      const limits = bytes[reader.at++];
      reader.number();
      if (limits & 1) reader.number();
    }
    if (kind === 3) reader.at += 1;
    if (kind === 0) reader.number();
  }
  return functions;
}

/** Names by function index, without hashes. */
function functionNames(bytes, section) {
  const reader = new Reader(bytes, section.start);
  const names = new Map();
  while (reader.at < section.end) {
    const kind = bytes[reader.at++];
    const end = reader.number() + reader.at;
    if (kind === 1) {
      for (let left = reader.number(); left > 0; left -= 1) {
        const index = reader.number();
        names.set(index, demangle(reader.text()));
      }
    }
    reader.at = end;
  }
  return names;
}

/** Enough of Rust's mangling to read a path: `_ZN4core3fmt5Write9write_fmt17h…E`. */
function demangle(name) {
  if (!name.startsWith('_ZN')) return name.replace(/::h[0-9a-f]{16}$/u, '');
  const parts = [];
  let rest = name.slice(3);
  for (let digits = /^\d+/u.exec(rest); digits; digits = /^\d+/u.exec(rest)) {
    const length = Number(digits[0]);
    parts.push(rest.slice(digits[0].length, digits[0].length + length));
    rest = rest.slice(digits[0].length + length);
  }
  return parts
    .filter((part) => !/^h[0-9a-f]{16}$/u.test(part))
    .join('::')
    .replaceAll('$LT$', '<')
    .replaceAll('$GT$', '>')
    .replaceAll('$RF$', '&')
    .replaceAll('$u20$', ' ')
    .replaceAll('$C$', ',')
    .replaceAll('..', '::');
}

/** The room (or crate) of a function, from the first path in its name. */
function room(name) {
  const own = /resplay::(\w+)(?:::(\w+))?/u.exec(name);
  if (own) return own[1] === 'commands' || own[1] === 'types' ? `${own[1]}/${own[2]}` : own[1];
  return /[a-z_]\w*/u.exec(name.replace(/^_?</u, ''))?.[0] ?? name;
}

function report() {
  const [count = '60', text = ''] = process.argv.slice(2);
  const file = join(wasmToolchain().targetFolder, 'wasm32-unknown-unknown/wasm/resplay.wasm');
  if (!existsSync(file)) throw new Failure('There is no wasm yet: run npm run build:wasm first.');
  const bytes = readFileSync(file);
  const all = sections(bytes);
  for (const { name, start, end } of all)
    console.log(`${String(end - start).padStart(9)}  ${name}`);
  const names = functionNames(
    bytes,
    all.find((section) => section.name === 'name'),
  );
  const code = all.find((section) => section.id === 10);
  const first = importedFunctions(
    bytes,
    all.find((section) => section.id === 2),
  );
  const reader = new Reader(bytes, code.start);
  const functions = Array.from({ length: reader.number() }, (_, index) => {
    const size = reader.number();
    reader.at += size;
    return { name: names.get(first + index) ?? '?', size };
  });
  const rooms = new Map();
  for (const { name, size } of functions) {
    const [bytesSoFar, functionsSoFar] = rooms.get(room(name)) ?? [0, 0];
    rooms.set(room(name), [bytesSoFar + size, functionsSoFar + 1]);
  }
  console.log('\nBytes and functions by room');
  const bySize = [...rooms].sort((one, other) => other[1][0] - one[1][0]);
  for (const [name, [size, number]] of bySize.slice(0, 40)) {
    console.log(`${String(size).padStart(9)} ${String(number).padStart(5)}  ${name}`);
  }
  console.log('\nFunctions');
  const wanted = functions.filter(({ name }) => name.includes(text));
  wanted.sort((one, other) => other.size - one.size);
  for (const { name, size } of wanted.slice(0, Number(count))) {
    console.log(`${String(size).padStart(9)}  ${name}`);
  }
}

await main(report);
