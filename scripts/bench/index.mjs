// Speed, memory and size, beside redis-server and valkey-server: a table, and JSON with what it was measured on.
//
// Usage: npm run bench                                  everything, some twenty minutes
//        npm run bench -- --only throughput,memory      some sections
//        … --tests SET,ZADD --where redis,chromium --rounds 2 --pipelines 100 --scale 0.2 --keys 100000
//        … --write                                      into docs/performance.md
//        … --json FILE
import { writeFileSync, readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from '../browser.mjs';
import { Failure, main, output, root } from '../project.mjs';
import { embed, embedTable } from './embed.mjs';
import { growth, growthTable } from './growth.mjs';
import { loading, loadingTable } from './loading.mjs';
import { memory, memoryTable } from './memory.mjs';
import { page, pageTable } from './page.mjs';
import { programs, version } from './peers.mjs';
import { sizes, sizesTable } from './sizes.mjs';
import { throughput, throughputTables } from './throughput.mjs';

/** Section to title, what measures it, and what makes tables of the figures. */
const sections = {
  throughput: [
    'Throughput, thousands of commands a second',
    throughput,
    (it) => throughputTables(it).join('\n\n'),
  ],
  growth: ['Growth, nanoseconds a command in pipelines of 100', growth, growthTable],
  memory: ['Memory, bytes a key or element', memory, memoryTable],
  loading: ['Loading and saving', loading, loadingTable],
  page: ['The page', page, pageTable],
  embed: ['In somebody else’s page', embed, embedTable],
  size: ['Size', sizes, sizesTable],
};

function machine() {
  return {
    when: new Date().toISOString(),
    commit: output('git', ['rev-parse', 'HEAD']),
    processor: `${cpus()[0]?.model ?? '?'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${platform()} ${release()} ${arch()}`,
    rustc: output('rustc', ['--version']),
    node: process.version,
    chromium: output(findChromium(), ['--version']),
    redis: version(programs.redis()),
    valkey: version(programs.valkey()),
  };
}

/** Puts the tables between the marks of docs/performance.md. */
function write(text) {
  const path = join(root, 'docs/performance.md');
  const [begin, end] = ['<!-- figures -->', '<!-- end of figures -->'];
  const document = readFileSync(path, 'utf8');
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Failure('docs/performance.md has no marks for the figures.');
  writeFileSync(
    path,
    `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`,
  );
}

const list = (text) => (text ? text.split(',').map((word) => word.trim()) : []);

await main(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      tests: { type: 'string' },
      where: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      pipelines: { type: 'string', default: '1,16,100' },
      scale: { type: 'string', default: '1' },
      keys: { type: 'string', default: '1000000' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const options = {
    tests: list(values.tests),
    where: list(values.where),
    rounds: Number(values.rounds),
    pipelines: list(values.pipelines).map(Number),
    scale: Number(values.scale),
    keys: Number(values.keys),
  };
  const wanted = list(values.only);
  const unknown = wanted.find((name) => !(name in sections));
  if (unknown)
    throw new Failure(`No section is called ${unknown}: ${Object.keys(sections).join(', ')}`);
  const result = { machine: machine() };
  const shown = [];
  for (const [name, [title, measure, show]] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    result[name] = await measure(options);
    shown.push(`## ${title}\n\n${show(result[name])}`);
  }
  const of = Object.entries(result.machine).map(([name, value]) => `- ${name}: ${value}`);
  const text = `Measured on\n\n${of.join('\n')}\n\n${shown.join('\n\n')}`;
  console.log(`\n${text}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
  if (values.write) write(text);
});
