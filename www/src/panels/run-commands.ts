import type { Argument, Connection, Lab, Reply } from '../client/api';
import { redisString, bytesOf } from '../client/bytes';
import { quoted } from './show-bytes';

/** A command as one would type it, cut to a line. */
export function commandText(command: readonly Argument[]): string {
  const text = command.map((argument) => quoted(redisString(bytesOf(argument)))).join(' ');
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/** A reply on one line, as redis-cli begins it. */
export function replyText(reply: Reply): string {
  switch (reply.kind) {
    case 'status':
      return reply.text;
    case 'error':
      return `(error) ${reply.text}`;
    case 'integer':
      return `(integer) ${reply.value}`;
    case 'string':
      return quoted(reply.value);
    case 'null':
      return '(nil)';
    case 'array':
      return reply.items.length === 0 ? '(empty array)' : `${reply.items.length} × …`;
    default:
      return reply.kind;
  }
}

/** What must still be so when a change is made: the reply of a reading command, as `replyText` shows it. */
export interface Guard {
  readonly command: readonly Argument[];
  readonly holds: (reply: Reply) => boolean;
}

/** The editor's own connection to one database: opened when first needed. */
export class Editor {
  private connection: Promise<Connection> | undefined;

  constructor(
    private readonly lab: Lab,
    private readonly db: number,
  ) {}

  /**
   * Runs commands in order. With a guard they run only if it holds, and nothing else touched the key in between
   * (WATCH, MULTI, EXEC): undefined when it did not.
   */
  async run(
    commands: readonly (readonly Argument[])[],
    guard?: { key: Argument } & Guard,
  ): Promise<readonly Reply[] | undefined> {
    const connection = await this.open();
    if (guard === undefined && commands.length === 1) return connection.pipeline(commands);
    if (guard !== undefined) {
      const [, held] = await connection.pipeline([['WATCH', guard.key], guard.command]);
      if (held === undefined || !guard.holds(held)) {
        await connection.call('UNWATCH');
        return undefined;
      }
    }
    const replies = await connection.pipeline([['MULTI'], ...commands, ['EXEC']]);
    const result = replies.at(-1);
    if (result?.kind === 'array') return result.items;
    if (result?.kind === 'error')
      return [replies.find((reply) => reply.kind === 'error') ?? result];
    return undefined;
  }

  close(): void {
    void this.connection?.then((connection) => connection.close()).catch(() => undefined);
    this.connection = undefined;
  }

  private open(): Promise<Connection> {
    if (this.connection !== undefined) return this.connection;
    const opening = this.lab.connect({ db: this.db }).then((connection) => {
      connection.onClose(() => (this.connection = undefined));
      return connection;
    });
    opening.catch(() => (this.connection = undefined));
    this.connection = opening;
    return opening;
  }
}
