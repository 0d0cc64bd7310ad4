/** Programs that change files: cp, mv, rm, mkdir, rmdir, touch, chmod, chown. */

import { FileError, nameOf, parentOf, resolve, type Entry } from '../files';
import { Usage, complain, options, type Run } from '../program';

const help = (run: Run): string => `Try '${run.name} --help' for more information.\n`;

/** Sources and the place they are to go to. */
async function places(
  run: Run,
  operands: readonly string[],
): Promise<{ sources: readonly string[]; target: string; into: boolean }> {
  const target = operands.at(-1);
  const sources = operands.slice(0, -1);
  if (target === undefined) throw new Usage(`${run.name}: missing file operand\n${help(run)}`);
  if (sources.length === 0) {
    throw new Usage(
      `${run.name}: missing destination file operand after '${target}'\n${help(run)}`,
    );
  }
  const found = await run.files.find(resolve(run.shell.folder, target));
  const into = found?.isDirectory ?? false;
  if (sources.length > 1 && !into)
    throw new Usage(
      `${run.name}: target '${target}': ${found ? 'Not a directory' : 'No such file or directory'}\n`,
    );
  if (!into && target.endsWith('/')) {
    throw new Usage(
      `${run.name}: cannot ${run.name === 'cp' ? 'create regular file' : 'move'} '${run.name === 'cp' ? target : `${sources[0] ?? ''}' to '${target}`}': Not a directory\n`,
    );
  }
  return { sources, target, into };
}

export async function cp(run: Run): Promise<number> {
  const given = options(run, 'rRaifpvn', '', {
    recursive: 'r',
    archive: 'a',
    force: 'f',
    verbose: 'v',
  });
  const { files, shell } = run;
  const { sources, target, into } = await places(run, given.rest);
  const recursive = given.has('r', 'R', 'a');
  let status = 0;
  for (const source of sources) {
    const shown = into ? `${target.replace(/\/$/, '')}/${nameOf(source)}` : target;
    const [from, to] = [resolve(shell.folder, source), resolve(shell.folder, shown)];
    try {
      const entry = await files.stat(from);
      if (from === to) {
        status = await complain(run, `'${source}' and '${shown}' are the same file`);
      } else if (entry.isDirectory && !recursive) {
        status = await complain(run, `-r not specified; omitting directory '${source}'`);
      } else if (entry.isDirectory && `${to}/`.startsWith(`${from}/`)) {
        status = await complain(
          run,
          `cannot copy a directory, '${source}', into itself, '${shown}'`,
        );
      } else {
        await copy(run, entry, to, shown, given.has('v') ? source : undefined);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const missing = !(await files.find(from));
      status = await complain(
        run,
        missing
          ? `cannot stat '${source}': ${error.message}`
          : `cannot create regular file '${shown}': ${error.message}`,
      );
    }
  }
  return status;
}

async function copy(
  run: Run,
  entry: Entry,
  to: string,
  shown: string,
  source?: string,
): Promise<void> {
  const { files } = run;
  if (!entry.isDirectory) {
    await files.write(to, await files.read(entry.path));
    if (source !== undefined) await run.stdout.write(`'${source}' -> '${shown}'\n`);
    return;
  }
  if (!(await files.find(to))) await files.makeFolder(to);
  for (const inside of await files.list(entry.path)) {
    const name = nameOf(inside.path);
    await copy(
      run,
      inside,
      `${to}/${name}`,
      `${shown}/${name}`,
      source === undefined ? source : `${source}/${name}`,
    );
  }
}

export async function mv(run: Run): Promise<number> {
  const given = options(run, 'ifvn', '', { force: 'f', verbose: 'v' });
  const { files, shell } = run;
  const { sources, target, into } = await places(run, given.rest);
  let status = 0;
  for (const source of sources) {
    const shown = into ? `${target.replace(/\/$/, '')}/${nameOf(source)}` : target;
    const [from, to] = [resolve(shell.folder, source), resolve(shell.folder, shown)];
    const entry = await files.find(from);
    if (!entry) status = await complain(run, `cannot stat '${source}': No such file or directory`);
    else if (from === to)
      status = await complain(run, `'${source}' and '${shown}' are the same file`);
    else if (to.startsWith(`${from}/`)) {
      status = await complain(
        run,
        `cannot move '${source}' to a subdirectory of itself, '${shown}'`,
      );
    } else {
      try {
        await files.rename(from, to);
        if (given.has('v')) await run.stdout.write(`renamed '${source}' -> '${shown}'\n`);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        status = await complain(run, `cannot move '${source}' to '${shown}': ${error.message}`);
      }
    }
  }
  return status;
}

export async function rm(run: Run): Promise<number> {
  const given = options(run, 'rRfiv', '', { recursive: 'r', force: 'f', verbose: 'v' });
  const { files, shell } = run;
  const force = given.has('f');
  if (given.rest.length === 0) {
    if (force) return 0;
    throw new Usage(`rm: missing operand\n${help(run)}`);
  }
  let status = 0;
  for (const name of given.rest) {
    const path = resolve(shell.folder, name);
    const entry = await files.find(path);
    if (!entry) {
      if (!force)
        status = await complain(run, `cannot remove '${name}': No such file or directory`);
    } else if (path === '/') {
      status = await complain(run, `it is dangerous to operate recursively on '/'`);
    } else if (entry.isDirectory && !given.has('r', 'R')) {
      status = await complain(run, `cannot remove '${name}': Is a directory`);
    } else {
      // What is inside goes first, the deepest before what is above it.
      const below = entry.isDirectory ? await files.below(path) : [];
      const all = [
        ...below
          .map((one) => one.path)
          .sort()
          .reverse(),
        path,
      ];
      const folders = new Set(below.filter((one) => one.isDirectory).map((one) => one.path));
      if (entry.isDirectory) folders.add(path);
      for (const one of all) {
        await files.remove(one);
        const kind = folders.has(one) ? 'directory ' : '';
        if (given.has('v'))
          await run.stdout.write(`removed ${kind}'${name}${one.slice(path.length)}'\n`);
      }
    }
  }
  return status;
}

export async function mkdir(run: Run): Promise<number> {
  const given = options(run, 'pv', 'm', { parents: 'p', verbose: 'v', mode: 'm' });
  const { files, shell } = run;
  if (given.rest.length === 0) throw new Usage(`mkdir: missing operand\n${help(run)}`);
  let status = 0;
  for (const name of given.rest) {
    const path = resolve(shell.folder, name);
    try {
      const told = async (made: string): Promise<void> => {
        const shown = name.slice(0, name.length - (path.length - made.length));
        if (given.has('v')) await run.stdout.write(`mkdir: created directory '${shown}'\n`);
      };
      if (given.has('p')) await makeAll(run, path, told);
      else {
        await files.makeFolder(path);
        await told(path);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = await complain(run, `cannot create directory '${name}': ${error.message}`);
    }
  }
  return status;
}

/** Makes a folder, and those above it that are missing. */
async function makeAll(
  run: Run,
  path: string,
  told: (made: string) => Promise<void>,
): Promise<void> {
  const found = await run.files.find(path);
  if (found?.isDirectory) return;
  if (found) throw new FileError('File exists');
  await makeAll(run, parentOf(path), told);
  await run.files.makeFolder(path);
  await told(path);
}

export async function rmdir(run: Run): Promise<number> {
  const given = options(run, 'pv');
  const { files, shell } = run;
  if (given.rest.length === 0) throw new Usage(`rmdir: missing operand\n${help(run)}`);
  let status = 0;
  for (const name of given.rest) {
    const path = resolve(shell.folder, name);
    const entry = await files.find(path);
    try {
      if (!entry) throw new FileError('No such file or directory');
      if (!entry.isDirectory) throw new FileError('Not a directory');
      await files.remove(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = await complain(run, `failed to remove '${name}': ${error.message}`);
    }
  }
  return status;
}

export async function touch(run: Run): Promise<number> {
  const given = options(run, 'cam');
  const { files, shell } = run;
  if (given.rest.length === 0) throw new Usage(`touch: missing file operand\n${help(run)}`);
  let status = 0;
  for (const name of given.rest) {
    const path = resolve(shell.folder, name);
    try {
      const entry = await files.find(path);
      if (entry?.isDirectory) continue;
      if (entry) await files.write(path, await files.read(path));
      else if (!given.has('c')) await files.write(path, new Uint8Array());
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = await complain(run, `cannot touch '${name}': ${error.message}`);
    }
  }
  return status;
}

/** chmod and chown: the lab's disk has neither modes nor owners, so that everything is allowed already. */
export async function permissions(run: Run): Promise<number> {
  const { args, files, shell } = run;
  const operands = args.filter((arg) => !/^-[a-zA-Z]+$/.test(arg));
  const [first, ...names] = operands;
  if (first === undefined) throw new Usage(`${run.name}: missing operand\n${help(run)}`);
  if (names.length === 0)
    throw new Usage(`${run.name}: missing operand after '${first}'\n${help(run)}`);
  let status = 0;
  for (const name of names) {
    if (await files.find(resolve(shell.folder, name))) continue;
    status = await complain(run, `cannot access '${name}': No such file or directory`);
  }
  return status;
}
