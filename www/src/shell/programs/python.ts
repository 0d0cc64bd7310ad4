/** python3: a script of the lab's disk, run by the page's own Python against the lab. */

import { Python } from '../../python/python';
import { FileError, resolve } from '../files';
import { Usage, reason, type Run } from '../program';
import { readAll } from '../streams';

export async function python(run: Run): Promise<number> {
  const [first, ...more] = run.args;
  let code: string;
  let name = first ?? '<stdin>';
  if (first === '-V' || first === '--version') {
    await run.stdout.write('Python 3.14\n');
    return 0;
  }
  if (first === '-c') {
    code = more[0] ?? '';
    name = '<string>';
  } else if (first === undefined) {
    if (run.stdin.isTerminal) throw new Usage(`${run.name}: give it a file: ${run.name} FILE\n`);
    code = new TextDecoder().decode(await readAll(run.stdin));
  } else if (first.startsWith('-')) {
    throw new Usage(`unknown option ${first}\nusage: ${run.name} [-c cmd | file]\n`, 2);
  } else {
    try {
      code = await run.files.readText(resolve(run.shell.folder, first));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await run.stderr.write(
        `${run.name}: can't open file '${resolve(run.shell.folder, first)}': [Errno 2] ${error.message}\n`,
      );
      return 2;
    }
  }
  let failed = false;
  const interpreter = new Python(run.lab, {
    state: () => undefined,
    output: (text, error) => {
      if (error && text.startsWith('Traceback')) failed = true;
      void (error ? run.stderr : run.stdout).write(text);
    },
  });
  const stop = (): void => interpreter.stop();
  run.signal.addEventListener('abort', stop);
  try {
    await interpreter.run(code, name);
  } catch (error) {
    await run.stderr.write(`${run.name}: ${reason(error)}\n`);
    failed = true;
  } finally {
    run.signal.removeEventListener('abort', stop);
    interpreter.stop();
  }
  return run.signal.aborted ? 130 : failed ? 1 : 0;
}
