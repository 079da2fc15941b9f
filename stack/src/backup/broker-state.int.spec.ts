import { randomBytes } from 'node:crypto';
import { newId, OrderPlaced } from '@orderflow/contracts';
import { declareTopology, openAnyNode, withAccess } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createVhost, deleteVhost, managementOf } from '../management.ts';
import { discoverDefinitions } from '../processes/discover.ts';
import { type BrokerState, brokerState } from './broker-state.ts';

const { amqpUrl, managementUrl } = inject('infrastructure');
const vhost = `backup-${randomBytes(4).toString('hex')}`;
const url = withAccess(amqpUrl, { vhost });
let broker: BrokerState;
beforeAll(async () => {
  await createVhost(managementUrl, vhost, decodeURIComponent(new URL(managementUrl).username));
  await declareTopology(url, await discoverDefinitions());
  broker = brokerState({ managementUrl, vhost });
});
afterAll(() => deleteVhost(managementUrl, vhost));

async function send(...queues: readonly string[]): Promise<void> {
  const model = await openAnyNode(url, 'spec');
  const channel = await model.createConfirmChannel();
  for (const queue of queues) channel.sendToQueue(queue, Buffer.from(newId()), { type: OrderPlaced.type });
  await channel.waitForConfirms();
  await model.close();
}

test('messages under way are those in work and retry queues; dead-lettered ones are told apart', async () => {
  expect(await broker.queued()).toEqual({ underWay: 0, deadLettered: 0 });
  await send('payment', 'inventory.retry.300000', 'delivery.dead', 'delivery.dead');
  await eventually('the broker has counted them', async () => (await broker.queued()).underWay === 2);
  expect(await broker.queued()).toEqual({ underWay: 2, deadLettered: 2 });
});

test('definitions have the queues and no user', async () => {
  const definitions = (await broker.definitions()) as { queues: { name: string }[] };
  expect(definitions.queues.map(({ name }) => name)).toEqual(expect.arrayContaining(['payment', 'payment.dead']));
  expect(definitions).not.toHaveProperty('users');
  expect(JSON.stringify(definitions)).not.toMatch(/password/);
});

test('a broker that is reset has its policies again, and nothing in its queues', async () => {
  const management = managementOf(managementUrl);
  const path = `/policies/${vhost}/short`;
  await management('PUT', path, {
    pattern: '^payment$',
    definition: { 'max-length': 1_000_000 },
    'apply-to': 'queues',
  });
  await send('payment');
  const definitions = await broker.definitions();
  await management('DELETE', path);

  await broker.reset(definitions);

  await eventually('the broker has counted none', async () => {
    const { underWay, deadLettered } = await broker.queued();
    return underWay + deadLettered === 0;
  });
  expect(await (await management('GET', path)).json()).toMatchObject({ pattern: '^payment$' });
});
