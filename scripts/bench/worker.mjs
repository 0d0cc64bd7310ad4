// The engine in a dedicated worker of a browser, called as the page's worker calls it.
import init, { Engine, useLua } from './engine.js';
import { round, workloads } from './workloads.mjs';

const get = (name) => new URL(`./${name}`, import.meta.url);

await init({ module_or_path: get('engine_bg.wasm') });
const lua = await (await fetch(get('lua.wasm'))).arrayBuffer();
useLua(() => lua);
const engine = new Engine(1n, 6379);
const client = engine.connect('6379');
const send = (bytes) => engine.send(client, bytes);

/* global self */
self.onmessage = ({ data: { id, name, pipeline, scale, seed, bytes } }) => {
  try {
    if (bytes) {
      const reply = send(bytes);
      self.postMessage({ id, answer: reply }, [reply.buffer]);
      return;
    }
    const workload = workloads.find((one) => one.name === name);
    const answer = round(workload, pipeline, scale, seed, send, () => performance.now());
    self.postMessage({ id, answer });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
};
self.postMessage({ id: 0 });
