/** Which node of a cluster has which keys. */

import type { Reply } from '../client/api';
import { serverAddress, nameOf, type ServerAddress } from './address';
import { itemsOf, numberOf, textOf } from './info';

export const SLOTS = 16_384;

const BRACE = 0x7b;
const CLOSED = 0x7d;

/** CRC16 of XMODEM, as Redis Cluster wants it. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

/** The slot of a key; of `{…}` in it alone, where there is any. */
export function slotOf(key: Uint8Array): number {
  const from = key.indexOf(BRACE);
  const to = from < 0 ? -1 : key.indexOf(CLOSED, from + 1);
  return crc16(to > from + 1 ? key.subarray(from + 1, to) : key) % SLOTS;
}

/** Slots that one primary has, and who follows it. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly primary: string;
  readonly replicas: readonly string[];
}

/** Reads CLUSTER SLOTS. A node that does not know its own name is the one that was asked. */
export function slotRanges(reply: Reply, asked: ServerAddress): SlotRange[] {
  return itemsOf(reply).flatMap((range) => {
    const [from, to, ...nodes] = itemsOf(range);
    const [primary, ...replicas] = nodes.flatMap((node) => {
      const [host, port] = itemsOf(node);
      const address = serverAddress(`${textOf(host) || asked.host}:${textOf(port)}`);
      return address ? [nameOf(address)] : [];
    });
    const [first, last] = [numberOf(from), numberOf(to)];
    if (primary === undefined || first === undefined || last === undefined) return [];
    return [{ from: first, to: last, primary, replicas }];
  });
}
