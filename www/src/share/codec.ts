/**
 * A lab as bytes: parts one after another, each with its kind and its length in front. Kinds from 64 on may be passed over by
 * who does not know them; of those below, one that is unknown is of a newer version.
 */

import { ByteReader, ByteWriter } from './bytes';
import {
  LIMITS,
  LinkError,
  emptyLab,
  type SharedChart,
  type SharedData,
  type SharedFile,
  type SharedLab,
  type SharedLesson,
  type SharedServer,
  type SharedView,
} from './shared-lab';

const COMMANDS = 1;
const SCRIPT = 2;
const FLAGS = 3;
const LANGUAGE = 4;
const HISTORY = 5;
const SPEED = 6;
const SERVER = 7;
const FILE = 8;
const VIEW = 9;
/** From here on unknown kinds are passed over. */
const OPTIONAL = 64;
const LESSON = 64;

const AUTORUN = 1;
const READ_ONLY = 2;
const PAUSED = 4;

const languages = ['en', 'zh-CN'] as const;

export function encodeLab(lab: SharedLab): Uint8Array {
  const out = new ByteWriter();
  const part = (kind: number, body: ByteWriter | Uint8Array): void => {
    out.number(kind).bytes(body instanceof Uint8Array ? body : body.finish());
  };
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const flags =
    (lab.autorun ? AUTORUN : 0) | (lab.readOnly ? READ_ONLY : 0) | (lab.paused ? PAUSED : 0);
  if (flags !== 0) part(FLAGS, new ByteWriter().number(flags));
  if (lab.language !== undefined)
    part(LANGUAGE, new ByteWriter().number(languages.indexOf(lab.language)));
  // In thousandths, which is the slowest that a clock goes.
  if (lab.speed !== 1) part(SPEED, new ByteWriter().number(Math.round(lab.speed * 1000)));
  if (lab.commands !== '') part(COMMANDS, utf8(lab.commands));
  if (lab.script !== '') part(SCRIPT, utf8(lab.script));
  if (lab.view !== undefined) part(VIEW, viewBytes(lab.view));
  if (lab.lesson !== undefined)
    part(LESSON, new ByteWriter().text(lab.lesson.name).text(lab.lesson.text));
  for (const server of lab.servers) part(SERVER, serverBytes(server));
  for (const { path, bytes } of lab.files) part(FILE, new ByteWriter().text(path).bytes(bytes));
  if (lab.history !== undefined) part(HISTORY, lab.history);
  return out.finish();
}

function viewBytes(view: SharedView): ByteWriter {
  const out = new ByteWriter()
    .text(view.front)
    .number(view.enlarged ? 1 : 0)
    .text(view.example);
  out.number(view.charts.length);
  for (const { key, db, limit, order, server } of view.charts) {
    out.bytes(key).number(db).number(limit);
    out.number(order === 'asc' ? 1 : 0).text(server);
  }
  out.number(view.consoles.length);
  for (const server of view.consoles) out.text(server);
  return out;
}

function serverBytes(server: SharedServer): ByteWriter {
  const out = new ByteWriter().text(server.name).text(server.folder).text(server.host);
  out.number(server.words.length);
  for (const word of server.words) out.text(word);
  out.number(server.config.length);
  for (const [name, value] of server.config) out.text(name).text(value);
  const { data } = server;
  if (data === undefined) out.number(0);
  else if (data.kind === 'commands') out.number(1).text(data.text);
  else out.number(2).bytes(data.bytes);
  return out;
}

/** The lab that bytes hold; a `LinkError` for everything else. */
export function decodeLab(bytes: Uint8Array): SharedLab {
  const input = new ByteReader(bytes, 'link');
  const lab: { -readonly [Key in keyof SharedLab]: SharedLab[Key] } = { ...emptyLab };
  const servers: SharedServer[] = [];
  const files: SharedFile[] = [];
  const seen = new Set<number>();
  while (!input.isAtEnd) {
    const kind = input.number();
    const body = input.bytes();
    if (kind !== SERVER && kind !== FILE && (kind < OPTIONAL || kind === LESSON)) {
      if (seen.has(kind)) throw new LinkError('damaged', 'link');
      seen.add(kind);
    }
    switch (kind) {
      case COMMANDS:
        lab.commands = readCommands(body);
        break;
      case SCRIPT:
        lab.script = checkPath(whole(body, 'script', LIMITS.name));
        break;
      case FLAGS: {
        const flags = only(body, 'options', AUTORUN | READ_ONLY | PAUSED);
        lab.autorun = (flags & AUTORUN) !== 0;
        lab.readOnly = (flags & READ_ONLY) !== 0;
        lab.paused = (flags & PAUSED) !== 0;
        break;
      }
      case LANGUAGE: {
        const language = languages[only(body, 'language', languages.length - 1)];
        if (language !== undefined) lab.language = language;
        break;
      }
      case SPEED:
        lab.speed = only(body, 'clock', 1_000_000) / 1000;
        if (lab.speed === 0) throw new LinkError('badValue', 'clock');
        break;
      case HISTORY:
        lab.history = body;
        break;
      case VIEW:
        lab.view = readView(body);
        break;
      case LESSON:
        lab.lesson = readLesson(body);
        break;
      case SERVER:
        if (servers.length >= LIMITS.servers) throw new LinkError('tooMany', 'servers');
        servers.push(readServer(body));
        break;
      case FILE:
        if (files.length >= LIMITS.files) throw new LinkError('tooMany', 'files');
        files.push(readFile(body));
        break;
      default:
        if (kind < OPTIONAL) throw new LinkError('newer');
    }
  }
  if (lab.history !== undefined && servers.length > 0) throw new LinkError('damaged', 'link');
  if (new Set(servers.map(({ name }) => name)).size < servers.length)
    throw new LinkError('badName', 'servers');
  return { ...lab, servers, files };
}

/** A part that is one number. */
function only(body: Uint8Array, part: string, most: number): number {
  const input = new ByteReader(body, part);
  const value = input.number(most);
  input.finish();
  return value;
}

/** A part that is one text. */
function whole(body: Uint8Array, part: string, most: number): string {
  const out = new ByteWriter().bytes(body).finish();
  return new ByteReader(out, part).text(most);
}

function readCommands(body: Uint8Array): string {
  const text = whole(body, 'commands', LIMITS.commandBytes);
  if (text.split('\n').length > LIMITS.commands) throw new LinkError('tooMany', 'commands');
  return text;
}

function readView(body: Uint8Array): SharedView {
  const input = new ByteReader(body, 'view');
  const view: SharedView = {
    front: checkWord(input.text(LIMITS.name), 'view'),
    enlarged: input.number(1) === 1,
    example: checkWord(input.text(LIMITS.name), 'view'),
    charts: input.list(LIMITS.charts, () => readChart(input)),
    consoles: input.list(LIMITS.consoles, () => checkProcess(input.text(LIMITS.name), true)),
  };
  input.finish();
  return view;
}

function readLesson(body: Uint8Array): SharedLesson {
  const input = new ByteReader(body, 'lesson');
  const name = checkLine(input.text(LIMITS.name), 'lesson');
  const text = input.text(LIMITS.lesson);
  input.finish();
  // Without a text it is the name of one of the course.
  if (name === '') throw new LinkError('badName', 'lesson');
  return { name: text === '' ? checkWord(name, 'lesson') : name, text };
}

function readChart(input: ByteReader): SharedChart {
  return {
    key: input.bytes(LIMITS.key),
    db: input.number(1024),
    limit: input.number(1000),
    order: input.number(1) === 1 ? 'asc' : 'desc',
    server: checkProcess(input.text(LIMITS.name), false),
  };
}

function readServer(body: Uint8Array): SharedServer {
  const input = new ByteReader(body, 'servers');
  const line = (): string => checkLine(input.text(LIMITS.word), 'servers');
  const server = {
    name: checkProcess(input.text(LIMITS.name), false),
    folder: checkPath(input.text(LIMITS.name)),
    host: checkHost(input.text(LIMITS.name)),
    words: input.list(LIMITS.words, line),
    config: input.list(LIMITS.config, () => [checkWord(line(), 'config'), line()] as const),
  };
  const data = readData(input);
  input.finish();
  return { ...server, ...(data && { data }) };
}

function readData(input: ByteReader): SharedData | undefined {
  switch (input.number(2)) {
    case 0:
      return undefined;
    case 1:
      return { kind: 'commands', text: input.text(LIMITS.inflated) };
    default:
      return { kind: 'snapshot', bytes: input.bytes() };
  }
}

function readFile(body: Uint8Array): SharedFile {
  const input = new ByteReader(body, 'files');
  const file = { path: checkPath(input.text(LIMITS.name)), bytes: input.bytes() };
  input.finish();
  return file;
}

/** `6379`, or `db2:6379`. */
function checkProcess(name: string, orNone: boolean): string {
  if (/^([A-Za-z][\w-]{0,31}:)?\d{1,5}$/.test(name) || (orNone && name === '')) return name;
  throw new LinkError('badName', 'servers');
}

function checkHost(name: string): string {
  if (name === '' || /^[A-Za-z][\w-]{0,31}$/.test(name)) return name;
  throw new LinkError('badName', 'servers');
}

function checkWord(word: string, part: string): string {
  if (/^[\w-]*$/.test(word)) return word;
  throw new LinkError('badName', part);
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

function checkLine(text: string, part: string): string {
  if (CONTROL.test(text)) throw new LinkError('badValue', part);
  return text;
}

/** An absolute path that leads nowhere else than it says. */
export function checkPath(path: string): string {
  const steps = path.split('/').slice(1);
  const isPath = path.startsWith('/') && steps.every((step) => step !== '.' && step !== '..');
  if (!isPath || CONTROL.test(path) || (path !== '/' && steps.includes('')))
    throw new LinkError('badName', 'files');
  return path;
}
