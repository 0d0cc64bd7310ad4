// The page of the sandbox: an origin of its own, no network. It makes workers of the code that the page hands over,
// and ends them. `scripts/build-javascript.mjs` puts this into sandbox.html, whose policy allows it by its hash.
addEventListener('message', ({ source, data, ports: [port] }) => {
  if (source !== parent || !port) return;
  const address = URL.createObjectURL(new Blob([data], { type: 'text/javascript' }));
  const workers = new Map();
  port.onmessage = ({ data: { type, id, port: line } }) => {
    if (type === 'begin') {
      const worker = new Worker(address);
      worker.onerror = ({ message }) => port.postMessage({ type: 'failed', id, message });
      worker.postMessage(null, [line]);
      workers.set(id, worker);
    } else {
      workers.get(id)?.terminate();
      workers.delete(id);
    }
  };
});
