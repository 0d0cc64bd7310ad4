// @vitest-environment node
// What the real programs of this machine print for the same lines, where they are installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestTerminal } from './testing';

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n',
  'b.txt': 'one\n2\nthree\nfour\nand more\nfive\nsix\nseven\neight\nnine\nten\ntwelve\n',
  'no-end.txt': 'no\nend',
  'redis.conf': '# a comment\nport 6379\nappendonly no\n  dir ./\nsave 900 1\n',
  'with space.txt': 'x\n',
};

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shell-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A real folder and one of ours, with the same in it. */
async function furnished(name: string): Promise<{ real: string; ours: TestTerminal }> {
  const real = join(folder, name);
  mkdirSync(join(real, 'folder'), { recursive: true });
  const ours = new TestTerminal();
  await ours.enter('mkdir folder');
  for (const [file, text] of Object.entries(FILES)) {
    writeFileSync(join(real, file), text);
    await ours.write(file, text);
  }
  return { real, ours };
}

/** What a real bash prints, output and errors as they come. */
const really = (real: string, line: string): string => {
  const { stdout } = spawnSync('bash', ['-c', `{ ${line}\n} 2>&1`], {
    cwd: real,
    env: { ...process.env, LC_ALL: 'C.UTF-8', PYTHONIOENCODING: 'utf-8' },
    encoding: 'utf8',
  });
  return stdout;
};

/** The same for lines one after another, in one bash. */
const reallyAll = (real: string, lines: readonly string[]): string[] =>
  really(real, lines.map((line) => `${line}\nprintf '\\0'`).join('\n')).split('\0');

/** GNU's quotes differ by language; ours are those of C. */
const plain = (text: string): string => text.replace(/[‘’]/g, "'");

describe.runIf(has('bash'))('programs print what the real ones print', () => {
  const lines = [
    'cat a.txt',
    'cat nosuch a.txt',
    'cat folder',
    'cat -n no-end.txt b.txt',
    'cat -A redis.conf',
    'cat < b.txt',
    'cat nosuch 2>/dev/null',
    'cat nosuch 2>&1 | wc -l',
    'head a.txt',
    'head -3 a.txt',
    'head -n -9 a.txt',
    'head -c 5 a.txt; echo',
    'head -c -40 a.txt; echo',
    'head -c -4000 a.txt; echo',
    'tail -c 5 a.txt',
    'tail -c +60 a.txt',
    'head -n x a.txt',
    'head -2 a.txt b.txt',
    'tail a.txt',
    'tail -20 a.txt',
    'tail -n 2 a.txt b.txt',
    'tail -n +10 a.txt',
    'tail -1 no-end.txt; echo',
    'tail nosuch',
    'tail -n 0 a.txt',
    'grep t a.txt',
    'grep -n one a.txt b.txt',
    'grep -v o a.txt',
    'grep -ci ONE a.txt',
    'grep -E "^(one|two)$" a.txt',
    'grep "^\\(one\\|two\\)$" a.txt',
    'grep -o "e." a.txt',
    'grep -w two a.txt',
    'grep -A1 three a.txt',
    'grep -B1 -A1 -n five a.txt b.txt',
    'grep -l one *.txt',
    'grep -F "900 1" redis.conf',
    'grep x nosuch',
    'grep x folder',
    'grep -r port . | sort 2>/dev/null || true'.replace(' | sort 2>/dev/null || true', ''),
    'wc a.txt',
    'wc -l a.txt b.txt',
    'wc -c < a.txt',
    'wc nosuch',
    'diff a.txt b.txt',
    'diff b.txt a.txt',
    'diff a.txt a.txt',
    'diff no-end.txt a.txt',
    'diff -q a.txt b.txt',
    'diff a.txt nosuch',
    'diff a.txt',
    'ls | cat',
    'ls -1 a.txt folder',
    'ls nosuch',
    'ls -a | head -3',
    'ls -z',
    'ls -R | cat',
    'ls *.conf nothing-*',
    'echo a   b "c   d"',
    "echo -n 'x'; echo y",
    'echo -e "a\\tb\\nc"',
    'echo "a\\"b" \\$x # and more',
    'printf "%s-%d\\n" a 1 b 2',
    'cp nosuch x',
    'cp a.txt',
    'cp',
    'cp folder x',
    'cp a.txt b.txt nosuch',
    'cp a.txt a.txt',
    'cp a.txt copy.txt && cat copy.txt | head -1',
    'cp -v a.txt folder',
    'cp -r folder other && ls other',
    'mv nosuch x',
    'mv -v copy.txt moved.txt; ls moved.txt',
    'mv a.txt a.txt',
    'rm nosuch',
    'rm folder',
    'rm -f nosuch; rm',
    'rm -rv other',
    'mkdir folder',
    'mkdir x/y',
    'mkdir -pv x/y',
    'mkdir',
    'rmdir x',
    'rmdir nosuch',
    'touch new; ls -1 new; wc -c new',
    'touch nosuch/new',
    'true && echo yes || echo no',
    'false && echo yes || echo no',
    'cat a.txt | grep e | tail -2 | cat -n',
    'cat <<END\nfirst\n  second\nEND',
    'cat <<< "a string"',
    'echo one > out; echo two >> out; cat out',
    "cat 'with space.txt' with\\ space.txt",
    'which nosuch',
  ];
  it('line by line, in one folder', async () => {
    const { real, ours } = await furnished('lines');
    const wrong: unknown[] = [];
    const answers = reallyAll(real, lines);
    for (const [index, line] of lines.entries()) {
      let text = '';
      for (const part of line.split('\n')) text += await ours.enter(part);
      const expected = plain(answers[index] ?? '');
      if (plain(text) !== expected) wrong.push({ line, ours: plain(text), expected });
    }
    expect(wrong).toEqual([]);
    expect((await ours.enter('ls -1 | cat')).split('\n').filter((name) => name !== '')).toEqual(
      readdirSync(real).sort(),
    );
  }, 60_000);
});

describe.runIf(has('redis-check-rdb') && has('redis-server'))('checks of files', () => {
  it('say what redis-check-rdb and redis-check-aof say', async () => {
    const real = join(folder, 'checked');
    mkdirSync(real, { recursive: true });
    // Its clock stands still: by then what is to expire has expired.
    const ours = new TestTerminal(Date.now() + 60_000);
    const port = 20_000 + (process.pid % 10_000);
    const cli = (...words: string[]): string =>
      execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' });
    execFileSync('redis-server', [
      '--port',
      String(port),
      '--dir',
      real,
      '--daemonize',
      'yes',
      '--appendonly',
      'yes',
      '--save',
      '',
    ]);
    try {
      for (let tries = 0; ; tries += 1) {
        try {
          cli('ping');
          break;
        } catch (error) {
          if (tries > 100) throw error;
          spawnSync('sleep', ['0.1']);
        }
      }
      cli('mset', 'a', '1', 'b', '2');
      cli('rpush', 'list', 'x', 'y');
      cli('set', 'gone', 'x', 'px', '1');
      cli('bgrewriteaof');
      for (
        let tries = 0;
        tries < 100 && !cli('info', 'persistence').includes('aof_rewrite_in_progress:0');
        tries += 1
      )
        spawnSync('sleep', ['0.1']);
      cli('setex', 'later', '100000', 'v');
      cli('set', 'c', '3');
      cli('save');
    } finally {
      cli('shutdown', 'nosave');
    }
    const inside = join(real, 'appendonlydir');
    const [log = ''] = readdirSync(inside).filter((name) => name.endsWith('.incr.aof'));
    const whole = readFileSync(join(real, 'dump.rdb'));
    const commands = readFileSync(join(inside, log));
    const made: Record<string, Uint8Array> = {
      'dump.rdb': whole,
      'flipped.rdb': whole.map((byte, index) => (index === whole.length - 3 ? byte ^ 1 : byte)),
      'good.aof': commands,
      'cut.aof': commands.subarray(0, commands.length - 3),
      'odd.aof': Buffer.concat([commands, Buffer.from('*1\r\nx')]),
      'cut-in-a-length.aof': commands.subarray(0, commands.length - 5),
      'cut-behind-a-length.aof': commands.subarray(0, commands.length - 6),
      'cut-behind-a-line.aof': commands.subarray(0, commands.length - 7),
      'cut-in-an-end.aof': commands.subarray(0, commands.length - 4),
      'no-number.aof': Buffer.concat([commands, Buffer.from('*ab\r\n')]),
      'open.aof': Buffer.concat([commands, Buffer.from('*1\r\n$5\r\nMULTI\r\n')]),
      'with-preamble.aof': Buffer.concat([whole, commands]),
    };
    for (const [name, bytes] of Object.entries(made)) {
      writeFileSync(join(real, name), bytes);
      await ours.write(name, new Uint8Array(bytes));
    }
    await ours.enter('mkdir appendonlydir');
    for (const name of readdirSync(inside))
      await ours.write(`appendonlydir/${name}`, new Uint8Array(readFileSync(join(inside, name))));
    const lines = [
      'redis-check-rdb dump.rdb',
      'redis-check-rdb',
      'redis-check-rdb flipped.rdb',
      'redis-check-aof good.aof',
      'redis-check-aof cut.aof',
      'redis-check-aof odd.aof',
      'redis-check-aof cut-in-a-length.aof',
      'redis-check-aof cut-behind-a-length.aof',
      'redis-check-aof cut-behind-a-line.aof',
      'redis-check-aof cut-in-an-end.aof',
      'redis-check-aof no-number.aof',
      'redis-check-aof open.aof',
      'redis-check-aof with-preamble.aof',
      'redis-check-aof',
      'redis-check-aof nosuch',
      'redis-check-aof appendonlydir/appendonly.aof.manifest',
      `head -c -5 appendonlydir/${log} > appendonlydir/cut; mv appendonlydir/cut appendonlydir/${log}`,
      'redis-check-aof appendonlydir/appendonly.aof.manifest',
      'echo n | redis-check-aof --fix cut.aof',
      'echo y | redis-check-aof --fix cut.aof',
      'redis-check-aof cut.aof',
    ];
    // The real ones write errors past the buffer of their output: order is not compared.
    const wrong: unknown[] = [];
    const sorted = (text: string): string[] => text.split('\n').sort();
    for (const line of lines) {
      const printed = sorted(await ours.enter(line));
      const expected = sorted(really(real, line));
      if (printed.join('\n') !== expected.join('\n')) wrong.push({ line, printed, expected });
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
