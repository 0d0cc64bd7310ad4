/** Date and performance by the lab's clock. */

import { labElapsed, labNow, labOrigin } from './lab';
import { native } from './native';

const now = (): number => Math.floor(labNow());

export function installClock(): void {
  native.Date.now = now;
  const date = new Proxy(native.Date, {
    construct: (target, args, self) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, self) as object,
    apply: () => new native.Date(now()).toString(),
  });
  Object.defineProperty(native.Date.prototype, 'constructor', { value: date });
  globalThis.Date = date;
  Object.defineProperties(performance, {
    now: { value: labElapsed, configurable: true },
    timeOrigin: { get: labOrigin, configurable: true },
  });
}
