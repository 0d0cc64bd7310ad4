// redis-py's documented flows (flows.py), in RESP2 and RESP3.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { redisPy } from '../../scripts/conformance/fetch.mjs';
import { onBothHosts } from './hosts.mjs';

const flows = fileURLToPath(new URL('flows.py', import.meta.url));
const names = 'data pipeline transaction pubsub blocking scan lock streams script'.split(' ');

onBothHosts((server) => {
  for (const protocol of [2, 3]) {
    for (const name of names) {
      test(`redis-py, RESP${protocol}: ${name}`, async () => {
        const { python } = redisPy();
        const text = await new Promise((resolve) => {
          const args = [flows, name, String(server.port), String(protocol)];
          execFile(python, args, { timeout: 30_000 }, (error, stdout, stderr) => {
            resolve(error ? `${error.message}\n${stderr}` : stdout);
          });
        });
        assert.equal(text, 'done\n');
      });
    }
  }
});
