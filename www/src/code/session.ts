/** The scripts of a lab, and what runs of them; they outlive the view that shows them. */

import type { Lab } from '../client/api';
import { JavaScript } from '../javascript/javascript';
import { Python, type PythonState } from '../python/python';
import { examples, type Example } from './examples';
import { endingOf, freeName, isScriptName, LARGEST, MOST, type Language } from './folder';
import { Keeper, type Kept } from './keeper';
import { Script, type ScriptStatus } from './script';

const byName = new Intl.Collator('en', { numeric: true });

/** A script that was removed, and comes back when that was a mistake. */
interface Removed {
  readonly name: string;
  readonly text: string;
}

export class Session extends EventTarget implements Kept {
  scripts: readonly Script[] = [];
  active: Script;
  removed: Removed | undefined;
  /** Python can wait for the lab. */
  get suspends(): boolean {
    return this.python.suspends;
  }

  private readonly keeper: Keeper;
  private readonly lab: Lab;
  private readonly python: Python;
  /** The script that Python runs. */
  private inPython: Script | undefined;
  private readonly javascript = new Map<Script, JavaScript>();
  /** The one to begin with, as long as there are no others; the disk has it once it is touched. */
  private readonly starter: Script;
  private latest = -Infinity;

  private constructor(lab: Lab) {
    super();
    this.lab = lab;
    this.starter = this.make(`script${endingOf('python')}`, examples.music.text);
    this.active = this.starter;
    this.scripts = [this.starter];
    this.python = new Python(lab, {
      state: () => this.changed(this.inPython ?? this.active),
      output: (text, error) => (this.inPython ?? this.active).output.print(text, error),
    });
    this.keeper = new Keeper(lab, this);
    lab.on('status', () => this.stopAll());
  }

  /** The one of a lab, once it has what the disk has. */
  static async of(lab: Lab): Promise<Session> {
    const session = sessions.get(lab) ?? new Session(lab);
    sessions.set(lab, session);
    await session.keeper.ready;
    return session;
  }

  private make(name: string, text: string): Script {
    const script: Script = new Script(name, text, () => this.changed(script));
    return script;
  }

  // ------------------------------------------------------------------------------------------------- scripts

  /** Names that are taken. */
  private get names(): ReadonlySet<string> {
    const holding = this.scripts.filter((script) => !this.isUntouched(script));
    return new Set(holding.map(({ name }) => name));
  }

  private place(script: Script): void {
    // The one to begin with gives way as long as nobody has touched it.
    const others = this.scripts.filter((other) => !this.isUntouched(other));
    this.scripts = [...others, script].sort((one, other) => byName.compare(one.name, other.name));
    if (!this.scripts.includes(this.active)) this.active = script;
  }

  choose(script: Script): void {
    this.active = script;
    this.changed(script);
    this.prepare();
  }

  /** Adds a script, under that name or one like it, and shows it. */
  private add(name: string, text = ''): Script | undefined {
    if (this.scripts.length >= MOST) return undefined;
    const script = this.make(freeName(name, this.names), text);
    this.place(script);
    this.choose(script);
    void this.keeper.save(script);
    return script;
  }

  addNew(language: Language): Script | undefined {
    return this.add(`script${endingOf(language)}`);
  }

  addExample({ file, text }: Example): void {
    const same = this.scripts.find((script) => script.name === file && script.text === text);
    if (same) this.choose(same);
    else this.add(file, text);
  }

  duplicate(script: Script): void {
    this.add(script.name, script.text);
  }

  /** Takes a file in; false when it is no script. */
  async take(file: File): Promise<boolean> {
    const name = file.name.replace(/\.[cm]js$/, '.js').replace(/\s+/g, '_');
    if (!isScriptName(name) || file.size > LARGEST) return false;
    try {
      const bytes = await file.arrayBuffer();
      return this.add(name, new TextDecoder('utf-8', { fatal: true }).decode(bytes)) !== undefined;
    } catch {
      return false;
    }
  }

  /** Gives a script another name; false when it is none, or another has it. */
  rename(script: Script, name: string): boolean {
    if (name === script.name) return true;
    if (!isScriptName(name) || this.names.has(name)) return false;
    this.stop(script);
    this.javascript.delete(script);
    const before = script.name;
    script.name = name;
    this.scripts = [...this.scripts].sort((one, other) => byName.compare(one.name, other.name));
    void this.keeper.renamed(script, before);
    this.choose(script);
    return true;
  }

  remove(script: Script): void {
    this.removed = { name: script.name, text: script.text };
    void this.keeper.remove(script);
    this.drop(script);
  }

  /** Brings back what was removed last. */
  undo(): void {
    const { removed } = this;
    this.removed = undefined;
    if (removed) this.add(removed.name, removed.text);
  }

  forgetRemoved(): void {
    this.removed = undefined;
    this.changed(this.active);
  }

  private drop(script: Script): void {
    this.stop(script);
    this.javascript.delete(script);
    const at = this.scripts.indexOf(script);
    this.scripts = this.scripts.filter((other) => other !== script);
    if (this.scripts.length === 0) {
      this.scripts = [this.make(`script${endingOf(script.language)}`, '')];
    }
    if (this.active === script) {
      this.active = this.scripts[Math.max(0, at - 1)] ?? this.active;
    }
    this.choose(this.active);
  }

  /** The script is this now. */
  edit(script: Script, text: string): void {
    if (script.text === text) return;
    script.text = text;
    this.keeper.touch(script);
  }

  appeared(name: string, text: string, modified: number): Script {
    const script = this.make(name, text);
    script.stored = text;
    this.place(script);
    // After a reload one goes on with what was changed last.
    if (
      modified > this.latest &&
      this.scripts.every((other) => this.statusOf(other) !== 'running')
    ) {
      if (this.latest === -Infinity || this.active.stored === undefined) this.active = script;
      this.latest = modified;
    }
    this.changed(script);
    return script;
  }

  isUntouched(script: Script): boolean {
    return (
      script === this.starter &&
      script.stored === undefined &&
      script.text === examples.music.text &&
      this.statusOf(script) !== 'running'
    );
  }

  stepAside(script: Script): void {
    script.name = freeName(script.name, this.names);
  }

  vanished(script: Script): void {
    this.drop(script);
  }

  changed(script: Script): void {
    this.dispatchEvent(new CustomEvent('change', { detail: script }));
  }

  // ---------------------------------------------------------------------------------------------------- runs

  /** Loads what the script needs that is shown, so that it is there when it is run. */
  prepare(): void {
    // What goes wrong is told where the output stands.
    if (this.active.language === 'python') this.python.start().catch(() => undefined);
    else
      this.runnerOf(this.active)
        .start()
        .catch(() => undefined);
  }

  /** How it stands with a script; `loading`: with what it needs. */
  statusOf(script: Script): ScriptStatus {
    const state = this.stateOf(script);
    return state === 'loading' || state === 'running' ? state : 'idle';
  }

  private stateOf(script: Script): PythonState {
    if (script.language === 'javascript') return this.javascript.get(script)?.state ?? 'none';
    const { state } = this.python;
    if (script === this.inPython) return state;
    return script === this.active && state === 'loading' ? state : 'none';
  }

  run(script: Script): void {
    if (this.statusOf(script) === 'running') return;
    void this.keeper.save(script);
    if (script.language === 'javascript') void this.runJavaScript(script);
    else if (this.inPython !== undefined) this.endAs(script, 'busy');
    else void this.runPython(script);
  }

  /** The script that keeps Python busy. */
  get busyWith(): Script | undefined {
    return this.inPython;
  }

  private begin(script: Script): void {
    script.output.clear();
    script.ending = undefined;
    this.changed(script);
  }

  private endAs(script: Script, ending: Script['ending']): void {
    script.output.take();
    script.ending = ending;
    this.changed(script);
  }

  private async runPython(script: Script): Promise<void> {
    this.begin(script);
    this.inPython = script;
    try {
      const status = await this.python.run(script.text, script.name);
      if (this.inPython === script) this.endAs(script, status === 0 ? 'done' : 'failed');
    } catch {
      this.endAs(script, 'failed');
    }
    if (this.inPython === script) this.inPython = undefined;
  }

  private async runJavaScript(script: Script): Promise<void> {
    this.begin(script);
    const all = this.scripts.filter(({ language }) => language === 'javascript');
    const files = Object.fromEntries(all.map(({ name, text }) => [name, text]));
    try {
      const code = await this.runnerOf(script).run(script.text, script.name, files);
      if (code >= 0) this.endAs(script, code === 0 ? 'done' : 'failed');
    } catch {
      this.endAs(script, 'failed');
    }
  }

  private runnerOf(script: Script): JavaScript {
    const runner =
      this.javascript.get(script) ??
      new JavaScript(this.lab, {
        state: () => this.changed(script),
        output: (text, error) => script.output.print(text, error),
      });
    this.javascript.set(script, runner);
    return runner;
  }

  /** Ends a script at once; the lab and its data go on. */
  stop(script: Script): void {
    if (script === this.inPython) {
      this.inPython = undefined;
      this.python.stop();
    } else if (this.javascript.get(script)?.state === 'running') {
      this.runnerOf(script).stop();
    } else return;
    this.endAs(script, 'stopped');
    // The next run need not wait for it.
    this.prepare();
  }

  private stopAll(): void {
    for (const script of this.scripts) this.stop(script);
  }
}

const sessions = new WeakMap<Lab, Session>();
