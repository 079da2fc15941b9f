import { randomBytes } from 'node:crypto';
import {
  deadQueue,
  type EventDefinition,
  type EventOf,
  ORDERS_EXCHANGE,
  type OrderflowEvent,
  type WorkerDefinition,
} from '@orderflow/contracts';
import type { Channel, ChannelModel, GetMessage, Options } from 'amqplib';
import mongoose, { type Connection } from 'mongoose';
import { brokerIdentity, withAccess } from '../src/broker/address.ts';
import { type BrokerConnection, connectBroker, openAnyNode } from '../src/broker/connection.ts';
import { createPublisher, type OutgoingMessage, outgoing, type Publisher } from '../src/broker/publisher.ts';
import { processEnv, readConfig } from '../src/config.ts';
import { createLog, type Logger } from '../src/log.ts';
import { createMetrics, type Metrics } from '../src/metrics.ts';
import { type Service, startService } from '../src/service.ts';
import { type RunningWorker, runWorker, type WorkerParts, type WorkerSettings } from '../src/worker.ts';
import { eventually } from './eventually.ts';

/** Addresses of a real broker and a real store, as vitest's global set-up provides them. */
export interface Infrastructure {
  readonly amqpUrl: string;
  /** The management API, with credentials. */
  readonly managementUrl: string;
  readonly redisUrl: string;
  readonly mongodbUri: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly infrastructure: Infrastructure;
  }
}

/** Retries in milliseconds instead of minutes. */
export const TEST_SETTINGS: WorkerSettings = {
  prefetch: 16,
  concurrency: 8,
  handlerTimeoutMs: 5_000,
  retry: { delaysMs: [20, 50, 100], maxAttempts: 4 },
  region: 'test',
  deadlinesEveryMs: 20,
};

export interface Clock {
  now(): Date;
  /** Moves it forward. */
  advance(ms: number): void;
}

export function movableClock(): Clock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (ms) => {
      ahead += ms;
    },
  };
}

export interface WorkerFixture {
  /** Of a user with all rights in this vhost, who may publish as any other. */
  readonly amqpUrl: string;
  readonly vhost: string;
  readonly databaseName: string;
  readonly database: Connection;
  /** Publishes each event as the broker user of the worker that its source names. */
  readonly publisher: Publisher;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Every event published to the exchange since then, by arrival. */
  readonly heard: readonly OrderflowEvent[];
  /** A plain channel, for invalid messages and reading queues. */
  readonly channel: Channel;
  /** The address of a worker's own broker user in this vhost. */
  urlOf(worker: string): Promise<string>;
  /** All that this worker's process would have, on this broker and database. */
  startService(definition: WorkerDefinition, mongodbUri?: string): Promise<Service>;
  /** Puts a message straight into a queue, as a worker's user or, without one, as nobody. */
  enqueue(queue: string, body: string | Buffer, properties?: Options.Publish, as?: string): void;
  /** The workers' clock; tests move it past deadlines. */
  readonly clock: Clock;
  run<W extends WorkerDefinition, Deps, State>(
    definition: W,
    parts: WorkerParts<W, Deps, State>,
    settings?: Partial<WorkerSettings>,
  ): Promise<RunningWorker>;
  /** Waits for a fact of this kind about this subject that `matches`. */
  fact<D extends EventDefinition>(
    definition: D,
    subject: string,
    matches?: (event: EventOf<D>) => boolean,
  ): Promise<EventOf<D>>;
  /** Waits for the next message in the worker's dead-letter queue and takes it out. */
  deadLettered(worker: string): Promise<GetMessage>;
  /** How many messages a queue holds, ready and unacknowledged, as the management API counts them. */
  depth(queue: string): Promise<number>;
  /** Calls the broker's management API: `management('GET', '/queues/{vhost}/name')`. */
  management(method: string, path: string, body?: unknown): Promise<Response>;
  connect(name: string): Promise<BrokerConnection>;
  close(): Promise<void>;
}

/** A vhost and a database of its own on a real broker and store: one for each spec file. */
export async function startWorkerFixture(infrastructure: Infrastructure): Promise<WorkerFixture> {
  const id = `test-${randomBytes(6).toString('hex')}`;
  const management = managementOf(infrastructure.managementUrl, id);
  const prefix = `${id}.`;
  const userOf = (worker: string) => brokerIdentity(worker, prefix).user;
  const users: string[] = [];
  const urls = new Map<string, Promise<string>>();
  const addUser = async (user: string, tags: string) => {
    users.push(user);
    await management('PUT', `/users/${user}`, { password: id, tags });
    await management('PUT', `/permissions/{vhost}/${user}`, { configure: '.*', write: '.*', read: '.*' });
    return withAccess(infrastructure.amqpUrl, { user, password: id, vhost: id });
  };
  const urlOf = (worker: string) => {
    const known = urls.get(worker) ?? addUser(userOf(worker), '');
    urls.set(worker, known);
    return known;
  };
  await management('PUT', '/vhosts/{vhost}');
  const amqpUrl = await addUser(userOf('test'), 'impersonator');
  const log = createLog('test', 'silent');
  const metrics = createMetrics('test', { processMetrics: false });
  const databaseName = id.replaceAll('-', '_');
  const database = await mongoose
    .createConnection(infrastructure.mongodbUri, { dbName: databaseName, ignoreUndefined: true })
    .asPromise();
  const model = await openAnyNode(amqpUrl, 'test');
  const channel = await model.createChannel();
  channel.on('error', () => {});
  const heard = await spyOn(model);
  const connections: BrokerConnection[] = [];
  const running: RunningWorker[] = [];
  const clock = movableClock();
  const open = async (name: string) => {
    const connection = connectBroker(amqpUrl, name, log);
    connections.push(connection);
    return connection;
  };
  const connected = await createPublisher({
    connection: await open('test publisher'),
    user: userOf('test'),
    log,
    metrics,
    timeoutMs: 10_000,
  });
  const publisher = publishingAs(connected, ({ properties: { appId } }) => userOf(String(appId).replace(/^\//, '')));

  return {
    amqpUrl,
    vhost: id,
    databaseName,
    database,
    publisher,
    metrics,
    log,
    heard,
    channel,
    management,
    connect: open,
    clock,
    run: async (definition, parts, settings = {}) => {
      const consuming = await open(`test ${definition.name}`);
      const base = {
        consuming,
        publisher: publishingAs(connected, () => userOf(definition.name)),
        identity: brokerIdentity(definition.name, prefix),
        log,
        metrics,
        settings: { ...TEST_SETTINGS, now: clock.now, ...settings },
      };
      const worker = await runWorker(definition, parts, base);
      running.push(worker);
      await eventually(`${definition.name} consumes`, () => worker.consuming);
      return worker;
    },
    fact: (definition, subject, matches = () => true) =>
      eventually(`${definition.type} about ${subject}`, () =>
        (heard as EventOf<typeof definition>[]).find(
          (event) => event.type === definition.type && event.subject === subject && matches(event),
        ),
      ) as never,
    urlOf,
    startService: async (definition, mongodbUri = infrastructure.mongodbUri) => {
      const [AMQP_URL, MONGODB_DATABASE] = [await urlOf(definition.name), databaseName];
      const env = { AMQP_URL, MONGODB_URI: mongodbUri, MONGODB_DATABASE, LOG_LEVEL: 'silent' };
      return startService(definition, readConfig(processEnv, env));
    },
    enqueue: (queue, body, properties = {}, as) => {
      const options = { ...properties, ...(as !== undefined && { userId: userOf(as) }) };
      channel.sendToQueue(queue, Buffer.from(body), options);
    },
    deadLettered: (worker) =>
      eventually(`a dead-lettered message of ${worker}`, () => channel.get(deadQueue(worker), { noAck: true })),
    depth: async (queue) => {
      const response = await management('GET', `/queues/{vhost}/${queue}`);
      return ((await response.json()) as { messages?: number }).messages ?? 0;
    },
    close: async () => {
      for (const worker of running) await worker.drain(2_000);
      for (const connection of connections) await connection.close();
      await model.close().catch(() => {});
      await database.dropDatabase();
      await database.close();
      await management('DELETE', '/vhosts/{vhost}');
      for (const user of users) await management('DELETE', `/users/${user}`);
    },
  };
}

/** The same publisher, with the broker user that each message is published as. */
function publishingAs(publisher: Publisher, userOf: (message: OutgoingMessage) => string): Publisher {
  const send = (message: OutgoingMessage) =>
    publisher.send({ ...message, properties: { ...message.properties, userId: userOf(message) } });
  return {
    send,
    publish: async (events) => void (await Promise.all(events.map((event) => send(outgoing(event))))),
    get unavailable() {
      return publisher.unavailable;
    },
    get unconfirmed() {
      return publisher.unconfirmed;
    },
  };
}

/** Collects every event on the exchange through an exclusive queue. */
async function spyOn(model: ChannelModel): Promise<OrderflowEvent[]> {
  const heard: OrderflowEvent[] = [];
  const channel = await model.createChannel();
  channel.on('error', () => {});
  await channel.assertExchange(ORDERS_EXCHANGE, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, ORDERS_EXCHANGE, '#');
  await channel.consume(
    queue,
    (message) => {
      if (message?.properties.contentType !== 'application/cloudevents+json') return;
      try {
        heard.push(JSON.parse(message.content.toString()));
      } catch {
        // An invalid message that a test sends is not an event.
      }
    },
    { noAck: true },
  );
  return heard;
}

function managementOf(url: string, vhost: string) {
  const base = new URL(url);
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`).toString('base64')}`;
  return async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${base.origin}/api${path.replace('{vhost}', encodeURIComponent(vhost))}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
}
