import { randomBytes, randomUUID } from 'node:crypto';
import type { OrderflowEvent } from '@orderflow/contracts';
import {
  connectBroker,
  createLog,
  createMetrics,
  createPublisher,
  openAnyNode,
  outgoing,
  vhostOf,
  withAccess,
} from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { discoverDefinitions, managementOf, type Stack } from '@orderflow/stack';
import { spy } from './system.ts';

/** So many that each node of a cluster most likely has some, whoever spreads them: the URL or a load balancer. */
const CLIENTS = 12;
const FACTS_MS = 60_000;
const CONFIRMED_MS = 300_000;

/** Clients of the broker that reconnect as the processes do. */
export interface BrokerProbe {
  /** Resolves when every client has published to every work queue and has the broker's confirm for it. */
  confirmed(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Repeats facts of an order that `live` completes: each worker knows them, so they reach every work queue and change
 * nothing.
 * @param live @returns the order's id
 */
export async function openProbe(stack: Stack, live: () => Promise<string>): Promise<BrokerProbe> {
  const facts = await factsForEveryQueue(stack, live);
  const { amqp, rabbitmq } = stack.addresses;
  const management = managementOf(rabbitmq);
  const vhost = vhostOf(amqp);
  // The tag lets it publish in the names of those whose facts it repeats.
  const access = { user: `probe-${randomUUID()}`, password: randomBytes(16).toString('hex') };
  await management('PUT', `/users/${access.user}`, { password: access.password, tags: 'impersonator' });
  const everything = { configure: '.*', write: '.*', read: '.*' };
  await management('PUT', `/permissions/${encodeURIComponent(vhost)}/${access.user}`, everything);

  const log = createLog('probe', 'silent');
  const metrics = createMetrics('probe', { processMetrics: false });
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const connection = connectBroker(withAccess(amqp, access), 'probe', log);
      return { connection, publisher: await createPublisher({ connection, user: access.user, log, metrics }) };
    }),
  );
  const repeat = async ({ publisher }: (typeof clients)[number]) => {
    for (const fact of facts) {
      const message = outgoing(fact);
      const userId = `${vhost}.${fact.source.replace(/^\//, '')}`;
      const properties = { ...message.properties, userId };
      const send = async () => {
        await publisher.send({ ...message, properties });
        return true;
      };
      await eventually(`${fact.type} is confirmed`, send, CONFIRMED_MS);
    }
  };
  const confirmed = async () => void (await Promise.all(clients.map(repeat)));
  await confirmed();
  return {
    confirmed,
    close: async () => {
      await Promise.all(clients.map(({ connection }) => connection.close()));
      await management('DELETE', `/users/${access.user}`);
    },
  };
}

/** For each worker one fact of the order that it hears. */
async function factsForEveryQueue(stack: Stack, live: () => Promise<string>): Promise<OrderflowEvent[]> {
  const model = await openAnyNode(stack.addresses.amqp, 'probe');
  try {
    const heard = await spy(model);
    const orderId = await live();
    const workers = (await discoverDefinitions()).filter(({ hears }) => hears.length > 0);
    const facts = await Promise.all(
      workers.map(({ name, hears }) =>
        eventually(
          `a fact that ${name} hears`,
          () => heard.find(({ subject, type }) => subject === orderId && hears.some((known) => known.type === type)),
          FACTS_MS,
        ),
      ),
    );
    return [...new Set(facts)];
  } finally {
    await model.close();
  }
}
