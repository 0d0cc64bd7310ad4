/** Packages that bring no types along, as far as they are used. */

declare module 'events/events.js' {
  import { EventEmitter } from 'node:events';
  export default EventEmitter;
}

declare module 'util/util.js' {
  import util from 'node:util';
  export default util;
}

declare module 'assert/build/internal/util/comparisons.js' {
  export { isDeepStrictEqual } from 'node:util';
}

declare module 'buffer/index.js' {
  import buffer from 'node:buffer';
  export default buffer;
}
