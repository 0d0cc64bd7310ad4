/** What a line says: programs with their words and redirections. Most of what a shell knows is refused by its name. */

import { parse, type Redirection, type Statement, type Word, type WordPart } from 'unbash';

/** A word as the program gets it, and whether it is a pattern that file names may take the place of. */
export interface ShellWord {
  readonly text: string;
  readonly pattern: boolean;
  /** It begins with a tilde that stands for the home folder. */
  readonly home: boolean;
}

export interface Redirect {
  readonly kind: 'read' | 'write' | 'append' | 'text';
  /** 0, 1 or 2; what stands there is the file. */
  readonly descriptor: 0 | 1 | 2;
  readonly target: ShellWord;
}

export interface SimpleCommand {
  readonly words: readonly ShellWord[];
  readonly redirects: readonly Redirect[];
  /** 2>&1: errors go where the output goes. */
  readonly joined: boolean;
  readonly source: string;
}

/** Programs that a `|` joins. */
export interface ShellPipeline {
  readonly commands: readonly SimpleCommand[];
  readonly source: string;
}

/** Pipelines, and whether each runs after the one before: always, if that went well, or if not. */
export interface ShellList {
  readonly steps: readonly { readonly when: 'always' | '&&' | '||'; readonly run: ShellPipeline }[];
  readonly background: boolean;
  readonly source: string;
}

/** What is not understood here, by the name that people know it by. */
export class Unsupported extends Error {
  constructor(readonly construct: string) {
    super(construct);
  }
}

/** What no shell understands. */
export class SyntaxMistake extends Error {}

/** Whether a line goes on with the next: a quote is open, or the end says so. */
export function isUnfinished(source: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(source)) return true;
  const script = parse(source);
  const unfinished = /^unterminated (single|double) quote|^expected command after '(\||&&|\|\|)'/;
  if (
    script.errors?.some(
      ({ message, pos }) =>
        unfinished.test(message) &&
        (pos >= source.trimEnd().length || message.startsWith('unterminated')),
    )
  ) {
    return true;
  }
  return script.commands.some((statement) => hereDocIsOpen(statement));
}

function hereDocIsOpen(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('type' in node && node.type === 'HereDoc') return !('closing' in node && node.closing);
  return Object.values(node).some((value) =>
    Array.isArray(value) ? value.some(hereDocIsOpen) : hereDocIsOpen(value),
  );
}

/** Longest line that is looked at. */
const LONGEST = 64 * 1024;

/** Throws `SyntaxMistake` or `Unsupported`. */
export function parseLine(source: string): ShellList[] {
  if (source.length > LONGEST) throw new SyntaxMistake('line too long');
  const script = parse(source);
  const [error] = script.errors ?? [];
  if (error) throw new SyntaxMistake(error.message);
  return script.commands.map((statement) => listOf(source, statement));
}

const NAMES: Readonly<Record<string, string>> = {
  If: 'if',
  For: 'for',
  ArithmeticFor: 'for',
  While: 'while',
  Case: 'case',
  Select: 'select',
  Function: 'function',
  Subshell: '( … )',
  BraceGroup: '{ … }',
  TestCommand: '[[ … ]]',
  ArithmeticCommand: '(( … ))',
  Coproc: 'coproc',
  Redirected: '{ … } >',
};

type Node = Statement['command'];

function listOf(source: string, statement: Statement): ShellList {
  const { command } = statement;
  const text = source.slice(command.pos, command.end);
  const background = statement.background === true;
  if (command.type !== 'AndOr') {
    const run = pipelineOf(source, command);
    return { steps: [{ when: 'always', run }], background, source: text };
  }
  const steps = command.commands.map((one, index) => ({
    when: index === 0 ? ('always' as const) : (command.operators[index - 1] ?? 'always'),
    run: pipelineOf(source, one),
  }));
  return { steps, background, source: text };
}

function pipelineOf(source: string, node: Node): ShellPipeline {
  const text = source.slice(node.pos, node.end);
  if (node.type !== 'Pipeline') return { commands: [commandOf(source, node)], source: text };
  if (node.prefixes.length > 0) throw new Unsupported(text.startsWith('!') ? '!' : 'time');
  if (node.operators.includes('|&')) throw new Unsupported('|&');
  return { commands: node.commands.map((one) => commandOf(source, one)), source: text };
}

function commandOf(source: string, node: Node): SimpleCommand {
  if (node.type !== 'Command') throw new Unsupported(NAMES[node.type] ?? node.type);
  const words: ShellWord[] = [];
  const redirects: Redirect[] = [];
  let joined = false;
  for (const part of [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix]) {
    if (part.type === 'Word') words.push(wordOf(part));
    else if (part.type === 'Assignment') {
      // A word with a = behind the program's name is one like any other; before it, it sets a variable.
      if (node.prefix.includes(part)) throw new Unsupported(`${part.name}=…`);
      words.push({ text: part.text, pattern: false, home: false });
    } else {
      const redirect = redirectOf(part);
      joined ||= redirect === 'joined' || part.operator.startsWith('&>');
      if (redirect !== 'joined') redirects.push(redirect);
    }
  }
  return { words, redirects, joined, source: source.slice(node.pos, node.end) };
}

function redirectOf(node: Redirection): Redirect | 'joined' {
  const given = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : undefined;
  if (node.type === 'HereDoc') {
    if (node.body.parts && !node.delimiter?.quoted) node.body.parts.forEach(check);
    const text = { text: node.body.text, pattern: false, home: false };
    return { kind: 'text', descriptor: 0, target: text };
  }
  if (!node.target) throw new SyntaxMistake(`expected redirect target`);
  const target = wordOf(node.target);
  if (node.type === 'HereString') {
    return { kind: 'text', descriptor: 0, target: { ...target, text: `${target.text}\n` } };
  }
  switch (node.operator) {
    case '<':
      if (given !== undefined && given !== 0) break;
      return { kind: 'read', descriptor: 0, target };
    case '>':
    case '>|':
    case '>>':
      if (given !== undefined && given !== 1 && given !== 2) break;
      return { kind: node.operator === '>>' ? 'append' : 'write', descriptor: given ?? 1, target };
    case '>&':
      if (given === 2 && target.text === '1') return 'joined';
      break;
    case '&>':
    case '&>>':
      return { kind: node.operator === '&>>' ? 'append' : 'write', descriptor: 1, target };
    default:
  }
  throw new Unsupported(`${given ?? ''}${node.operator}${node.target.text}`);
}

function check(part: WordPart): void {
  switch (part.type) {
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      throw new Unsupported(part.text);
    case 'CommandExpansion':
      throw new Unsupported(part.text.startsWith('`') ? '`…`' : '$(…)');
    case 'ArithmeticExpansion':
      throw new Unsupported('$((…))');
    case 'ProcessSubstitution':
      throw new Unsupported(`${part.operator}(…)`);
    case 'BraceExpansion':
      throw new Unsupported('{…,…}');
    case 'ExtendedGlob':
      throw new Unsupported(part.text);
    case 'DoubleQuoted':
    case 'LocaleString':
      part.parts.forEach(check);
      break;
    default:
  }
}

function wordOf(word: Word): ShellWord {
  word.parts?.forEach(check);
  return {
    text: word.value,
    pattern: word.parts?.some(({ type }) => type === 'Glob') ?? false,
    home: /^~(\/|$)/.test(word.text),
  };
}

/** The pattern of file names as a regular expression for one name. */
export function namePattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|\\]/g, '\\$&');
  const body = escaped.replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]').replace(/\[!/g, '[^');
  try {
    return new RegExp(`^${body}$`, 'u');
  } catch {
    return /^\b$/; // A bracket that is none: nothing has that name.
  }
}
