/** redis-check-rdb and redis-check-aof: whether files are what a server would load. */

import { annotate } from '../../panels/rdb/annotate';
import { Crc64 } from '../../panels/rdb/crc64';
import { Cursor } from '../../panels/rdb/cursor';
import type { Field } from '../../panels/rdb/fields';
import { FileError, parentOf, resolve } from '../files';
import { Usage, type Run } from '../program';

/** Fields between two pauses, so that the page stays alive. */
const SLICE = 50_000;

/** What the real program says it was doing when the bytes ended. */
const DOING: Readonly<Record<string, string>> = {
  head: 'start',
  opcode: 'read-type',
  type: 'read-type',
  count: 'read-len',
  key: 'read-key',
  value: 'read-object-value',
  time: 'expire',
};

interface Checked {
  readonly valid: boolean;
  /** Where what follows the snapshot begins. */
  readonly end: number;
}

/** Checks a snapshot, and prints what redis-check-rdb prints. */
async function checkSnapshot(run: Run, name: string, bytes: Uint8Array): Promise<Checked> {
  const { stdout } = run;
  const say = (at: number, text: string): Promise<void> => stdout.write(`[offset ${at}] ${text}\n`);
  await say(0, `Checking RDB file ${name}`);
  const counts = { keys: 0, expires: 0, expired: 0 };
  const { now } = run.shell;
  const summary = (): Promise<void> =>
    stdout.write(
      `[info] ${counts.keys} keys read\n[info] ${counts.expires} expires\n[info] ${counts.expired} already expired\n`,
    );
  const wrong = async (at: number, text: string, doing: string): Promise<Checked> => {
    await stdout.write(`--- RDB ERROR DETECTED ---\n`);
    await say(at, text);
    await stdout.write(`[additional info] While doing: ${doing}\n`);
    await summary();
    return { valid: false, end: at };
  };
  const cursor = new Cursor(bytes.length);
  cursor.fill(0, bytes);
  let aux = '';
  let [end, seen] = [0, 0];
  let last: Field | undefined;
  for (const field of annotate(cursor)) {
    // Everything is in memory: nothing is ever asked for.
    if (typeof field === 'number') break;
    if ((seen += 1) % SLICE === 0) await new Promise((resolve) => setTimeout(resolve));
    const after = field.at + field.length;
    switch (field.role) {
      case 'auxKey':
        aux = field.text ?? '';
        break;
      case 'auxValue':
        await say(after, `AUX FIELD ${aux} = '${field.text ?? ''}'`);
        break;
      case 'database':
        await say(after, `Selecting DB ID ${field.text ?? ''}`);
        break;
      case 'key':
        counts.keys += 1;
        break;
      case 'expiresAt':
        counts.expires += 1;
        if (Number(field.text) < now) counts.expired += 1;
        break;
      case 'checksum': {
        const crc = new Crc64();
        crc.update(bytes.subarray(0, field.at));
        const little = crc.hex();
        end = after;
        if (little !== field.text) return wrong(after, 'RDB CRC error', 'check-sum');
        await say(after, 'Checksum OK');
        break;
      }
      case 'noChecksum':
        end = after;
        await say(after, 'RDB file was saved with checksum disabled: no check performed.');
        break;
      case 'opEnd':
        end = after;
        break;
      case 'damaged': {
        const at = field.found ?? field.at;
        if (field.cause === 'magic')
          return wrong(9, 'Wrong signature trying to load DB from file', 'start');
        if (field.cause === 'version')
          return wrong(9, `Can't handle RDB format version ${field.text ?? ''}`, 'start');
        if (field.cause === 'truncated') {
          return wrong(
            at,
            'Unexpected EOF reading RDB file',
            last?.role.startsWith('aux') || last?.role === 'opAux'
              ? 'read-aux'
              : (DOING[last?.kind ?? 'head'] ?? 'start'),
          );
        }
        return wrong(
          at,
          field.cause === 'opcode'
            ? `Invalid object type: ${field.text ?? ''}`
            : `Internal error in RDB reading: ${field.cause ?? ''}`,
          DOING[last?.kind ?? 'head'] ?? 'start',
        );
      }
      default:
    }
    last = field;
  }
  if (end === 0)
    return wrong(
      bytes.length,
      'Unexpected EOF reading RDB file',
      DOING[last?.kind ?? 'head'] ?? 'start',
    );
  await say(end, '\\o/ RDB looks OK! \\o/');
  await summary();
  return { valid: true, end };
}

export async function redisCheckRdb(run: Run): Promise<number> {
  const [name, ...more] = run.args;
  if (name === '-v' || name === '--version') {
    await run.stdout.write('redis-check-rdb 7.2.4\n');
    return 0;
  }
  if (name === undefined || more.length > 0)
    throw new Usage('Usage: redis-check-rdb <rdb-file-name>\n');
  let bytes: Uint8Array;
  try {
    bytes = await run.files.read(resolve(run.shell.folder, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    // The real one says no more than this.
    await run.stdout.write(`[offset 0] Checking RDB file ${name}\n`);
    await run.stderr.write(`Cannot open file ${name}: ${error.message}\n`);
    return 1;
  }
  return (await checkSnapshot(run, name, bytes)).valid ? 0 : 1;
}

/** What a log holds that is whole: up to which byte, and what is wrong there. */
interface Scan {
  readonly good: number;
  readonly lines: number;
  readonly error: string | undefined;
}

/** Reads a log command by command. A transaction counts when EXEC is there. */
export function scanLog(bytes: Uint8Array, from: number): Scan {
  const decoder = new TextDecoder();
  let [at, good, lines] = [from, from, 1];
  let multi = false;
  /** Where the last word begins. */
  let word = from;
  const offset = (place: number): string => `0x${place.toString(16).padStart(16, ' ')}`;
  const fail = (text: string): Scan => ({ good, lines, error: text });
  const integer = (mark: string): number | string => {
    const begin = at;
    // At the end of the file nothing more is said.
    if (at >= bytes.length) return '';
    const found = String.fromCharCode(bytes[at] ?? 0);
    if (found !== mark) return `${offset(begin)}: Expected prefix '${mark}', got: '${found}'`;
    const text = decoder.decode(bytes.subarray(at + 1, at + 24));
    const [number = ''] = /^\s*[+-]?\d*/.exec(text) ?? [];
    const end = at + 2 + number.length;
    if (bytes[end - 1] !== 13 || bytes[end] !== 10) {
      const got = hex(bytes[end - 1]) + (end <= bytes.length ? hex(bytes[end]) : '00');
      return `${offset(begin)}: Expected \\r\\n, got: ${got}`;
    }
    at = end + 1;
    lines += 1;
    return Number(number);
  };
  while (at < bytes.length) {
    if (bytes[at] === 0x23) {
      // An annotation.
      const end = bytes.indexOf(10, at);
      if (end < 0) return fail(`${offset(bytes.length)}: Expected \\r\\n, got: 0000`);
      at = end + 1;
      lines += 1;
      if (!multi) good = at;
      continue;
    }
    const count = integer('*');
    if (typeof count === 'string') return fail(count);
    let name = '';
    for (let index = 0; index < count; index += 1) {
      const length = integer('$');
      if (typeof length === 'string') return fail(length);
      if (at + length + 2 > bytes.length) {
        return fail(
          `${offset(at)}: Expected to read ${length + 2} bytes, got ${bytes.length - at} bytes`,
        );
      }
      word = at;
      if (index === 0) name = decoder.decode(bytes.subarray(at, at + length)).toLowerCase();
      at += length;
      if (bytes[at] !== 13 || bytes[at + 1] !== 10) {
        return fail(`${offset(at)}: Expected \\r\\n, got: ${hex(bytes[at])}${hex(bytes[at + 1])}`);
      }
      at += 2;
      lines += 1;
    }
    if (name === 'multi') {
      if (multi) return fail(`${offset(at)}: Unexpected MULTI`);
      multi = true;
    } else if (name === 'exec') {
      if (!multi) return fail(`${offset(at)}: Unexpected EXEC`);
      multi = false;
    }
    if (!multi) good = at;
  }
  const open = `${offset(word)}: Reached EOF before reading EXEC for MULTI`;
  return { good, lines, error: multi ? open : undefined };
}

const hex = (byte = 0): string => byte.toString(16).padStart(2, '0');

interface Part {
  readonly path: string;
  /** How it is called in what is printed. */
  readonly shown: string;
  readonly kind: 'BASE AOF' | 'INCR AOF' | 'AOF';
  readonly last: boolean;
}

export async function redisCheckAof(run: Run): Promise<number> {
  const args = [...run.args];
  const fix = args[0] === '--fix';
  if (fix) args.shift();
  const [name, ...more] = args;
  if (name === '-v' || name === '--version') {
    await run.stdout.write('redis-check-aof 7.2.4\n');
    return 0;
  }
  if (name === undefined || more.length > 0 || name.startsWith('--')) {
    throw new Usage(
      'Usage: redis-check-aof [--fix|--truncate-to-timestamp $timestamp] <file.manifest|file.aof>\n',
    );
  }
  const path = resolve(run.shell.folder, name);
  let bytes: Uint8Array;
  try {
    bytes = await run.files.read(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Usage(`Cannot open file ${name}: ${error.message}\n`);
  }
  const text = new TextDecoder().decode(bytes.subarray(0, 1 << 16));
  const { stdout } = run;
  if (!/^(#.*\n)*file \S+ seq \d+ type [bih]/.test(text)) {
    await stdout.write('Start checking Old-Style AOF\n');
    return (await checkPart(run, { path, shown: name, kind: 'AOF', last: true }, fix)) ? 0 : 1;
  }
  await stdout.write('Start checking Multi Part AOF\n');
  const files = [...text.matchAll(/^file (?:"((?:[^"\\]|\\.)*)"|(\S+)) seq \d+ type ([bi])/gm)].map(
    ([, quoted, plain, type]) => ({ name: quoted ?? plain ?? '', type: type ?? '' }),
  );
  const folder = parentOf(path);
  const base = files.find(({ type }) => type === 'b');
  const incremental = files.filter(({ type }) => type === 'i');
  if (base) {
    const format = base.name.endsWith('.rdb') ? 'RDB' : 'RESP';
    await stdout.write(`Start to check BASE AOF (${format} format).\n`);
    const part: Part = {
      path: `${folder}/${base.name}`,
      shown: base.name,
      kind: 'BASE AOF',
      last: incremental.length === 0,
    };
    if (!(await checkPart(run, part, fix))) return 1;
  }
  if (incremental.length > 0) await stdout.write('Start to check INCR files.\n');
  for (const [index, one] of incremental.entries()) {
    const part: Part = {
      path: `${folder}/${one.name}`,
      shown: one.name,
      kind: 'INCR AOF',
      last: index === incremental.length - 1,
    };
    if (!(await checkPart(run, part, fix))) return 1;
  }
  await stdout.write('All AOF files and manifest are valid\n');
  return 0;
}

/** Checks one file of a log; whether it is right now. */
async function checkPart(run: Run, part: Part, fix: boolean): Promise<boolean> {
  const { stdout, stderr, files } = run;
  const { path, shown, kind, last } = part;
  let bytes: Uint8Array;
  try {
    bytes = await files.read(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Usage(`Cannot open file ${shown}: ${error.message}, aborting...\n`);
  }
  if (bytes.length === 0) {
    await stdout.write(`${kind} ${shown} is empty\n`);
    return true;
  }
  let from = 0;
  if (new TextDecoder().decode(bytes.subarray(0, 5)) === 'REDIS') {
    const { valid, end } = await checkSnapshot(run, shown, bytes);
    if (!valid) {
      await stdout.write('RDB preamble of AOF file is not sane, aborting.\n');
      return false;
    }
    await stdout.write('RDB preamble is OK, proceeding with AOF tail...\n');
    from = end;
  }
  const { good, lines, error } = scanLog(bytes, from);
  if (error !== undefined && error !== '') await stdout.write(`${error}\n`);
  const diff = bytes.length - good;
  await stdout.write(
    `AOF analyzed: filename=${shown}, size=${bytes.length}, ok_up_to=${good}, ok_up_to_line=${lines}, diff=${diff}\n`,
  );
  if (diff === 0) {
    await stdout.write(`${kind} ${shown} is valid\n`);
    return true;
  }
  if (!fix) {
    await stdout.write(`AOF ${shown} is not valid. Use the --fix option to try fixing it.\n`);
    return false;
  }
  if (!last) {
    await stdout.write(`Failed to truncate AOF ${shown} because it is not the last file\n`);
    return false;
  }
  await stdout.write(
    `This will shrink the AOF ${shown} from ${bytes.length} bytes, with ${diff} bytes, to ${good} bytes\n`,
  );
  if (!(await agreed(run))) {
    await stderr.write('Aborting...\n');
    return false;
  }
  await files.write(path, bytes.slice(0, good));
  await stdout.write(`Successfully truncated AOF ${shown}\n`);
  return true;
}

/** Asks whether to go on. */
async function agreed(run: Run): Promise<boolean> {
  const prompt = 'Continue? [y/N]: ';
  if (run.stdin.isTerminal && run.stdout.isTerminal) {
    const line = await run.terminal.readLine({ prompt }, run.signal);
    return /^y/i.test(line ?? '');
  }
  await run.stdout.write(prompt);
  for await (const chunk of run.stdin) return /^y/i.test(new TextDecoder().decode(chunk));
  return false;
}
