/** What a lab is, read from the lab and the page, for a link. Nothing of it is changed. */

import type { ResplayApp } from '../app/resplay-app';
import { FIRST_KEY } from '../app/resplay-panels';
import { openLab, type Connection, type InstanceInfo, type Lab, type Reply } from '../client';
import { bytesOf } from '../client/bytes';
import { commandsIn, linesOf } from './commands';
import { deflate } from './link';
import { writtenScript } from './script';
import {
  LIMITS,
  type SharedData,
  type SharedFile,
  type SharedLesson,
  type SharedServer,
  type SharedView,
} from './shared-lab';

const FIRST = '6379';

/** Bytes of files beyond which they do not go along. */
const MAX_FILES = 4 << 20;

/** What is no part of the configuration, but of the place where a server runs. */
const PLACES = new Set(['port', 'dir', 'logfile', 'pidfile', 'slaveof', 'bind-source-addr']);

/** The servers and files of a lab as they are now, where they are not those of a new lab. */
export interface CapturedState {
  readonly servers: readonly SharedServer[];
  readonly files: readonly SharedFile[];
}

export async function captureState(lab: Lab): Promise<CapturedState> {
  const fresh = await openLab({ temporary: true });
  try {
    const usual = await configOf(fresh, FIRST);
    const running = lab.instances.filter(({ state }) => state === 'running');
    const servers: SharedServer[] = [];
    const dataPaths: string[] = [];
    for (const instance of running) {
      if (instance.sentinel) servers.push(sentinelOf(instance));
      else {
        const config = await configOf(lab, instance.name);
        dataPaths.push(...dataPathsOf(config));
        servers.push(await serverOf(lab, instance, config, usual));
      }
    }
    return { servers, files: await filesOf(lab, fresh, dataPaths) };
  } finally {
    fresh.close();
  }
}

function sentinelOf({ name, conf = '' }: InstanceInfo): SharedServer {
  const host = hostOf(name);
  return { name, words: [conf, '--sentinel'], folder: '/', host, config: [] };
}

async function serverOf(
  lab: Lab,
  { name, port, conf }: InstanceInfo,
  config: ReadonlyMap<string, string>,
  usual: ReadonlyMap<string, string>,
): Promise<SharedServer> {
  const differs = [...config].filter(
    ([parameter, value]) => usual.get(parameter) !== value && !PLACES.has(parameter),
  );
  const isFirst = name === FIRST;
  const words = conf === undefined ? ['--port', String(port)] : [conf];
  const data = config.get('replicaof') ? undefined : await dataOf(lab, name);
  return {
    name,
    words: isFirst ? [] : words,
    folder: isFirst ? '/' : (config.get('dir') ?? '/'),
    host: hostOf(name),
    config: differs,
    ...(data && { data }),
  };
}

/** The data of a server in the form that makes the shorter link; nothing when there is none. */
export async function dataOf(lab: Lab, name: string): Promise<SharedData | undefined> {
  const text = await commandsOf(lab, name);
  if (text === '') return undefined;
  const bytes = await lab.data(name, 'snapshot');
  const [commands, snapshot] = await Promise.all(
    [new TextEncoder().encode(text), bytes].map(async (form) => (await deflate(form)).length),
  );
  // A snapshot has deadlines, which may be over when it is opened.
  const isShorter = (snapshot ?? 0) < (commands ?? 0) && !/^P?EXPIRE /m.test(text);
  return isShorter ? { kind: 'snapshot', bytes } : { kind: 'commands', text };
}

/** The commands that make the data of a server, one a line. */
export async function commandsOf(lab: Lab, name: string): Promise<string> {
  return linesOf(commandsIn(await lab.data(name, 'commands')), lab.clock.time.now);
}

/** Files that a new lab has not, or others: but no logs, and none that hold data. */
async function filesOf(lab: Lab, fresh: Lab, dataPaths: readonly string[]): Promise<SharedFile[]> {
  const files: SharedFile[] = [];
  let left = MAX_FILES;
  for (const { path, isDirectory, size } of await lab.files.list()) {
    const isData = dataPaths.some((data) => path === data || path.startsWith(`${data}/`));
    if (isDirectory || isData || path.startsWith('/var/log/') || /\/temp-[^/]*$/.test(path))
      continue;
    if (size > left || files.length >= LIMITS.files) continue;
    const bytes = await lab.files.read(path);
    const usual = await fresh.files.read(path).catch(() => undefined);
    if (usual?.length === bytes.length && usual.every((byte, at) => byte === bytes[at])) continue;
    left -= size;
    files.push({ path, bytes });
  }
  const script = await writtenScript(lab);
  if (script === undefined) return files;
  return [...files.filter(({ path }) => path !== script.path), script];
}

function dataPathsOf(config: ReadonlyMap<string, string>): string[] {
  const dir = (config.get('dir') ?? '').replace(/\/$/, '');
  return ['dbfilename', 'appenddirname'].map((name) => `${dir}/${config.get(name) ?? ''}`);
}

/** CONFIG GET *. */
export async function configOf(lab: Lab, name: string): Promise<ReadonlyMap<string, string>> {
  const connection: Connection = await lab.connect({ port: name });
  try {
    const reply = await connection.call('CONFIG', 'GET', '*');
    const texts = reply.kind === 'array' ? reply.items.map(textOf) : [];
    const pairs = new Map<string, string>();
    for (let at = 0; at + 1 < texts.length; at += 2)
      pairs.set(texts[at] ?? '', texts[at + 1] ?? '');
    return pairs;
  } finally {
    connection.close();
  }
}

const textOf = (reply: Reply): string => (reply.kind === 'string' ? reply.value.text : '');

const hostOf = (name: string): string => /^(.*):/.exec(name)?.[1] ?? '';

/** The lesson that is open, and its title. */
export interface CapturedLesson {
  readonly lesson: SharedLesson;
  readonly title: string;
}

export async function captureLesson(app: ResplayApp): Promise<CapturedLesson | undefined> {
  // Its lab stands in the place of the page's.
  if (app.shown === app.lab) return undefined;
  const { deskOf } = await import('../lessons/desk');
  const { opened } = deskOf(app);
  if (opened === undefined) return undefined;
  const { source, isCopy, lesson, text } = opened;
  const { file } = source;
  const { title } = lesson;
  // What is written otherwise than in the course goes along as a text.
  if (file === undefined && !isCopy) return { title, lesson: { name: source.id, text: '' } };
  const name = (file ?? `${source.id}.md`).slice(0, LIMITS.name).replace(/\p{Cc}/gu, '');
  return { title, lesson: { name, text } };
}

/** What is open on the page; undefined while it is what a page begins with. */
export function captureView({ panels, consoles }: ResplayApp): SharedView | undefined {
  const charts = panels.charts.slice(0, LIMITS.charts);
  const view: SharedView = {
    front: panels.view,
    enlarged: panels.enlarged,
    example: panels.example,
    charts: charts.map(({ key, ...chart }) => ({ ...chart, key: bytesOf(key) })),
    consoles: consoles.ports.slice(0, LIMITS.consoles).map((port) => String(port ?? '')),
  };
  const [chart, ...others] = view.charts;
  const isUsualChart =
    others.length === 0 &&
    chart?.server === FIRST &&
    chart.db === 0 &&
    chart.limit === 10 &&
    chart.order === 'desc' &&
    new TextDecoder().decode(chart.key) === FIRST_KEY;
  const isUsual = view.front === 'charts' && !view.enlarged && view.example === '';
  return isUsual && isUsualChart && view.consoles.join() === '' ? undefined : view;
}
