/** The shell: runs what a line says, program by program, pipe by pipe. */

import type { Lab } from '../client/api';
import { LabClock } from './lab-clock';
import { FileError, FileSystem, MAX_FILE, parentOf, resolve } from './files';
import {
  Usage,
  reason,
  type Job,
  type Program,
  type Run,
  type ShellProcess,
  type ShellState,
} from './program';
import {
  BrokenPipe,
  FixedInput,
  Kept,
  Pipe,
  bytesOf,
  discard,
  joined,
  type Input,
  type Output,
} from './streams';
import {
  SyntaxMistake,
  Unsupported,
  namePattern,
  parseLine,
  type Redirect,
  type ShellList,
  type ShellPipeline,
  type ShellWord,
  type SimpleCommand,
} from './syntax';
import type { Terminal } from './terminal';

/** How deep lines may run lines. */
const DEEPEST = 8;

/** Most lines that are kept for `history`. */
const MOST_LINES = 1000;

/** Numbers of processes that are not the lab's. */
let nextPid = 2001;

/** Everything that runs in a lab's shells. */
const running = new WeakMap<Lab, Set<ShellProcess>>();

export interface ShellTexts {
  unsupported(construct: string): string;
}

export interface ShellOptions {
  readonly lab: Lab;
  readonly terminal: Terminal;
  /** The number of its terminal. */
  readonly tty: number;
  readonly programs: ReadonlyMap<string, Program>;
  readonly texts: ShellTexts;
}

/** A command as it is to be run. */
interface Prepared {
  readonly name: string;
  readonly args: readonly string[];
  readonly command: SimpleCommand;
}

export class Shell implements ShellState {
  folder = '/home/learner';
  user: 'learner' | 'root' = 'learner';
  readonly history: string[] = [];
  readonly jobs: Job[] = [];
  readonly pid: number;
  readonly tty: string;
  readonly files: FileSystem;
  ended = false;
  /** What ended last ended with. */
  status = 0;
  private readonly options: ShellOptions;
  private readonly registry: Set<ShellProcess>;
  private readonly own: ShellProcess;
  private readonly clock: LabClock;
  private foreground: AbortController | undefined;
  private depth = 0;
  private elevated = false;

  constructor(options: ShellOptions) {
    this.options = options;
    this.files = new FileSystem(options.lab.files);
    this.clock = new LabClock(options.lab);
    this.pid = nextPid++;
    this.tty = `pts/${options.tty}`;
    this.registry = running.get(options.lab) ?? new Set();
    running.set(options.lab, this.registry);
    this.own = this.process(this.pid, 1, 'bash', undefined);
    this.registry.add(this.own);
  }

  get home(): string {
    return this.user === 'root' ? '/root' : '/home/learner';
  }

  get prompt(): string {
    const inside = this.folder === this.home || this.folder.startsWith(`${this.home}/`);
    const shown = inside ? `~${this.folder.slice(this.home.length)}` : this.folder;
    return `${this.user}@lab:${shown}${this.user === 'root' ? '#' : '$'} `;
  }

  get now(): number {
    return this.clock.now;
  }

  programs = (): readonly string[] => [...this.options.programs.keys()];

  processes = (): readonly ShellProcess[] => [...this.registry];

  /** Ctrl-C. */
  interrupt(): void {
    const { terminal } = this.options;
    if (terminal.onInterrupt) terminal.onInterrupt();
    else this.foreground?.abort();
  }

  becomeRoot(): void {
    this.elevated = true;
    this.user = 'root';
    this.folder = '/root';
  }

  exit(): void {
    if (this.elevated) {
      this.elevated = false;
      this.user = 'learner';
      this.folder = this.home;
    } else this.close();
  }

  /** The terminal is gone: what runs at it goes too. */
  close(): void {
    this.ended = true;
    this.foreground?.abort();
    for (const process of this.registry) {
      if (process.parent === this.pid) process.kill?.();
    }
    this.registry.delete(this.own);
  }

  private process(
    pid: number,
    parent: number,
    command: string,
    kill: (() => void) | undefined,
  ): ShellProcess {
    return {
      pid,
      parent,
      user: this.user,
      command,
      tty: this.tty,
      started: this.now,
      kill,
    };
  }

  /** Runs what was typed, to its end. */
  async run(source: string): Promise<void> {
    const { terminal } = this.options;
    const line = source.trim();
    if (line !== '' && this.history.at(-1) !== line) this.history.push(line);
    if (this.history.length > MOST_LINES) this.history.shift();
    const controller = new AbortController();
    this.foreground = controller;
    try {
      await this.clock.look();
      this.status = await this.lines(source, controller.signal);
      this.tellOfJobs();
    } finally {
      this.foreground = undefined;
      terminal.onInterrupt = undefined;
      terminal.flush();
    }
  }

  private async lines(source: string, signal: AbortSignal): Promise<number> {
    const { terminal, texts } = this.options;
    let lists: readonly ShellList[];
    try {
      lists = parseLine(source);
    } catch (error) {
      if (error instanceof Unsupported)
        await terminal.write(`bash: ${texts.unsupported(error.construct)}\n`);
      else if (error instanceof SyntaxMistake)
        await terminal.write(`bash: syntax error: ${error.message}\n`);
      else throw error;
      return 2;
    }
    let status = 0;
    for (const list of lists) {
      if (signal.aborted || this.ended) return 130;
      status = list.background ? await this.begin(list) : await this.steps(list, signal, false);
    }
    return status;
  }

  private async steps(list: ShellList, signal: AbortSignal, background: boolean): Promise<number> {
    let status = 0;
    for (const { when, run } of list.steps) {
      if (signal.aborted) return 130;
      if (when === '&&' && status !== 0) continue;
      if (when === '||' && status === 0) continue;
      status = await this.pipeline(run, signal, background);
    }
    return status;
  }

  /** Runs a list in the background. */
  private async begin(list: ShellList): Promise<number> {
    const { terminal } = this.options;
    const controller = new AbortController();
    const number = Math.max(0, ...this.jobs.map((job) => job.number)) + 1;
    const job: Job = { number, pid: nextPid++, source: list.source, done: false };
    this.jobs.push(job);
    await terminal.write(`[${number}] ${job.pid}\n`);
    void this.steps(list, controller.signal, true).finally(() => {
      job.done = true;
      terminal.flush();
    });
    return 0;
  }

  private tellOfJobs(): void {
    for (const job of this.jobs.filter(({ done }) => done)) {
      this.jobs.splice(this.jobs.indexOf(job), 1);
      void this.options.terminal.write(`[${job.number}]+  Done                    ${job.source}\n`);
    }
  }

  private async pipeline(
    pipeline: ShellPipeline,
    signal: AbortSignal,
    background: boolean,
  ): Promise<number> {
    const { terminal } = this.options;
    const prepared: Prepared[] = [];
    for (const command of pipeline.commands) {
      const [name, ...args] = await this.words(command.words);
      prepared.push({ name: name ?? '', args, command });
    }
    const pipes = prepared.slice(1).map(() => new Pipe());
    const runs = prepared.map(async (one, index) => {
      const before = pipes[index - 1];
      const after = pipes[index];
      const typed: Input = {
        isTerminal: true,
        [Symbol.asyncIterator]: () => terminal.typed(signal)[Symbol.asyncIterator](),
      };
      const first: Input = background ? new FixedInput(new Uint8Array()) : typed;
      try {
        return await this.command(one, before ?? first, after ?? terminal, signal, background);
      } finally {
        before?.close();
        after?.end();
      }
    });
    const statuses = await Promise.all(runs);
    return statuses.at(-1) ?? 0;
  }

  /** Runs one program with its redirections. */
  private async command(
    { name, args, command }: Prepared,
    input: Input,
    output: Output,
    signal: AbortSignal,
    background: boolean,
  ): Promise<number> {
    const { terminal, lab } = this.options;
    const written: FileOutput[] = [];
    let stdin = input;
    let stdout = output;
    let stderr: Output = terminal;
    let target = '';
    try {
      for (const redirect of command.redirects) {
        target = redirect.kind === 'text' ? '' : await this.target(redirect);
        if (redirect.descriptor === 0) stdin = await this.source_(redirect, target);
        else {
          const file = await this.fileOutput(redirect, target);
          if (file instanceof FileOutput) written.push(file);
          if (redirect.descriptor === 1) stdout = file;
          else stderr = file;
        }
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await terminal.write(`bash: ${target}: ${error.message}\n`);
      return 1;
    }
    if (command.joined) stderr = stdout;
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    signal.addEventListener('abort', stop);
    const run: Run = {
      name,
      args,
      stdin,
      stdout,
      stderr,
      lab,
      files: this.files,
      terminal,
      shell: this,
      signal: controller.signal,
      background,
    };
    try {
      return name === '' ? 0 : await this.execute(run, [name, ...args]);
    } finally {
      signal.removeEventListener('abort', stop);
      for (const file of written) {
        await file.end().catch((error: unknown) => terminal.write(`bash: ${reason(error)}\n`));
      }
    }
  }

  /** Runs a program of the lab, and tells what it died of. */
  async execute(run: Run, words: readonly string[]): Promise<number> {
    const [name = '', ...args] = words;
    const program = this.lookUp(name);
    if (!program) return this.unknown(run, name);
    let kill: (code: number) => void = () => undefined;
    const killed = new Promise<number>((resolve) => (kill = resolve));
    const controller = new AbortController();
    run.signal.addEventListener('abort', () => controller.abort());
    if (run.signal.aborted) controller.abort();
    const entry = this.process(nextPid++, this.pid, words.join(' '), () => {
      controller.abort();
      kill(143);
    });
    const called =
      name.startsWith('/usr/bin/') || name.startsWith('/bin/')
        ? name.slice(name.lastIndexOf('/') + 1)
        : name;
    this.registry.add(entry);
    try {
      // All programs of a pipe are there before the first begins.
      await Promise.resolve();
      const own = { ...run, name: called, args, signal: controller.signal };
      return await Promise.race([Promise.resolve(program(own)), killed]);
    } catch (error) {
      if (error instanceof BrokenPipe) return 141;
      if (error instanceof Usage) {
        await run.stderr.write(error.message);
        return error.code;
      }
      // A program's own complaint has its form; this is what no program foresees, such as a full disk.
      await run.stderr.write(`${called}: ${reason(error)}\n`);
      return 1;
    } finally {
      this.registry.delete(entry);
    }
  }

  private lookUp(name: string): Program | undefined {
    const { programs } = this.options;
    const path = /^(\/usr\/bin|\/bin|\/usr\/local\/bin|\/usr\/sbin|\/sbin)\//.exec(name);
    if (name.startsWith('/etc/init.d/')) return programs.get(name);
    return programs.get(path ? name.slice(path[0].length) : name);
  }

  private async unknown(run: Run, name: string): Promise<number> {
    if (!name.includes('/')) {
      await run.stderr.write(`${name}: command not found\n`);
      return 127;
    }
    const found = await this.files.find(resolve(this.folder, name));
    const why = !found
      ? 'No such file or directory'
      : found.isDirectory
        ? 'Is a directory'
        : 'Permission denied';
    await run.stderr.write(`bash: ${name}: ${why}\n`);
    return found ? 126 : 127;
  }

  async source(run: Run, text: string): Promise<number> {
    if (this.depth >= DEEPEST) throw new Usage('bash: too deeply nested\n');
    this.depth += 1;
    try {
      return await this.lines(text, run.signal);
    } finally {
      this.depth -= 1;
    }
  }

  // ------------------------------------------------------------------------------------- words and redirections

  private async words(words: readonly ShellWord[]): Promise<string[]> {
    const texts: string[] = [];
    for (const word of words) texts.push(...(await this.expanded(word)));
    return texts;
  }

  private async expanded(word: ShellWord): Promise<string[]> {
    const text = word.home ? this.home + word.text.slice(1) : word.text;
    if (!word.pattern) return [text];
    const slash = text.lastIndexOf('/');
    const shown = text.slice(0, slash + 1);
    const folder = resolve(this.folder, shown === '' ? '.' : shown);
    const wanted = text.slice(slash + 1);
    const fits = namePattern(wanted);
    const entries = await this.files.list(folder);
    const names = entries
      .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
      .filter((name) => fits.test(name) && (!name.startsWith('.') || wanted.startsWith('.')))
      .sort();
    // What fits nothing stays as it was typed.
    return names.length > 0 ? names.map((name) => shown + name) : [text];
  }

  private async target(redirect: Redirect): Promise<string> {
    const [text = '', ...more] = await this.expanded(redirect.target);
    if (more.length > 0) throw new FileError('ambiguous redirect');
    return text;
  }

  private async source_(redirect: Redirect, target: string): Promise<Input> {
    if (redirect.kind === 'text') return new FixedInput(bytesOf(redirect.target.text));
    if (target === '/dev/null') return new FixedInput(new Uint8Array());
    return new FixedInput(await this.files.read(resolve(this.folder, target)));
  }

  private async fileOutput(redirect: Redirect, target: string): Promise<Output> {
    if (target === '/dev/null') return discard;
    const path = resolve(this.folder, target);
    const found = await this.files.find(path);
    if (found?.isDirectory) throw new FileError('Is a directory');
    const folder = await this.files.find(parentOf(path));
    if (!folder?.isDirectory)
      throw new FileError(folder ? 'Not a directory' : 'No such file or directory');
    const before =
      redirect.kind === 'append' && found ? await this.files.read(path) : new Uint8Array();
    const file = new FileOutput(this.files, path, before);
    if (redirect.kind === 'write' || !found) await file.store();
    return file;
  }
}

/** How often what goes to a file is written, in milliseconds. */
const WRITE_MS = 500;

/** Output to a file: written now and then, and at the end. */
class FileOutput implements Output {
  readonly isTerminal = false;
  private readonly kept = new Kept(MAX_FILE);
  private stored = 0;
  private length = 0;
  private last = 0;

  constructor(
    private readonly files: FileSystem,
    private readonly path: string,
    private readonly before: Uint8Array,
  ) {}

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(data);
    await this.kept.write(bytes);
    this.length += bytes.length;
    const now = performance.now();
    if (now - this.last >= WRITE_MS) {
      this.last = now;
      await this.store();
    }
  }

  async store(): Promise<void> {
    this.stored = this.length;
    await this.files.write(this.path, joined([this.before, this.kept.bytes()]));
  }

  async end(): Promise<void> {
    if (this.stored !== this.length) await this.store();
  }
}
