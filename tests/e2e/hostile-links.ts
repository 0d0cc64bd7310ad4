/** Links that somebody might hand out who means no good. */

import { deflateRawSync } from 'node:zlib';
import { ByteWriter } from '../../www/src/share/bytes';
import { encodeLab } from '../../www/src/share/codec';
import { VERSION, deflate, toBase64 } from '../../www/src/share/link';
import { emptyLab, type SharedLab, type SharedServer } from '../../www/src/share/shared-lab';

/** What becomes of a link: it is refused with a message, is a lab that does no harm, or takes long and is given up. */
export interface Hostile {
  readonly name: string;
  readonly fragment: string;
  readonly ends: 'refused' | 'open' | 'cancelled';
  /** It runs something that does not end by itself. */
  readonly endless?: boolean;
}

/** Markup that would leave an element behind if it became one. */
export const MARKUP = '<img data-hostile src=x onerror="window.hacked=1">';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const raw = (body: Uint8Array): string => `#lab=${VERSION}.${toBase64(body)}`;
const packed = async (bytes: Uint8Array): Promise<string> => raw(await deflate(bytes));
const link = (lab: Partial<SharedLab>): Promise<string> =>
  packed(encodeLab({ ...emptyLab, ...lab }));
const part = (kind: number, ...bytes: number[]): Uint8Array =>
  new ByteWriter().number(kind).bytes(Uint8Array.from(bytes)).finish();
const server = (more: Partial<SharedServer>): SharedServer => ({
  name: '6379',
  words: [],
  folder: '/',
  host: '',
  config: [],
  ...more,
});
const running = (...commands: string[]): Promise<string> =>
  link({ autorun: true, commands: commands.join('\n') });

/** A history by hand: a second of a lab, or more, and acts. */
function history(acts: (out: ByteWriter) => unknown, seconds = 1): Uint8Array {
  const head = new ByteWriter()
    .number(1)
    .number(1_700_000_000_000_000)
    .number(seconds * 1e6);
  const seed = new Uint8Array(8);
  const body = new ByteWriter().number(6379).number(0);
  acts(body);
  return Uint8Array.from([...head.finish(), ...seed, ...body.finish()]);
}

/** At once: the server is started, somebody connects, and sends this. */
const sends = (out: ByteWriter, text: string): ByteWriter =>
  out
    .number(0)
    .number(4)
    .number(0)
    .number(6379)
    .number(0)
    .number(0)
    .number(0)
    .number(6379)
    .number(0)
    .number(2)
    .number(1)
    .text(text);

export async function hostileLinks(): Promise<Hostile[]> {
  const refused: Record<string, string | Promise<string>> = {
    'nothing at all': '#lab=',
    'a version and nothing': `#lab=${VERSION}.`,
    'a later version': `#lab=${VERSION + 1}.AAAA`,
    'a version of six figures': '#lab=999999.AAAA',
    'a version that never was': '#lab=0.AAAA',
    'no version': '#lab=AAAA',
    'markup in place of a link': `#lab=${VERSION}.${MARKUP}`,
    'markup that is escaped': `#lab=${VERSION}.${encodeURIComponent(MARKUP)}`,
    'a script address': '#lab=javascript:window.hacked=1',
    'what is no base64': `#lab=${VERSION}.A`,
    noise: raw(Uint8Array.from({ length: 500 }, (_, at) => (at * 7919) % 251)),
    'deflate that is cut off': raw(
      (await deflate(encodeLab({ ...emptyLab, commands: 'PING '.repeat(99) }))).slice(0, -9),
    ),
    'something behind the end': raw(Uint8Array.of(...(await deflate(new Uint8Array())), 1, 2, 3)),
    'a bomb of 300 MB of zeros': raw(deflateRawSync(new Uint8Array(300 << 20), { level: 9 })),
    'a bomb in a part': packed(
      new ByteWriter()
        .number(1)
        .bytes(new Uint8Array(15 << 20))
        .finish(),
    ),
    'ten million characters': `#lab=${VERSION}.${'A'.repeat(10_000_000)}`,
    'a part of a later version': packed(part(40)),
    'a part twice': packed(Uint8Array.of(...part(3, 1), ...part(3, 2))),
    'text that is no UTF-8': packed(part(1, 0xc3, 0x28, 0xff)),
    'half a character': packed(part(2, 0xed, 0xa0, 0x80)),
    'a length beyond the end': packed(Uint8Array.of(8, 200, 1)),
    'a length beyond all numbers': packed(new Uint8Array(40).fill(0xff)),
    'flags that do not exist': packed(part(3, 0x7f)),
    'a language that does not exist': packed(part(4, 9)),
    'a clock that never moves': packed(part(6, 0)),
    'a million charts': packed(part(9, 0, 0, 0, 0xc0, 0x84, 0x3d)),
    'charts of which there is nothing': packed(part(9, 0, 0, 0, 12)),
    'a path that climbs': link({ files: [{ path: '/home/../../etc/passwd', bytes: utf8('x') }] }),
    'a path from nowhere': link({ files: [{ path: 'etc/passwd', bytes: utf8('x') }] }),
    'a path with a NUL': link({ files: [{ path: '/home/a\0b', bytes: utf8('x') }] }),
    'a path of thousands of letters': link({
      files: [{ path: `/${'x'.repeat(5000)}`, bytes: utf8('') }],
    }),
    'a file in the place of a folder': link({ files: [{ path: '/etc', bytes: utf8('x') }] }),
    'hundreds of files': link({
      files: Array.from({ length: 300 }, (_, at) => ({ path: `/f${at}`, bytes: utf8('') })),
    }),
    'hundreds of servers': link({
      servers: Array.from({ length: 300 }, (_, at) => server({ name: String(7000 + at) })),
    }),
    'two servers of one name': link({ servers: [server({}), server({})] }),
    'a server named by markup': link({ servers: [server({ name: MARKUP })] }),
    'a server named __proto__': link({ servers: [server({ name: '__proto__' })] }),
    'a host named by markup': link({ servers: [server({ name: '6380', host: MARKUP })] }),
    'a server that listens nowhere': link({
      servers: [server({ name: '6380', words: ['--port', '0'] })],
    }),
    'a server under another name': link({
      servers: [server({ name: '6380', words: ['--port', '6381'] })],
    }),
    'a server with a word that is none': link({
      servers: [server({ name: '6380', words: ['--port', '6380', '--no-such', MARKUP] })],
    }),
    'data that configures': link({
      servers: [server({ data: { kind: 'commands', text: 'CONFIG SET dir /etc' } })],
    }),
    'data that runs a script': link({
      servers: [server({ data: { kind: 'commands', text: 'EVAL "while true do end" 0' } })],
    }),
    'data without its quote': link({
      servers: [server({ data: { kind: 'commands', text: 'SET a "b' } })],
    }),
    'a snapshot that is none': link({
      servers: [server({ data: { kind: 'snapshot', bytes: utf8(`REDIS0011${MARKUP}`) } })],
    }),
    'a configuration that is none': link({
      files: [{ path: '/etc/redis/redis.conf', bytes: utf8(`port banana ${MARKUP}\n`) }],
    }),
    'thousands of commands': link({ commands: 'PING\n'.repeat(20_000) }),
    'a history that is none': link({ history: utf8(MARKUP) }),
    'a history of a later version': link({ history: Uint8Array.of(9, 9, 9) }),
    'a history that is cut off': link({
      history: history((out) => sends(out, 'PING\r\n')).slice(0, -3),
    }),
    'a history of a hundred years': link({ history: history(() => undefined, 3_000_000_000) }),
    'a history with an act that does not exist': link({
      history: history((out) => out.number(0).number(99)),
    }),
    'a history with a million words': link({
      history: history((out) => out.number(0).number(5).number(1_000_000)),
    }),
    'a history that ends without power': link({
      history: history((out) => out.number(0).number(25)),
    }),
    'a history that takes all memory': link({
      history: history((out) =>
        sends(out, Array.from({ length: 8 }, (_, at) => `SETRANGE k${at} 120000000 x\r\n`).join(''))
          .number(0)
          .number(12)
          .text('db2')
          .number(0)
          .number(5)
          .number(2)
          .text('--port')
          .text('6380')
          .number(1)
          .text('/srv')
          .number(0)
          .number(0)
          .number(1)
          .number(6380)
          .number(0)
          .number(2)
          .number(2)
          .text(Array.from({ length: 8 }, (_, at) => `SETRANGE k${at} 120000000 x\r\n`).join(''))
          .number(0)
          .number(5)
          .number(2)
          .text('--port')
          .text('6381')
          .number(1)
          .text('/srv1')
          .number(0)
          .number(0)
          .number(1)
          .number(6381)
          .number(0)
          .number(2)
          .number(3)
          .text(Array.from({ length: 8 }, (_, at) => `SETRANGE k${at} 120000000 x\r\n`).join('')),
      ),
    }),
    'a history and servers together': packed(
      Uint8Array.of(
        ...encodeLab({ ...emptyLab, history: Uint8Array.of(1) }),
        ...encodeLab({ ...emptyLab, servers: [server({})] }),
      ),
    ),
  };
  const open: Record<string, string | Promise<string>> = {
    'commands of markup': running(
      `SET "${MARKUP.replaceAll('"', '\\"')}" "<script>window.hacked=1</script>"`,
      'KEYS *',
      MARKUP,
    ),
    'values of markup in every view': link({
      servers: [
        server({
          data: {
            kind: 'commands',
            text: [
              `HSET user "<svg onload=window.hacked=1 data-hostile>" v`,
              `ZADD ranking 3 "<b data-hostile>x</b>"`,
              `SADD s "</style><script data-hostile>window.hacked=1</script>"`,
            ]
              .join('\n')
              .replace('HSET', 'HMSET'),
          },
        }),
      ],
      view: {
        front: 'keys',
        enlarged: true,
        example: '',
        charts: [{ key: utf8('ranking'), db: 0, limit: 10, order: 'desc', server: '6379' }],
        consoles: [''],
      },
    }),
    'a chart of markup': link({
      view: {
        front: 'charts',
        enlarged: false,
        example: '',
        charts: [{ key: utf8(MARKUP), db: 0, limit: 1, order: 'asc', server: '6379' }],
        consoles: [''],
      },
    }),
    'files named by markup': link({
      files: [{ path: `/home/learner/${MARKUP.replaceAll('/', '')}`, bytes: utf8(MARKUP) }],
      view: { front: 'files', enlarged: true, example: '', charts: [], consoles: [''] },
    }),
    'a view named constructor': link({
      view: {
        front: 'constructor',
        enlarged: false,
        example: '__proto__',
        charts: [],
        consoles: ['', '9999'],
      },
    }),
    'a parameter named __proto__': link({
      servers: [
        server({
          config: [
            ['__proto__', 'x'],
            ['constructor', 'y'],
            ['maxmemory', 'banana'],
          ],
        }),
      ],
    }),
    'names that look like others': running(
      'SET admin\u200b 1',
      'SET \u202enimda 2',
      'SET "a\\x00b\\xff" 3',
      'KEYS *',
    ),
    'everything switched off': running(
      'CONFIG SET save ""',
      'ACL SETUSER default off',
      'SHUTDOWN NOSAVE',
      'PING',
    ),
    'a server that kills itself': running('DEBUG SEGFAULT'),
    'very deep nesting': running(
      `EVAL "return cjson.decode(string.rep('[', 1000000))" 0`,
      `EVAL "local t={} for i=1,100000 do t={t} end return t" 0`,
    ),
    'a pattern that backtracks': running(`SET ${'a'.repeat(3000)} 1`, `KEYS ${'a*'.repeat(1000)}b`),
    'data of the wrong type': link({
      servers: [server({ data: { kind: 'commands', text: 'SET a 1\nRPUSH a 1' } })],
    }),
    'a script without end': running('EVAL "while true do end" 0'),
    'a history of a server that kills itself in its sleep': link({
      history: history((out) => sends(out, 'DEBUG SLEEP 1000000\r\nSHUTDOWN\r\n'), 5),
    }),
    'connections that are not one’s own': link({
      history: history((out) =>
        out
          .number(0)
          .number(2)
          .number(99_999)
          .text('PING\r\n')
          .number(0)
          .number(3)
          .number(1)
          .number(0)
          .number(1)
          .number(7),
      ),
    }),
  };
  const endless: Record<string, string | Promise<string>> = {
    'a command a billion times': running('1000000000 PING'),
    'a wait without end': running('BLPOP nothing 0', 'PING'),
    'a sleep without end': running('DEBUG SLEEP 1000000', 'PING'),
    'a MONITOR without end': running('MONITOR', 'PING'),
  };
  const slow: Record<string, string | Promise<string>> = {
    'a history with a script without end': link({
      history: history((out) => sends(out, 'EVAL "while true do end" 0\r\n')),
    }),
    'a history of a week of sentinels': link({
      history: history(
        (out) =>
          out
            .number(0)
            .number(19)
            .text('/s.conf')
            .text('port 26379\nsentinel monitor m 127.0.0.1 6379 1\n')
            .number(0)
            .number(5)
            .number(2)
            .text('/s.conf')
            .text('--sentinel')
            .number(0)
            .text('/'),
        600_000,
      ),
    }),
  };
  const all = async (
    links: Record<string, string | Promise<string>>,
    ends: Hostile['ends'],
    more: Partial<Hostile> = {},
  ): Promise<Hostile[]> =>
    Promise.all(
      Object.entries(links).map(async ([name, fragment]) => ({
        name,
        fragment: await fragment,
        ends,
        ...more,
      })),
    );
  return [
    ...(await all(refused, 'refused')),
    ...(await all(open, 'open')),
    ...(await all(slow, 'cancelled')),
    ...(await all(endless, 'open', { endless: true })),
  ];
}
