/**
 * The floor: bare amqplib, the MongoDB driver and node:http. Nothing is validated, deduped, tried again, traced or counted;
 * it publishes with confirms, acknowledges after the work and waits for the store's journal, as whoever loses nothing must.
 */
import { readFileSync } from 'node:fs';
import { type ChannelModel, connect } from 'amqplib';
import { type Db, MongoClient } from 'mongodb';

const EXCHANGE = 'orders';
const PREFETCH = 32;

/** A variable of the environment. @throws Error naming it */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly name: string;
  readonly unitPrice: number;
}

/** What the facts carry: of later ones all but the id is missing. */
export interface Order {
  readonly orderId: string;
  readonly lines: readonly Line[];
  readonly total: number;
  readonly address: { name: string; line1: string; postalCode: string; city: string; country: string };
  readonly contact: { email: string };
  readonly shippingMethod: string;
  readonly paymentMethod: string;
  readonly currency: string;
  readonly intentId?: string;
  readonly trackingNumber?: string;
}
export type Publish = (type: string, body: { orderId: string }) => Promise<void>;

/** Documents whose ids are our own. */
export type Document = { readonly _id: string } & Record<string, unknown>;

export async function store(service: string): Promise<Db> {
  const client = await MongoClient.connect(variable('MONGODB_URI'), { writeConcern: { w: 'majority', journal: true } });
  return client.db(`${variable('DATABASE_PREFIX')}${service}`);
}

export const products = (): { sku: string; name: string; price: { amount: number } }[] =>
  JSON.parse(readFileSync(variable('CATALOGUE_SEED'), 'utf8'));

/** The frames of one turn in one system call. */
function coalesce({ connection }: ChannelModel): void {
  const { stream } = connection as unknown as { stream: NodeJS.WritableStream & { cork(): void; uncork(): void } };
  const write = stream.write.bind(stream) as (...frame: unknown[]) => boolean;
  let corked = false;
  stream.write = (...frame: unknown[]) => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    return write(...frame);
  };
}

/** @param handlers by routing key; a message is acknowledged once its handler has resolved */
export async function broker(
  service: string,
  handlers: Readonly<Record<string, (order: Order, publish: Publish) => Promise<void>>> = {},
): Promise<Publish> {
  const [consuming, publishing] = await Promise.all([connection(), connection()]);
  const confirms = await publishing.createConfirmChannel();
  await confirms.assertExchange(EXCHANGE, 'topic', { durable: true });
  const publish: Publish = (type, body) =>
    new Promise((resolve, reject) => {
      const contentType = 'application/json';
      const properties = { persistent: true, mandatory: true, correlationId: body.orderId, contentType };
      const content = Buffer.from(JSON.stringify(body));
      confirms.publish(EXCHANGE, type, content, properties, (error) => (error ? reject(error) : resolve()));
    });
  const types = Object.keys(handlers);
  if (types.length === 0) return publish;
  const channel = await consuming.createChannel();
  await channel.assertQueue(service, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  for (const type of types) await channel.bindQueue(service, EXCHANGE, type);
  await channel.prefetch(PREFETCH);
  await channel.consume(service, async (message) => {
    if (!message) return;
    await handlers[message.fields.routingKey]?.(JSON.parse(message.content.toString()) as Order, publish);
    channel.ack(message);
  });
  return publish;
}

async function connection(): Promise<ChannelModel> {
  const model = await connect(variable('AMQP_URL'), { noDelay: true });
  coalesce(model);
  return model;
}

export const ready = (): void => console.log('ready');
process.once('SIGTERM', () => process.exit(0));
