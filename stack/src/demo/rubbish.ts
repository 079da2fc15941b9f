import { deadQueue, ORDERS_EXCHANGE, OrderPlaced } from '@orderflow/contracts';
import { discoverDefinitions } from '../processes/discover.ts';
import { waitUntil } from '../wait.ts';

const DEAD_LETTERED_WITHIN_MS = 30_000;

/** Publishes what is not a fact and waits for it in the dead-letter queue of whoever hears it. @returns the queue's name */
export async function sendRubbish(amqpUrl: string): Promise<string> {
  const hearer = (await discoverDefinitions()).find(({ hears }) => hears.some(({ type }) => type === OrderPlaced.type));
  if (!hearer) throw new Error(`Nobody hears ${OrderPlaced.type}`);
  const queue = deadQueue(hearer.name);
  const { openAnyNode } = await import('@orderflow/runtime');
  const connection = await openAnyNode(amqpUrl, 'demo');
  try {
    const channel = await connection.createConfirmChannel();
    const deadLettered = async () => (await channel.checkQueue(queue)).messageCount;
    const before = await deadLettered();
    const rubbish = Buffer.from('{"hello": "I am no fact"');
    channel.publish(ORDERS_EXCHANGE, OrderPlaced.type, rubbish, { contentType: 'application/json' });
    await channel.waitForConfirms();
    const wait = { what: `a message in ${queue}`, timeoutMs: DEAD_LETTERED_WITHIN_MS };
    await waitUntil(async () => (await deadLettered()) > before, wait);
    return queue;
  } finally {
    await connection.close();
  }
}
