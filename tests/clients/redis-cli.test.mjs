// redis-cli and redis-benchmark, as they are.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { onBothHosts } from './hosts.mjs';

/** What a program prints; rejects when it fails. */
function output(program, args, input) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
    child.stdin.end(input ?? '');
  });
}

onBothHosts((server) => {
  const cli = (args, input) => output('redis-cli', ['-p', server.port, ...args], input);

  test('redis-cli: commands, a script of them, RESP3, --scan, --pipe', async () => {
    assert.equal(await cli(['SET', 'greeting', 'hello world']), 'OK\n');
    assert.equal(await cli(['GET', 'greeting']), 'hello world\n');
    const script = 'RPUSH list a b c\nLRANGE list 0 -1\nMULTI\nINCR n\nINCRBY n 41\nEXEC\n';
    assert.equal(await cli([], script), '3\na\nb\nc\nOK\nQUEUED\nQUEUED\n1\n42\n');
    await cli(['HSET', 'h', 'f', 'v']);
    assert.equal(await cli(['-3', '--json', 'HGETALL', 'h']), '{"f":"v"}\n');
    const keys = (await cli(['--scan'])).trim().split('\n').sort();
    assert.deepEqual(keys, ['greeting', 'h', 'list', 'n']);
    const mass = Array.from({ length: 10_000 }, (_, at) => `SET key:${at} ${at}\r\n`).join('');
    assert.match(await cli(['--pipe'], mass), /errors: 0, replies: 10000/);
    assert.equal(await cli(['DBSIZE']), '10004\n');
    assert.match(await cli(['--bigkeys']), /Biggest string found/);
    assert.equal(await cli(['FLUSHALL']), 'OK\n');
  });

  test('redis-benchmark: every default test, plain and in pipelines', async () => {
    const results = async (...args) => {
      const text = await output('redis-benchmark', ['-p', server.port, '--csv', ...args]);
      return text.trim().split('\n').slice(1);
    };
    const plain = await results('-n', '2000', '-c', '20');
    assert.equal(plain.length, 20, plain.join('\n'));
    const piped = await results('-n', '5000', '-P', '16', '-r', '1000', '-d', '100');
    assert.equal(piped.length, 20, piped.join('\n'));
  });
});
