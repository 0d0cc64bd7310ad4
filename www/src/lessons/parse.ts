/** Reads a lesson: Markdown with a head, whose fenced blocks of certain kinds are cells, checks, questions. */

import { lexer, type Token, type Tokens } from 'marked';
import { readConditions } from './conditions';
import { readDeed } from './deeds';
import {
  LessonError,
  MAX_CELLS,
  MAX_LESSON,
  type Block,
  type Cell,
  type CellKind,
  type Check,
  type Lesson,
  type LessonLab,
  type Predict,
} from './format';
import { processOf, readTranscript, type Line } from './transcript';

const CELLS: ReadonlySet<string> = new Set(['console', 'shell', 'python', 'lab', 'config']);
const MAX_SERVERS = 16;

/** Reads a file. Throws a `LessonError` that says where it is wrong. */
export function readLesson(source: string): Lesson {
  if (source.length > MAX_LESSON) throw new LessonError('tooLong', 1);
  const text = source.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '');
  const head = readHead(text);
  const reader = new Reader(head.lines + 1);
  const title = head.values.get('title')?.[0] ?? '';
  if (title === '') throw new LessonError('noTitle', 1);
  return {
    title,
    summary: head.values.get('summary')?.[0] ?? '',
    lab: readLab(head.values),
    blocks: reader.read(head.body),
    source: text,
  };
}

interface Head {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** How many lines it takes. */
  readonly lines: number;
  readonly body: string;
}

const NAMES: ReadonlySet<string> = new Set(['title', 'summary', 'seed', 'config', 'server']);

/** `name: value` between two lines of dashes; config and server may come more than once. */
function readHead(text: string): Head {
  const values = new Map<string, string[]>();
  if (!text.startsWith('---\n')) throw new LessonError('noTitle', 1);
  const end = text.indexOf('\n---\n', 3);
  if (end < 0) throw new LessonError('badFront', 1);
  const lines = text.slice(4, end + 1).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = /^(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (!NAMES.has(name) || value === '') throw new LessonError('badFront', index + 2, line);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return { values, lines: lines.length + 1, body: text.slice(end + 5) };
}

function readLab(values: Head['values']): LessonLab {
  const seed = values.get('seed')?.[0] ?? '1';
  if (!/^\d{1,18}$/.test(seed)) throw new LessonError('badFront', 1, `seed: ${seed}`);
  const servers = values.get('server') ?? [];
  if (servers.length > MAX_SERVERS) throw new LessonError('tooMany', 1, 'server');
  for (const line of servers) {
    if (!/^redis-(server|sentinel) /.test(line) || readDeed(line) === undefined)
      throw new LessonError('badFront', 1, `server: ${line}`);
  }
  return { seed: BigInt(seed), config: values.get('config') ?? [], servers };
}

/** Characters between two empty lines, and markers of quotes and lists before a line: beyond these a parser takes long. */
const MAX_PARAGRAPH = 8000;
const MAX_DEPTH = 20;

/** Refuses what nobody writes for readers, and what would keep the page busy. */
function refuseEndless(markdown: string, line: number): void {
  let paragraph = 0;
  for (const [index, text] of markdown.split('\n').entries()) {
    paragraph = text.trim() === '' ? 0 : paragraph + text.length;
    const [lead = ''] = /^(?:[\s>]|[-*+]\s|\d{1,9}[.)]\s)*/.exec(text) ?? [];
    const depth = lead.match(/[>*+.)-]/g)?.length ?? 0;
    const isEndless = paragraph > MAX_PARAGRAPH || depth > MAX_DEPTH || lead.length > 200;
    if (isEndless) throw new LessonError('badMarkdown', line + index);
  }
}

/** Markdown, read so that nothing in it can fail in a way of its own. */
function tokensOf(markdown: string, line: number): Token[] {
  refuseEndless(markdown, line);
  try {
    return lexer(markdown);
  } catch (error) {
    // Nested too deeply, for one.
    throw new LessonError('badMarkdown', line, error instanceof Error ? error.message : '');
  }
}

/** The words behind a fence: flags, and values by name. */
interface Info {
  readonly kind: string;
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** What stands behind the kind, as it is. */
  readonly rest: string;
}

function readInfo(info: string): Info {
  const [, kind = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(info) ?? [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (const word of rest.split(/\s+/)) {
    const [name = '', value] = word.split(/=(.*)/s);
    if (value === undefined) flags.add(name);
    else values.set(name, value);
  }
  flags.delete('');
  return { kind, flags, values, rest };
}

const FLAGS: ReadonlySet<string> = new Set(['hidden', 'exercise', 'whole', 'crlf']);
const VALUES: ReadonlySet<string> = new Set(['session', 'terminal', 'port', 'path', 'restart']);

class Reader {
  private readonly blocks: Block[] = [];
  private text: Token[] = [];
  private cells = 0;
  private checks = 0;
  private predicts = 0;

  constructor(private line: number) {}

  read(body: string): readonly Block[] {
    for (const token of tokensOf(body, this.line)) {
      if (token.type === 'code' && 'lang' in token && isFence(token as Tokens.Code))
        this.fence(token as Tokens.Code);
      else this.text.push(token);
      this.line += token.raw.split('\n').length - 1;
    }
    this.endText();
    return this.blocks;
  }

  private endText(): void {
    if (this.text.some(({ type }) => type !== 'space'))
      this.blocks.push({ kind: 'text', tokens: this.text });
    this.text = [];
  }

  private push(block: Block): void {
    this.endText();
    this.blocks.push(block);
    if (this.blocks.length > MAX_CELLS * 3) throw new LessonError('tooMany', this.line);
  }

  private fence(token: Tokens.Code): void {
    const info = readInfo(token.lang ?? '');
    const { text } = token;
    if (CELLS.has(info.kind)) this.cell(info, text);
    else if (info.kind === 'output') this.output(text);
    else if (info.kind === 'check') this.push(this.check(info, text));
    else if (info.kind === 'predict') this.push(this.predict(text));
    else if (info.kind === 'answer') this.answer(info, text);
    else if (info.kind === 'chart') this.push(this.chart(info));
    else if (info.kind === 'topology') this.push({ kind: 'topology' });
    else this.text.push(token);
  }

  private cell(info: Info, text: string): void {
    const { flags, values } = info;
    for (const flag of flags) {
      if (!FLAGS.has(flag)) throw new LessonError('badAttribute', this.line, flag);
    }
    for (const [name, value] of values) {
      const isWell = VALUES.has(name) && /^[\w./:-]{1,200}$/.test(value);
      if (!isWell) throw new LessonError('badAttribute', this.line, `${name}=${value}`);
    }
    this.cells += 1;
    if (this.cells > MAX_CELLS) throw new LessonError('tooMany', this.line);
    const kind = info.kind as CellKind;
    const { lines, code, expected } = contents(kind, text);
    if (kind === 'lab') this.deeds(code);
    if (kind === 'console') this.oneProcess(lines);
    const path = values.get('path') ?? (kind === 'config' ? '/etc/redis/redis.conf' : '');
    if (kind === 'config' && !path.startsWith('/'))
      throw new LessonError('badAttribute', this.line, `path=${path}`);
    this.push({
      kind,
      id: `cell-${this.cells}`,
      line: this.line,
      code,
      expected,
      hidden: flags.has('hidden'),
      exercise: flags.has('exercise'),
      session: values.get('session') ?? '',
      terminal: values.get('terminal') ?? '1',
      port: values.get('port') ?? processOf(lines[0]?.prompt ?? '') ?? '6379',
      path,
      whole: flags.has('whole'),
      crlf: flags.has('crlf'),
      restart: values.get('restart') ?? '',
      lines,
    });
  }

  private deeds(code: string): void {
    for (const line of code.split('\n')) {
      if (line.trim() !== '' && !line.startsWith('#') && readDeed(line) === undefined)
        throw new LessonError('badDeed', this.line, line);
    }
  }

  /** A session is at one server. */
  private oneProcess(lines: readonly Line[]): void {
    const processes = lines
      .map(({ prompt }) => processOf(prompt))
      .filter((one) => one !== undefined);
    const other = processes.find((one) => one !== processes[0]);
    if (other !== undefined) throw new LessonError('badPrompt', this.line, other);
  }

  /** The cell that was read last. */
  private change(change: (cell: Cell) => Partial<Cell>): void {
    this.endText();
    const cell = this.blocks.at(-1);
    if (!cell || !('code' in cell)) throw new LessonError('badCell', this.line);
    this.blocks[this.blocks.length - 1] = { ...cell, ...change(cell) };
  }

  private output(text: string): void {
    this.change((cell) =>
      cell.answer ? { answer: { code: cell.answer.code, expected: text } } : { expected: text },
    );
  }

  private check(info: Info, text: string): Check {
    const conditions = readConditions(text);
    if (info.rest === '' || !conditions) throw new LessonError('badCheck', this.line, info.rest);
    this.checks += 1;
    const { line } = this;
    return { kind: 'check', id: `check-${this.checks}`, line, text: info.rest, conditions };
  }

  private predict(text: string): Predict {
    const question: string[] = [];
    const explanation: string[] = [];
    const choices: { tokens: Token[]; right: boolean }[] = [];
    for (const line of text.split('\n')) {
      const [, mark, choice] = /^- (?:\[([ x])\] )?(.+)$/.exec(line) ?? [];
      if (choice !== undefined)
        choices.push({ tokens: tokensOf(choice, this.line), right: mark === 'x' });
      else if (line.startsWith('>')) explanation.push(line.slice(1).trimStart());
      else question.push(line);
    }
    const isWell = choices.length >= 2 && choices.length <= 9 && choices.some(({ right }) => right);
    if (!isWell) throw new LessonError('badPredict', this.line);
    this.predicts += 1;
    return {
      kind: 'predict',
      id: `predict-${this.predicts}`,
      question: tokensOf(question.join('\n'), this.line),
      choices,
      explanation: tokensOf(explanation.join('\n'), this.line),
    };
  }

  private answer(info: Info, text: string): void {
    if (!CELLS.has(info.rest)) {
      if (info.rest !== '') throw new LessonError('badAnswer', this.line, info.rest);
      this.push({ kind: 'answer', tokens: tokensOf(text, this.line) });
      return;
    }
    this.change((cell) => {
      if (!cell.exercise || cell.kind !== info.rest)
        throw new LessonError('badAnswer', this.line, info.rest);
      const { lines, code, expected } = contents(cell.kind, text);
      if (cell.kind === 'lab') this.deeds(code);
      // What the learner is to write has no prompt yet: the answer's says where it is to run.
      const isBare = cell.lines.every(({ prompt }) => prompt === '');
      const port = isBare ? processOf(lines[0]?.prompt ?? '') : undefined;
      return { answer: { code, expected }, ...(port === undefined ? {} : { port }) };
    });
  }

  private chart({ values }: Info): Block {
    const key = values.get('key') ?? '';
    const [db = 0, limit = 10] = ['db', 'limit'].map((name) => {
      const value = values.get(name);
      return value === undefined ? undefined : Number(value);
    });
    const order = values.get('order') ?? 'desc';
    const isWell =
      key !== '' &&
      Number.isInteger(db) &&
      db >= 0 &&
      Number.isInteger(limit) &&
      limit >= 1 &&
      limit <= 100 &&
      (order === 'asc' || order === 'desc');
    if (!isWell) throw new LessonError('badAttribute', this.line, 'chart');
    const server = values.get('port') ?? '6379';
    return { kind: 'chart', key, db, limit, server, order };
  }
}

const isFence = ({ raw, codeBlockStyle }: Tokens.Code): boolean =>
  codeBlockStyle !== 'indented' && /^\s{0,3}(```|~~~)/.test(raw);

function contents(kind: CellKind, text: string): Pick<Cell, 'lines' | 'code' | 'expected'> {
  if (kind !== 'console' && kind !== 'shell') return { lines: [], code: text, expected: undefined };
  const { lines, expected } = readTranscript(text, kind);
  return { lines, code: lines.map((line) => line.text).join('\n'), expected };
}
