/** Many requests at once to the application servers, and what they have done. */

import type { Lab } from '../../client/api';
import { SERVICE_PORTS } from '../../client/bridge';
import { BridgeEnd } from '../../client/bridge-end';
import type { Steps } from '../../services/counter';
import { HttpClient } from '../../services/http';
import type { Way } from '../../services/ways';

export interface Load {
  readonly way: Way;
  readonly clients: number;
  /** Milliseconds between reading and writing. */
  readonly delay: number;
}

/** Milliseconds between two looks at the steps. */
const LOOK_MS = 100;

/** One run, which may be ended. */
export class LoadRun {
  private readonly bridge: { readonly port: MessagePort; close(): void };
  private readonly end: BridgeEnd;
  private readonly openClients = new Set<HttpClient>();

  constructor(lab: Lab) {
    this.bridge = lab.openBridge();
    this.end = new BridgeEnd(this.bridge.port);
  }

  /** Sends all requests, half of them to each server, and reports what has happened until all are answered. */
  async run({ way, clients, delay }: Load, report: (steps: Steps) => void): Promise<void> {
    const [watcher, ...others] = await Promise.all(
      Array.from({ length: clients + 1 }, (_, index) => this.client(index)),
    );
    if (!watcher) return;
    const reset = await watcher.ask('POST', `/reset?delay=${delay}`);
    if (reset.status !== 200) throw new Error(reset.body.trim());
    const state = { running: true };
    const all = Promise.all(
      others.map((client, index) => client.ask('GET', `/add?way=${way}&client=${index + 1}`)),
    ).finally(() => (state.running = false));
    const seen: Steps['steps'][number][] = [];
    const look = async (): Promise<void> => {
      const after = seen.at(-1)?.number ?? 0;
      const { body } = await watcher.ask('GET', `/steps?after=${after}`);
      const steps = JSON.parse(body) as Steps;
      seen.push(...steps.steps);
      report({ ...steps, steps: seen });
    };
    while (state.running) {
      await Promise.race([all, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
      await look();
    }
    // The last answers may have come while it was looking.
    await look();
    // 409: it gave up, which is no failure of the run.
    const failed = (await all).find(({ status }) => status !== 200 && status !== 409);
    if (failed) throw new Error(failed.body.trim());
  }

  private async client(index: number): Promise<HttpClient> {
    const port = SERVICE_PORTS[index % SERVICE_PORTS.length] ?? 0;
    const client = new HttpClient(await this.end.open(port));
    this.openClients.add(client);
    return client;
  }

  /** Ends it, whatever it waits for. */
  close(): void {
    for (const client of this.openClients) client.close();
    this.openClients.clear();
    this.bridge.close();
  }
}
