import { type Topology, topologyOf, type WorkerDefinition } from '@orderflow/contracts';
import { type ChannelModel, connect } from 'amqplib';

/** Declares exchange, queues and bindings. Idempotent. Rejects with the broker's reply when a queue exists with other arguments. */
export async function declare(model: ChannelModel, topology: Topology): Promise<void> {
  const channel = await model.createChannel();
  channel.on('error', () => {});
  await channel.assertExchange(topology.exchange.name, topology.exchange.type, { durable: true });
  for (const queue of topology.queues) {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
  }
  for (const { queue, exchange, routingKey } of topology.bindings) {
    await channel.bindQueue(queue, exchange, routingKey);
  }
  await channel.close();
}

/**
 * Declares what all these workers need. Run it before the first publisher starts: a fact that is published
 * before a worker's queue exists never reaches that worker.
 */
export async function declareTopology(
  url: string,
  workers: readonly WorkerDefinition[],
  options: { retryDelaysMs?: readonly number[] } = {},
): Promise<void> {
  const model = await connect(url);
  model.on('error', () => {});
  try {
    for (const worker of workers) await declare(model, topologyOf(worker, options.retryDelaysMs));
  } finally {
    await model.close();
  }
}
