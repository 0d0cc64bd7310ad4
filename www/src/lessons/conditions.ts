/** What a check may ask: a session of redis-cli and what it must print, or one of a few questions by name. */

import type { Lab } from '../client/api';
import { bytesOf } from '../client/bytes';
import { matches } from './match';
import { processOf, readTranscript, type Line } from './transcript';

/** Whether it holds now. Rejects, or answers false, where it cannot be asked. */
export type Condition = (lab: Lab) => Promise<boolean>;

/** Longest line of a check. */
const LONGEST = 2000;

/** Runs lines in a redis-cli of its own and gives the session as it stands on the screen. */
async function session(lab: Lab, lines: readonly Line[]): Promise<string> {
  const port = processOf(lines[0]?.prompt ?? '');
  const console = await lab.openConsole(port === undefined ? {} : { port });
  try {
    let text = '';
    for (const line of lines) {
      text += `${console.prompt}${line.text}\n`;
      text += (await console.run(line.text)).text;
    }
    return text;
  } finally {
    console.close();
  }
}

/** A session as a condition. */
function transcript(text: string): Condition | undefined {
  const { lines, expected } = readTranscript(text, 'console');
  if (expected === undefined || processOf(lines[0]?.prompt ?? '') === undefined) return undefined;
  return async (lab) => matches(expected, await session(lab, lines));
}

async function reply(lab: Lab, port: string, ...words: string[]): Promise<string> {
  const connection = await lab.connect({ port });
  try {
    const answer = await connection.call(...words);
    if (answer.kind === 'string' || answer.kind === 'verbatim') return answer.value.text;
    if (answer.kind === 'array') {
      const [first] = answer.items;
      return first?.kind === 'string' ? first.value.text : '';
    }
    if (answer.kind === 'integer') return String(answer.value);
    return answer.kind === 'status' ? answer.text : '';
  } finally {
    connection.close();
  }
}

async function fileText(lab: Lab, path: string): Promise<string> {
  const bytes = await lab.files.read(path);
  // Byte by byte, so that any file can be searched for plain text.
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const binary = (text: string): string => String.fromCharCode(...bytesOf(text));

/** Follows, hears it, and has all there was: INFO says so. */
async function infoOf(lab: Lab, port: string): Promise<ReadonlyMap<string, string>> {
  const text = await reply(lab, port, 'INFO', 'replication');
  return new Map(
    text.split('\r\n').map((line) => {
      const [name = '', value = ''] = line.split(/:(.*)/s);
      return [name, value] as const;
    }),
  );
}

const ROLES: Readonly<Record<string, string>> = { primary: 'master', replica: 'slave' };

/** Questions by name: a pattern, and what it asks. */
const QUESTIONS: readonly (readonly [RegExp, (...found: string[]) => Condition])[] = [
  [
    /^first (\S+) = (.+)$/,
    (key = '', member = '') =>
      async (lab) =>
        (await reply(lab, '6379', 'ZREVRANGE', key, '0', '0')) === member,
  ],
  [
    /^role (\S+) = (primary|replica)$/,
    (process = '', role = '') =>
      async (lab) =>
        (await infoOf(lab, process)).get('role') === ROLES[role],
  ],
  [
    /^follows (\S+) = (\S+)$/,
    (process = '', primary = '') =>
      async (lab) => {
        const info = await infoOf(lab, process);
        return info.get('master_port') === primary && info.get('master_link_status') === 'up';
      },
  ],
  [
    /^(running|stopped) (\S+)$/,
    (state, process) => (lab) =>
      Promise.resolve(
        lab.instances.some((instance) => instance.name === process && instance.state === state),
      ),
  ],
  [
    /^file (\S+) (exists|missing)$/,
    (path = '', there) =>
      async (lab) => {
        const folder = path.slice(0, path.lastIndexOf('/')) || '/';
        const files = await lab.files.list(folder).catch(() => []);
        return files.some((file) => file.path === path) === (there === 'exists');
      },
  ],
  [
    /^file (\S+) (contains|lacks) (.+)$/,
    (path = '', way, text = '') =>
      async (lab) =>
        (await fileText(lab, path)).includes(binary(text)) === (way === 'contains'),
  ],
  [
    /^key (\S+)(?: at (\S+))? (exists|missing)$/,
    (key = '', port = '6379', there) =>
      async (lab) =>
        (await reply(lab, port || '6379', 'EXISTS', key)) === (there === 'exists' ? '1' : '0'),
  ],
  [
    /^key (\S+) expires$/,
    (key = '') =>
      async (lab) =>
        Number(await reply(lab, '6379', 'TTL', key)) >= 0,
  ],
  [
    /^value (\S+)(?: at (\S+))? (=|<|>) (.+)$/,
    (key = '', port = '6379', how, wanted = '') =>
      async (lab) => {
        const value = await reply(lab, port || '6379', 'GET', key);
        if (how === '=') return value === wanted;
        if (value === '') return false;
        return how === '<' ? Number(value) < Number(wanted) : Number(value) > Number(wanted);
      },
  ],
  [
    /^config (\S+)(?: at (\S+))? = (.*)$/,
    (name = '', port = '6379', wanted = '') =>
      async (lab) => {
        const connection = await lab.connect({ port: port || '6379' });
        try {
          const answer = await connection.call('CONFIG', 'GET', name);
          const value = answer.kind === 'array' ? answer.items[1] : undefined;
          return value?.kind === 'string' && value.value.text === wanted;
        } finally {
          connection.close();
        }
      },
  ],
];

/** Reads the body of a check; undefined where it is none. */
export function readConditions(text: string): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  const rest: string[] = [];
  for (const line of text.split('\n')) {
    if (line.length > LONGEST) return undefined;
    const asked = question(line);
    if (asked) conditions.push(asked);
    else if (line.trim() !== '' || rest.length > 0) rest.push(line);
  }
  if (rest.length > 0) {
    const asked = transcript(rest.join('\n'));
    if (!asked) return undefined;
    conditions.push(asked);
  }
  return conditions.length === 0 ? undefined : conditions;
}

function question(line: string): Condition | undefined {
  for (const [pattern, make] of QUESTIONS) {
    const found = pattern.exec(line);
    if (found) return make(...found.slice(1));
  }
  return undefined;
}

/** Whether all hold; what cannot be asked does not hold. */
export async function holds(lab: Lab, conditions: readonly Condition[]): Promise<boolean> {
  for (const condition of conditions) {
    if (!(await condition(lab).catch(() => false))) return false;
  }
  return true;
}
