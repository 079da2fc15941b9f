import { type QueueDeclaration, type Topology, topologyOf, type WorkerDefinition } from '@orderflow/contracts';
import type { Channel, ChannelModel } from 'amqplib';
import { errorMessage } from '../errors.ts';
import { openAnyNode } from './connection.ts';

/** Declares exchanges, queues and bindings. Idempotent. Rejects with the broker's reply when a queue exists with other arguments. */
export async function declare(model: ChannelModel, topology: Topology): Promise<void> {
  const channel = await openChannel(model);
  for (const { name, type } of topology.exchanges) await channel.assertExchange(name, type, { durable: true });
  for (const queue of topology.queues) await declareQueue(channel, queue);
  for (const { queue, exchange, routingKey } of topology.bindings) {
    await channel.bindQueue(queue, exchange, routingKey);
  }
  await channel.close();
}

/**
 * Declares what all these workers need. Run it before the first publisher starts: a fact that is published
 * before a worker's queue exists never reaches that worker. A queue of an earlier version, whose arguments differ, is
 * replaced if it is empty and nobody consumes it; the queues of a worker's former name are deleted then.
 * @throws Error naming a queue that cannot be replaced or deleted, and what to do
 */
export async function declareTopology(
  amqpUrl: string,
  workers: readonly WorkerDefinition[],
  options: { retryDelaysMs?: readonly number[] } = {},
): Promise<void> {
  const model = await openAnyNode(amqpUrl, 'topology');
  try {
    for (const worker of workers) {
      const topology = topologyOf(worker, options.retryDelaysMs);
      for (const queue of topology.queues) await replaceOutdated(model, queue);
      await declare(model, topology);
      await deleteOutlived(model, worker.name, topology.outlived);
    }
  } finally {
    await model.close();
  }
}

/** PRECONDITION_FAILED (AMQP 0-9-1, section 1.1): the queue exists with other arguments, which are immutable. */
const OTHER_ARGUMENTS = 406;

async function replaceOutdated(model: ChannelModel, queue: QueueDeclaration): Promise<void> {
  try {
    const channel = await openChannel(model);
    // Dead-lettering to an exchange that is not there yet is no error.
    await declareQueue(channel, queue);
    return await channel.close();
  } catch (error) {
    if ((error as { code?: unknown }).code !== OTHER_ARGUMENTS) throw error;
    const channel = await openChannel(model);
    const { messageCount, consumerCount } = await channel.checkQueue(queue.name);
    if (messageCount > 0 || consumerCount > 0) {
      throw new Error(
        `The queue ${queue.name} is of an earlier version and holds ${messageCount} messages for ${consumerCount} consumers. ` +
          'Let its workers finish what waits, redrive or discard dead letters with the version before, stop all processes, ' +
          `and declare the queues again (${errorMessage(error)})`,
        { cause: error },
      );
    }
    await channel.deleteQueue(queue.name);
    await channel.close();
  }
}

/** Once the new queues are bound nothing is lost with the old ones, provided that nothing waits in them. */
async function deleteOutlived(model: ChannelModel, worker: string, names: readonly string[]): Promise<void> {
  const found = (await Promise.all(names.map((name) => depthOf(model, name)))).filter((queue) => queue !== undefined);
  const busy = found.find(({ messageCount, consumerCount }) => messageCount > 0 || consumerCount > 0);
  if (busy) {
    throw new Error(
      `The queue ${busy.queue} is of a former name of ${worker} and holds ${busy.messageCount} messages for ${busy.consumerCount} consumers. ` +
        'Let the version before finish what waits, redrive or discard its dead letters, stop its process, and declare the queues again',
    );
  }
  if (found.length === 0) return;
  const channel = await openChannel(model);
  for (const { queue } of found) await channel.deleteQueue(queue);
  await channel.close();
}

/** NOT_FOUND (AMQP 0-9-1, section 1.1). */
const NO_QUEUE = 404;

async function depthOf(model: ChannelModel, name: string) {
  const channel = await openChannel(model);
  try {
    const depth = await channel.checkQueue(name);
    await channel.close();
    return depth;
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_QUEUE) return undefined;
    throw error;
  }
}

const declareQueue = (channel: Channel, queue: QueueDeclaration) =>
  channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });

async function openChannel(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  channel.on('error', () => {});
  return channel;
}
