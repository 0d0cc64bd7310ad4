#!/usr/bin/env node
// The command line: resplay serve [redis.conf] [--option value …]
import { readFileSync } from 'node:fs';
import { serve } from '../lib/serve.mjs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const help = `Usage: resplay serve [/path/to/redis.conf] [options] [-]
       resplay serve - (read config from stdin)
       resplay -v or --version
       resplay -h or --help

Examples:
       resplay serve (run the server with default conf)
       echo 'maxmemory 128mb' | resplay serve -
       resplay serve --port 7777
       resplay serve /etc/myredis.conf --loglevel verbose

Sentinel mode:
       resplay serve /etc/sentinel.conf --sentinel`;

const [command, ...words] = process.argv.slice(2);
if (command === 'serve') {
  // It has said why when it does not start.
  const server = await serve(words, { signals: true }).catch((error) => {
    process.stderr.write(error.text ?? `${error.stack}\n`);
  });
  process.exit(server ? await server.ended : 1);
} else if (command === '-v' || command === '--version') {
  console.log(`Resplay v=${version}`);
} else if (command === '-h' || command === '--help') {
  console.log(help);
} else {
  console.error(help);
  process.exitCode = 1;
}
