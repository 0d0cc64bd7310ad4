/**
 * A lab that cannot be changed until it is copied: a demonstration. It holds on the page, where a slip of the hand happens;
 * whoever wants to change it saves a copy. What is not named here is refused, so that nothing new slips through.
 */

import { LabError, type Connection, type Console, type Lab, type LabTime } from '../client';
import type { BridgeAnswer, NumberedRequest } from '../client/bridge';
import { bytesOf } from '../client/bytes';
import { wordsOf } from './commands';
import { ts } from './catalogue';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Commands that change nothing, besides those that the server's own table calls reading ones. */
const HARMLESS =
  words(`ping echo info hello select auth time role dbsize lastsave lolwut command client|list client|info
  client|id client|getname config|get acl|list acl|cat acl|whoami acl|users acl|getuser slowlog|get slowlog|len
  latency|latest latency|history latency|doctor memory|usage memory|stats memory|doctor object|encoding object|freq
  object|idletime object|refcount object|help xinfo|stream xinfo|groups xinfo|consumers pubsub|channels pubsub|numsub
  debug|digest debug|object sentinel|masters sentinel|master sentinel|replicas sentinel|slaves sentinel|sentinels
  sentinel|get-master-addr-by-name sentinel|ckquorum sentinel|myid subscribe psubscribe ssubscribe unsubscribe
  punsubscribe sunsubscribe monitor multi exec discard watch unwatch quit reset`);

/** What redis-cli does without a server. */
const OF_THE_CONSOLE = words('help ? clear connect exit quit :set');

const FREE_METHODS =
  words(`on watchRanking watchKeys watchValue readValue watchMetrics watchPersistence watchLog
  watchTopology commands history data restart close`);
const FREE_FILES = words('list read onChange exportAll');

export async function readOnly(lab: Lab): Promise<Lab> {
  const connection = await lab.connect();
  const reply = await connection.call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'read');
  connection.close();
  const reading = new Set(HARMLESS);
  for (const item of reply.kind === 'array' ? reply.items : []) {
    if (item.kind === 'string') reading.add(item.value.text.toLowerCase());
  }
  const isAllowed = (command: readonly Uint8Array[]): boolean => {
    const [name = '', sub = ''] = command
      .slice(0, 2)
      .map((word) => new TextDecoder().decode(word).toLowerCase());
    return reading.has(name) || reading.has(`${name}|${sub}`);
  };
  const over = <Whole extends object>(
    whole: Whole,
    others: Partial<Whole>,
    free: ReadonlySet<string>,
  ): Whole =>
    new Proxy(whole, {
      get: (target, name) => {
        if (name in others) return others[name as keyof Whole];
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (typeof name === 'symbol' || free.has(name)) return value.bind(target) as unknown;
        return () => Promise.reject(refusal());
      },
      set: () => false,
    });
  const { clock, files } = lab;
  return over(
    lab,
    {
      connect: async (options) => guardConnection(await lab.connect(options), isAllowed),
      openConsole: async (options) => guardConsole(await lab.openConsole(options), isAllowed),
      openBridge: () => nowhere(clock.time),
      files: over(files, {}, FREE_FILES),
      clock: over(clock, {}, words('pause setSpeed hurry step lookAt lookAtPresent deeds')),
      network: over(lab.network, {}, words('')),
    },
    FREE_METHODS,
  );
}

const refusal = (): LabError => new LabError('refused', ts('readOnly.refused'));

function guardConnection(
  connection: Connection,
  isAllowed: (command: readonly Uint8Array[]) => boolean,
): Connection {
  const check = (command: readonly Parameters<typeof bytesOf>[0][]): void => {
    if (!isAllowed(command.map(bytesOf))) throw refusal();
  };
  return {
    port: connection.port,
    // Bytes may be anything.
    send: () => Promise.reject(refusal()),
    call: async (...command) => {
      check(command);
      return connection.call(...command);
    },
    pipeline: async (commands) => {
      commands.forEach(check);
      return connection.pipeline(commands);
    },
    onClose: (listener) => connection.onClose(listener),
    close: () => connection.close(),
  };
}

function guardConsole(
  session: Console,
  isAllowed: (command: readonly Uint8Array[]) => boolean,
): Console {
  return new Proxy(session, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'run') return value.bind(target) as unknown;
      const run: Console['run'] = (line, onPart) => {
        // A number in front repeats what follows.
        const command = wordsOf(line.replace(/^\s*\d+\s+/, '')) ?? [];
        const [first] = command;
        const own =
          first !== undefined && OF_THE_CONSOLE.has(new TextDecoder().decode(first).toLowerCase());
        if (command.length === 0 || own || isAllowed(command)) return target.run(line, onPart);
        const nothing = new Uint8Array();
        return Promise.resolve({
          text: `(error) ${ts('readOnly.refused')}\n`,
          marks: [],
          sent: nothing,
          received: nothing,
          prompt: target.prompt,
          clear: false,
          closed: false,
          secret: false,
        });
      };
      return run;
    },
  });
}

/** A bridge that leads nowhere: every connection is refused. */
function nowhere(time: LabTime): { readonly port: MessagePort; close(): void } {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<NumberedRequest>) => {
    const answer: BridgeAnswer = {
      id: data.id,
      connection: -1,
      closed: true,
      now: time.now,
      speed: 1,
    };
    port1.postMessage(answer);
  };
  return { port: port2, close: () => port1.close() };
}
