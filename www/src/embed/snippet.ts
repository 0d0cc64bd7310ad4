/** `<resplay-snippet>`: makes the `<pre>` before it editable, and runs it in place. */

import { Embedded, linesOf } from './embedded';
import type { SharedLab } from './labs';
import type { Run } from './run';

const styles = `
  .root { height: auto; gap: var(--space-1); margin-block: var(--space-1); }
  .bar { display: flex; flex: none; align-items: center; gap: var(--space-1); }
  button {
    min-height: var(--control-height);
    padding: 0 var(--space-3);
    border: 1px solid var(--border-strong);
    border-radius: var(--radius-md);
    background: var(--surface);
    color: var(--text);
    font: var(--weight-medium) var(--text-sm) / 1 var(--font-ui);
    cursor: pointer;
  }
  button.run { border-color: transparent; background: var(--accent); color: var(--on-accent); }
  button.run:hover { background: var(--accent-hover); }
  button:disabled { opacity: 0.55; cursor: default; }
  button:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
  .status { color: var(--text-muted); font-size: var(--text-sm); }
  .status.good { color: var(--accent); }
  .status.bad { color: var(--danger); }
  pre {
    max-height: 24rem;
    margin: 0;
    padding: var(--space-2) var(--space-3);
    overflow: auto;
    border-left: 3px solid var(--accent);
    background: var(--sunken);
    color: var(--text);
    font: var(--text-md) / var(--leading) var(--font-mono);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  pre.failed { border-color: var(--danger); }
`;

/** Output that is kept, in characters. */
const MAX_OUTPUT = 100_000;

/** Languages by the class of the code, and by the attribute. */
const LANGUAGES: Readonly<Record<string, string>> = {
  redis: 'redis',
  'redis-cli': 'redis',
  console: 'redis',
  python: 'python',
  py: 'python',
  shell: 'shell',
  sh: 'shell',
  bash: 'shell',
};

/** The language of code as its class tells it; undefined when it tells none that runs. */
export function languageOfCode(code: Element): string | undefined {
  for (const name of code.classList) {
    const match = /^lang(?:uage)?-(.+)$/.exec(name);
    if (match) return LANGUAGES[match[1]?.toLowerCase() ?? ''];
  }
  return undefined;
}

/** Lines without blanks at their ends, and without blank lines around. */
const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();

export class EmbedSnippet extends Embedded {
  private code: HTMLElement | undefined;
  private original: Node[] = [];
  private readonly runButton = button('run');
  private readonly resetButton = button('reset');
  private readonly status = document.createElement('span');
  private readonly output = document.createElement('pre');
  private readonly expected = document.createElement('slot');
  private running: Run | undefined;

  constructor() {
    super(styles);
    this.status.className = 'status';
    this.status.setAttribute('role', 'status');
    this.output.part.add('output');
    this.output.tabIndex = 0;
    this.output.setAttribute('role', 'log');
    this.output.hidden = true;
    this.resetButton.hidden = true;
    const bar = document.createElement('div');
    bar.className = 'bar';
    bar.part.add('toolbar');
    bar.append(this.runButton, this.resetButton, this.status);
    this.root.append(bar, this.output, this.expected);
    this.runButton.addEventListener('click', () => {
      if (this.running) this.running.stop();
      else void this.run();
    });
    this.resetButton.addEventListener('click', () => this.reset());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasAttribute('all')) {
      this.root.hidden = true;
      this.attachToAll();
      return;
    }
    this.output.setAttribute('aria-label', this.text('embed.output'));
    this.show();
    this.attach();
  }

  /** Nothing is fetched before it is used. */
  protected override seen(): void {
    if (this.hasAttribute('autorun')) void this.run();
  }

  protected fill(): void {
    this.show();
  }

  /** Of a snippet, it is run before the snippet itself. */
  protected override labSetup(): string[] {
    return [];
  }

  /** Puts a snippet behind every block of code that can be run. */
  private attachToAll(): void {
    for (const code of document.querySelectorAll('pre > code')) {
      const pre = code.parentElement;
      if (!pre || languageOfCode(code) === undefined) continue;
      const next = pre.nextElementSibling;
      if (next instanceof EmbedSnippet && !next.hasAttribute('all')) continue;
      const snippet = document.createElement(this.localName);
      for (const { name, value } of this.attributes) {
        if (!['all', 'id', 'setup', 'depends', 'autorun'].includes(name))
          snippet.setAttribute(name, value);
      }
      pre.after(snippet);
    }
  }

  private attach(): void {
    if (this.code) return;
    let before = this.previousElementSibling;
    while (before && before.localName !== 'pre') before = before.previousElementSibling;
    if (!(before instanceof HTMLElement)) return;
    const code = before.querySelector('code') ?? before;
    this.code = code;
    this.original = [...code.childNodes].map((node) => node.cloneNode(true));
    if (this.hasAttribute('readonly')) return;
    code.contentEditable = 'plaintext-only';
    // Where that is not known, what is pasted may bring its looks along; only its text is run.
    if (code.contentEditable !== 'plaintext-only') code.contentEditable = 'true';
    code.spellcheck = false;
    code.setAttribute('role', 'textbox');
    code.setAttribute('aria-multiline', 'true');
    code.setAttribute('aria-label', this.text('embed.code'));
    code.addEventListener('input', () => this.show());
    code.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!this.running) void this.run();
    });
  }

  /** The code as it stands there. Blocks of markup that an editor has made count as lines. */
  get value(): string {
    return this.code?.innerText.replace(/\u00a0/g, ' ') ?? '';
  }

  set value(text: string) {
    if (this.code) this.code.textContent = text;
    this.show();
  }

  /** What the author wrote comes back. */
  reset(): void {
    this.running?.stop();
    this.code?.replaceChildren(...this.original.map((node) => node.cloneNode(true)));
    this.output.hidden = true;
    this.expected.hidden = false;
    this.status.textContent = '';
    this.show();
  }

  /** Runs what it depends on, if that has not been run, and then the code; resolves with what it printed. */
  run(): Promise<string> {
    const run = this.runNow();
    void this.open().then(
      ({ done }) => done.set(this, run),
      () => undefined,
    );
    return run;
  }

  private async runNow(): Promise<string> {
    const { value: code } = this;
    const language = this.codeLanguage();
    const start = performance.now();
    let printed = '';
    let failed = true;
    this.status.className = 'status';
    this.status.textContent = this.text('embed.loading');
    this.runButton.disabled = true;
    try {
      const shared = await this.open();
      await this.runBefore(shared);
      const { startRun } = await import('./run');
      const run = startRun(shared, language, code, (text) => {
        printed = (printed + text).slice(-MAX_OUTPUT);
        this.print(printed);
      });
      this.running = run;
      this.tell('running');
      this.emit('run', { code, language });
      this.status.textContent = this.text('embed.running');
      this.runButton.disabled = false;
      this.print('');
      this.show();
      failed = await run.ended;
    } catch (error) {
      printed = this.text('embed.failed', {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    this.running = undefined;
    this.runButton.disabled = false;
    this.print(printed === '' ? this.text('embed.nothing') : printed, failed);
    this.show();
    this.tell('ready');
    await this.judge(printed, failed, performance.now() - start);
    return printed;
  }

  /** The language of the code: the attribute's, the class's, or else redis. */
  private codeLanguage(): string {
    const named = this.getAttribute('language-of-code')?.toLowerCase();
    if (named !== undefined) return LANGUAGES[named] ?? named;
    return (this.code && languageOfCode(this.code)) ?? 'redis';
  }

  private async runBefore(shared: SharedLab): Promise<void> {
    const ids = (this.getAttribute('depends') ?? '').split(/\s+/).filter(Boolean);
    for (const id of ids) {
      const other = document.getElementById(id);
      if (!(other instanceof EmbedSnippet) || other === this) {
        throw new Error(this.text('embed.before', { reason: `#${id}` }));
      }
      await (shared.done.get(other) ?? other.run());
    }
    const setup = linesOf(this.getAttribute('setup'));
    if (setup.length > 0) await shared.run(setup);
  }

  private async judge(output: string, failed: boolean, time: number): Promise<void> {
    const wanted = tidy(this.textContent);
    const matches = wanted === '' ? undefined : tidy(output) === wanted;
    this.emit('result', { output, failed, time, ...(matches === undefined ? {} : { matches }) });
    const command = this.getAttribute('check');
    let passed = matches;
    if (command !== null) {
      const expected = this.getAttribute('expect') ?? '';
      const reply = tidy(await this.execute(command));
      passed = reply === tidy(expected);
      this.emit('checks', { passed, checks: [{ command, expected, reply, passed }] });
    }
    this.status.textContent =
      passed === undefined ? '' : this.text(passed ? 'embed.matches' : 'embed.differs');
    this.status.classList.toggle('good', passed === true);
    this.status.classList.toggle('bad', passed === false);
  }

  private print(text: string, failed = false): void {
    this.expected.hidden = true;
    this.output.hidden = false;
    this.output.textContent = text;
    this.output.classList.toggle('failed', failed);
    this.output.scrollTop = this.output.scrollHeight;
  }

  private show(): void {
    this.runButton.textContent = this.text(this.running ? 'embed.stop' : 'embed.run');
    this.resetButton.textContent = this.text('embed.reset');
    const written = this.original.map((node) => node.textContent).join('');
    const changed = this.code !== undefined && this.code.textContent !== written;
    this.resetButton.hidden = !changed && this.output.hidden;
  }
}

function button(name: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = name;
  made.part.add(name);
  return made;
}
