// The package as a user has it: packed, installed into an empty project, with what stands beside it there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/project.mjs';

/** Packages that a user may have besides; what they need stands beside them where they really are. */
const beside = [
  '@types/node',
  '@types/readable-stream',
  'buffer',
  'events',
  'ioredis',
  'process',
  'readable-stream',
  'redis',
  'string_decoder',
  'vite',
  'vitest',
];

/** Runs a program to its end; resolves to its exit code and what it printed. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const settings = { maxBuffer: 1 << 26, timeout: 100_000, ...options };
    execFile(program, args, settings, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal ?? 1) : 0;
      resolve({ code, stdout, text: stdout + stderr });
    });
  });
}

async function must(program, args, options) {
  const result = await run(program, args, options);
  if (result.code !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.text}`);
  return result;
}

/** Packs, and installs what was packed without a network. */
export async function installed() {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const packing = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = await must('npm', packing, { cwd: join(root, 'pkg') });
  const [packed] = JSON.parse(stdout);
  const tarball = join(folder, packed.filename);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }\n');
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await must('npm', ['install', ...flags, tarball], { cwd: project });
  for (const name of beside) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  cpSync(join(root, 'tests/package/project'), project, { recursive: true });
  cpSync(join(root, 'examples/leaderboard'), join(project, 'leaderboard'), { recursive: true });
  return {
    folder: project,
    packed,
    size: statSync(tarball).size,
    read: (path) => readFileSync(join(project, 'node_modules/resplay', path)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A tool of this repository. */
export const tool = (name) => join(root, 'node_modules/.bin', name);

/** Runs a file of tests with vitest; all must pass, and there must be some: answers how many. */
export async function suite(folder, file) {
  const args = ['run', '--reporter=json', '--testTimeout=60000', file];
  const { stdout, text } = await run(tool('vitest'), args, { cwd: folder });
  const at = stdout.indexOf('{"');
  assert.ok(at >= 0, text);
  const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(stdout.slice(at));
  const failures = testResults.flatMap(({ message, assertionResults }) => [
    message,
    ...assertionResults.flatMap(({ fullName, failureMessages }) =>
      failureMessages.map((failure) => `${fullName}: ${failure}`),
    ),
  ]);
  assert.ok(success && numFailedTests === 0, failures.join('\n'));
  assert.ok(numPassedTests > 0, text);
  return numPassedTests;
}
