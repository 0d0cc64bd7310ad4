/** Files that are made, and small things that their writers share. */

import { tp, type ProductionKey } from './catalogue';

export interface OutputFile {
  /** Below the archive's folder, with `/` between. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly isProgram?: boolean;
  /** It holds a password. */
  readonly isSecret?: boolean;
}

/** Whose programs run. */
export interface Flavour {
  readonly name: 'redis' | 'valkey';
  readonly title: string;
  readonly image: string;
  readonly server: string;
  readonly cli: string;
}

export const FLAVOURS: readonly [Flavour, Flavour] = [
  {
    name: 'redis',
    title: 'Redis',
    image: 'redis:7.2',
    server: 'redis-server',
    cli: 'redis-cli',
  },
  {
    name: 'valkey',
    title: 'Valkey',
    image: 'valkey/valkey:7.2',
    server: 'valkey-server',
    cli: 'valkey-cli',
  },
];

const WIDTH = 96;

/** A message as comment lines. */
export function comment(
  key: ProductionKey,
  values: Record<string, string | number> = {},
  indent = '',
): string {
  const lines: string[] = [];
  for (const word of tp(key, values).split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((text) => `${indent}# ${text}`).join('\n');
}
