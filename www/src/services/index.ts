/** The services of the lab that are no Redis: they listen on its network, and speak to Redis over it. */

import { SERVICE_PORTS } from '../client/bridge';
import { BridgeEnd } from '../client/bridge-end';
import { Counter } from './counter';
import { serveHttp } from './http';

/** Starts them all at the other end of a bridge; resolves when they listen. */
export async function startServices(port: MessagePort): Promise<void> {
  const bridge = new BridgeEnd(port);
  const counter = new Counter(bridge);
  for (const server of SERVICE_PORTS) {
    await bridge.listen(server, (socket) => {
      void serveHttp(socket, (request) => counter.handle(server, request));
    });
  }
}
