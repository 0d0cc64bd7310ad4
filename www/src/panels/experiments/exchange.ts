/** The same work over a slow line, one by one and in a pipeline: what was sent when, and when its replies came. */

import type { Lab } from '../../client/api';
import { BridgeEnd, ConnectionError } from '../../client/bridge-end';
import { concat, encodeCommand, ReplyReader } from '../../client/resp';

/** One way there and back; times by the lab's clock, in milliseconds from the first. */
export interface Trip {
  readonly sent: number;
  readonly back: number;
  readonly commands: number;
}

export interface Exchange {
  readonly latency: number;
  readonly oneByOne: readonly Trip[];
  readonly pipeline: readonly Trip[];
}

const command = (number: number): Uint8Array => encodeCommand(['SET', `key:${number}`, number]);

/** Does the work both ways; `report` hears of each trip. */
export async function exchange(
  lab: Lab,
  latency: number,
  count: number,
  report: (exchange: Exchange) => void,
  signal: AbortSignal,
): Promise<void> {
  const bridge = lab.openBridge();
  try {
    const end = new BridgeEnd(bridge.port);
    const commands = Array.from({ length: count }, (_, index) => command(index + 1));
    const done: Exchange = { latency, oneByOne: [], pipeline: [] };
    const oneByOne = commands.map((one) => [one]);
    const first = await send(end, latency, oneByOne, signal, (trips) =>
      report({ ...done, oneByOne: trips }),
    );
    await send(end, latency, [commands], signal, (trips) =>
      report({ ...done, oneByOne: first, pipeline: trips }),
    );
  } finally {
    bridge.close();
  }
}

/** Sends batches one after another, each when the last has been answered. */
async function send(
  end: BridgeEnd,
  latency: number,
  batches: readonly (readonly Uint8Array[])[],
  signal: AbortSignal,
  report: (trips: readonly Trip[]) => void,
): Promise<readonly Trip[]> {
  await end.setLatency(latency);
  const socket = await end.open(6379);
  const reader = new ReplyReader();
  const trips: Trip[] = [];
  const start = end.time;
  for (const batch of batches) {
    if (signal.aborted) break;
    const sent = end.time - start;
    let received = await socket.send(concat(batch));
    for (let missing = batch.length; ; received = await socket.read()) {
      reader.feed(received.bytes);
      while (missing > 0) {
        const reply = reader.next();
        if (reply === undefined) break;
        if (reply.kind === 'error') throw new Error(reply.text);
        missing -= 1;
      }
      if (missing === 0) break;
      if (received.closed) throw new ConnectionError('Connection closed by server.');
    }
    trips.push({ sent, back: received.at - start, commands: batch.length });
    report([...trips]);
  }
  socket.close();
  return trips;
}
