/** The words of a line, by the quoting rules of redis-cli. */

const encoder = new TextEncoder();

const SPACE = /[ \t\n\r\v\f]/;
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

/** The words as bytes; undefined when the quotes do not balance. */
export function words(line: string): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && SPACE.test(line.charAt(at))) at += 1;
    // Redis reads C strings: a NUL ends the line.
    if (at >= line.length || line[at] === '\0') return found;
    const word = wordAt(line, at);
    if (!word) return undefined;
    found.push(word.bytes);
    at = word.end;
  }
}

interface Word {
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** The word that begins here; a quote in the middle of one begins its quoted rest. */
function wordAt(line: string, start: number): Word | undefined {
  let at = start;
  while (at < line.length && !/[ \n\r\t\0"']/.test(line.charAt(at))) at += 1;
  const plain = encoder.encode(line.slice(start, at));
  const quote = line[at];
  if (quote !== '"' && quote !== "'") return { bytes: plain, end: at };
  const rest = quote === '"' ? doubleQuoted(line, at + 1) : singleQuoted(line, at + 1);
  const after = rest === undefined ? undefined : line[rest.end];
  if (!rest || !(after === undefined || after === '\0' || SPACE.test(after))) return undefined;
  return { bytes: Uint8Array.from([...plain, ...rest.bytes]), end: rest.end };
}

function doubleQuoted(line: string, start: number): Word | undefined {
  const bytes: number[] = [];
  let at = start;
  while (at < line.length && line[at] !== '\0') {
    const letter = line.charAt(at);
    if (letter === '"') return { bytes: Uint8Array.from(bytes), end: at + 1 };
    const next = line[at + 1];
    const hex = /^\\x([0-9a-fA-F]{2})/.exec(line.slice(at, at + 4))?.[1];
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16));
      at += 4;
    } else if (letter === '\\' && next !== undefined && next !== '\0') {
      const whole = String.fromCodePoint(line.codePointAt(at + 1) ?? 0);
      const escape = ESCAPES[next];
      bytes.push(...(escape === undefined ? encoder.encode(whole) : [escape]));
      at += 1 + whole.length;
    } else {
      const whole = String.fromCodePoint(line.codePointAt(at) ?? 0);
      bytes.push(...encoder.encode(whole));
      at += whole.length;
    }
  }
  return undefined;
}

function singleQuoted(line: string, start: number): Word | undefined {
  let text = '';
  for (let at = start; at < line.length && line[at] !== '\0'; at += 1) {
    if (line[at] === "'") return { bytes: encoder.encode(text), end: at + 1 };
    if (line[at] === '\\' && line[at + 1] === "'") at += 1;
    text += line.charAt(at);
  }
  return undefined;
}

const decoder = new TextDecoder();

/** The word in small letters, as names of commands are compared; '' where there is none. */
export const lower = (args: readonly Uint8Array[], at: number): string =>
  decoder.decode(args[at] ?? new Uint8Array()).toLowerCase();

/** Whether a line names a password, and must be kept out of the history. */
export function isSensitive(args: readonly Uint8Array[]): boolean {
  const rest = args.map((_, at) => lower(args, at));
  switch (rest[0]) {
    case 'auth':
      return true;
    case 'acl':
      return rest[1] === 'setuser';
    case 'config':
      return (
        rest[1] === 'set' &&
        rest.some(
          (word, at) =>
            at % 2 === 0 && at >= 2 && ['masterauth', 'masteruser', 'requirepass'].includes(word),
        )
      );
    case 'hello':
      return rest.includes('auth', 2);
    case 'migrate':
      return rest.includes('auth', 7) || rest.includes('auth2', 7);
    default:
      return false;
  }
}
