/** The data of a primary as the files that a server loads when it starts. */

import { configOf, type DeployedServer } from './deployment';
import { fileNameOf } from './conf';
import type { OutputFile } from './output';
import { line } from './words';

/** The files, below the server's folder. A server whose AOF is on looks at nothing else. */
export function dataFiles(server: DeployedServer): readonly OutputFile[] {
  const { snapshot } = server;
  if (snapshot === undefined) return [];
  if (configOf(server, 'appendonly') !== 'yes')
    return [{ path: fileNameOf(server, 'dbfilename'), content: snapshot }];
  const folder = fileNameOf(server, 'appenddirname');
  const name = fileNameOf(server, 'appendfilename');
  const base = `${name}.1.base.rdb`;
  const increment = `${name}.1.incr.aof`;
  const manifest = [
    line('file', base, 'seq', 1, 'type', 'b'),
    line('file', increment, 'seq', 1, 'type', 'i'),
  ];
  return [
    { path: `${folder}/${base}`, content: snapshot },
    { path: `${folder}/${increment}`, content: new Uint8Array() },
    { path: `${folder}/${name}.manifest`, content: `${manifest.join('\n')}\n` },
  ];
}
