// Every snippet of the package's README does what it says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../../scripts/conformance/servers.mjs';
import { installed, run, suite, tool } from './project.mjs';
import { checked, snippets } from './readme.mjs';

const readme = readFileSync(new URL('../../pkg/README.md', import.meta.url), 'utf8');

let project;
let folder;

before(async () => {
  project = await installed();
  folder = join(project.folder, 'readme');
  mkdirSync(folder);
});
after(() => project?.remove());

test('it is the page of the package', () => {
  assert.equal(project.read('README.md').toString(), readme);
});

/** Runs a snippet as a program, at a port that nobody has where it names one of this machine's. */
async function program(name, text) {
  const { claims, module } = checked(text.replaceAll('7000', String(await freePort())));
  assert.ok(claims > 0 || text.includes('assert'), 'it claims nothing');
  writeFileSync(join(folder, name), module);
  const { code, text: printed } = await run(process.execPath, [name], { cwd: folder });
  assert.equal(code, 0, printed);
}

/** Runs a snippet as a file of tests. */
async function tests(name, text) {
  writeFileSync(join(folder, name), text);
  await suite(project.folder, `readme/${name}`);
}

/** Makes a page of a snippet, with the wasm that it needs. */
async function page(name, text) {
  const root = join(folder, 'page');
  mkdirSync(root);
  writeFileSync(join(root, name), text);
  writeFileSync(join(root, 'index.html'), `<script type="module" src="./${name}"></script>`);
  const options = ['build', root, '--logLevel', 'info'];
  const { code, text: printed } = await run(tool('vite'), options, { cwd: project.folder });
  assert.equal(code, 0, printed);
  assert.match(printed, /engine_bg-[^]*\.wasm/);
  assert.match(printed, /lua-[^]*\.wasm/);
}

/** Sends a line to a server; resolves to the first that comes back. */
function ask(port, line) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`));
    socket.on('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
  });
}

/** Runs a line that starts a server, at a port that nobody has; it listens, and ends when it is told to. */
async function serves(line) {
  const port = await freePort();
  const there = join(folder, `serve-${port}`);
  mkdirSync(there);
  writeFileSync(join(there, 'redis.conf'), 'save ""\n');
  writeFileSync(join(there, 'sentinel.conf'), 'sentinel monitor main 127.0.0.1 6379 1\n');
  const words = line.replace('npx ', '').replace(/ --port \d+/, '');
  const own = words.endsWith(' -')
    ? words.replace(/-$/, `--port ${port} -`)
    : `${words} --port ${port}`;
  const path = [join(project.folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path };
  const child = spawn('sh', ['-c', own], { cwd: there, env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let answer;
  for (let tries = 0; tries < 300 && answer === undefined && child.exitCode === null; tries += 1) {
    answer = await ask(port, 'PING').catch(() => undefined);
    if (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.match(answer ?? 'nothing', /^\+PONG/);
  await ask(port, 'SHUTDOWN NOSAVE').catch(() => undefined);
  assert.equal(await ended, 0);
}

describe('snippets', { concurrency: 2 }, () => {
  const found = snippets(readme);
  test('there are some of all kinds', () => {
    const kinds = new Set(found.map(({ language, about }) => `${language} ${about}`.trim()));
    assert.deepEqual(kinds, new Set(['sh', 'js', 'js browser']));
  });
  for (const [index, { language, about, text }] of found.entries()) {
    const name = `snippet-${index}`;
    if (language === 'sh') {
      const lines = text.split('\n').filter((line) => line.includes('npx resplay'));
      for (const line of lines.map((it) => it.replace(/\s+#.*/, '')))
        test(line, () => serves(line));
    } else if (about === 'browser') test(`${name}: a page`, () => page(`${name}.js`, text));
    else if (text.includes("from 'vitest'"))
      test(`${name}: tests`, () => tests(`${name}.test.js`, text));
    else test(`${name}: a program`, () => program(`${name}.js`, text));
  }
});
