/** What the package has for Node's clients besides. */

import { Duplex } from 'node:stream';
import { sockets, type SocketExtras, type Sockets } from './sockets';

export { intercept, type InterceptOptions, type Interception } from './intercept';
export type { SocketExtras } from './sockets';

const overNode: Sockets<Duplex & SocketExtras> = sockets(Duplex);

export const { stream, connector } = overNode;
