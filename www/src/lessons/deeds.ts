/** What a cell of kind `lab` may do to the machine: one deed a line, in the words of a terminal. */

import type { CrashLosses, Lab } from '../client/api';

export type Deed = (lab: Lab) => Promise<string>;

/** Longest that a lesson may lead the clock ahead, in milliseconds. */
const LONGEST_WAIT = 3_600_000;
/** Most bytes of a file that are printed. */
const MOST_SHOWN = 20_000;
/** Most of the lost commands that are printed. */
const MOST_LOST = 10;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Leads the lab's clock ahead, and resolves when it is there. */
async function wait(lab: Lab, ms: number): Promise<void> {
  let until: number | undefined;
  await new Promise<void>((resolve, reject) => {
    const stop = lab.watchTopology(({ time }) => {
      if (until === undefined) {
        until = time.present + ms;
        lab.clock.hurry(ms).catch(reject);
      } else if (!time.hurries && time.present >= until) {
        stop();
        resolve();
      }
    });
  });
}

function lost(losses: CrashLosses): string {
  const { commands, total } = losses;
  const shown = commands.slice(-MOST_LOST).map(({ text, why }) => `  ${text}  (${why})`);
  return [`writes lost: ${total}`, ...shown].join('\n');
}

/** Bytes as `cat -v` would show them, but for what is text in UTF-8. */
function shown(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = String.fromCharCode(...bytes.subarray(0, MOST_SHOWN));
  }
  return (
    text
      .replaceAll('\r\n', '\n')
      // eslint-disable-next-line no-control-regex
      .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '.')
      .trimEnd()
  );
}

async function cut(lab: Lab, one: string, other: string, isCut: boolean): Promise<string> {
  await lab.network.cut(one, other, isCut);
  await lab.network.cut(other, one, isCut);
  return '';
}

const none = (work: Promise<unknown>): Promise<string> => work.then(() => '');

/** The words of a line, quotes taken off. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** Where a server that is started so keeps its files. */
function folderOf(words: readonly string[]): string {
  const at = words.indexOf('--port');
  const port = at < 0 ? undefined : words[at + 1];
  return port === undefined ? '/var/lib/redis' : `/var/lib/redis-${port}`;
}

/** Reads a line; undefined when it is none of the deeds. */
export function readDeed(line: string): Deed | undefined {
  const [name = '', ...args] = wordsOf(line);
  const [first, second] = args;
  const one = args.length === 1 && first !== undefined ? first : undefined;
  switch (name) {
    case 'redis-server':
      if (args.length === 0) return undefined;
      return (lab) => none(lab.launch(args, folderOf(args)));
    case 'redis-sentinel':
      if (first === undefined) return undefined;
      return (lab) => none(lab.launch([...args, '--sentinel'], '/etc/redis'));
    case 'kill':
      if (first === '-9' && second !== undefined)
        return async (lab) => lost(await lab.kill(second));
      if (first === '-STOP' && second !== undefined)
        return (lab) => none(lab.pauseProcess(second, true));
      if (first === '-CONT' && second !== undefined)
        return (lab) => none(lab.pauseProcess(second, false));
      return undefined;
    case 'start':
      if (one === undefined) return undefined;
      return (lab) => none(lab.start(one));
    case 'restart':
      if (one === undefined) return undefined;
      return (lab) => restart(lab, one);
    case 'power':
      if (one !== 'off') return undefined;
      return async (lab) => lost(await lab.pullThePlug());
    case 'wait': {
      const seconds = Number(first);
      if (second !== 's' || !(seconds > 0) || seconds * 1000 > LONGEST_WAIT) return undefined;
      return (lab) => none(wait(lab, seconds * 1000));
    }
    case 'cut':
    case 'mend':
      if (first === undefined || second === undefined) return undefined;
      return (lab) => cut(lab, first, second, name === 'cut');
    case 'cat':
      if (one === undefined) return undefined;
      return async (lab) => shown(await lab.files.read(one, 0, MOST_SHOWN));
    case 'ls':
      if (one === undefined) return undefined;
      return (lab) => list(lab, one);
    case 'cp':
      if (first === undefined || second === undefined) return undefined;
      return async (lab) => none(lab.files.write(second, await lab.files.read(first)));
    case 'rm':
      if (one === undefined) return undefined;
      return (lab) => none(lab.files.remove(one));
    default:
      return undefined;
  }
}

/** Ends a process in good order, as SHUTDOWN does, and starts it again from its files. */
export async function restart(lab: Lab, process: string): Promise<string> {
  const running = (): boolean =>
    lab.instances.some(({ name, state }) => name === process && state !== 'stopped');
  if (running()) {
    const connection = await lab.connect({ port: process });
    await connection.call('SHUTDOWN').catch(() => undefined);
    connection.close();
    await new Promise<void>((resolve) => {
      if (!running()) {
        resolve();
        return;
      }
      const stop = lab.on('instances', () => {
        if (running()) return;
        stop();
        resolve();
      });
    });
  }
  await lab.start(process);
  return '';
}

/** Files and folders right below a folder, with their sizes. */
async function list(lab: Lab, folder: string): Promise<string> {
  const prefix = folder.replace(/\/*$/, '/');
  const files = await lab.files.list(folder);
  return files
    .filter(({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
    .map(({ path, isDirectory, size }) =>
      isDirectory ? `${path.slice(prefix.length)}/` : `${path.slice(prefix.length)} ${size} bytes`,
    )
    .join('\n');
}

/** Does what the lines say, one after another, until one fails. Resolves with what was printed. */
export async function runDeeds(lab: Lab, code: string): Promise<{ text: string; failed: boolean }> {
  const printed: string[] = [];
  for (const line of code.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const deed = readDeed(line);
    if (!deed) return { text: [...printed, `${line}: ?`].join('\n'), failed: true };
    try {
      const text = await deed(lab);
      if (text !== '') printed.push(text);
    } catch (error) {
      return { text: [...printed, reason(error).trimEnd()].join('\n'), failed: true };
    }
  }
  return { text: printed.join('\n'), failed: false };
}
