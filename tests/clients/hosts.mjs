// The two hosts, each with a server of its own for one file of tests.
import { after, before, describe } from 'node:test';
import { startServer } from '../../scripts/conformance/servers.mjs';

/** Runs `tests(server)` against both hosts; `server.port` is known once a test runs. */
export function onBothHosts(tests) {
  for (const kind of ['native', 'wasm']) {
    describe(`${kind} host`, { timeout: 60_000 }, () => {
      const place = {};
      let server;
      before(async () => {
        server = await startServer(kind);
        place.port = server.port;
      });
      after(async () => {
        const ended = server.ended();
        await server.stop();
        if (ended) throw new Error(`the ${kind} host has ended: ${ended}`);
      });
      tests(place);
    });
  }
}
