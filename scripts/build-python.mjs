// Puts Python for the browser into www/public/python: Pyodide from npm, its standard library and redis-py and
// requests from PyPI, compiled ahead. Nothing of it is committed; what is there already is left alone.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, main, output, root, run } from './project.mjs';

/** Pinned. What redis-py and requests need, and no more; redis-py is the version that the conformance runs test. */
const wheels = {
  redis: '5.2.1',
  requests: '2.32.3',
  urllib3: '2.2.3',
  idna: '3.10',
  certifi: '2024.8.30',
  'charset-normalizer': '3.4.0',
};

/** Only these of Pyodide's files are needed. */
const runtime = ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm'];

const target = join(root, 'www/public/python');

function packages() {
  const folder = join(root, '.tools/wheels');
  mkdirSync(folder, { recursive: true });
  const wanted = Object.entries(wheels).map(([name, version]) => `${name}==${version}`);
  /** The files of the pinned versions, and of no others that have been here. */
  const found = () =>
    Object.entries(wheels)
      .map(([name, version]) => `${name.replace('-', '_')}-${version}-`)
      .map((start) => readdirSync(folder).find((file) => file.startsWith(start)))
      .filter((file) => file !== undefined)
      .map((file) => join(folder, file));
  if (found().length < wanted.length) {
    // The tests have an interpreter with pip of their own.
    const interpreters = ['python3', join(root, '.tools/venv/bin/python')];
    const python = interpreters.find((it) => output(it, ['-m', 'pip', '--version']) !== undefined);
    if (python === undefined) {
      throw new Failure('Python for the page needs pip once: install python3-pip.');
    }
    const options = ['--no-deps', '--only-binary=:all:', '--platform', 'any'];
    options.push('--implementation', 'py', '--python-version', '3.13', '--quiet');
    run(python, ['-m', 'pip', 'download', ...options, '-d', folder, ...wanted]);
  }
  return found();
}

export async function buildPython() {
  const pyodide = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
  const { version } = JSON.parse(readFileSync(join(pyodide, 'package.json'), 'utf8'));
  const script = readFileSync(join(root, 'scripts/python/compile.py'), 'utf8');
  const stamp = JSON.stringify({ version, wheels, script, format: 2 });
  const stampFile = join(root, '.tools/python.stamp');
  const isThere = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isThere && existsSync(join(target, 'packages.zip'))) return;
  console.log('python: compiling the standard library and the packages (once)');
  const sources = packages();
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of runtime) copyFileSync(join(pyodide, name), join(target, name));
  // None of Pyodide's own packages is wanted.
  const { info } = JSON.parse(readFileSync(join(pyodide, 'pyodide-lock.json'), 'utf8'));
  writeFileSync(join(target, 'lock.json'), JSON.stringify({ info, packages: {} }));
  const { loadPyodide } = await import(pathToFileURL(join(pyodide, 'pyodide.mjs')).href);
  const python = await loadPyodide({ indexURL: `${pyodide}/` });
  const { FS } = python;
  const give = (path) => {
    const name = `/tmp/${path.split('/').pop()}`;
    FS.writeFile(name, readFileSync(path));
    return name;
  };
  python.runPython(script);
  const archive = python.globals.get('archive');
  archive([give(join(pyodide, 'python_stdlib.zip'))], '/lib/python', '/tmp/stdlib.zip');
  archive(sources.map(give), '/lib/packages', '/tmp/packages.zip');
  for (const name of ['stdlib.zip', 'packages.zip']) {
    writeFileSync(join(target, name), FS.readFile(`/tmp/${name}`));
  }
  mkdirSync(join(root, '.tools'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(buildPython);
