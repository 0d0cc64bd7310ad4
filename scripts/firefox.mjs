#!/usr/bin/env node
// An installed Firefox for Playwright, which speaks WebDriver BiDi with it: firefox.launch({ channel: 'moz-firefox',
// executablePath: this file }). It is started as Playwright asks, but Playwright is led to it by way of this process,
// because its client asks for more than a Firefox of long-term support knows, and gives up where one thing is refused.
import { spawn } from 'node:child_process';
import { WebSocket, WebSocketServer } from 'ws';
import { findFirefox } from './browser.mjs';

/** Commands that nothing of ours rests on, answered here when Firefox does not know them. */
const dispensable = new Set(['emulation.setMediaFeaturesOverride']);

/** Carries messages between Playwright and the browser at `address`. */
function carry(playwright, address) {
  const firefox = new WebSocket(address, { perMessageDeflate: false });
  const early = [];
  /** Ids of dispensable commands that are under way. */
  const optional = new Set();
  playwright.on('message', (data) => {
    const text = data.toString();
    const { id, method } = JSON.parse(text);
    if (dispensable.has(method)) optional.add(id);
    if (firefox.readyState === WebSocket.OPEN) firefox.send(text);
    else early.push(text);
  });
  firefox.on('open', () => early.splice(0).forEach((text) => firefox.send(text)));
  firefox.on('message', (data) => {
    let text = data.toString();
    // An answer begins with its kind, and long ones are not read twice.
    if (optional.size > 0) {
      const { id, error } = JSON.parse(text);
      if (optional.delete(id) && error === 'unknown command')
        text = JSON.stringify({ type: 'success', id, result: {} });
    }
    playwright.send(text);
  });
  for (const [one, other] of [
    [playwright, firefox],
    [firefox, playwright],
  ]) {
    one.on('close', () => other.close());
    one.on('error', () => other.terminate());
  }
}

const browser = spawn(findFirefox(), process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
browser.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
browser.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => browser.kill(signal));
}

const announced = /WebDriver BiDi listening on (ws:\/\/\S+)/;
let line = '';
browser.stderr.setEncoding('utf8').on('data', (text) => {
  const lines = (line + text).split('\n');
  line = lines.pop() ?? '';
  for (const one of lines) {
    const address = announced.exec(one)?.[1];
    if (address === undefined) {
      console.error(one);
      continue;
    }
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    server.on('connection', (playwright, { url }) => carry(playwright, address + url));
    server.on('listening', () =>
      console.error(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}`),
    );
  }
});
