/**
 * The page for an iframe: one element, as the address asks for it, and messages from the pages that the address allows.
 * `embed.html?element=chart&key=ranking&setup=ZADD+ranking+1+a&origin=https://course.example`
 */

import './loader';
import { Embedded } from './embedded';
import type { EmbedEvents } from './events';

const ELEMENTS = ['lab', 'console', 'chart', 'topology'] as const;

/** Attributes that an address may set. */
const ATTRIBUTES = [
  'lab',
  'panel',
  'lesson',
  'theme',
  'language',
  'ports',
  'replicas',
  'scenario',
  'seed',
  'persist',
  'port',
  'key',
  'db',
  'limit',
  'order',
];

/** Longest set-up, in characters. */
const MAX_SETUP = 10_000;

const parameters = new URLSearchParams(location.search);

/** Who may speak to this page, besides pages of its own origin. */
const origins = new Set([location.origin, ...parameters.getAll('origin').map(originOf)]);

function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : 'null';
}

function create(): Embedded {
  const wanted = parameters.get('element') ?? 'lab';
  const name = ELEMENTS.find((one) => one === wanted) ?? 'lab';
  const element = document.createElement(`resplay-${name}`);
  if (!(element instanceof Embedded)) throw new Error('The elements are of another version');
  for (const attribute of ATTRIBUTES) {
    const value = parameters.get(attribute);
    if (value !== null) element.setAttribute(attribute, value);
  }
  const setup = parameters.get('setup');
  if (setup !== null) {
    const lines = document.createElement('template');
    lines.id = 'setup';
    lines.content.textContent = setup.slice(0, MAX_SETUP);
    document.body.append(lines);
    element.setAttribute('setup', lines.id);
  }
  return element;
}

/** What another page asks: `{ resplay: 1, id, method, args }`. */
interface Asked {
  readonly resplay: 1;
  readonly id: number;
  readonly method: 'call' | 'execute' | 'state';
  readonly args: readonly string[];
}

function isAsked(data: unknown): data is Asked {
  if (typeof data !== 'object' || data === null) return false;
  const { resplay, id, method, args } = data as Record<string, unknown>;
  return (
    resplay === 1 &&
    typeof id === 'number' &&
    typeof method === 'string' &&
    Array.isArray(args) &&
    args.every((arg) => typeof arg === 'string')
  );
}

async function answer(element: Embedded, { method, args }: Asked): Promise<unknown> {
  switch (method) {
    case 'call':
      return element.call(...args);
    case 'execute':
      return element.execute(args);
    case 'state':
      return element.state;
    default:
      throw new Error('method is call, execute or state');
  }
}

const element = create();
document.body.append(element);

addEventListener('message', (event: MessageEvent<unknown>) => {
  const { data, origin, source } = event;
  if (!origins.has(origin) || !isAsked(data) || !source) return;
  const reply = (what: object): void =>
    source.postMessage({ resplay: 1, id: data.id, ...what }, { targetOrigin: origin });
  answer(element, data).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});

const told: readonly (keyof EmbedEvents)[] = ['run', 'result', 'checks', 'state'];
for (const name of told) {
  element.addEventListener(name, (event: EmbedEvents[typeof name]) => {
    if (parent === self) return;
    // Whoever it is, only these origins get to read it.
    for (const origin of origins)
      if (origin !== 'null')
        parent.postMessage({ resplay: 1, event: name, detail: event.detail }, origin);
  });
}
