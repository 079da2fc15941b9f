import { randomUUID } from 'node:crypto';
import { brokerUsers, eventsOf, type WorkerDefinition } from '@orderflow/contracts';
import { brokerNodes, openAnyNode } from '@orderflow/runtime';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type BrokerAccess, prepareBroker } from './broker-users.ts';
import { discoverDefinitions } from './processes/discover.ts';

const definitions: readonly WorkerDefinition[] = await discoverDefinitions();
const facts = eventsOf(definitions).map(({ type }) => type);
const users = brokerUsers(definitions).map(({ name }) => name);
const saysOf = (user: string) => definitions.find(({ name }) => name === user)?.says.map(({ type }) => type) ?? [];

let access: BrokerAccess;
beforeAll(async () => {
  const { amqpUrl, managementUrl } = inject('infrastructure');
  const given = { source: 'environment', how: '', amqpUrl, managementUrl, start: async () => {}, stop: async () => {} };
  access = await prepareBroker(given as never, { vhost: `users-${randomUUID().slice(0, 8)}`, secret: 'a secret' });
});
afterAll(() => access?.remove());

/** What the broker answers to one message: taken, returned as unroutable, or the number of its refusal. */
async function answerTo(
  user: string,
  exchange: string,
  routingKey: string,
  userId?: string,
): Promise<number | 'taken'> {
  const model = await openAnyNode(access.amqpUrlOf(user), 'forger');
  try {
    const channel = await model.createConfirmChannel();
    const refused = new Promise<number>((resolve) => {
      channel.on('error', (error: Error & { code: number }) => resolve(error.code));
    });
    const properties = { messageId: 'forged', ...(userId !== undefined && { userId }) };
    channel.publish(exchange, routingKey, Buffer.from('forged'), properties);
    return await Promise.race([
      refused,
      channel.waitForConfirms().then(
        () => 'taken' as const,
        () => refused,
      ),
    ]);
  } finally {
    await model.close();
  }
}

describe.each(users)('the broker lets %s', (user) => {
  test('say what it says, and nothing else', async () => {
    const taken: string[] = [];
    for (const fact of facts) if ((await answerTo(user, 'orders', fact)) === 'taken') taken.push(fact);
    expect(taken).toEqual(facts.filter((fact) => saysOf(user).includes(fact)));
  });

  test('put nothing into a queue by its name, but for its own retry and dead-letter queues', async () => {
    expect(await answerTo(user, '', 'payment')).toBe(403);
    const taken: string[] = [];
    const queues = users.flatMap((one) => [one, `${one}.dead`, `${one}.retry.1000`]);
    for (const queue of queues) if ((await answerTo(user, 'orders.queues', queue)) === 'taken') taken.push(queue);
    const consumes = definitions.some(({ name, hears }) => name === user && hears.length > 0);
    expect(taken).toEqual(consumes ? [user, `${user}.dead`, `${user}.retry.1000`] : []);
  });
});

test('the broker lets nobody publish in the name of another user', async () => {
  const [{ username: another }] = brokerNodes(access.amqpUrlOf('payment')) as [URL];
  expect(await answerTo('inventory', 'orders', 'inventory.reserved', another)).toBe(406);
});
