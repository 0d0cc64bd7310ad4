/** redis-cli: commands one by one, from a file, or typed at its prompt; and its modes. */

import type { Console } from '../../client/api';
import { locale } from '../../i18n';
import { Usage, type Run } from '../program';
import { linesOf, readAll, sleep } from '../streams';
import { bigKeys, pipeCommands, scanKeys, statistics, transferSnapshot } from './redis-cli-modes';
import { VERSION } from './redis-server';

export interface CliOptions {
  host: string;
  port: number;
  db: number;
  user: string | undefined;
  password: string | undefined;
  /** Times that the command runs; -1 for ever. */
  repeat: number;
  /** Seconds in between. */
  interval: number;
  raw: boolean | undefined;
  resp3: boolean;
  lastArgument: boolean;
  warns: boolean;
  failsOnError: boolean;
  mode: 'commands' | 'stat' | 'bigkeys' | 'scan' | 'pipe' | 'rdb';
  pattern: string;
  count: number;
  file: string;
}

const HELP = `redis-cli ${VERSION}

Usage: redis-cli [OPTIONS] [cmd [arg [arg ...]]]
  -h <hostname>      Server hostname (default: 127.0.0.1).
  -p <port>          Server port (default: 6379).
  -a <password>      Password to use when connecting to the server.
  --user <username>  Used to send ACL style 'AUTH username pass'. Needs -a.
  -u <uri>           Server URI, on format redis://user:password@host:port/dbnum.
  -r <repeat>        Execute specified command N times.
  -i <interval>      When -r is used, waits <interval> seconds per command.
  -n <db>            Database number.
  -3                 Start session in RESP3 protocol mode.
  -x                 Read last argument from STDIN.
  -e                 Return exit error code when command execution fails.
  --raw              Use raw formatting for replies (default when STDOUT is not a tty).
  --no-raw           Force formatted output even when STDOUT is not a tty.
  --stat             Print rolling stats about server: mem, clients, ...
  --bigkeys          Sample Redis keys looking for keys with many elements.
  --scan             List all keys using the SCAN command.
  --pattern <pat>    Keys pattern when using --scan or --bigkeys (default: *).
  --count <count>    Count option when using --scan or --bigkeys (default: 10).
  --pipe             Transfer raw Redis protocol from stdin to server.
  --rdb <filename>   Transfer an RDB dump from remote server to local file.
  --no-auth-warning  Don't show warning message when using password on the command line.
  --help             Output this help and exit.
  --version          Output version and exit.
`;

/** Reads the words; what is behind the options is a command. Throws `Usage`. */
export function cliOptions(args: readonly string[]): {
  options: CliOptions;
  command: readonly string[];
} {
  const options: CliOptions = {
    host: '127.0.0.1',
    port: 6379,
    db: 0,
    user: undefined,
    password: undefined,
    repeat: 1,
    interval: 0,
    raw: undefined,
    resp3: false,
    lastArgument: false,
    warns: true,
    failsOnError: false,
    mode: 'commands',
    pattern: '*',
    count: 10,
    file: '',
  };
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const next = args[at + 1];
    const value = (): string => {
      if (next === undefined) throw unknown(word);
      at += 1;
      return next;
    };
    if (word === '-h' && next === undefined) throw new Usage(HELP, 0);
    else if (word === '-h') options.host = value();
    else if (word === '-p') {
      const port = Number(value());
      if (!Number.isInteger(port) || port < 0 || port > 65535)
        throw new Usage('Invalid server port.\n');
      options.port = port;
    } else if (word === '-n') options.db = Number.parseInt(value(), 10) || 0;
    else if (word === '-a' || word === '--pass') options.password = value();
    else if (word === '--user') options.user = value();
    else if (word === '-u') readAddress(options, value());
    else if (word === '-r') options.repeat = Number.parseInt(value(), 10) || 0;
    else if (word === '-i') options.interval = Number.parseFloat(value()) || 0;
    else if (word === '-x') options.lastArgument = true;
    else if (word === '-e') options.failsOnError = true;
    else if (word === '-3') options.resp3 = true;
    else if (word === '-2' || word === '-c' || word === '--verbose') continue;
    else if (word === '--raw') options.raw = true;
    else if (word === '--no-raw') options.raw = false;
    else if (word === '--no-auth-warning') options.warns = false;
    else if (word === '--stat' || word === '--bigkeys' || word === '--scan' || word === '--pipe') {
      options.mode = word.slice(2) as CliOptions['mode'];
    } else if (word === '--rdb') {
      options.mode = 'rdb';
      options.file = value();
    } else if (word === '--pattern') options.pattern = value();
    else if (word === '--count') options.count = Math.max(1, Number.parseInt(value(), 10) || 10);
    else if (word === '--help') throw new Usage(HELP, 0);
    else if (word === '-v' || word === '--version') throw new Usage(`redis-cli ${VERSION}\n`, 0);
    else if (word.startsWith('-')) throw unknown(word);
    else break;
  }
  return { options, command: args.slice(at) };
}

const unknown = (word: string): Usage =>
  new Usage(`Unrecognized option or bad number of args for: '${word}'\n`);

function readAddress(options: CliOptions, text: string): void {
  const match = /^redis:\/\/(?:(?:([^:@/]*):)?([^@/]*)@)?([^:/@]*)(?::(\d+))?(?:\/(\d+))?$/.exec(
    text,
  );
  if (!match) throw new Usage('Invalid URI scheme\n');
  const [, user, password, host, port, db] = match;
  if (user !== undefined && user !== '') options.user = decodeURIComponent(user);
  if (password !== undefined) options.password = decodeURIComponent(password);
  if (host !== undefined && host !== '') options.host = host;
  if (port !== undefined) options.port = Number(port);
  if (db !== undefined) options.db = Number(db);
}

const AUTH_WARNING =
  "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n";

export async function redisCli(run: Run): Promise<number> {
  let parsed;
  try {
    parsed = cliOptions(run.args);
  } catch (error) {
    if (!(error instanceof Usage) || error.code !== 0) throw error;
    await run.stdout.write(error.message);
    return 0;
  }
  const { options, command } = parsed;
  if (options.password !== undefined && options.warns) await run.stderr.write(AUTH_WARNING);
  switch (options.mode) {
    case 'stat':
      return statistics(run, options);
    case 'bigkeys':
      return bigKeys(run, options);
    case 'scan':
      return scanKeys(run, options);
    case 'pipe':
      return pipeCommands(run, options);
    case 'rdb':
      return transferSnapshot(run, options);
    case 'commands':
  }
  const raw = options.raw ?? !run.stdout.isTerminal;
  const console = await run.lab.openConsole({
    port: `${options.host}:${options.port}`,
    db: options.db,
    resp3: options.resp3,
    raw,
    language: locale() === 'zh-CN' ? 'zh' : 'en',
  });
  try {
    return await talk(new Talk(run, console, options), command);
  } finally {
    console.close();
  }
}

async function talk(cli: Talk, words: readonly string[]): Promise<number> {
  const { run, options } = cli;
  const command = [...words];
  const interactive = command.length === 0 && run.stdin.isTerminal && !run.background;
  if (!cli.isConnected) {
    await run.stderr.write(
      `Could not connect to Redis at ${options.host}:${options.port}: Connection refused\n`,
    );
    if (!interactive) return 1;
  } else await cli.logIn();
  if (options.lastArgument) {
    command.push(new TextDecoder().decode(await readAll(run.stdin)));
    return cli.once(command);
  }
  if (command.length > 0) return cli.once(command);
  if (interactive) return cli.interact();
  let status = 0;
  for await (const line of linesOf(run.stdin)) {
    if (run.signal.aborted) return 130;
    if (line.trim() !== '') status = await cli.enter(line);
  }
  return status;
}

/** A word as redis-cli reads it at its prompt. */
export const quoted = (word: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what has to be escaped
  `"${word.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;

/** A session of the lab's redis-cli, and where what it prints goes. */
class Talk {
  constructor(
    readonly run: Run,
    private readonly console: Console,
    readonly options: CliOptions,
  ) {}

  get isConnected(): boolean {
    return !this.console.prompt.startsWith('not connected');
  }

  async logIn(): Promise<void> {
    const { user, password, db } = this.options;
    if (password === undefined) return;
    const words = user === undefined ? [password] : [user, password];
    const { text } = await this.console.run(`AUTH ${words.map(quoted).join(' ')}`);
    if (text.trim() !== 'OK') {
      await this.run.stderr.write(`AUTH failed: ${text.replace(/^\(error\) /, '')}`);
    } else if (db !== 0) await this.console.run(`SELECT ${db}`);
  }

  /** Runs a command as often as was asked for. */
  async once(words: readonly string[]): Promise<number> {
    const { repeat, interval } = this.options;
    const line = words.map(quoted).join(' ');
    let status = 0;
    for (let left = repeat; left !== 0 && !this.run.signal.aborted; left -= 1) {
      status = await this.enter(line);
      if (interval > 0 && left !== 1) await sleep(interval * 1000, this.run.signal);
    }
    return this.run.signal.aborted ? 130 : status;
  }

  /** Runs a line, and prints what it prints. */
  async enter(line: string): Promise<number> {
    const { run, console } = this;
    const interrupt = (): void => console.interrupt();
    run.signal.addEventListener('abort', interrupt);
    let failed: boolean;
    try {
      const output = await console.run(line, (part) => {
        void run.stdout.write(part.text);
      });
      failed = output.text.startsWith('(error)') || output.text.startsWith('Error:');
      await run.stdout.write(output.text);
    } finally {
      run.signal.removeEventListener('abort', interrupt);
    }
    return failed && this.options.failsOnError ? 1 : 0;
  }

  async interact(): Promise<number> {
    const { run, console } = this;
    const { terminal } = run;
    for (;;) {
      const line = await terminal.readLine(
        {
          prompt: console.prompt,
          complete: (text, cursor) => console.complete(text, cursor),
          hint: (text) => console.hint(text),
        },
        run.signal,
      );
      if (line === undefined) return run.signal.aborted ? 130 : 0;
      if (line.trim() === '') continue;
      // Ctrl-C ends what a command prints, and not redis-cli.
      terminal.onInterrupt = () => console.interrupt();
      try {
        const output = await console.run(line, (part) => terminal.print(part));
        if (output.clear) terminal.clear();
        if (output.text !== '') terminal.print(output);
        if (output.secret) terminal.secret = true;
        if (output.closed) return 0;
      } finally {
        terminal.onInterrupt = undefined;
      }
    }
  }
}
