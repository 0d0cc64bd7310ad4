import type { Connection } from '../client/api';

/** What a process is and how it stands, as its INFO says. */
export type Standing =
  | { readonly role: 'primary'; readonly replicas: number; readonly offset: string }
  | {
      readonly role: 'replica';
      readonly follows: string;
      readonly connected: boolean;
      readonly offset: string;
    }
  | {
      readonly role: 'sentinel';
      readonly watches: string;
      readonly status: string;
      readonly sentinels: number;
    };

/** The fields of an INFO by name. */
export function fields(info: string): ReadonlyMap<string, string> {
  const lines = info.split('\r\n').map((line) => line.split(':'));
  return new Map(lines.map(([name = '', ...value]) => [name, value.join(':')]));
}

/** Understands INFO; undefined when it says nothing of a role. */
export function standing(info: string): Standing | undefined {
  const found = fields(info);
  const field = (name: string): string => found.get(name) ?? '';
  if (found.has('sentinel_masters')) {
    const parts = new Map(
      field('master0')
        .split(',')
        .map((part): [string, string] => {
          const at = part.indexOf('=');
          return [part.slice(0, at), part.slice(at + 1)];
        }),
    );
    return {
      role: 'sentinel',
      watches: parts.get('address') ?? '',
      status: parts.get('status') ?? '',
      sentinels: Number(parts.get('sentinels') ?? 0),
    };
  }
  if (field('role') === 'master') {
    return {
      role: 'primary',
      replicas: Number(field('connected_slaves')),
      offset: field('master_repl_offset'),
    };
  }
  if (field('role') === 'slave') {
    return {
      role: 'replica',
      follows: `${field('master_host')}:${field('master_port')}`,
      connected: field('master_link_status') === 'up',
      offset: field('slave_repl_offset'),
    };
  }
  return undefined;
}

/** Asks a process how it stands. */
export async function askStanding(connection: Connection): Promise<Standing | undefined> {
  const reply = await connection.call('INFO');
  return reply.kind === 'string' || reply.kind === 'verbatim'
    ? standing(reply.value.text)
    : undefined;
}
