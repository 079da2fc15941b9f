import { deadQueue, retryQueue, workQueue } from '@orderflow/contracts';
import { vhostOf } from '@orderflow/runtime';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BrokerReader, managementReader } from './broker-reader.ts';

describe('given a broker with a worker behind its messages', () => {
  let workers: WorkerFixture;
  let broker: BrokerReader;
  beforeAll(async () => {
    const infrastructure = inject('infrastructure');
    workers = await startWorkerFixture(infrastructure);
    broker = managementReader(infrastructure.managementUrl, vhostOf(workers.amqpUrl));
    const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
    for (const queue of [workQueue('payment'), retryQueue('payment', 1_000), deadQueue('payment')]) {
      await workers.channel.assertQueue(queue, quorum);
    }
    const headers = {
      'x-attempt': 3,
      'x-error-class': 'PermanentError',
      'x-error-message': 'no',
      'x-first-failed-at': '2026-01-01T00:00:00Z',
    };
    workers.channel.sendToQueue(workQueue('payment'), Buffer.from('{}'), { messageId: 'a' });
    workers.channel.sendToQueue(retryQueue('payment', 1_000), Buffer.from('{}'), { messageId: 'b' });
    workers.channel.sendToQueue(deadQueue('payment'), Buffer.from('{"id":"c"}'), { messageId: 'c', headers });
  });
  afterAll(() => workers.close());

  it('when its queues are counted, waiting and dead-lettered messages are counted apart', async () => {
    const depth = await eventually(
      'the counts',
      async () => {
        const found = (await broker.depths()).get('payment');
        return found?.waiting === 2 && found.deadLettered === 1 && found;
      },
      20_000,
    );
    expect(depth).toEqual({ waiting: 2, deadLettered: 1, isWorkers: true });
  });

  it('when its dead-letter queue is looked into, dead-lettered messages are read and stay there', async () => {
    const deadLetter = {
      eventId: 'c',
      error: 'PermanentError: no',
      attempts: 3,
      firstFailedAt: '2026-01-01T00:00:00Z',
      body: '{"id":"c"}',
    };
    expect(await broker.deadLettered('payment', 10)).toEqual([deadLetter]);
    expect(await broker.deadLettered('payment', 10)).toEqual([deadLetter]);
  });

  it("when its processes are connected, they are known by their connections' names", async () => {
    await workers.connect('payment (publishing)');
    await workers.connect('payment (consuming)');
    await eventually('it is seen', async () => (await broker.connected()).includes('payment'), 20_000);
    expect(await broker.connected()).toEqual(['payment']);
  });

  it('when a dead-letter queue is not there, it says so', async () => {
    await expect(broker.deadLettered('nobody', 10)).rejects.toThrow('404');
  });
});

it.each([
  ['amqp://localhost', '/'],
  ['amqp://localhost/', '/'],
  ['amqp://localhost/shop', 'shop'],
  ['amqp://localhost/%2Fa', '/a'],
])('%s names the vhost %s', (url, vhost) => {
  expect(vhostOf(url)).toBe(vhost);
});
