// Brings the suites from the package registries into .tools/. Nothing of them is committed.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { which } from '../browser.mjs';
import { Failure, output, root, run } from '../project.mjs';
import { adapt } from './adapt.mjs';

const tools = join(root, '.tools');
const VERSION = '7.0.15';
const PYTHON_CLIENT = '5.2.1';

/** What redis-py's tests import, in versions that go together. */
const pythonPackages = [
  'pytest==8.2.2',
  'pytest-asyncio==0.23.8',
  'pytest-timeout==2.3.1',
  'async-timeout==4.0.3',
  'cachetools==5.5.0',
  'mock==5.1.0',
];

/** A private list of package sources with the system's mirrors, asked for sources. */
function sourceLists(folder) {
  const places = ['/etc/apt/sources.list'];
  const parts = '/etc/apt/sources.list.d';
  if (existsSync(parts)) places.push(...readdirSync(parts).map((name) => join(parts, name)));
  mkdirSync(join(folder, 'parts'), { recursive: true });
  mkdirSync(join(folder, 'lists/partial'), { recursive: true });
  let found = 0;
  for (const place of places.filter(existsSync)) {
    const text = readFileSync(place, 'utf8');
    if (place.endsWith('.sources')) {
      const name = `${found++}.sources`;
      writeFileSync(join(folder, 'parts', name), text.replace(/^Types:.*$/gm, 'Types: deb-src'));
    } else if (place.endsWith('.list')) {
      const lines = text.split('\n').filter((line) => /^deb\s/.test(line));
      const name = `${found++}.list`;
      const sources = lines.map((line) => line.replace(/^deb/, 'deb-src')).join('\n');
      writeFileSync(join(folder, 'parts', name), `${sources}\n`);
    }
  }
  return found > 0;
}

/** Redis's own source with its suite; its folder. */
export function redisSource() {
  const folder = join(tools, `redis-${VERSION}`);
  if (existsSync(join(folder, 'tests/test_helper.tcl'))) return folder;
  console.log(`conformance: fetching the source package of redis ${VERSION}`);
  const apt = join(tools, 'apt');
  if (!which('apt-get') || !sourceLists(apt)) {
    throw new Failure(
      `Redis's own suite comes from Debian's source package redis, and there is no apt-get here. Unpack ` +
        `redis ${VERSION} to ${folder} yourself.`,
    );
  }
  const options = [
    ['Dir::Etc::sourcelist', '/dev/null'],
    ['Dir::Etc::sourceparts', join(apt, 'parts')],
    ['Dir::State::lists', join(apt, 'lists')],
    ['Dir::Cache::srcpkgcache', ''],
    ['Dir::Cache::pkgcache', ''],
    ['APT::Sandbox::User', ''],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', ['-q', ...options, 'update'], { quiet: true });
  run('apt-get', ['-q', ...options, 'source', '--download-only', 'redis'], {
    quiet: true,
    cwd: apt,
  });
  const archive = join(apt, `redis_${VERSION}.orig.tar.gz`);
  if (!existsSync(archive)) {
    throw new Failure(`Debian's redis is not ${VERSION} here: ${readdirSync(apt).join(', ')}`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run('tar', ['xzf', archive, '-C', folder, '--strip-components=1']);
  return folder;
}

/**
 * A copy of the suite in which `server` is what it starts; runs in one folder disturb each other. It is gone with
 * this process. Its path is short, since those of Unix sockets have to be.
 */
export function suiteFor(server) {
  const source = redisSource();
  const folder = mkdtempSync(join(tmpdir(), 'suite-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (const name of ['tests', 'runtest', 'runtest-sentinel', 'redis.conf', 'utils']) {
    cpSync(join(source, name), join(folder, name), { recursive: true });
  }
  adapt(folder);
  const programs = ['redis-cli', 'redis-benchmark', 'redis-check-aof', 'redis-check-rdb'];
  for (const name of programs) {
    const path = which(name);
    if (!path) throw new Failure(`${name} is missing: install redis-tools.`);
    run('ln', ['-s', path, join(folder, 'src', name)]);
  }
  for (const name of ['redis-server', 'redis-sentinel']) {
    run('ln', ['-s', server, join(folder, 'src', name)]);
  }
  return folder;
}

/** redis-py's tests and a Python that can run them: { python, folder }. */
export function redisPy() {
  const folder = join(tools, `redis-py-${PYTHON_CLIENT}`);
  const python = join(tools, 'venv/bin/python');
  const ready = join(tools, 'venv/ready');
  const wanted = `${PYTHON_CLIENT} ${pythonPackages.join(' ')}`;
  const have = existsSync(ready) ? readFileSync(ready, 'utf8') : '';
  if (have === wanted && existsSync(join(folder, 'tests'))) return { python, folder };
  console.log(`conformance: fetching redis-py ${PYTHON_CLIENT} and pytest`);
  if (output('python3', ['-c', 'import venv, ensurepip']) === undefined) {
    throw new Failure('Python 3 with venv is missing: install python3-venv.');
  }
  run('python3', ['-m', 'venv', join(tools, 'venv')]);
  const pip = [python, '-m', 'pip', '-q', '--disable-pip-version-check'];
  run(pip[0], [...pip.slice(1), 'install', ...pythonPackages, `redis==${PYTHON_CLIENT}`]);
  const cache = join(tools, 'pip');
  mkdirSync(cache, { recursive: true });
  const download = ['download', '--no-deps', '--no-binary', ':all:', `redis==${PYTHON_CLIENT}`];
  run(pip[0], [...pip.slice(1), ...download, '-d', cache]);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = join(cache, `redis-${PYTHON_CLIENT}.tar.gz`);
  run('tar', ['xzf', archive, '-C', folder, '--strip-components=1']);
  writeFileSync(ready, wanted);
  return { python, folder };
}
