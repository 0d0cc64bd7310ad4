// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import fc, { tries } from '../testing/properties';
import { ByteWriter } from './bytes';
import { decodeLab, encodeLab } from './codec';
import { VERSION, deflate, fromBase64, fromFragment, inflate, toBase64, toFragment } from './link';
import { LIMITS, LinkError, emptyLab, type SharedLab } from './shared-lab';

const process = fc.oneof(
  fc.nat(65_535).map(String),
  fc
    .tuple(fc.stringMatching(/^[A-Za-z][\w-]{0,31}$/), fc.nat(65_535))
    .map(([host, port]) => `${host}:${port}`),
);
const word = fc.stringMatching(/^[\w-]{0,40}$/);
const line = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text));
const path = fc
  .array(fc.stringMatching(/^[\w-][\w.-]{0,20}$/), { minLength: 1, maxLength: 4 })
  .map((steps) => `/${steps.join('/')}`);
const bytes = fc.uint8Array({ maxLength: 200 });
const text = fc.string({ unit: 'grapheme', maxLength: 300 });

const server = fc.record(
  {
    name: process,
    words: fc.array(line, { maxLength: 8 }),
    folder: path,
    host: fc.constantFrom('', 'db2'),
    config: fc.array(fc.tuple(word, line), { maxLength: 5 }),
    data: fc.oneof(
      fc.record({ kind: fc.constant('commands' as const), text }),
      fc.record({ kind: fc.constant('snapshot' as const), bytes }),
    ),
  },
  { requiredKeys: ['name', 'words', 'folder', 'host', 'config'] },
);

const view = fc.record({
  front: word,
  enlarged: fc.boolean(),
  example: word,
  charts: fc.array(
    fc.record({
      key: bytes,
      db: fc.nat(1024),
      limit: fc.nat(1000),
      order: fc.constantFrom('asc' as const, 'desc' as const),
      server: process,
    }),
    { maxLength: 4 },
  ),
  consoles: fc.array(fc.oneof(fc.constant(''), process), { maxLength: 4 }),
});

const common = {
  commands: text,
  script: fc.oneof(fc.constant(''), path),
  autorun: fc.boolean(),
  readOnly: fc.boolean(),
  language: fc.constantFrom('en' as const, 'zh-CN' as const),
  paused: fc.boolean(),
  speed: fc.integer({ min: 1, max: 1_000_000 }).map((speed) => speed / 1000),
  files: fc.array(fc.record({ path, bytes }), { maxLength: 4 }),
  view,
  lesson: fc.oneof(
    fc.record({ name: word.filter((name) => name !== ''), text: fc.constant('') }),
    fc.record({ name: line.filter((name) => name !== ''), text: text.filter((own) => own !== '') }),
  ),
};

const labs: fc.Arbitrary<SharedLab> = fc.oneof(
  fc.record({
    ...common,
    servers: fc.uniqueArray(server, { maxLength: 4, selector: ({ name }) => name }),
  }),
  fc.record({ ...common, servers: fc.constant([]), history: bytes }),
);

/** The error of a link, or that there was none; anything else that is thrown fails the test. */
async function problemOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    if (error instanceof LinkError) return error.problem;
    throw error;
  }
}

describe('a lab in a link', () => {
  it('comes out as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(labs, async (lab) => {
        expect(await fromFragment(await toFragment(lab))).toEqual(lab);
      }),
      tries(300),
    );
  });

  it('is read or refused, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        await problemOf(() => decodeLab(noise));
        await problemOf(async () =>
          fromFragment(`#lab=${VERSION}.${toBase64(await deflate(noise))}`),
        );
        await problemOf(() => fromFragment(`#lab=${VERSION}.${toBase64(noise)}`));
      }),
      tries(500),
    );
  });

  it('is read or refused, whatever has happened to it', async () => {
    await fc.assert(
      fc.asyncProperty(labs, fc.nat(), fc.nat(255), fc.nat(), async (lab, at, byte, cut) => {
        const whole = encodeLab(lab);
        const other = whole.slice();
        if (other.length > 0) other[at % other.length] = byte;
        await problemOf(() => decodeLab(other));
        const short = whole.slice(0, cut % (whole.length + 1));
        await problemOf(() => decodeLab(short));
        const link = await toFragment(lab);
        await problemOf(() => fromFragment(link.slice(0, cut % (link.length + 1))));
      }),
      tries(300),
    );
  });

  it('of any text is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        await problemOf(() => fromFragment(text));
        await problemOf(() => fromFragment(`#lab=${text}`));
        await problemOf(() => fromFragment(`#lab=${VERSION}.${text}`));
      }),
      tries(300),
    );
  });

  it('keeps bytes in base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
      tries(30),
    );
  });
});

describe('what a link may not be', () => {
  const part = (kind: number, body: ByteWriter | Uint8Array): Uint8Array =>
    new ByteWriter()
      .number(kind)
      .bytes(body instanceof Uint8Array ? body : body.finish())
      .finish();
  const refused: Record<string, [string, () => unknown]> = {
    'a bomb': [
      'tooMuch',
      async () => inflate(await deflate(new Uint8Array(LIMITS.inflated + 1)), LIMITS.inflated),
    ],
    'ten million characters': [
      'tooLong',
      () => fromFragment(`#lab=${VERSION}.${'A'.repeat(10_000_000)}`),
    ],
    'a later version': ['newer', () => fromFragment(`#lab=${VERSION + 1}.AA`)],
    'no version': ['damaged', () => fromFragment('#lab=AA')],
    'an earlier version that never was': ['damaged', () => fromFragment('#lab=0.AA')],
    'a part of a later version': ['newer', () => decodeLab(part(63, new Uint8Array()))],
    'a lesson without a name': ['badName', () => decodeLab(part(64, Uint8Array.of(0, 0)))],
    'a lesson of the course that is a path': [
      'badName',
      () => decodeLab(part(64, new ByteWriter().text('../final').text(''))),
    ],
    'a lesson twice': [
      'damaged',
      () => {
        const lesson = part(64, new ByteWriter().text('final').text(''));
        return decodeLab(Uint8Array.of(...lesson, ...lesson));
      },
    ],
    'a part twice': [
      'damaged',
      () => decodeLab(Uint8Array.of(...part(1, Uint8Array.of(65)), ...part(1, Uint8Array.of(66)))),
    ],
    'commands that are no UTF-8': ['badText', () => decodeLab(part(1, Uint8Array.of(0xc3, 0x28)))],
    'too many commands': [
      'tooMany',
      () => decodeLab(part(1, new Uint8Array(LIMITS.commands).fill(10))),
    ],
    'a command without end': [
      'tooMuch',
      () => decodeLab(part(1, new Uint8Array(LIMITS.commandBytes + 1).fill(65))),
    ],
    'a length beyond the end': ['damaged', () => decodeLab(Uint8Array.of(1, 100, 65))],
    'a length beyond everything': [
      'tooMuch',
      () => decodeLab(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)),
    ],
    'a number without end': ['damaged', () => decodeLab(new Uint8Array(20).fill(0xff))],
    'two hundred and one files': [
      'tooMany',
      () =>
        decodeLab(
          encodeLab({
            ...emptyLab,
            files: Array.from({ length: 201 }, (_, at) => ({
              path: `/${at}`,
              bytes: new Uint8Array(),
            })),
          }),
        ),
    ],
  };
  for (const [what, [problem, work]] of Object.entries(refused)) {
    it(what, async () => expect(await problemOf(work)).toBe(problem));
  }

  for (const bad of [
    'etc/passwd',
    '/../etc',
    '/a/./b',
    '/a//b',
    '/a/',
    '/a\0b',
    '/a\nb',
    `/${'x'.repeat(300)}`,
  ]) {
    it(`a file at ${JSON.stringify(bad.slice(0, 20))}`, async () => {
      const files = [{ path: bad, bytes: new Uint8Array() }];
      expect(await problemOf(() => decodeLab(encodeLab({ ...emptyLab, files })))).not.toBe('none');
    });
  }

  for (const bad of ['<img>', '__proto__', '6379 ', ':6379', '123456', 'a b:1', '']) {
    it(`a server called ${JSON.stringify(bad)}`, async () => {
      const servers = [{ name: bad, words: [], folder: '/', host: '', config: [] }];
      expect(await problemOf(() => decodeLab(encodeLab({ ...emptyLab, servers })))).toBe('badName');
    });
  }
});

describe('links of every version', () => {
  // Frozen: a link that was handed out once is opened for good. Never change one; add one with each version.
  it('1', async () => {
    expect(await fromFragment(VERSION_1)).toEqual(LAB_1);
  });

  it('1, with a lesson', async () => {
    expect(await fromFragment('#lab=1.Y2FkcGBnTcvMS8xhAAA')).toEqual({
      ...emptyLab,
      language: 'en',
      lesson: { name: 'final', text: '' },
    });
    expect(await fromFragment('#lab=1.c1DiedYx8fmslhfr9-nlpojo6upylWSW5KRaKfgCG0tcID4A')).toEqual({
      ...emptyLab,
      lesson: { name: '我的课.md', text: '---\ntitle: Mine\n---\n' },
    });
  });
});

describe('links of version 2', () => {
  it('refer to the configuration that a lab had then', async () => {
    expect(await fromFragment(VERSION_2)).toEqual(LAB_1);
    const { files } = await fromFragment(EDITED_2);
    expect(files.map(({ path }) => path)).toEqual(['/etc/redis/redis.conf']);
    const lines = new TextDecoder().decode(files[0]?.bytes).split('\n');
    expect(lines).toHaveLength(250);
    expect(lines[70]).toBe('appendonly yes');
  });
});

describe('what a link costs', () => {
  it('a configuration that was edited, little more than the edit', async () => {
    const conf = readFileSync('src/instance/config/default.conf', 'utf8');
    const edited = conf.replace('\nappendonly no\n', '\nappendonly yes\n');
    expect(edited).not.toBe(conf);
    const files = [{ path: '/etc/redis/redis.conf', bytes: utf8(edited) }];
    expect((await toFragment({ ...emptyLab, files })).length).toBeLessThan(300);
  });
});

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const LAB_1: SharedLab = {
  commands: 'SET greeting "hello"\nGET greeting',
  script: '/home/learner/script.py',
  autorun: true,
  readOnly: true,
  language: 'zh-CN',
  paused: true,
  speed: 0.25,
  servers: [
    {
      name: '6379',
      words: [],
      folder: '/',
      host: '',
      config: [['appendonly', 'yes']],
      data: { kind: 'commands', text: 'ZADD ranking 3 song1\nEXPIRE ranking 60' },
    },
    {
      name: 'db2:6380',
      words: ['--port', '6380'],
      folder: '/var/lib/redis-6380',
      host: 'db2',
      config: [['replicaof', '10.0.0.1 6379']],
      data: { kind: 'snapshot', bytes: Uint8Array.of(82, 69, 68, 73, 83) },
    },
  ],
  files: [{ path: '/home/learner/script.py', bytes: utf8('print("你好")\n') }],
  view: {
    front: 'servers',
    enlarged: true,
    example: 'music',
    charts: [{ key: utf8('ranking'), db: 0, limit: 10, order: 'desc', server: '6379' }],
    consoles: ['', '6380'],
  },
};

const VERSION_1 =
  '#lab=1.Y2ZkZ2FkZGP6xcioiCWxK6FkByZxHC1mTnV2YGYF1nDFjKy5pcWZyYzsUAczcDGwgGoRJhBlYcDuCOYx6jMwMHIhqj9mYPXHqIbiUYiLDbmgFQJM2MyA3Y8jJcnICmSaMJY2NzNQkokN0oIHW8nICW_A8xqCqjVYxcbEGuQKrKU4NHH5SgDSQlV6snfB06V7lTS5AA';

const VERSION_2 =
  '#lab=2.Y2ZkZ2FkZGP6xcioiCWxK6FkByZxHC1mTnV2aPeXkRU4dJWZzMgOdTADFwMLqBZhAlEWBuyOYB6jPgMDI9J2HGZg9ceohuJRiIsNuaAVAkzYzIDdjyMlycgKZJowljY3M1CSiQ3SggdbycgJb8DzQjt8kIqNiTXIFVhLcWji8pUApIWq9GTvgqdL9yppcgEA';

/** A redis.conf with one word changed. */
const EDITED_2 =
  '#lab=2.7dsxDQAwCADBtQYqDM3IwAxhxwDJSfjtl3sVf93oDOQdeUfekXfkHXlH3pF35B15R97vkvepZ96Zd-adeWfemXfmnXln3pl35p15Z96Zd-adeWfemXfmnXln3pl35p15Z96Zd-adeT9q3hs';
