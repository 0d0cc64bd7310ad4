/** vi, vim, nano: the editor on a file. */

import { FileError, resolve } from '../files';
import { Usage, type Run } from '../program';
import { bytesOf } from '../streams';

/** Largest file that is edited, in bytes. */
const LARGEST = 4 << 20;

export async function edit(run: Run): Promise<number> {
  const names = run.args.filter((arg) => !/^[-+]/.test(arg));
  const [name] = names;
  const kind = run.name === 'nano' ? 'nano' : 'vi';
  if (name === undefined) throw new Usage(`${run.name}: which file? ${run.name} FILE\n`);
  if (names.length > 1) throw new Usage(`${run.name}: one file at a time\n`);
  if (!run.stdout.isTerminal || run.background) {
    await run.stderr.write(`${run.name}: Output is not to a terminal\n`);
    return 1;
  }
  const path = resolve(run.shell.folder, name);
  const found = await run.files.find(path);
  if (found?.isDirectory) {
    await run.stderr.write(`${run.name}: "${name}" is a directory\n`);
    return 1;
  }
  if (found && found.size > LARGEST) throw new FileError(`"${name}" is too large for this editor`);
  const bytes = found ? await run.files.read(path) : new Uint8Array();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    await run.stderr.write(`${run.name}: "${name}" is no text\n`);
    return 1;
  }
  await run.terminal.edit({
    kind,
    path,
    text,
    fresh: !found,
    save: (changed) => run.files.write(path, bytesOf(changed)),
  });
  return 0;
}
