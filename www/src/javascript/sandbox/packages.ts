/** Everything that a script may import, by name. */

import assert from 'node:assert';
import buffer from 'node:buffer';
import stream from 'node:stream';
import stringDecoder from 'node:string_decoder';
import channels from './node/diagnostics-channel';
import crypto from './node/crypto';
import dns from './node/dns';
import dnsPromises from './node/dns-promises';
import events from './node/events';
import net from './node/net';
import perfHooks from './node/perf-hooks';
import { process } from './node/process';
import timers from './node/timers';
import timersPromises from './node/timers-promises';
import tls from './node/tls';
import url from './node/url';
import util from './node/util';
import clients from './packages.cjs';

const builtins: Readonly<Record<string, () => object>> = {
  assert: () => assert,
  'assert/strict': () => assert.strict,
  buffer: () => buffer,
  crypto: () => crypto,
  diagnostics_channel: () => channels,
  dns: () => dns,
  'dns/promises': () => dnsPromises,
  events: () => events,
  net: () => net,
  perf_hooks: () => perfHooks,
  process: () => process,
  stream: () => stream,
  'stream/promises': () => stream.promises,
  string_decoder: () => stringDecoder,
  timers: () => timers,
  'timers/promises': () => timersPromises,
  tls: () => tls,
  url: () => url,
  util: () => util,
};

const made = new Map<string, object>();

/** What a package exports, as `require` gives it; undefined when there is none of that name. */
export function find(name: string): object | undefined {
  const own = name.replace(/^node:/, '');
  const make = Object.hasOwn(builtins, own)
    ? builtins[own]
    : Object.hasOwn(clients, name)
      ? clients[name]
      : undefined;
  if (!make) return undefined;
  const found = made.get(own) ?? make();
  made.set(own, found);
  return found;
}

/** One of Node's own. */
export function builtin(name: string): object | undefined {
  return Object.hasOwn(builtins, name.replace(/^node:/, '')) ? find(name) : undefined;
}

/** What there is, for whoever asks for something else. */
export function listed(): string {
  const own = Object.keys(builtins).map((name) => `node:${name}`);
  return [...Object.keys(clients), ...own].join(', ');
}
