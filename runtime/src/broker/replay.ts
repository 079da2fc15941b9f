import { type OrderflowEvent, QUEUES_EXCHANGE, workQueue } from '@orderflow/contracts';
import { ConfigError } from '../config.ts';
import { ORIGINAL_USER_HEADER } from '../failures.ts';
import type { Logger } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { identityIn } from './address.ts';
import { connectBroker } from './connection.ts';
import { createPublisher, outgoing } from './publisher.ts';

export interface Replay {
  /** Resolves once the worker's queue has it. */
  replay(event: OrderflowEvent): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts stored events into one worker's queue, in the worker's own name: nobody else may write there, and a worker
 * believes a note of who said something first only if the note is its own (as with messages that it retries).
 * @param amqpUrl with the worker's credentials
 * @throws ConfigError where they are somebody else's
 */
export async function openReplay(amqpUrl: string, worker: string, log: Logger): Promise<Replay> {
  const user = identityIn(amqpUrl, worker)?.user;
  if (user === undefined)
    throw new ConfigError(`AMQP_URL must sign in as ${worker}: only ${worker} may write to its queue`);
  const prefix = user.slice(0, user.length - worker.length);
  const connection = connectBroker(amqpUrl, `${worker} (backfill)`, log);
  const metrics = createMetrics('backfill', { processMetrics: false });
  const publisher = await createPublisher({ connection, user, log, metrics });
  return {
    replay: (event) => {
      const message = outgoing(event);
      const headers = {
        [ORIGINAL_USER_HEADER]: `${prefix}${event.source.slice(1)}`,
        'x-original-exchange': message.exchange,
        'x-original-routing-key': message.routingKey,
      };
      return publisher.send({
        ...message,
        exchange: QUEUES_EXCHANGE,
        routingKey: workQueue(worker),
        properties: { ...message.properties, headers },
      });
    },
    close: () => connection.close(),
  };
}
