import type { OpsHealth } from '@orderflow/contracts';
import { vhostOf } from '@orderflow/runtime';
import { z } from 'zod';

/** The workers' queues as the broker counts them; undefined: nobody told us where to ask. */
export type BrokerQueues = (() => Promise<OpsHealth['queues']>) | undefined;

const TIMEOUT_MS = 5_000;
const DEAD = '.dead';
const RETRY = /\.retry\.\d+$/;

const queuesSchema = z.array(
  z.object({ name: z.string(), messages: z.int().default(0), consumers: z.int().default(0) }),
);

/** Asks RabbitMQ's management API, whose numbers are a few seconds old. @param amqpUrl says which vhost is ours */
export function managementQueues(managementUrl: string | undefined, amqpUrl: string): BrokerQueues {
  if (managementUrl === undefined) return undefined;
  const { origin, pathname, username, password } = new URL(managementUrl);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const address = `${origin}${pathname.replace(/\/+$/, '')}/api/queues/${encodeURIComponent(vhostOf(amqpUrl))}`;
  return async () => {
    const response = await fetch(`${address}?columns=name,messages,consumers`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    });
    if (!response.ok) throw new Error(`RabbitMQ's management API answers ${response.status}`);
    return byWorker(queuesSchema.parse(await response.json()));
  };
}

/** Every worker has a dead-letter queue; a queue without one is somebody else's. */
export function byWorker(queues: z.infer<typeof queuesSchema>): OpsHealth['queues'] {
  const workers = queues.filter(({ name }) => name.endsWith(DEAD)).map(({ name }) => name.slice(0, -DEAD.length));
  return workers.sort().map((worker) => {
    const work = queues.find(({ name }) => name === worker);
    const retrying = queues.filter(({ name }) => name.startsWith(`${worker}.`) && RETRY.test(name));
    const deadLettered = queues.find(({ name }) => name === `${worker}${DEAD}`)?.messages ?? 0;
    return {
      worker,
      waiting: work?.messages ?? 0,
      retrying: retrying.reduce((sum, { messages }) => sum + messages, 0),
      deadLettered,
      parked: deadLettered,
      consumers: work?.consumers ?? 0,
    };
  });
}
