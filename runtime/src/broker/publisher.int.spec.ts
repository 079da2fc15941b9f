import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { confirmsWithheld, eventually, startWorkerFixture, type WorkerFixture } from '../../testing/index.ts';
import { brokerNodes } from './address.ts';
import { connectBroker } from './connection.ts';
import { createPublisher } from './publisher.ts';

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

test('what is not confirmed is published again on another channel, with all that waits beside it', async () => {
  const [broker] = brokerNodes(workers.amqpUrl) as [URL];
  const way = await confirmsWithheld({ host: broker.hostname, port: Number(broker.port) });
  broker.port = String(way.port);
  const { log, metrics } = workers;
  const connection = connectBroker(broker.href, 'unheard', log);
  const publisher = await createPublisher({ connection, user: `${workers.vhost}.test`, log, metrics, confirmMs: 200 });
  const { queue } = await workers.channel.assertQueue('unheard', { durable: true });
  const send = (messageId: string) =>
    publisher.send({ exchange: '', routingKey: queue, body: Buffer.from(''), properties: { messageId } });

  await Promise.all(['one', 'two'].map(send));

  const taken: string[] = [];
  await eventually('both are there twice', async () => {
    const message = await workers.channel.get(queue, { noAck: true });
    if (message) taken.push(message.properties.messageId);
    return taken.length === 4;
  });
  expect(taken.sort()).toEqual(['one', 'one', 'two', 'two']);
  expect([publisher.unconfirmed, publisher.unavailable]).toEqual([0, undefined]);
  await connection.close();
  await way.close();
});
