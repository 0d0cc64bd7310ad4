// All the tests there are. Usage: npm test [-- <stage> …] runs the named stages alone.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from './build.mjs';
import { budget, capture, Failure, main, root } from './project.mjs';
import { conformance } from './conformance/index.mjs';
import { instructions } from './instructions.mjs';
import { setup } from './setup.mjs';
import { findChromium, findFirefox, which } from './browser.mjs';
import { wasmToolchain } from './toolchain.mjs';

/** Runs commands one after another; the stage fails with the first that fails. */
async function all(...commands) {
  let text = '';
  for (const [program, ...args] of commands) {
    const result = await capture(program, args);
    text += result.text;
    if (result.code !== 0) return { problem: `${program} ${args[0] ?? ''}`.trim(), text };
  }
  return { text };
}

/** The sum of all matches of a pattern's first group in a text. */
function sum(text, pattern) {
  let total = 0;
  for (const match of text.matchAll(pattern)) total += Number(match[1]);
  return total;
}

/** Text without the codes that colour it. */
// eslint-disable-next-line no-control-regex
const plain = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');

/** Tests passed and failed, from the output of a runner. */
function counts(text, passed, failed) {
  const clean = plain(text);
  return { passed: sum(clean, passed), failed: sum(clean, failed) };
}

/** What a runner says of its first failures: each with the lines below it. */
function failures(text) {
  const lines = plain(text).split('\n');
  const starts = lines.flatMap((line, at) =>
    /^\s*(?:FAIL\s|\d+\) \[|not ok |error[:[])|AssertionError|panicked at|^\S*Error: /.test(line)
      ? [at]
      : [],
  );
  const told = new Set();
  for (const start of starts.slice(0, 3))
    for (let at = start; at < Math.min(start + 20, lines.length); at += 1) told.add(at);
  return [...told]
    .map((at) => lines[at].trimEnd().slice(0, 160))
    .filter((line) => /[^\s+-]/.test(line));
}

/** The lines that a stage wants in the summary. */
function notes(text, pattern) {
  const lines = plain(text)
    .split('\n')
    .map((line) => line.trim());
  return [...new Set(lines.filter((line) => pattern.test(line)))];
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

/** gzip -9 sizes of the modules, against the budget; what a first visit loads is counted by tests/e2e/page.spec.ts. */
function sizes() {
  const files = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      // Python comes when it is first used.
      if (name === 'python') continue;
      if (statSync(path).isDirectory()) walk(path);
      else if (/\.(html|js|css|wasm|svg|png|woff2|json|webmanifest)$/.test(name)) files.push(path);
    }
  };
  walk(join(root, 'dist'));
  const compressed = files.map((path) => ({
    path,
    bytes: gzipSync(readFileSync(path), { level: 9 }).length,
  }));
  const total = (list) => list.reduce((bytes, file) => bytes + file.bytes, 0);
  // Lua comes when the page is at rest, or with the first script.
  const isLua = (file) => /\/lua[^/]*\.wasm$/.test(file.path);
  const atFirst = compressed.filter((file) => !isLua(file));
  const lua = total(compressed.filter(isLua));
  const wasm = total(atFirst.filter((file) => file.path.endsWith('.wasm')));
  const lines = [
    `size: wasm ${kilobytes(wasm)} of ${kilobytes(budget.wasm)}, gzip -9`,
    `size: Lua ${kilobytes(lua)} of ${kilobytes(budget.lua)}, gzip -9`,
    `size: everything but Lua ${kilobytes(total(atFirst))}, gzip -9, ${atFirst.length} files`,
  ];
  lines.forEach((line) => console.log(line));
  const problems = [];
  if (wasm > budget.wasm) problems.push('the wasm is over its budget');
  if (lua > budget.lua) problems.push('Lua is over its budget');
  if (wasm === 0 || lua === 0) problems.push('there is no wasm in dist/');
  return { problem: problems.join(', '), notes: lines };
}

/** Has what later stages want compiled beside the build. */
function compileAhead() {
  const child = spawn('node', ['scripts/compile-ahead.mjs'], { cwd: root, stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', resolve).once('error', resolve));
}

let compiled;

const nextest = {
  passed: /^\s*Summary .*? (\d+) passed/gm,
  failed: /^\s*Summary .*?(\d+) failed/gm,
};

const stages = [
  // First, since the page's sources are checked against what it generates.
  {
    name: 'build',
    run: async () => {
      await build();
      return {};
    },
  },
  {
    name: 'format and lint',
    run: () =>
      all(
        ['cargo', 'fmt', '--all', '--check'],
        ['prettier', '--check', '--log-level', 'warn', '.'],
        ['eslint', '.'],
        ['tsc', '--noEmit'],
        ['cargo', 'clippy', '--all-targets', '--', '-D', 'warnings'],
      ),
  },
  {
    name: 'native tests',
    run: async () => {
      await compiled;
      const args = ['nextest', 'run', '--no-fail-fast', '--success-output', 'final'];
      const result = await all(['cargo', ...args, '--color', 'never']);
      return {
        ...result,
        ...counts(result.text, nextest.passed, nextest.failed),
        notes: notes(
          result.text,
          /^(differential|malformed|transcripts|metadata|effects|crashes|simulation): /,
        ),
      };
    },
  },
  {
    name: 'instructions',
    run: async () => {
      const result = await instructions();
      return { ...result, failed: 0 };
    },
  },
  {
    name: 'clients of both hosts',
    run: async () => {
      const files = readdirSync(join(root, 'tests/clients'))
        .filter((name) => name.endsWith('.test.mjs'))
        .map((name) => join('tests/clients', name));
      const result = await all(
        ['cargo', 'build', '-q', '--bin', 'resplay-server'],
        [
          'node',
          '--test',
          '--test-force-exit',
          '--test-concurrency=2',
          '--test-reporter=tap',
          ...files,
        ],
      );
      return {
        ...result,
        ...counts(result.text, /^# pass (\d+)/gm, /^# (?:fail|cancelled) (\d+)/gm),
      };
    },
  },
  {
    name: 'package',
    run: async () => {
      const files = readdirSync(join(root, 'tests/package'))
        .filter((name) => name.endsWith('.test.mjs'))
        .map((name) => join('tests/package', name));
      const flags = ['--test', '--test-force-exit', '--test-concurrency=2', '--test-reporter=tap'];
      const result = await all(['node', ...flags, ...files]);
      return {
        ...result,
        ...counts(result.text, /^# pass (\d+)/gm, /^# (?:fail|cancelled) (\d+)/gm),
        notes: notes(result.text.replaceAll('# package: ', 'package: '), /^package: /),
      };
    },
  },
  {
    // A share of npm run conformance, of less than ten minutes.
    name: 'conformance',
    run: async () => {
      const { passed, totals, lines } = await conformance(['--share']);
      const floor = JSON.parse(readFileSync(join(root, 'scripts/conformance/share.json'), 'utf8'));
      const short = Object.entries(floor).filter(
        ([part, least]) => !(totals[part]?.passed >= least),
      );
      const problem = short
        .map(([part, least]) => `${part}: ${totals[part]?.passed ?? 0} passed, there were ${least}`)
        .join(', ');
      return { problem, passed, failed: 0, notes: lines };
    },
  },
  {
    name: 'wasm tests in Chromium',
    run: async () => {
      const toolchain = wasmToolchain();
      Object.assign(process.env, toolchain.env);
      const driver = ['--chromedriver', which('chromedriver')];
      const result = await all([
        'wasm-pack',
        'test',
        '--headless',
        '--chrome',
        ...driver,
        'tests/browser',
      ]);
      const passed = /^test result: .*? (\d+) passed/gm;
      return { ...result, ...counts(result.text, passed, /^test result: .*? (\d+) failed/gm) };
    },
  },
  {
    name: 'page units',
    run: async () => {
      const result = await all(['vitest', 'run']);
      return {
        ...result,
        ...counts(result.text, /^\s*Tests .*?(\d+) passed/gm, /^\s*Tests .*?(\d+) failed/gm),
        notes: notes(result.text, /^lessons: /),
      };
    },
  },
  { name: 'size budget', run: sizes },
  {
    name: 'page in Chromium and Firefox',
    run: async () => {
      if (!existsSync(findChromium())) throw new Failure('Chromium is missing.');
      if (!existsSync(findFirefox())) throw new Failure('Firefox is missing.');
      mkdirSync(join(root, 'test-results'), { recursive: true });
      const result = await all(['playwright', 'test']);
      return {
        ...result,
        ...counts(result.text, /^\s*(\d+) passed/gm, /^\s*(\d+) failed/gm),
        notes: notes(result.text, /^first load: /),
      };
    },
  },
];

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !stages.some((stage) => stage.name.includes(name)));
  if (unknown) {
    throw new Failure(
      `No stage is called ${unknown}: ${stages.map(({ name }) => name).join(', ')}`,
    );
  }
  const began = Date.now();
  setup('test');
  // The same cases every time, so that what fails fails again; `npm run campaign` looks at others.
  process.env.PROPTEST_RNG_SEED ??= '1';
  if (wanted.length === 0) compiled = compileAhead();
  const summary = [];
  const broken = [];
  const problems = [];
  const total = { passed: 0, failed: 0 };
  for (const stage of stages) {
    if (wanted.length > 0 && !wanted.some((name) => stage.name.includes(name))) continue;
    console.log(`\n── ${stage.name}`);
    const start = Date.now();
    let result;
    try {
      result = await stage.run();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      result = { problem: error.message };
    }
    const { passed = 0, failed = 0, problem, notes: lines = [] } = result;
    const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(7);
    const good = !problem && failed === 0;
    if (!good) {
      broken.push(stage.name);
      problems.push(`── not right: ${stage.name}`, ...failures(result.text ?? ''));
    }
    total.passed += passed;
    total.failed += failed;
    const figures = passed + failed > 0 ? `${passed} passed, ${failed} failed` : '';
    const detail = [figures, problem && `(${problem})`].filter(Boolean).join(' ');
    summary.push(
      `${good ? 'ok  ' : 'FAIL'} ${stage.name.padEnd(24)} ${seconds} s  ${detail}`.trimEnd(),
    );
    summary.push(...lines.map((line) => `       ${line}`));
  }
  console.log(`\n${summary.join('\n')}`);
  const minutes = ((Date.now() - began) / 60000).toFixed(1);
  const stagesText = broken.length > 0 ? `; not right: ${broken.join(', ')}` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${minutes} minutes${stagesText}`);
  if (broken.length > 0) {
    // Last, since of a long log the end is what is kept.
    console.log(`\n${problems.join('\n')}`);
    process.exitCode = 1;
  }
});
