import { defineEvent, defineWorker, parseEvent } from '@orderflow/contracts';
import {
  type Aggregates,
  change,
  connectBroker,
  createLog,
  createMetrics,
  createPublisher,
  outgoing,
  runWorker,
} from '@orderflow/runtime';
import { connect } from 'amqplib';
import { Connection as RabbitMqClient } from 'rabbitmq-client';
import { z } from 'zod';

/** One side of the comparison: consumes `hop-asked`, says `hop.answered` with a confirm, acknowledges. */
export interface Contender {
  readonly name: string;
  start(url: string, prefetch: number): Promise<() => Promise<void>>;
}

const lines = z.array(z.object({ sku: z.string(), quantity: z.int().min(1) }));
export const HopAsked = defineEvent('hop.asked', {
  version: 1,
  summary: 'A hop is due.',
  saidBy: ['hopper'],
  data: z.object({ lines }),
});
export const HopAnswered = defineEvent('hop.answered', {
  version: 1,
  summary: 'A hop was made.',
  saidBy: ['hopper'],
  data: z.object({ lines }),
});
export const hopper = defineWorker({ name: 'hopper', summary: 'Hops.', hears: [HopAsked], says: [HopAnswered] });

/** The ceiling: no parsing, no validation, no dedupe; the body goes out as it came in. */
export const bareAmqplib: Contender = {
  name: 'amqplib, bare',
  start: async (url, prefetch) => {
    const [consuming, publishing] = [await connect(url, { noDelay: true }), await connect(url, { noDelay: true })];
    const channel = await consuming.createChannel();
    const confirms = await publishing.createConfirmChannel();
    await channel.prefetch(prefetch);
    await channel.consume(hopper.name, (message) => {
      if (!message) return;
      const { messageId, correlationId, contentType } = message.properties;
      const properties = { messageId, correlationId, contentType, persistent: true, mandatory: true };
      confirms.publish('orders', HopAnswered.type, message.content, properties, (error) => {
        if (!error) channel.ack(message);
      });
    });
    return async () => {
      await consuming.close();
      await publishing.close();
    };
  },
};

/** Ours, whole: envelope and payload validated, deduped, handled, committed (to memory), confirmed, acknowledged. */
export const orderflow: Contender = {
  name: '@orderflow/runtime',
  start: async (url, prefetch) => {
    const log = createLog('bench', 'silent');
    const metrics = createMetrics('bench', { processMetrics: false });
    const consuming = connectBroker(url, 'bench consuming', log);
    const publishing = connectBroker(url, 'bench publishing', log);
    const user = userOf(url);
    const publisher = await createPublisher({ connection: publishing, user, log, metrics });
    const settings = {
      prefetch,
      concurrency: prefetch,
      handlerTimeoutMs: 30_000,
      retry: { delaysMs: [1_000], maxAttempts: 3 },
      region: 'bench',
    };
    const parts = {
      deps: {},
      aggregates: inMemory(),
      handlers: {
        'hop.asked': (_: object, event: { data: z.infer<typeof HopAsked.data> }) =>
          change({}, [HopAnswered.of(event.data)]),
      },
    };
    const worker = await runWorker(hopper, parts, {
      consuming,
      publisher,
      identity: { user, workerOf: () => hopper.name },
      log,
      metrics,
      settings,
    });
    return async () => {
      await worker.drain(10_000);
      await consuming.close();
      await publishing.close();
    };
  },
};

/** Whoever runs the benchmark stands for the hopper. */
export const userOf = (url: string): string => decodeURIComponent(new URL(url).username) || 'guest';

/** A store that costs nothing, so that what is measured is the broker and the runtime. */
function inMemory(): Aggregates<object> {
  const handled = new Set<string>();
  return {
    load: async (_id, eventId = '') => (handled.has(eventId) ? { state: {}, revision: 1, said: [] } : null),
    commit: async ({ eventId }) => {
      handled.add(eventId);
      return true;
    },
    ignore: async () => true,
    checkpoint: async () => {},
    amend: async () => true,
    erase: async () => null,
    deadlineOf: () => null,
    claimDue: async () => null,
    settleDue: async () => {},
  };
}

/** The same work on another client: parse and validate with our contract, answer, confirm, acknowledge. */
export const rabbitMqClient: Contender = {
  name: 'rabbitmq-client',
  start: async (url, prefetch) => {
    const rabbit = new RabbitMqClient(url);
    const publisher = rabbit.createPublisher({ confirm: true });
    const consumer = rabbit.createConsumer(
      { queue: hopper.name, qos: { prefetchCount: prefetch }, queueOptions: { passive: true } },
      async (message) => {
        const event = parseEvent(
          Buffer.isBuffer(message.body) ? message.body : Buffer.from(JSON.stringify(message.body)),
          heard,
        );
        const { body, properties } = outgoing({ ...event, type: HopAnswered.type });
        const { messageId, contentType } = properties;
        await publisher.send(
          {
            exchange: 'orders',
            routingKey: HopAnswered.type,
            mandatory: true,
            durable: true,
            messageId,
            contentType: contentType as string,
          },
          body,
        );
      },
    );
    return async () => {
      await consumer.close();
      await publisher.close();
      await rabbit.close();
    };
  },
};

const heard = new Map([[HopAsked.type, HopAsked]]);
