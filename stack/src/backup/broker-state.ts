import { deadQueue, workQueue } from '@orderflow/contracts';
import { managementOf } from '../management.ts';
import { discoverDefinitions } from '../processes/discover.ts';

/** Of the queues of all workers. */
export interface QueuedMessages {
  /** In work and retry queues, handed out or not. */
  readonly underWay: number;
  readonly deadLettered: number;
}

/** The broker of a shop, by its management API. */
export interface BrokerState {
  queued(): Promise<QueuedMessages>;
  /** Exchanges, queues, bindings and policies of the virtual host; no users. */
  definitions(): Promise<unknown>;
  /** Empties the queues and gives the virtual host its policies back. */
  reset(definitions: unknown): Promise<void>;
}

export function brokerState({ managementUrl, vhost }: { managementUrl: string; vhost: string }): BrokerState {
  const management = managementOf(managementUrl);
  const host = encodeURIComponent(vhost);
  const queues = async () => {
    const workers = (await discoverDefinitions()).map(({ name }) => name);
    const answer = await management('GET', `/queues/${host}?disable_stats=true&enable_queue_totals=true`);
    const all = (await answer.json()) as { name: string; messages?: number }[];
    return all.filter(({ name }) =>
      workers.some((worker) => name === workQueue(worker) || name.startsWith(`${workQueue(worker)}.`)),
    );
  };
  return {
    queued: async () => {
      const dead = new Set((await discoverDefinitions()).map(({ name }) => deadQueue(name)));
      const counts = { underWay: 0, deadLettered: 0 };
      for (const { name, messages = 0 } of await queues())
        counts[dead.has(name) ? 'deadLettered' : 'underWay'] += messages;
      return counts;
    },
    definitions: async () => (await management('GET', `/definitions/${host}`)).json(),
    reset: async (definitions) => {
      for (const { name } of await queues()) {
        await management('DELETE', `/queues/${host}/${encodeURIComponent(name)}/contents`);
      }
      const { policies = [], parameters = [] } = definitions as { policies?: unknown[]; parameters?: unknown[] };
      // Queues are declared by the code, whose arguments may have changed since.
      await management('POST', `/definitions/${host}`, { policies, parameters });
    },
  };
}
