// Counts the instructions of fixed workloads natively, and compares them with the figures that are committed, so that
// speed cannot rot unseen: counts are the same from run to run, whatever else the machine does.
// Usage: npm run instructions [-- --refresh]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { which } from './browser.mjs';
import { Failure, main, output, root, run } from './project.mjs';

const file = join(root, 'scripts/instructions.json');

/** A count may grow by so much before the comparison fails. */
const TOLERANCE = 0.1;

/** Instructions of one workload; what comes before it is not counted. */
function count(program, workload) {
  const options = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];
  const result = spawnSync(
    'valgrind',
    [...options, '--toggle-collect=*instructions::measured*', program, workload],
    { encoding: 'utf8' },
  );
  const found = /Collected : (\d+)/.exec(result.stderr ?? '');
  if (result.status !== 0 || !found || found[1] === '0') {
    throw new Failure(`valgrind has counted nothing of ${workload}:\n${result.stderr}`);
  }
  const commands = Number(/^(\d+) commands/m.exec(result.stdout)[1]);
  return Math.round(Number(found[1]) / commands);
}

/** Counts everything; answers { problem, notes }. */
export async function instructions({ refresh = false } = {}) {
  if (!which('valgrind')) throw new Failure('valgrind is missing: install it.');
  if (process.arch !== 'x64') {
    return { notes: ['instructions: not compared, the figures are of x86-64'] };
  }
  run('cargo', ['build', '-q', '--profile', 'counted', '--example', 'instructions']);
  const program = join(
    process.env.CARGO_TARGET_DIR ?? join(root, 'target'),
    'counted/examples/instructions',
  );
  const names = output(program, []).split('\n');
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const counts = {};
  const grown = [];
  const lines = [];
  for (const name of names) {
    counts[name] = count(program, name);
    const change = known[name] ? counts[name] / known[name] - 1 : 0;
    const shown = `${change >= 0 ? '+' : ''}${(change * 100).toFixed(1)} %`;
    const line = `${name.padEnd(12)} ${String(counts[name]).padStart(9)} a command  ${shown}`;
    lines.push(line);
    console.log(line);
    if (!known[name] && !refresh) grown.push(`${name} has no figure`);
    if (change > TOLERANCE) grown.push(`${name} takes ${shown}`);
    if (change < -TOLERANCE) console.log(`  it takes less: npm run instructions -- --refresh`);
  }
  if (refresh) {
    writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
    return { notes: lines };
  }
  return { problem: grown.join(', '), passed: names.length - grown.length, notes: lines };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { problem } = await instructions({ refresh: process.argv.includes('--refresh') });
    if (problem) throw new Failure(problem);
  });
}
