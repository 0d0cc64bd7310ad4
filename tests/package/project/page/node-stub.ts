/** What ioredis asks Node for and does not need when its connections come from a connector. */

const missing = (): never => {
  throw new Error('There is no such thing in a browser');
};

export const connect = missing;
export const createConnection = missing;
export const lookup = missing;
export const resolveSrv = missing;
export const createHash = missing;
export const isIP = (): number => 0;
export const deprecate = <Work>(work: Work): Work => work;

export default function assert(holds: unknown): void {
  if (!holds) throw new Error('It does not hold');
}
assert.strictEqual = (one: unknown, other: unknown) => assert(one === other);
