/** The lab at the other end of a port: its network and its clock. */

import type { BridgeAnswer, BridgeRequest } from '../../client/bridge';
import { enter } from './loop';
import { native } from './native';

type Take = (answer: BridgeAnswer) => void;

let port: MessagePort | undefined;
let last = 0;
const pending = new Map<number, Take>();
let time = { now: native.Date.now(), speed: 1, at: native.now() };
let reached = 0;

/** Opens the line; resolves when the lab has said what time it is. */
export function connect(line: MessagePort): Promise<void> {
  port = line;
  line.onmessage = ({ data }: MessageEvent<BridgeAnswer>) => {
    time = { now: data.now, speed: data.speed, at: native.now() };
    const take = pending.get(data.id);
    pending.delete(data.id);
    if (take) enter(() => take(data));
  };
  return new Promise((resolve) => ask({ op: 'now' }, () => resolve()));
}

export function ask(request: BridgeRequest, take: Take, transfer: Transferable[] = []): void {
  last += 1;
  pending.set(last, take);
  port?.postMessage({ ...request, id: last }, transfer);
}

export function closeConnection(connection: number): void {
  last += 1;
  port?.postMessage({ op: 'close', connection, id: last });
}

/** Says nothing to the lab any more. */
export function disconnect(): void {
  port?.close();
  port = undefined;
  pending.clear();
}

/** What time it is in the lab, in milliseconds since 1970, with fractions. */
export function labNow(): number {
  return time.now + (native.now() - time.at) * time.speed;
}

const origin = { now: 0, set: false };

/** Milliseconds of the lab's time since the script began; never goes back. */
export function labElapsed(): number {
  const now = labNow();
  if (!origin.set) {
    origin.now = now;
    origin.set = true;
  }
  reached = Math.max(reached, now - origin.now);
  return reached;
}

/** When it began, by the lab's clock. */
export function labOrigin(): number {
  labElapsed();
  return origin.now;
}
