import { managementOf } from '@orderflow/stack';
import { connect } from 'amqplib';
import { mongo } from 'mongoose';

/** What has happened so far, by name. */
export type Counts = ReadonlyMap<string, number>;

interface ServerStatus {
  readonly metrics?: { readonly commands?: Readonly<Record<string, { readonly total?: unknown } | number>> };
}

/** Commands of housekeeping: sessions, handshakes and our own question. */
const NOT_WORK = /^(hello|isMaster|ismaster|ping|endSessions|serverStatus|saslStart|saslContinue|buildInfo)$/;

/** Commands that the store was given, as its `serverStatus` counts them. */
export async function storeCommands(mongodbUri: string): Promise<Counts> {
  const client = await mongo.MongoClient.connect(mongodbUri);
  try {
    const { metrics } = (await client.db('admin').command({ serverStatus: 1 })) as ServerStatus;
    return new Map(
      Object.entries(metrics?.commands ?? {}).flatMap(([name, counted]) => {
        const total = typeof counted === 'number' ? 0 : Number(counted.total ?? 0);
        return total > 0 && !NOT_WORK.test(name) ? [[name, total] as const] : [];
      }),
    );
  } finally {
    await client.close();
  }
}

interface Queue {
  readonly name: string;
  readonly messages?: number;
  readonly message_stats?: { readonly ack?: number };
}

async function queuesOf(rabbitmq: string, amqp: string): Promise<Queue[]> {
  const vhost = encodeURIComponent(decodeURIComponent(new URL(amqp).pathname.slice(1)) || '/');
  const columns = 'name,messages,message_stats.ack';
  return (await (await managementOf(rabbitmq)('GET', `/queues/${vhost}?columns=${columns}`)).json()) as Queue[];
}

/** Messages that were handled, by queue; the broker counts them anew every five seconds. */
export async function handled({ rabbitmq, amqp }: { rabbitmq: string; amqp: string }): Promise<Counts> {
  return new Map((await queuesOf(rabbitmq, amqp)).map(({ name, message_stats }) => [name, message_stats?.ack ?? 0]));
}

/** Messages in all queues, those in hand and those that wait to be tried again among them. */
export async function waiting({ rabbitmq, amqp }: { rabbitmq: string; amqp: string }): Promise<Counts> {
  const queues = await queuesOf(rabbitmq, amqp);
  return new Map(queues.flatMap(({ name, messages = 0 }) => (messages > 0 ? [[name, messages] as const] : [])));
}

/** How many messages wait in each queue of a worker at this moment; those in hand are not among them. */
export async function readyMessages(amqp: string, queues: readonly string[]) {
  const model = await connect(amqp);
  const channel = await model.createChannel();
  const look = async (): Promise<Counts> => {
    const checked = await Promise.all(queues.map((queue) => channel.checkQueue(queue)));
    return new Map(checked.map(({ queue, messageCount }) => [queue, messageCount]));
  };
  return { look, close: () => model.close() };
}

/** Calls that the stand-ins noted, of the last 20,000 of each. */
export async function outsideCalls(addresses: Readonly<Record<string, string | undefined>>): Promise<Counts> {
  const standIns = ['stripe', 'carrier', 'mailbox'].filter((name) => addresses[name] !== undefined);
  const counted = standIns.map(async (name) => {
    const calls = (await (await fetch(`${addresses[name]}/_control/calls`)).json()) as unknown[];
    return [name, calls.length] as const;
  });
  return new Map(await Promise.all(counted));
}

/** What was added, for each of so many orders. */
export function countsPerOrder(before: Counts, after: Counts, orders: number): Map<string, number> {
  return new Map([...after].map(([name, count]) => [name, (count - (before.get(name) ?? 0)) / orders]));
}
